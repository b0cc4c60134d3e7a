"""What an author may set inside a diagram (`%%{init}%%` or `config:` in its front matter).

Only what changes the layout. Colours, type and style sheets belong to the house and are the same in
all diagrams; some of Mermaid's settings also fetch files or let through what is not a drawing.
A value is `number`, `boolean`, `text` (a few harmless characters) or one of a list.
"""

from __future__ import annotations

from typing import Any

_NUMBER, _TRUTH, _TEXT = "number", "boolean", "text"
_CURVES = ["basis", "bumpX", "bumpY", "cardinal", "catmullRom", "linear", "monotoneX", "monotoneY", "natural", "step",
           "stepAfter", "stepBefore"]  # fmt: skip
_ALIGN = ["left", "center", "right"]

ALLOWED: dict[str, Any] = {
    "layout": ["dagre", "elk"],
    "wrap": _TRUTH,
    "markdownAutoWrap": _TRUTH,
    "flowchart": {
        "curve": _CURVES, "nodeSpacing": _NUMBER, "rankSpacing": _NUMBER, "padding": _NUMBER, "wrappingWidth": _NUMBER,
        "inheritDir": _TRUTH, "stepNumbers": _TRUTH, "layout": ["dagre", "elk"],
    },
    "state": {"nodeSpacing": _NUMBER, "rankSpacing": _NUMBER, "layout": ["dagre", "elk"]},
    "class": {"hideEmptyMembersBox": _TRUTH, "layout": ["dagre", "elk"]},
    "er": {"layoutDirection": ["TB", "BT", "LR", "RL"], "nodeSpacing": _NUMBER, "rankSpacing": _NUMBER},
    "sequence": {
        "showSequenceNumbers": _TRUTH, "mirrorActors": _TRUTH, "wrap": _TRUTH, "hideUnusedParticipants": _TRUTH,
        "rightAngles": _TRUTH, "messageAlign": _ALIGN, "noteAlign": _ALIGN, "actorMargin": _NUMBER,
        "messageMargin": _NUMBER, "width": _NUMBER,
    },
    "gantt": {
        "axisFormat": _TEXT, "tickInterval": _TEXT, "displayMode": ["", "compact"], "weekday": _TEXT, "topAxis": _TRUTH,
        "barHeight": _NUMBER, "barGap": _NUMBER, "leftPadding": _NUMBER, "rightPadding": _NUMBER,
    },
    "pie": {"textPosition": _NUMBER, "donutHole": _NUMBER, "legendPosition": _TEXT},
    "mindmap": {"layoutAlgorithm": _TEXT, "maxNodeWidth": _NUMBER, "padding": _NUMBER},
    "timeline": {"disableMulticolor": _TRUTH, "width": _NUMBER},
    "journey": {"width": _NUMBER, "taskMargin": _NUMBER},
    "xyChart": {"chartOrientation": ["vertical", "horizontal"], "showDataLabel": _TRUTH, "showLegend": _TRUTH,
                "width": _NUMBER, "height": _NUMBER},
    "quadrantChart": {"chartWidth": _NUMBER, "chartHeight": _NUMBER, "xAxisPosition": _TEXT, "yAxisPosition": _TEXT},
    "gitGraph": {"mainBranchName": _TEXT, "showCommitLabel": _TRUTH, "showBranches": _TRUTH, "rotateCommitLabel": _TRUTH,
                 "parallelCommits": _TRUTH},
    "sankey": {"linkColor": ["source", "target"], "nodeAlignment": _TEXT, "showValues": _TRUTH, "prefix": _TEXT,
               "suffix": _TEXT, "width": _NUMBER, "height": _NUMBER},
    "kanban": {"sectionWidth": _NUMBER},
    "packet": {"bitsPerRow": _NUMBER, "bitWidth": _NUMBER, "rowHeight": _NUMBER, "showBits": _TRUTH},
    "radar": {"width": _NUMBER, "height": _NUMBER, "curveTension": _NUMBER},
    "treemap": {"showValues": _TRUTH, "valueFormat": _TEXT},
    "c4": {"c4ShapeInRow": _NUMBER, "c4BoundaryInRow": _NUMBER},
    "venn": {"width": _NUMBER, "height": _NUMBER},
    "wardley-beta": {"width": _NUMBER, "height": _NUMBER, "showGrid": _TRUTH},
}  # fmt: skip
