"""What the worker leaves out of WeasyPrint's start changes nothing of what WeasyPrint does."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest

ROOT = Path(__file__).resolve().parents[1]
FONT = (
    ROOT / "node_modules/@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-{}-normal.woff"
)
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Page</title><style>
@font-face { font-family: Body; src: url(a.woff) } @font-face { font-family: Body; font-weight: 700; src: url(b.woff) }
body { font: 12pt Body } @page { @bottom-center { font-family: Body; content: counter(page) " of " counter(pages) } }
</style></head><body><h1>Words</h1><p>Some <b>bold</b> ones, office and flow. <a href="#end">On</a></p>
<table><thead><tr><th>One</th><th>Two</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>
<img src="d.svg" alt="A drawing" style="width: 6cm"><p id="end" style="break-before: page">The end.</p></body></html>"""
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40" font-family="Body" font-size="12">'
    '<rect width="90" height="40" fill="#eaf2f7"/><text x="45" y="24" text-anchor="middle">In a box</text></svg>'
)
RUN = """
import json, os, sys, time
from pathlib import Path
began = os.times()
{start}
ended = os.times()
names = [name for name in sys.modules]
from weasyprint.text.ffi import ffi
before = set(ffi._parsed_types)
done = engine.render({{name: Path(name).read_bytes() for name in ("index.html", "a.woff", "b.woff", "d.svg")}}, {{}})
Path("out.pdf").write_bytes(done.pdf)
print(json.dumps({{"children": ended.children_user + ended.children_system - began.children_user - began.children_system,
                  "parsed": sorted(set(ffi._parsed_types) - before), "modules": names, "log": done.log, "misfits": [str(m) for m in done.misfits]}}))
"""
LEAN = "from handbill.tools import weasyprint_worker; engine = weasyprint_worker._engine()"
PLAIN = "from handbill.tools.pdf.engine import Engine; engine = Engine()"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, dict[str, Any]]]:
    """The same document by an engine that started lean and by one that started as WeasyPrint is written."""
    made = {}
    for name, start in (("lean", LEAN), ("plain", PLAIN)):
        home = tmp_path_factory.mktemp(name)
        (home / "index.html").write_text(PAGE)
        (home / "d.svg").write_text(DRAWING)
        for file, weight in (("a.woff", 400), ("b.woff", 700)):
            (home / file).write_bytes(Path(str(FONT).format(weight)).read_bytes())
        done = subprocess.run(
            [sys.executable, "-P", "-W", "ignore", "-c", RUN.format(start=start)],
            cwd=home, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0", "TZ": "UTC"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        made[name] = (home / "out.pdf").read_bytes(), json.loads(done.stdout)
    return made


def test_text_positions_tags_and_fonts_are_the_same(both: dict[str, tuple[bytes, dict[str, Any]]]) -> None:
    (lean, said), (plain, also) = both["lean"], both["plain"]
    assert _letters(lean) == _letters(plain)
    assert _tags(lean) == _tags(plain)
    assert _fonts(lean) == _fonts(plain)
    assert said["log"] == also["log"] == []


def test_every_byte_is_the_same(both: dict[str, tuple[bytes, dict[str, Any]]]) -> None:
    assert hashlib.sha256(both["lean"][0]).hexdigest() == hashlib.sha256(both["plain"][0]).hexdigest()


def test_what_is_not_needed_is_not_there(both: dict[str, tuple[bytes, dict[str, Any]]]) -> None:
    lean, plain = both["lean"][1], both["plain"][1]
    unneeded = {"fontTools.subset", "fontTools.varLib.instancer"}
    assert unneeded <= set(plain["modules"])
    assert not (unneeded | {"pydantic"}) & set(lean["modules"])
    assert lean["children"] < 0.01  # no compiler, no linker


def test_c_types_are_parsed_before_anybody_waits(both: dict[str, tuple[bytes, dict[str, Any]]]) -> None:
    sized = re.compile(r"hb_(codepoint|tag)_t\[\d+\]")  # as many as there are glyphs or tables: known only then
    lean, plain = ([name for name in both[start][1]["parsed"] if not sized.fullmatch(name)] for start in ("lean", "plain"))
    assert lean == [] and len(plain) > 3


def _letters(data: bytes) -> list[tuple[Any, ...]]:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return [
            (c["page_number"], c["text"], c["x0"], c["top"], c["fontname"], c["size"])
            for p in pdf.pages
            for c in p.chars
        ]


def _tags(data: bytes) -> list[str]:
    def walk(node: Any, depth: int) -> list[str]:
        if isinstance(node, pikepdf.Array):
            return [line for kid in node for line in walk(kid, depth)]  # type: ignore[attr-defined]
        if not isinstance(node, pikepdf.Dictionary) or "/S" not in node:
            return []
        own = f"{depth} {node.S} {node.get('/Alt', '')} {node.get('/A', '')}"
        return [own, *walk(node.get("/K"), depth + 1)]

    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = walk(pdf.Root.StructTreeRoot.K, 0)
    assert any("/Figure A drawing" in line for line in found) and any("/TH" in line for line in found)
    return found


def _fonts(data: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = [
            f"{item.FontName} {hashlib.sha256(next(item[key] for key in ('/FontFile2', '/FontFile3') if key in item).read_bytes()).hexdigest()}"
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
    assert len(found) == 2
    return found
