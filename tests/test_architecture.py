"""The layers of ARCHITECTURE.md, read from the imports: only downwards, stages apart, no cycles."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "handbill"

LAYERS = (
    ("text", "diagnostics", "jobs", "schema", "model", "pandoc_ast", "files", "dates", "clock", "nearest", "garble", "diagram_types", "colour", "formulas", "markup", "pieces", "explanations", "shelf", "known", "precompiled", "template_syntax", "page_names", "templating", "folding", "paper", "schema_base", "schema_formats", "linear", "brf", "speech", "schema_governance", "readability", "reading", "governance", "approving", "record", "fingerprint", "names", "finding", "sheets", "box"),
    ("tools", "runners"),
    ("load", "assemble", "parse", "draw", "tailor", "cite", "render", "inspect", "rules", "publish", "show", "schemas"),
    ("press", "prepare", "editions", "reach", "order", "index", "quality"),
    ("cli", "__main__"),
)
STAGES = {"load", "assemble", "parse", "draw", "tailor", "cite", "render", "inspect"}


def modules() -> dict[str, set[str]]:
    """Module name (without `handbill.`) -> the names of the handbill modules that it imports at run time."""
    names = {name_of(path): path for path in PACKAGE.rglob("*.py")}
    return {name: imports(path, set(names)) for name, path in names.items()}


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or "__init__"


def imports(path: Path, known: set[str]) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        targets = []
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "handbill":
            base = node.module.removeprefix("handbill").lstrip(".")
            modules_named = [f"{base}.{alias.name}".lstrip(".") for alias in node.names]
            targets = [target if target in known else base for target in modules_named]
        elif isinstance(node, ast.Import):
            targets = [a.name.removeprefix("handbill.") for a in node.names if a.name.startswith("handbill.")]
        found |= {target for target in targets if target in known}
    return found - {name_of(path)}


def top(name: str) -> str:
    return name.split(".")[0]


def layer(name: str) -> int:
    return next((index for index, row in enumerate(LAYERS) if top(name) in row), -1)


def test_every_module_has_a_layer() -> None:
    assert [name for name in modules() if layer(name) < 0 and name != "__init__"] == []


def test_imports_go_downwards() -> None:
    upward = [
        f"{name} imports {other}"
        for name, others in modules().items()
        for other in others
        if other != "__init__" and name != "__init__" and layer(other) > layer(name)
    ]
    assert upward == []


def test_stages_do_not_import_each_other() -> None:
    sideways = [
        f"{name} imports {other}"
        for name, others in modules().items()
        for other in others
        if top(name) in STAGES and top(other) in STAGES and top(name) != top(other)
    ]
    assert sideways == []


def test_no_import_cycles() -> None:
    graph = modules()
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def test_only_tools_start_processes() -> None:
    starters = []
    for path in PACKAGE.rglob("*.py"):
        source = ast.parse(path.read_text(encoding="utf-8"))
        names = {a.name for n in ast.walk(source) if isinstance(n, ast.Import) for a in n.names}
        names |= {n.module or "" for n in ast.walk(source) if isinstance(n, ast.ImportFrom)}
        if {"subprocess", "multiprocessing"} & names and top(name_of(path)) != "tools":
            starters.append(name_of(path))
    assert starters == []
