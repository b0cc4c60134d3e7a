"""Mermaid: every kind of diagram, in one browser; what is dangerous stays out; whatever breaks is told at its line."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import stat
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.draw import gallery
from handbill.draw.theme import Theme, fonts_of, read_theme
from handbill.jobs import Job, Result, ToolMissing
from handbill.tools import locate
from handbill.tools.mermaid import FONT_PREFIX, GRAPH, INPUT, META, PNG, SVG, TYPES, MermaidTool, Refused
from handbill.tools.mermaid import svg as cleaner

ROOT = Path(__file__).parent.parent
GALLERY = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "diagrams").glob("*.mmd"))}
FONT_FOLDER = locate.need(locate.find_font(ROOT, "@fontsource/atkinson-hyperlegible-next")).path
THEME = read_theme((ROOT / "templates" / "diagrams" / "theme.yaml").read_bytes())
FONTS = fonts_of(THEME, {p.name: p.read_bytes() for p in FONT_FOLDER.glob("*-latin*-[47]00-normal.woff2")})


def job(code: str, *, scale: float = 0, svg_id: str = "t", theme: Theme = THEME, fonts: dict[str, bytes] | None = None) -> Job:
    args = {"config": theme.config, "family": theme.family, "svg_id": svg_id, "background": theme.background,
            "wrap": theme.wrap, "scale": scale}  # fmt: skip
    inputs = {INPUT: code.encode(), **{FONT_PREFIX + name: data for name, data in (FONTS if fonts is None else fonts).items()}}
    return Job("mermaid", "test", args, inputs, (SVG, GRAPH, META, *((PNG,) if scale else ())))


# ---- the cleaner, without a browser ---------------------------------------------------------------------------------

NS = 'xmlns="http://www.w3.org/2000/svg"'


def cleaned(body: str, attributes: str = "") -> str:
    return cleaner.clean(f'<svg {NS} viewBox="0 0 9 9" width="9" height="9" {attributes}>{body}</svg>', "p").svg.decode()


@pytest.mark.parametrize(("body", "gone"), [
    ("<script>alert(1)</script><rect/>", "script"),
    ('<a href="https://a.example"><rect/></a>', "href"),
    ('<image href="file:///etc/passwd"/>', "image"),
    ('<rect onclick="x()"/>', "onclick"),
    ('<rect style="fill:url(https://a.example/x)"/>', "url"),
    ('<rect fill="url(https://a.example/x)"/>', "url"),
    ('<rect fill="url(  #x)"/>', "url"),
    ('<rect fill="&#117;rl(//a.example/x)"/>', "url"),
    ('<use href="#x"/>', "use"),
    ("<style>@import 'x'</style>", "import"),
    ('<set attributeName="href" to="javascript:x"/>', "javascript"),
    ('<g xmlns:h="http://www.w3.org/1999/xhtml"><h:iframe src="x"/></g>', "iframe"),
])  # fmt: skip
def test_nothing_that_acts_or_leads_out_is_left(body: str, gone: str) -> None:
    assert gone not in cleaned(body)


@pytest.mark.parametrize("text", [
    f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg {NS}>&x;</svg>', f"<!DOCTYPE svg><svg {NS}/>",
    "<svg", "", "<html/>", f"<svg {NS}><foreignObject/></svg>", f"<svg {NS}>{'<g/>' * 60000}</svg>", f"{'<g>' * 9999}",
])  # fmt: skip
def test_what_is_no_plain_drawing_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        cleaner.clean(text, "p")


def test_ids_are_few_and_ours() -> None:
    made = cleaned('<clipPath id="a"/><clipPath id="unused"/><rect clip-path="url(#a)"/><rect clip-path="url(#nowhere)"/>')
    assert re.findall(r'id="([^"]*)"', made) == ["p-1"]
    assert made.count("url(#p-1)") == 1 and "nowhere" not in made


def test_words_sizes_and_title() -> None:
    drawing = cleaner.clean(
        f'<svg {NS} width="90" height="30"><g transform="scale(.5)"><text font-size="20">one<tspan>two</tspan></text></g>'
        '<text font-size="14">three  four</text></svg>', "p")  # fmt: skip
    assert (drawing.labels, drawing.smallest, drawing.width) == (("onetwo", "three four"), 10.0, 90.0)
    told = cleaner.with_words(drawing.svg, "A <title>", "what it is").decode()
    assert re.match(r"<svg[^>]*role=\"img\"[^>]*><title>A &lt;title&gt;</title><desc>what it is</desc>", told)


@settings(max_examples=200, deadline=None)
@given(st.recursive(
    st.text(max_size=8),
    lambda inner: st.tuples(st.sampled_from(["g", "rect", "text", "tspan", "script", "a", "x:y", "foreignObject", "style"]),
                            st.sampled_from(["", ' fill="url(#a)"', ' onload="x"', ' id="a"', ' d="M0"', ' fill="url(x)"']),
                            st.lists(inner, max_size=3)),
    max_leaves=12))  # fmt: skip
def test_any_text_gives_a_clean_drawing_or_is_refused(tree: Any) -> None:
    def write(node: Any) -> str:
        if isinstance(node, str):
            return node
        return f"<{node[0]}{node[1]}>{''.join(map(write, node[2]))}</{node[0]}>"

    try:
        made = cleaned(write(tree))
    except Refused:
        return
    assert not re.search(r"script|onload|foreignObject|style|url\((?!#p-)", re.sub(r">[^<]*<", "><", made))


# ---- the tool, with programs that misbehave -------------------------------------------------------------------------


@pytest.fixture
def stub(tmp_path: Path) -> Callable[..., MermaidTool]:
    """A tool whose Node is a Python script. The script sees `request`, `answer(...)` and `tried`, the number of the call."""

    def make(body: str, seconds: float = 5.0) -> MermaidTool:
        node = tmp_path / "node"
        node.write_text(f"#!{sys.executable}\n" + textwrap.dedent("""
            import json, os, pathlib, sys, time
            request = {**json.loads(sys.stdin.readline()), **json.loads(sys.stdin.readline())}
            count = pathlib.Path(__file__).with_suffix(".count")
            tried = len(count.read_text()) if count.exists() else 0
            count.write_text("x" * (tried + 1))
            def answer(**told):
                print(json.dumps(told), flush=True)
            def good(diagram):
                answer(id=diagram["id"], type="pie", svg='<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
                       graph={}, title="", description="")
            """) + textwrap.dedent(body))  # fmt: skip
        node.chmod(node.stat().st_mode | stat.S_IXUSR)
        return MermaidTool(node, tmp_path / "chromium-headless", tmp_path, seconds=seconds, grace=0.5)

    return make


def codes(results: list[Result]) -> list[str]:
    return [result.diagnostics[0].code if result.diagnostics else "ok" for result in results]


def test_what_one_call_left_open_is_tried_one_by_one(stub: Callable[..., MermaidTool]) -> None:
    """The second diagram kills the process: the others are drawn all the same, and it is blamed."""
    tool = stub("""
        for diagram in request["diagrams"]:
            if "KILLER" in diagram["code"]:
                os.kill(os.getpid(), 9)
            good(diagram)
        """)
    results = tool.execute([job("pie one"), job("pie KILLER"), job("pie two")])
    assert codes(results) == ["ok", "diagram-crash", "ok"]
    assert results[1].diagnostics[0].span is not None and results[1].diagnostics[0].span.path == INPUT


def test_a_hanging_process_is_ended(stub: Callable[..., MermaidTool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handbill.tools.mermaid.studio._START_SECONDS", 1.0)
    results = stub("""good(request["diagrams"][0]); time.sleep(60)""", seconds=0.3).execute([job("pie 1"), job("pie 2")])
    assert codes(results) == ["ok", "ok"]  # the second one by itself: the stub answers its first, then hangs again
    assert codes(stub("time.sleep(60)", seconds=0.3).execute([job("pie 1")])) == ["diagram-timeout"]


@pytest.mark.parametrize("idle", [0.0, 0.3])
def test_a_process_that_was_opened_early_gets_the_work(stub: Callable[..., MermaidTool], tmp_path: Path, idle: float) -> None:
    tool = stub("for diagram in request['diagrams']: good(diagram)")
    tool.warm()
    tool.warm()
    time.sleep(idle)
    assert codes(tool.execute([job("pie 1"), job("pie 2")])) == ["ok", "ok"]
    assert len((tmp_path / "node.count").read_text()) == 1
    assert codes(tool.execute([job("pie 3")])) == ["ok"]  # a new one: the first has done its work
    assert len((tmp_path / "node.count").read_text()) == 2


def test_a_process_that_was_opened_for_nothing_is_ended(stub: Callable[..., MermaidTool], tmp_path: Path) -> None:
    tool = stub("for diagram in request['diagrams']: good(diagram)")
    tool.warm()
    assert tool._open is not None
    child, folder = tool._open._program._child, tool._open._home
    assert child.poll() is None and folder.exists()
    tool.close()
    assert child.poll() is not None and not folder.exists()
    tool.close()  # once more does no harm


def test_a_process_that_died_while_it_waited_is_replaced(stub: Callable[..., MermaidTool]) -> None:
    tool = stub("for diagram in request['diagrams']: good(diagram)")
    tool.warm()
    assert tool._open is not None
    tool._open._program._child.kill()
    tool._open._program._child.wait()
    assert codes(tool.execute([job("pie 1")])) == ["ok"]


@pytest.mark.parametrize("body", ["sys.exit('cannot open display')", "answer(fatal='no browser'); sys.exit(1)", "print('{')"])
def test_no_browser_is_one_complaint_for_all(stub: Callable[..., MermaidTool], body: str) -> None:
    results = stub(body).execute([job("pie 1"), job("pie 2")])
    assert all(result.failed for result in results)
    assert set(codes(results)) <= {"browser-failed", "diagram-crash"}


@pytest.mark.parametrize(("told", "code", "line"), [
    ("kind='syntax', words='Parse error on line 7:', line=2", "diagram-syntax", 2),
    ("kind='syntax', words='Error: found X at line 3, column 1'", "diagram-syntax", 3),
    ("kind='syntax', words='what?', line=99", "diagram-syntax", 4),
    ("kind='syntax', words='No diagram type detected matching'", "diagram-type-unknown", 1),
    ("kind='config', words='', names=['theme'], type='pie'", "diagram-config", 3),
    ("kind='type', words='', type='zenuml'", "diagram-type-refused", 1),
    ("kind='type', words='', type='brandnew'", "diagram-type-unknown", 1),
    ("kind='time', words=''", "diagram-timeout", 1),
    ("kind='graph', words='x is undefined', type='pie'", "diagram-failed", 1),
    ("kind='syntax', words='Edge limit exceeded. 501 edges found'", "diagram-too-large", 1),
    ("kind='failed', words='x is undefined'", "diagram-failed", 1),
])  # fmt: skip
def test_each_problem_in_an_authors_words(stub: Callable[..., MermaidTool], told: str, code: str, line: int) -> None:
    tool = stub(f"answer(id=0, problem=dict({told}))")
    (found,) = tool.execute([job("flowchrt TD\nA-->B\n%% theme\nC")])[0].diagnostics
    assert (found.code, found.span.line if found.span else None) == (code, line)
    assert found.message.endswith(".") and found.hints
    if code == "diagram-type-unknown" and "detected" in told:
        assert "flowchart" in found.hints[0]


def test_a_diagram_of_endless_length_is_not_even_tried(stub: Callable[..., MermaidTool]) -> None:
    results = stub("for diagram in request['diagrams']: good(diagram)").execute([job("pie\n" * 20_000), job("pie")])
    assert codes(results) == ["diagram-too-large", "ok"]


def test_a_drawing_with_html_is_refused_by_name(stub: Callable[..., MermaidTool]) -> None:
    tool = stub("""answer(id=0, type="mindmap", svg='<svg xmlns="http://www.w3.org/2000/svg"><foreignObject/></svg>',
                          graph={}, title="", description="")""")  # fmt: skip
    (found,) = tool.execute([job("mindmap")])[0].diagnostics
    assert found.code == "diagram-unsupported-labels" and "mind map" in found.message


def test_missing_programs_are_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing):
        MermaidTool(tmp_path / "no-node", tmp_path / "chromium", tmp_path).execute([job("pie")])


# ---- the real thing -------------------------------------------------------------------------------------------------

BROKEN = {
    "syntax": ("%% a remark\nflowchart TD\n\n%% another\nA[\"one\"] --> B{\nB --> C\n", "diagram-syntax", 5),
    "front-matter": ("---\ntitle: x\n---\npie\n  \"A\" : many\n", "diagram-syntax", 5),
    "kind": ("flowchrt TD\nA --> B\n", "diagram-type-unknown", 1),
    "theme-css": ("%%{init: {'themeCSS': '@import url(http://127.0.0.1:PORT/x)'}}%%\npie\n\"A\" : 1\n", "diagram-config", 1),
    "theme": ("---\nconfig:\n  theme: forest\n---\npie\n\"A\" : 1\n", "diagram-config", 3),
    "formula": ("flowchart LR\nA[\"$$x^2$$\"] --> B\n", "diagram-unsupported-labels", 1),
    "picture": ('flowchart LR\nC@{ img: "http://127.0.0.1:PORT/c.png", label: "x" }\n', "diagram-unsupported-labels", 1),
    "no-day": ("gantt\n  dateFormat YYYY-MM-DD\n  section A\n  One: a, 2026-13-45, 3d\n", "diagram-syntax", 4),
}  # fmt: skip
PLACES = {
    "flow-end": ("flowchart TD\n  A[Start] --> B[End]\n end --> C\n", 3, 2),
    "flow-paren": ("flowchart TD\n  A[Start (now)] --> B[Rest]\n", 2, 11),
    "flow-arrow": ("flowchart TD\n  A[Start] -> B[Rest]\n", 2, 12),
    "seq-arrow": ("sequenceDiagram\n  Ann->>Bob: Hello\n  Bob=>Ann: Hi\n", 3, 7),
    "seq-end": ("sequenceDiagram\n  Ann->>Bob: Hello\n  alt well\n  Bob->>Ann: Hi\n", 3, 3),
    "seq-nocolon": ("sequenceDiagram\n  Ann->>Bob Hello\n  Bob->>Ann: Hi\n", 2, 3),
    "seq-deact": ("sequenceDiagram\n  Ann->>Bob: Hello\n  deactivate Bob\n", 3, 3),
    "class-brace": ("classDiagram\n  class Animal {\n    +name\n  Animal <|-- Dog\n", 2, 16),
    "class-arrow": ("classDiagram\n  Animal <|- Dog\n", 2, 12),
    "state-arrow": ("stateDiagram-v2\n  [*] --> Still\n  Still -> Moving\n", 3, 9),
    "state-brace": ("stateDiagram-v2\n  state Moving {\n    A --> B\n", 2, 16),
    "er-card": ("erDiagram\n  PATIENT ||--o{ VISIT : has\n  VISIT |-o{ TEST : includes\n", 3, 9),
    "er-nolabel": ("erDiagram\n  PATIENT ||--o{ VISIT : has\n  PATIENT ||--o{ VISIT\n  PATIENT ||--o{ TEST : gets\n", 3, 3),
    "pie-quote": ("pie\n  title Blood\n  \"A\" : 40\n  B : 60\n", 4, 3),
    "pie-neg": ("pie\n  \"A\" : -40\n  \"B\" : 60\n", 2, 3),
    "pie-comma": ("pie\n  \"A\" : 40,5\n  \"B\" : 60\n", 2, 11),
    "gantt-date2": ("gantt\n  title Plan\n  dateFormat YYYY-MM-DD\n  section One\n  First : a1, 31.12.2026, 3d\n", 5, 3),
    "gantt-word": ("gantt\n  title Plan\n  dateFormat YYYY-MM-DD\n  secton One\n  First : a1, 2026-02-01, 3d\n", 4, 3),
    "mind-indent": ("mindmap\n  root\n    A\n  other\n", 4, 3),
    "git-branch": ("gitGraph\n  commit\n  checkout develop\n  commit\n", 3, 3),
    "git-word": ("gitGraph\n  commit\n  comit\n", 3, 3),
    "quadrant-axis": ("quadrantChart\n  title Q\n  x-axis Low -> High\n  A: [0.3, 0.6]\n", 3, 15),
    "quadrant-range": ("quadrantChart\n  title Q\n  x-axis Low --> High\n  A: [3, 6]\n", 4, 7),
    "xy-list": ("xychart-beta\n  title \"T\"\n  x-axis [a, b]\n  bar [1, 2\n", 4, 3),
    "xy-word": ("xychart-beta\n  title \"T\"\n  x-axis [a, b]\n  bra [1, 2]\n", 4, 3),
    "sankey-col": ("sankey-beta\n\nA,B,10\nB,C\n", 4, 1),
    "block-arrow": ("block-beta\n  columns 2\n  a b\n  a -> b\n", 4, 5),
    "kanban": ("kanban\n  todo[To do]\n    a[One\n", 3, 5),
    "req": ("requirementDiagram\n  requirement one {\n    id: 1\n    text: A\n    risk: hgh\n    verifymethod: test\n  }\n", 5, 11),
    "c4": ("C4Context\n  title T\n  Person(a, \"A\")\n  Rel(a, b, \"uses\"\n", 4, 3),
    "packet": ("packet-beta\n  0-7: \"A\"\n  9-15: \"B\"\n", 3, 3),
    "arch": ("architecture-beta\n  group api(cloud)[API]\n  service db(database)[DB] in apo\n", 3, 3),
    "treemap": ("treemap-beta\n\"A\"\n  \"B\": ten\n", 3, 6),
}  # fmt: skip
"""Mistakes that only Mermaid sees, in all kinds of diagrams: the code, and the line and column that the author is to be told."""
TALKATIVE = """flowchart LR
A["<img src='http://127.0.0.1:PORT/a.png' onerror='fetch(`http://127.0.0.1:PORT/b`)'>"] --> B
click B "http://127.0.0.1:PORT/e"
"""
OWN_SETTINGS = "---\nconfig:\n  journey:\n    taskMargin: 60\n---\n" + GALLERY["journey"]


class Drawn(dict[str, Result]):
    """All results of one browser start, and what was seen around it."""

    asked: int = 0
    left: tuple[str, ...] = ()


@pytest.fixture(scope="session")
def tool() -> MermaidTool:
    return MermaidTool.found(ROOT)


@pytest.fixture(scope="session")
def fonts() -> dict[str, bytes]:
    return FONTS


@pytest.fixture(scope="session")
def drawn(tool: MermaidTool, fonts: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """The gallery, the broken ones among it, and one that tries to phone home."""
    with own_temporary_folder(tmp_path_factory.mktemp("drawn")) as folder, socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = str(server.getsockname()[1])
        wanted = {**GALLERY, **{f"broken-{n}": code.replace("PORT", port) for n, (code, _, _) in BROKEN.items()},
                  **{f"broken-place-{n}": code for n, (code, _, _) in PLACES.items()},
                  "talkative": TALKATIVE.replace("PORT", port), "own-settings": OWN_SETTINGS}  # fmt: skip
        names = sorted(wanted, key=lambda name: name.removeprefix("broken-"))
        jobs = [job(wanted[n], svg_id=n, fonts=fonts, scale=2 if n == "flowchart" else 0) for n in names]
        found = Drawn(zip(names, tool.execute(jobs), strict=True))
        try:
            server.accept()
            found.asked += 1
        except TimeoutError:
            pass
        found.left = living(folder)
    return found


@contextlib.contextmanager
def own_temporary_folder(folder: Path) -> Iterator[str]:
    """A place for temporary files by which our processes can be told from those of others on this machine."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield str(folder)
    finally:
        tempfile.tempdir = before


def living(folder: str) -> tuple[str, ...]:
    """Names of the processes that mention the folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and any(folder in part for part in process.cmdline()):
                found.append(process.name())
    return tuple(found)


@pytest.mark.e2e
def test_every_kind_of_diagram_is_taken_or_refused(drawn: Drawn) -> None:
    kinds = set()
    for name in GALLERY:
        result = drawn[name]
        if result.failed:
            assert codes([result]) == ["diagram-type-refused"]
            kinds.add(next(row.id for row in TYPES.values() if row.refused and row.keyword in GALLERY[name]))
            continue
        meta = json.loads(result.outputs[META])
        kinds.add(meta["type"])
        assert not TYPES[meta["type"]].refused
        assert meta["labels"] and meta["smallest"] >= 10 and 50 < meta["width"] < 1300 and 50 < meta["height"] < 1000, name
        text = result.outputs[SVG].decode()
        assert "foreignObject" not in text and "style" not in text and "var(" not in text and "NaN" not in text, name
        assert not re.search(r'<(rect|path|polygon|circle)[^>]* fill="#000000"', text), f"{name} has lost its colours"
        assert all(identifier.startswith(f"{name}-") for identifier in re.findall(r'\bid="([^"]*)"', text))
    assert kinds >= set(TYPES) - {"flowchart-elk", "info", "error"}


@pytest.mark.e2e
def test_labels_are_text_in_a_pdf(drawn: Drawn) -> None:
    """Every drawing in WeasyPrint, on a page of its own: its words can be read from the PDF."""
    import base64

    import pypdfium2
    from weasyprint import HTML

    good = {name: drawn[name] for name in GALLERY if not drawn[name].failed}
    pages = "".join(
        f'<div style="break-after:page"><img style="max-width:600px;max-height:800px" src="data:image/svg+xml;base64,'
        f'{base64.b64encode(result.outputs[SVG]).decode()}"></div>' for result in good.values()
    )  # fmt: skip
    pdf = pypdfium2.PdfDocument(HTML(string=pages).write_pdf())
    for number, (name, result) in enumerate(good.items()):
        shown = Counter_of(pdf[number].get_textpage().get_text_bounded())
        wanted = Counter_of(" ".join(json.loads(result.outputs[META])["labels"]))
        assert not wanted - shown, (name, wanted - shown)


def Counter_of(text: str) -> Any:  # noqa: N802
    from collections import Counter

    return Counter(re.sub(r"\W", "", text.replace("\ufb01", "fi").replace("\ufb02", "fl")))


@pytest.mark.e2e
def test_one_bad_diagram_does_not_harm_the_others(drawn: Drawn) -> None:
    for name, (_, code, line) in BROKEN.items():
        result = drawn[f"broken-{name}"]
        (found,) = result.diagnostics
        assert (found.code, found.span.line if found.span else 0) == (code, line), name


@pytest.mark.e2e
@pytest.mark.parametrize("name", PLACES)
def test_what_only_mermaid_sees_is_told_at_its_place(drawn: Drawn, name: str) -> None:
    _, line, column = PLACES[name]
    (found,) = drawn[f"broken-place-{name}"].diagnostics
    assert found.code == "diagram-syntax" and found.hints and found.detail
    assert found.span is not None and (found.span.line, found.span.column) == (line, column)


@pytest.mark.e2e
def test_nothing_is_fetched_and_nobody_is_left(drawn: Drawn) -> None:
    assert drawn.asked == 0
    assert drawn.left == ()
    svg = drawn["talkative"].outputs[SVG].decode()
    assert not re.search(r"href|url\(|<(?!/?(svg|g|rect|path|text|tspan|polygon)\b)", svg)


@pytest.mark.e2e
def test_the_same_bytes_alone_in_another_order_and_again(drawn: Drawn, tool: MermaidTool, fonts: dict[str, bytes]) -> None:
    """Random identifiers, module state and dates must not leak from one diagram into the next."""
    names = ["own-settings", "journey", "gitgraph", "architecture", "mindmap", "venn", "gantt", "flowchart"]
    codes_of = {**GALLERY, "own-settings": OWN_SETTINGS}
    again = tool.execute([job(codes_of[n], svg_id=n, fonts=fonts, scale=2 if n == "flowchart" else 0) for n in names])
    for name, result in zip(names, again, strict=True):
        assert result.outputs == drawn[name].outputs, name
    assert drawn["own-settings"].outputs[SVG] != drawn["journey"].outputs[SVG]


@pytest.mark.e2e
def test_too_slow_is_told_and_leaves_nobody(tool: MermaidTool, tmp_path: Path) -> None:
    hurried = MermaidTool(tool._node, tool._browser, tool._mermaid_cli, seconds=0.02, grace=1)
    with own_temporary_folder(tmp_path) as folder:
        assert codes(hurried.execute([job(GALLERY["flowchart"]), job(GALLERY["pie"])])) == ["diagram-timeout"] * 2
        assert living(folder) == ()


@pytest.mark.e2e
def test_one_that_never_ends_costs_no_other_one_its_drawing(drawn: Drawn, tool: MermaidTool, fonts: dict[str, bytes]) -> None:
    """Two pages are at work when it stops the browser: what stood on the other one is drawn again, as if nothing had been."""
    names = ["pie", "journey", "gantt", "flowchart-shapes", "er", "mindmap"]
    endless = "flowchart LR\n" + "\n".join(f"n{(n * 7919) % 353} --> n{(n * 104729) % 349}" for n in range(1, 490))
    hurried = MermaidTool(tool._node, tool._browser, tool._mermaid_cli, seconds=5, grace=1)
    wanted = [job(GALLERY[name], svg_id=name, fonts=fonts) for name in names]
    results = hurried.execute([*wanted[:2], job(endless, svg_id="endless", fonts=fonts), *wanted[2:]])
    assert codes(results) == ["ok", "ok", "diagram-timeout", "ok", "ok", "ok", "ok"]
    for name, result in zip(names, [*results[:2], *results[3:]], strict=True):
        assert result.outputs == drawn[name].outputs, name


@pytest.mark.e2e
def test_the_seeds_flowchart_fits_its_page(drawn: Drawn) -> None:
    meta = json.loads(drawn["flowchart"].outputs[META])
    assert meta["width"] <= 642 and meta["height"] <= 718 and meta["smallest"] >= 12  # 170 mm, 190 mm, 9 pt
    graph = json.loads(drawn["flowchart"].outputs[GRAPH])
    assert sorted(meta["labels"]) == sorted(node["label"] for node in graph["nodes"])
    assert len(graph["edges"]) == 10
    assert drawn["flowchart"].outputs[PNG].startswith(b"\x89PNG")


@pytest.mark.e2e
def test_graphs_come_from_mermaids_parser(drawn: Drawn) -> None:
    def graph(name: str) -> Any:
        return json.loads(drawn[name].outputs[GRAPH])

    shapes = graph("flowchart-shapes")
    assert {"from": "check", "label": "yes", "to": "read", "way": "forward"} in shapes["edges"]
    assert [group["label"] for group in shapes["groups"]] == ["Front desk", "Back office"]
    assert json.loads(drawn["flowchart-shapes"].outputs[META])["title"] == "How a form travels"
    assert [node["kind"] for node in graph("state")["nodes"]].count("start") == 2
    assert graph("state")["notes"] == [{"of": "Draft", "text": "Nobody outside sees a draft"}]
    assert [event["kind"] for event in graph("sequence")["events"]].count("message") == 6
    assert graph("er")["relations"][0] == {"dependent": True, "from": "AUTHOR", "fromCount": "one", "text": "writes",
                                           "to": "PUBLICATION", "toCount": "any"}  # fmt: skip
    assert graph("pie")["parts"][0] == {"label": "At the clinic", "value": 46}
    assert graph("timeline")["title"] == "How the leaflet grew"
    assert graph("gantt")["tasks"][0]["end"] == "2026-03-16T00:00"
    assert graph("mindmap")["root"]["children"][0]["children"][1]["label"] == "Terms explained"
    assert graph("journey")["tasks"][1]["people"] == ["Patient", "Receptionist"]
    assert {relation["fromEnd"] for relation in graph("class")["relations"]} == {"composition", "", "extension"}


@pytest.mark.e2e
def test_the_page_about_diagrams_tells_what_is_so(drawn: Drawn) -> None:
    """`python -m handbill.draw.gallery` writes it anew."""
    folder = ROOT / "templates"
    templates = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.j2")}
    told = (ROOT / "docs" / "diagrams.md").read_text(encoding="utf-8")
    assert gallery.page(told, GALLERY, drawn, templates) == told
    assert {path.stem for path in (ROOT / "docs" / "images" / "diagrams").glob("*.png")} == set(gallery.SHOWN)


@pytest.mark.e2e
def test_the_version_names_everything_that_shapes_a_drawing(tool: MermaidTool) -> None:
    assert re.fullmatch(r"mermaid-cli 12\.[\d.]+, mermaid 12\.[\d.]+, browser \d+, [0-9a-f]{12}", tool.version())


# ---- the palette ----------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_palette_can_be_read_and_copied() -> None:
    import yaml

    palette = yaml.safe_load((ROOT / "templates" / "diagrams" / "theme.yaml").read_text(encoding="utf-8"))["palette"]
    grounds = [name for name in palette if name in ("paper", "box", "group", "note") or name.startswith("area")]
    assert len(grounds) == 12
    for name in grounds:
        assert contrast(palette["text"], palette[name]) >= 7, name
    for name in ("line", "accent", "note-line", "warn"):
        assert contrast(palette[name], palette["paper"]) >= 4.5, name
    areas = [luminance(palette[f"area{number}"]) for number in range(1, 9)]
    assert min(abs(one - next_one) for one, next_one in pairwise(areas)) > 0.06  # on a grey copy
