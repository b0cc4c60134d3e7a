"""Small documents through pandoc, shaping and WeasyPrint; then their tags are read back and compared with the source.

Each file in `cases/` is one document. What must hold for all of them is computed here from the HTML, by
code that shares nothing with the engine; `tags/` holds each tree as a person has read and accepted it
(`ACCEPT=1 pytest tests/accessibility` writes them anew: read the difference).
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pypandoc
import pytest
from lxml import html as lxml_html

from handbill.inspect.pdf import inspect_pdf, validate_pdf
from handbill.inspect.pdf_check import check_tags
from handbill.inspect.pdf_tags import Tag
from handbill.model import Facts
from handbill.render.shape import shape_for_pdf
from handbill.tools.pandoc import READER, Pandoc, convert
from handbill.tools.weasyprint import WeasyPrintTool, weasyprint_job

HERE = Path(__file__).parent
PACKAGES = HERE.parents[1] / "node_modules" / "@fontsource"
CASES = sorted((HERE / "cases").iterdir())
FONTS = {
    "Body": ("atkinson-hyperlegible-next", ("latin", "latin-ext")),
    "Hebrew": ("noto-sans-hebrew", ("hebrew",)),
    "Arabic": ("noto-sans-arabic", ("arabic",)),
    "Chinese": ("noto-sans-sc", ()),
    "Signs": ("noto-sans-symbols-2", ("symbols",)),
    "Mathematics": ("noto-sans-math", ("latin",)),
    "Emoji": ("noto-emoji", ("emoji",)),
}
"""Family -> package and the subsets of it that are used; all of them for Chinese, which comes in many pieces."""
GENERATED = {
    "link-generated": ">(https://example.org/x)",
    "text-quotes": "“‘’”",
    "layout-generated": "Tip:(end)",
    "page-references": "onpage2",
    "contents-leaders": "2232",
    "layout-hyphens": "-----------",
}
"""Characters that style sheets add to the words of a case; of these, any number may be read."""
NOT_READ = {"running-element": "p.head"}
"""What a case moves out of its text, as a CSS class."""
UNSAID = (
    "//style|//script|//template|//title|//*[@aria-hidden='true']|//*[@hidden]|//*[contains(@style,'display: none')]"
)
UNSAID += "|//*[contains(@style,'visibility: hidden')]|//svg|//annotation"


@pytest.fixture(scope="session")
def engine() -> Iterator[WeasyPrintTool]:
    tool = WeasyPrintTool(workers=1)
    tool.warm()
    yield tool
    tool.close()


@pytest.mark.e2e
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_is_written_is_what_is_read(path: Path, engine: WeasyPrintTool) -> None:
    page = shape_for_pdf(_page(path))
    (result,) = engine.execute([weasyprint_job(page, _files(page))])
    assert not result.diagnostics
    data = result.outputs["document.pdf"]

    assert validate_pdf(data) == []
    facts = inspect_pdf(path.stem, data)
    assert check_tags(facts) == []
    assert facts.extra["conformance"] == ("PDF/A-3a", "PDF/UA-1")
    assert (facts.language, facts.title) == ("en", path.stem)
    source = _Source(page, path.stem)
    tags: Tag = facts.extra["tags"]
    _same_words(source, tags, GENERATED.get(path.stem, ""))
    assert [(tag.type, _bare(tag.text)) for tag in tags.find(*_HEADINGS)] == source.headings
    assert [(f"H{level}", _bare(words)) for level, words in facts.extra["outline"]] == source.headings
    assert sorted(_links(tags, path.stem)) == sorted(source.links)
    assert sorted(facts.extra["figures"]) == sorted(source.pictures)
    assert _lists(tags) == source.lists
    assert _tables(tags) == source.tables
    assert {tag.expansion for tag in tags.walk() if tag.expansion} == source.abbreviations
    assert [lang for lang, words in source.languages if not _spoken(tags, lang, words)] == []
    assert "RUNNING" not in tags.text
    assert not re.search(r"(\. ?){4}", tags.text)
    _accepted(path.stem, tags, facts)


# The page


@cache
def _pandoc() -> Pandoc:
    return Pandoc(Path(pypandoc.get_pandoc_path()))


def _page(path: Path) -> str:
    body = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        job = convert(
            "in.md", {"in.md": body.encode()}, reader=READER, writer="html5", output="out.html", label=path.stem
        )
        (result,) = _pandoc().execute([job])
        body = result.outputs["out.html"].decode()
    css = (HERE / "page.css").read_text(encoding="utf-8") + _font_faces(body)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{path.stem}</title>'
        f"<style>{css}</style></head><body><main>\n{body}\n</main></body></html>"
    )


def _font_faces(text: str) -> str:
    return "".join(f"@font-face {{ font-family: {family}; src: url({file}) }}\n" for family, file in _font_files(text))


def _font_files(text: str) -> list[tuple[str, str]]:
    """Family and file of every font that has some of the characters of `text`."""
    files = []
    for family, (package, subsets) in FONTS.items():
        for subset, ranges in _subsets(package).items():
            wanted = subset in subsets or not subsets
            if wanted and (family == "Body" or any(_within(ord(c), ranges) for c in _rare(text))):
                files.append((family, f"{package}-{subset}-400-normal.woff"))
    return files


def _rare(text: str) -> set[str]:
    """Characters that the body's own font does not have."""
    return {character for character in text if ord(character) > 0x24F and not 0x2000 <= ord(character) < 0x2070}


_UNSAID_PIECES = {
    "noto-emoji": {"emoji": "U+2600-27BF,U+1F000-1FAFF"},
    "noto-sans-math": {"latin": "U+2190-22FF,U+27C0-27EF,U+2900-2BFF"},
}


@cache
def _subsets(package: str) -> dict[str, str]:
    """Name of each piece of a font and its characters, as its package says; what it does not say has any."""
    said = json.loads((PACKAGES / package / "unicode.json").read_text(encoding="utf-8"))
    pieces = {name.strip("[]"): ranges for name, ranges in said.items()}
    return pieces | _UNSAID_PIECES.get(package, {})


def _within(code: int, ranges: str) -> bool:
    for one in ranges.split(","):
        first, _, last = one.strip().removeprefix("U+").partition("-")
        if int(first, 16) <= code <= int(last or first, 16):
            return True
    return False


def _files(page: str) -> dict[str, bytes]:
    """Everything that the page may name: the pictures, and its fonts."""
    files = {path.name: path.read_bytes() for path in (HERE / "pictures").iterdir()}
    for name in re.findall(r"url\(([a-z0-9-]+\.woff)\)", page):
        folder = max((package for package, _ in FONTS.values() if name.startswith(f"{package}-")), key=len)
        files[name] = (PACKAGES / folder / "files" / name).read_bytes()
    return files


# The source, by code of its own

_HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")


def _bare(text: str) -> str:
    """Letters only: spaces, soft hyphens and capitals are matters of layout."""
    return re.sub(r"[\s\u00ad\u200b\ufe0f]+", "", unicodedata.normalize("NFKC", text)).casefold().replace("−", "-")


class _Source:
    def __init__(self, page: str, name: str) -> None:
        root = lxml_html.document_fromstring(page)
        self.pictures = [
            *(image.get("alt") for image in root.xpath("//img[@alt!='' and not(ancestor-or-self::*[@aria-hidden])]")),
            *(svg.findtext("title") for svg in root.xpath("//svg[not(@aria-hidden)]")),
        ]
        links = [a for a in root.xpath("//a[@href]") if NOT_READ.get(name) is None]
        self.links = [(_bare(_said(a)), a.get("href")) for a in links]
        for unsaid in root.xpath(UNSAID):
            unsaid.drop_tree()
        if moved := NOT_READ.get(name):
            for element in root.cssselect(moved):
                element.drop_tree()
        body = root.find("body")
        self.words = _bare(body.text_content())
        self.headings = [
            (h.tag.upper(), _bare(h.text_content())) for h in body.iter("h1", "h2", "h3", "h4", "h5", "h6")
        ]
        self.lists = [
            tuple(_bare(_own(item)) for item in kids)
            for element in body.iter("ul", "ol")
            if not element.xpath("ancestor::nav") and (kids := element.findall("li"))
        ]
        self.tables = [_grid(table) for table in body.iter("table") if table.get("role") != "presentation"]
        self.abbreviations = {a.get("title") for a in body.iter("abbr") if a.get("title")}
        self.languages = [
            (e.get("lang"), _bare(e.text_content())) for e in body.xpath(".//*[@lang]") if e.get("lang") != "en"
        ]


def _said(link: lxml_html.HtmlElement) -> str:
    parts = [link.text or ""]
    for kid in link:
        if kid.tag == "svg":
            parts.append(kid.findtext("title") or "")
        else:
            parts.append(kid.get("alt") or _said(kid))
        parts.append(kid.tail or "")
    return "".join(parts)


def _own(item: lxml_html.HtmlElement) -> str:
    """The words of a list item without those of the lists inside it."""
    parts = [item.text or ""]
    for kid in item:
        if kid.tag not in ("ul", "ol"):
            parts.append(_own(kid))
        parts.append(kid.tail or "")
    return "".join(parts)


def _grid(table: lxml_html.HtmlElement) -> list[tuple[str, tuple[str, ...]]]:
    """Words of each data cell with the words of its header cells, as HTML's table model has it."""
    cells = []  # (tag, words, rows, columns, scope, group)
    taken: set[tuple[int, int]] = set()
    y = 0
    groups = [g for g in table if g.tag in ("thead", "tbody", "tfoot")] or [table]
    for number, group in enumerate(groups):
        rows = group.findall("tr")
        for place, row in enumerate(rows):
            x = 0
            for cell in row:
                while (y, x) in taken:
                    x += 1
                high = min(int(cell.get("rowspan", 1)), len(rows) - place)
                wide = int(cell.get("colspan", 1))
                spot = (range(y, y + high), range(x, x + wide))
                taken |= {(r, c) for r in spot[0] for c in spot[1]}
                cells.append((cell.tag, _bare(cell.text_content()), *spot, cell.get("scope"), number))
                x += wide
            y += 1
    found = []
    for tag, words, rows, columns, _, group in cells:
        if tag != "td":
            continue
        heads = []
        for kind, name, r, c, scope, g in cells:
            if kind != "th" or not name:
                continue
            above = scope in ("col", "colgroup") and r[0] < rows[0] and set(c) & set(columns)
            before = scope == "row" and c[0] < columns[0] and set(r) & set(rows)
            over = scope == "rowgroup" and g == group and r[0] <= rows[0]
            if above or before or over:
                heads.append(name)
        found.append((words, tuple(heads)))
    return found


# The tags


def _same_words(source: _Source, tags: Tag, generated: str) -> None:
    """The source's letters, each once, in order; what is read beside them was made by a style sheet."""
    rest = list(_bare(generated))
    position = 0
    for letter in _bare("".join(_read(tags))):
        if position < len(source.words) and letter == source.words[position]:
            position += 1
        else:
            assert letter in rest, f"“{letter}” is read after “{source.words[max(0, position - 60) : position]}”"
    assert position == len(source.words), f"not read: “{source.words[position : position + 60]}”"


def _read(tag: Tag, numbered: bool = False) -> Iterator[str]:
    """All words but markers of lists, calls and numbers of notes at the foot, and letters in pictures."""
    if tag.type in ("Figure", "Formula") or (tag.type == "Lbl" and numbered):
        return
    made = tag.type in ("Note", "TOCI") or "ListNumbering" in tag.attributes or (tag.type == "LI" and numbered)
    for kid in tag.kids:
        if isinstance(kid, str):
            yield "" if tag.type == "Reference" else kid
        else:
            yield from _read(kid, made)


def _links(tags: Tag, name: str) -> Iterator[tuple[str, str]]:
    """What each link's rectangles say, all of them the same, and where they lead. It is what can be read, too."""
    for tag in tags.find("Link"):
        assert tag.links, f"no rectangle for the link “{tag.text}”"
        ((words, target),) = set(tag.links)
        read = _bare("".join(_pieces(tag)))
        assert _bare(words) in read if name in GENERATED else _bare(words) == read
        yield _bare(words), target


def _pieces(tag: Tag) -> Iterator[str]:
    if tag.type in ("Figure", "Formula"):
        yield tag.alt
        return
    for kid in tag.kids:
        if isinstance(kid, str):
            yield kid
        else:
            yield from _pieces(kid)


def _lists(tags: Tag) -> list[tuple[str, ...]]:
    """Words of every item of every list, without its marker and the lists inside it; term lists left out."""
    found = []
    for tag in tags.find("L"):
        items = [kid for kid in tag.kids if isinstance(kid, Tag)]
        assert {item.type for item in items} == {"LI"}
        for item in items:
            assert [kid.type for kid in item.kids if isinstance(kid, Tag)].count("LBody") >= 1 or tag.id
        if not _is_terms(tag):
            found.append(tuple(_bare("".join(_item(item))) for item in items))
    return found


def _is_terms(tag: Tag) -> bool:
    return "ListNumbering" not in tag.attributes


def _item(tag: Tag) -> Iterator[str]:
    for kid in tag.kids:
        if isinstance(kid, str):
            yield kid
        elif kid.type not in ("L", "Lbl", "Figure", "Formula"):
            yield from _item(kid)


def _tables(tags: Tag) -> list[list[tuple[str, tuple[str, ...]]]]:
    tables = []
    for table in tags.find("Table"):
        names = {cell.id: _bare("".join(_read(cell))) for cell in table.find("TH") if cell.id}
        own = [cell for row in _rows(table) for cell in row.kids if isinstance(cell, Tag)]
        assert {cell.type for cell in own} <= {"TH", "TD"}
        assert all("Scope" in cell.attributes for cell in own if cell.type == "TH")
        tables.append(
            [
                (_bare("".join(_read(cell))), tuple(names[head] for head in cell.attributes.get("Headers", ())))
                for cell in own
                if cell.type == "TD"
            ]
        )
    return tables


def _rows(tag: Tag) -> Iterator[Tag]:
    for kid in tag.kids:
        if isinstance(kid, Tag) and kid.type == "TR":
            yield kid
        elif isinstance(kid, Tag) and kid.type in ("THead", "TBody", "TFoot"):
            yield from _rows(kid)


def _spoken(tags: Tag, lang: str, words: str) -> bool:
    """Whether these words are said in that language: by one element, or by elements one after the other."""
    together = ""
    for tag in tags.walk():
        if tag.lang == lang:
            said = _bare("".join(_read(tag)))
            if words in said:
                return True
            together += said
    return words in together


def _accepted(name: str, tags: Tag, facts: Facts) -> None:
    path = HERE / "tags" / f"{name}.txt"
    lines = "\n".join(_drawn(tags)) + "\n"
    if os.environ.get("ACCEPT"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(lines, encoding="utf-8")
    assert lines == path.read_text(encoding="utf-8")


def _drawn(tag: Tag, depth: int = 0) -> Iterator[str]:
    marks = {"lang": tag.lang, "alt": tag.alt, "expansion": tag.expansion, "id": tag.id}
    notes = [f"{key}={value!r}" for key, value in marks.items() if value]
    notes += [f"{key}={value}" for key, value in sorted(tag.attributes.items()) if key != "BBox"]
    notes += [f"-> {target}" for target in dict.fromkeys(target for _, target in tag.links)]
    own = "".join(kid for kid in tag.kids if isinstance(kid, str)).strip()
    short = own if len(own) <= 60 else f"{own[:40]}…{own[-15:]}"
    yield "  " * depth + " ".join([tag.type, *notes, *([f"“{short}”"] if short else [])])
    for kid in tag.kids:
        if isinstance(kid, Tag):
            yield from _drawn(kid, depth + 1)
