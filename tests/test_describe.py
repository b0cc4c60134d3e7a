"""The words of a diagram say what its graph says: parsed back they give the same graph."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.draw.describe import LONGEST_ALT, Wording, escape
from handbill.draw.describe.forms import FORMS
from handbill.draw.describe.outline import outline
from handbill.tools.mermaid import TYPES

FOLDER = Path(__file__).parent.parent / "templates"
TEMPLATES = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.j2")}
LANGUAGES = ("en", "fr")
ENGLISH = Wording(TEMPLATES, "en-GB")
FRENCH = Wording(TEMPLATES, "fr")


def flow(nodes: str, *edges: str, groups: dict[str, str] | None = None, **kinds: str) -> dict[str, Any]:
    """A flowchart from short words: `flow("a b c", "a-b", "b-yes-c", c="decision")`."""
    arrows = [edge.split("-") for edge in edges]
    return {
        "type": "flowchart-v2", "title": "",
        "nodes": [{"id": n, "label": n.upper(), "kind": kinds.get(n, "step")} for n in nodes.split()],
        "edges": [{"from": a[0], "to": a[-1], "label": a[1] if len(a) > 2 else "", "way": "forward"} for a in arrows],
        "groups": [{"id": g, "label": g, "members": m.split(), "direction": ""} for g, m in (groups or {}).items()],
    }  # fmt: skip


# ---- the graph from the words ---------------------------------------------------------------------------------------

_QUOTED = r"“((?:\\.|[^\\”])*)”"
_ITEM = re.compile(r"^(\d+)\. +\*\*((?:\\.|[^\\*])*)\*\*\.?(?: (.*))?$")
_BULLET = re.compile(rf"^ {{4,5}}-   (?:{_QUOTED}: )?(.*)$")
_NUMBER = re.compile(r"(?:step|state) (\d+)")


def unescaped(text: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def way_of(words: str) -> str:
    lowered = words.lower()
    if lowered.startswith("there and back"):
        return "both"
    return "none" if lowered.startswith("joined") else "forward"


def target_of(words: str, here: int) -> int:
    found = _NUMBER.search(words)
    return here if "the same step again" in words.lower() or found is None else int(found[1])


def read_back(markdown: str) -> tuple[dict[int, str], Counter[tuple[int, int, str, str]]]:
    """Names by number, and the arrows (from, to, label, way), from English words."""
    names: dict[int, str] = {}
    arrows: Counter[tuple[int, int, str, str]] = Counter()
    here = 0
    for line in markdown.split("\n"):
        if item := _ITEM.match(line):
            here, rest = int(item[1]), item[3] or ""
            names[here] = unescaped(item[2])
            if rest and not rest.endswith(":") and rest != "Nothing follows.":
                labelled = re.match(rf"On {_QUOTED}, (.*)", rest)
                label, words = (unescaped(labelled[1]), labelled[2]) if labelled else ("", rest)
                arrows[here, target_of(words, here), label, way_of(words)] += 1
        elif bullet := _BULLET.match(line):
            arrows[here, target_of(bullet[2], here), unescaped(bullet[1] or ""), way_of(bullet[2])] += 1
    return names, arrows


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="“”«»„"), min_size=1, max_size=8)
LETTERS = "abcXYZ019.,:;!?*_`[](){}<>#&-+=/|~^'\"$%@éß中→"


def random_graph(chance: random.Random, label: Callable[[], str]) -> dict[str, Any]:
    """Up to twelve boxes, any arrows: cycles, loops, doubled arrows, islands, now and then a group."""
    count = chance.randint(1, 12)
    nodes = [{"id": f"n{i}", "label": label(), "kind": chance.choice(["step", "decision"])} for i in range(count)]
    edges = []
    for _ in range(chance.randint(0, 18)):
        a, b = chance.randrange(count), chance.randrange(count)
        way = "forward" if a == b else chance.choice(["forward", "forward", "forward", "both", "none"])
        edges.append({"from": f"n{a}", "to": f"n{b}", "label": label() if chance.random() < 0.4 else "", "way": way})
    members = [f"n{i}" for i in range(chance.randint(0, count))]
    groups = [{"id": "g", "label": label(), "members": members, "direction": ""}] if members and chance.random() < 0.4 else []
    return {"type": "flowchart-v2", "title": "", "nodes": nodes, "edges": edges, "groups": groups}


def check(graph: dict[str, Any]) -> None:
    said = ENGLISH.describe(graph, "flow")
    names, arrows = read_back(said.long)
    order = {node["id"]: number for number, node in _numbered(graph).items()}
    assert names == {order[node["id"]]: node["label"] for node in graph["nodes"]}
    assert arrows == Counter((order[e["from"]], order[e["to"]], e["label"], e["way"]) for e in graph["edges"])
    assert 0 < len(said.alt) <= LONGEST_ALT


def test_the_words_of_a_thousand_graphs_parsed_back_give_the_same_graphs() -> None:
    for seed in range(1000):
        chance = random.Random(seed)
        check(random_graph(chance, partial(any_label, chance)))


def any_label(chance: random.Random) -> str:
    return "".join(chance.choices(LETTERS, k=chance.randint(1, 9)))


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.lists(words, min_size=40, max_size=40))
def test_labels_in_any_script(chance: random.Random, labels: list[str]) -> None:
    left = iter(labels * 2)
    check(random_graph(chance, lambda: next(left)))


def _numbered(graph: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Nodes by the number that the outline gives them, without trusting their labels (which may repeat)."""
    plain = {**graph, "nodes": [{**node, "label": node["id"]} for node in graph["nodes"]]}
    by_id = {node["id"]: node for node in graph["nodes"]}
    return {step.number: by_id[step.name] for step in outline(plain).steps}


# ---- in which order ------------------------------------------------------------------------------------------------


def order(graph: dict[str, Any]) -> str:
    return "".join(step.name for step in outline(graph).steps)


def test_a_branch_is_told_to_its_end_before_the_next() -> None:
    assert order(flow("a b c d e f", "a-b", "b-c", "b-d", "c-e", "d-e", "e-f")) == "ABCDEF"
    assert order(flow("a b c d e f g", "a-b", "a-c", "b-d", "d-g", "c-e", "e-f", "f-g")) == "ABDCEFG"


def test_cycles_and_several_beginnings() -> None:
    chart = outline(flow("a b c d", "a-b", "b-c", "c-a", "d-c"))
    assert [step.name for step in chart.steps] == ["D", "C", "A", "B"]
    assert [chart.steps[n - 1].name for n in chart.starts] == ["D"]
    assert chart.ends == ()
    round_trip = ENGLISH.describe(flow("a b", "a-b", "b-a"), "flow").long
    assert "It begins" not in round_trip and "Go back to step 1, “A”." in round_trip


def test_groups_and_arrows_to_groups() -> None:
    graph = flow("a b c", "a-b", "b-c", "in-c", groups={"in": "a b"})
    graph["edges"].append({"from": "c", "to": "in", "label": "again", "way": "forward"})
    told = ENGLISH.describe(graph, "flow").long
    assert "-   **in**: steps 1 and 2. From the whole group: to step 3, “C”." in told
    assert "On “again”, go on to the group “in”." in told


def test_the_main_case_reads_well() -> None:
    graph = flow("ill choose ex in_ cells", "ill-choose", "choose-ex", "choose-in_", "ex-cells", "in_-cells", choose="decision")
    assert ENGLISH.describe(graph, "flow").long == (
        "This flowchart has 5 steps. It begins with step 1 and ends with step 5.\n\n"
        "1.  **ILL**. Go on to step 2.\n"
        "2.  **CHOOSE**. There are 2 ways on:\n"
        "    -   To step 3, “EX”.\n"
        "    -   To step 4, “IN\\_”.\n"
        "3.  **EX**. Go on to step 5, “CELLS”.\n"
        "4.  **IN\\_**. Go on to step 5.\n"
        "5.  **CELLS**. Nothing follows."
    )
    assert ENGLISH.describe(graph, "flow").alt == "Flowchart with 5 steps, from “ILL” to “CELLS”."
    assert ENGLISH.describe(graph, "flow", "Two routes").alt == "Flowchart: Two routes. 5 steps."
    assert FRENCH.describe(graph, "flow").alt == "Organigramme en 5 étapes, de «\u00a0ILL\u00a0» à «\u00a0CELLS\u00a0»."


# ---- the other forms -----------------------------------------------------------------------------------------------

STATE = {
    "type": "stateDiagram", "title": "",
    "nodes": [
        {"id": "s", "label": "", "kind": "start"}, {"id": "a", "label": "Draft", "kind": "step"},
        {"id": "f", "label": "", "kind": "fork"}, {"id": "b", "label": "Printed", "kind": "step"},
        {"id": "c", "label": "Online", "kind": "step"}, {"id": "e", "label": "", "kind": "end"},
    ],
    "edges": [
        {"from": "s", "to": "a", "label": "", "way": "forward"}, {"from": "a", "to": "f", "label": "approved", "way": "forward"},
        {"from": "f", "to": "b", "label": "", "way": "forward"}, {"from": "f", "to": "c", "label": "", "way": "forward"},
        {"from": "c", "to": "e", "label": "", "way": "forward"}, {"from": "a", "to": "a", "label": "mend", "way": "forward"},
    ],
    "groups": [], "notes": [{"of": "a", "text": "not for readers"}],
}  # fmt: skip
SEQUENCE = {
    "type": "sequence", "title": "", "actors": [{"id": "P", "label": "Patient"}, {"id": "D", "label": "Desk"}],
    "events": [
        {"kind": "message", "from": "P", "to": "D", "text": "Ask", "reply": False, "way": "forward"},
        {"kind": "begin", "block": "alt", "text": "free"},
        {"kind": "message", "from": "D", "to": "P", "text": "Yes", "reply": True, "way": "forward"},
        {"kind": "turn", "text": ""},
        {"kind": "message", "from": "D", "to": "P", "text": "No", "reply": True, "way": "lost"},
        {"kind": "end"}, {"kind": "note", "of": ["P", "D"], "text": "By telephone"},
    ],
}  # fmt: skip
CLASSES = {
    "type": "classDiagram", "title": "", "notes": [],
    "classes": [{"id": c, "label": c, "annotations": [], "attributes": ["String title"], "methods": [], "namespace": ""}
                for c in ("Book", "Page", "Atlas")],
    "relations": [
        {"from": "Book", "to": "Page", "text": "", "dotted": False, "fromEnd": "composition", "toEnd": "", "fromCount": "1",
         "toCount": "many"},
        {"from": "Book", "to": "Atlas", "text": "", "dotted": False, "fromEnd": "extension", "toEnd": "", "fromCount": "",
         "toCount": ""},
        {"from": "Atlas", "to": "Page", "text": "shows", "dotted": False, "fromEnd": "", "toEnd": "dependency", "fromCount": "",
         "toCount": ""},
    ],
}  # fmt: skip
ER = {
    "type": "er", "title": "",
    "entities": [{"id": "A", "label": "AUTHOR", "attributes": [{"name": "id", "type": "int", "keys": ["PK"], "comment": ""}]},
                 {"id": "B", "label": "BOOK", "attributes": []}],
    "relations": [{"from": "AUTHOR", "to": "BOOK", "text": "writes", "fromCount": "one", "toCount": "any", "dependent": True}],
}  # fmt: skip
PIE = {"type": "pie", "title": "Ways", "showData": True, "parts": [{"label": "Post", "value": 1}, {"label": "Clinic", "value": 3}]}
TIMELINE = {"type": "timeline", "title": "Growth", "periods": [{"section": "", "label": "2021", "events": ["Idea", "Draft"]},
                                                              {"section": "", "label": "2022", "events": []}]}  # fmt: skip
GANTT = {"type": "gantt", "title": "Plan", "tasks": [
    {"section": "One", "label": "Write", "start": "2026-03-02T00:00", "end": "2026-03-05T00:00", "milestone": False, "done": True,
     "active": False, "critical": False},
    {"section": "One", "label": "Proof", "start": "2026-03-05T00:00", "end": "2026-03-05T00:00", "milestone": True, "done": False,
     "active": False, "critical": True}]}  # fmt: skip
MINDMAP = {"type": "mindmap", "title": "", "root": {"label": "Trust", "children": [
    {"label": "Sources", "children": [{"label": "Date", "children": []}]}]}}  # fmt: skip
JOURNEY = {"type": "journey", "title": "A day", "tasks": [{"section": "Come", "label": "Wait", "score": 2, "people": ["Ann"]}]}

SAID = {
    "state": (STATE, ["This state diagram has 4 states. It begins with state 1 and ends with states 3 and 4.",
                      "    -   “approved”: to state 2, the way divides.", "    -   “mend”: to the same state again.",
                      "2.  **The way divides**. Both ways are taken:", "4.  **Online**. Go on to the end.",
                      "Note on “Draft”: not for readers."]),
    "sequence": (SEQUENCE, ["1.  **Patient** to **Desk**: Ask.", "2.  One of 2 things happens:", "    -   If free:",
                            "        1.  **Desk** answers **Patient**: Yes.", "    -   Otherwise:",
                            "(This message is lost.)", "3.  Note on Patient and Desk: By telephone."]),
    "class": (CLASSES, ["-   **Book**. Its data: String title. 1 Book consists of many **Page**.",
                        "Atlas is a kind of **Book**.", "Atlas shows **Page**."]),
    "er": (ER, ["-   **AUTHOR** holds id (int, identifies it).",
                "-   Each **AUTHOR** writes any number of **BOOK**. Each BOOK goes with exactly one AUTHOR."]),
    "pie": (PIE, ["-   Clinic: 75 per cent (3).\n-   Post: 25 per cent (1)."]),
    "timeline": (TIMELINE, ["This timeline, “Growth”, has 2 entries", "-   2021: Idea; Draft.", "-   2022."]),
    "gantt": (GANTT, ["from 2 March 2026 to 5 March 2026", "**One**", "-   Write: 2 March 2026 to 4 March 2026, done.",
                      "-   Proof: a milestone on 5 March 2026, critical."]),
    "mindmap": (MINDMAP, ["stands “Trust”. From it goes 1 branch:", "-   Sources.\n    -   Date."]),
    "journey": (JOURNEY, ["People in it: Ann.", "-   Wait: 2 of 5 (Ann)."]),
}  # fmt: skip


@pytest.mark.parametrize("form", SAID)
def test_each_form_in_english(form: str) -> None:
    graph, phrases = SAID[form]
    said = ENGLISH.describe(graph, form)
    assert [phrase for phrase in phrases if phrase not in said.long] == []
    assert 10 < len(said.alt) <= LONGEST_ALT


@pytest.mark.parametrize("form", SAID)
def test_each_form_in_french(form: str) -> None:
    graph, _ = SAID[form]
    said = FRENCH.describe(graph, form)
    english = ENGLISH.describe(graph, form)
    assert said.long and said.alt and said.long != english.long
    assert not re.search(r"\b(the|this|step|steps|with|goes|from)\b", said.long + said.alt)
    item = re.compile(r"^ *(?:\d+\.|-) ", re.MULTILINE)
    assert len(item.findall(said.long)) == len(item.findall(english.long))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_complete(language: str) -> None:
    """A template for every form, a name for every kind of diagram."""
    assert {f"diagrams/describe/{language}/{form}.md.j2" for form in FORMS} <= TEMPLATES.keys()
    wording = Wording(TEMPLATES, language)
    for row in TYPES.values():
        if not row.refused:
            graph = SAID[row.form][0] if row.form in SAID else flow("a b", "a-b")
            assert wording.describe({**graph, "type": row.id}, row.form, "A title").alt


def test_languages_by_their_tags() -> None:
    assert Wording(TEMPLATES, "fr-CA").tongue == "fr"
    assert Wording(TEMPLATES, "de").tongue == ""


def test_labels_never_become_markup() -> None:
    graph = flow("a b", "a-b")
    graph["nodes"][0]["label"] = "1. *x* [y](z) `c` <b>\n# h"
    told = ENGLISH.describe(graph, "flow").long
    assert escape("1. *x* [y](z) `c` <b> # h") in told
    assert "\n#" not in told


def test_long_labels_give_short_alternatives() -> None:
    graph = flow("a b", "a-b")
    for node in graph["nodes"]:
        node["label"] = "very " * 30 + "long"
    assert ENGLISH.describe(graph, "flow").alt == "Flowchart with 2 steps."
    assert ENGLISH.describe({"type": "kanban"}, "", "word " * 60).alt == "Task board."
