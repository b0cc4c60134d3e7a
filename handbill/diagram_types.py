"""Every kind of diagram that Mermaid knows: whether it is taken, and how it is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class DiagramType:
    """One kind of diagram.

    id       Mermaid's own name for it, as its detector tells
    keyword  what the first line of such a diagram says
    name     what people call it
    form     the form of words that describes it from its graph; "" when the author must describe it
    refused  why Handbill does not take it; "" when it does
    """

    id: str
    keyword: str
    name: str
    form: str = ""
    refused: str = ""


_ROWS = (
    DiagramType("flowchart-v2", "flowchart", "flowchart", "flow"),
    DiagramType("flowchart-elk", "flowchart-elk", "flowchart", "flow"),
    DiagramType("swimlane", "swimlane-beta", "swimlane diagram", "flow"),
    DiagramType("stateDiagram", "stateDiagram-v2", "state diagram", "state"),
    DiagramType("sequence", "sequenceDiagram", "sequence diagram", "sequence"),
    DiagramType("classDiagram", "classDiagram", "class diagram", "class"),
    DiagramType("er", "erDiagram", "entity-relationship diagram", "er"),
    DiagramType("pie", "pie", "pie chart", "pie"),
    DiagramType("timeline", "timeline", "timeline", "timeline"),
    DiagramType("gantt", "gantt", "Gantt chart", "gantt"),
    DiagramType("mindmap", "mindmap", "mind map", "mindmap"),
    DiagramType("journey", "journey", "journey", "journey"),
    DiagramType("agentflow", "agentflow-beta", "agent flow"),
    DiagramType("architecture", "architecture-beta", "architecture diagram"),
    DiagramType("block", "block-beta", "block diagram"),
    DiagramType("c4", "C4Context", "C4 diagram"),
    DiagramType("eventmodeling", "eventmodeling", "event model"),
    DiagramType("gitGraph", "gitGraph", "Git graph"),
    DiagramType("ishikawa", "ishikawa-beta", "cause-and-effect diagram"),
    DiagramType("kanban", "kanban", "kanban board"),
    DiagramType("packet", "packet-beta", "packet diagram"),
    DiagramType("quadrantChart", "quadrantChart", "quadrant chart"),
    DiagramType("radar", "radar-beta", "radar chart"),
    DiagramType("railroad", "railroad-beta", "railroad diagram"),
    DiagramType("railroadAbnf", "railroad-abnf-beta", "railroad diagram"),
    DiagramType("railroadEbnf", "railroad-ebnf-beta", "railroad diagram"),
    DiagramType("railroadPeg", "railroad-peg-beta", "railroad diagram"),
    DiagramType("requirement", "requirementDiagram", "requirement diagram"),
    DiagramType("sankey", "sankey-beta", "Sankey diagram"),
    DiagramType("treemap", "treemap-beta", "treemap"),
    DiagramType("treeView", "treeView-beta", "tree"),
    DiagramType("usecase", "usecase-beta", "use case diagram"),
    DiagramType("venn", "venn-beta", "Venn diagram"),
    DiagramType("wardley", "wardley-beta", "Wardley map"),
    DiagramType("xychart", "xychart-beta", "chart"),
    DiagramType("cynefin", "cynefin-beta", "Cynefin map", refused="Mermaid draws its arrows across its words"),
    DiagramType("zenuml", "zenuml", "ZenUML diagram", refused="Mermaid makes a web page of it, not a drawing"),
    DiagramType("info", "info", "version notice", refused="it only shows Mermaid's version"),
    DiagramType("error", "error", "error notice", refused="it only shows Mermaid's sign for an error"),
)

TYPES: Mapping[str, DiagramType] = MappingProxyType({row.id: row for row in _ROWS})
assert len(TYPES) == len(_ROWS)
