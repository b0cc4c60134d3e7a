"""Every rule about finished PDFs, on real ones: pages and panels that break it, and the same that keep it."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from tests.house_case import ABOUT, CARD, EDITION, Told, add_edition, built, make_house
from tests.icc_case import printer_profile

pytestmark = pytest.mark.e2e

SHEET = EDITION.format(name="sheet").replace("outputs:", "paper: {{measure: 80, pages: {pages}, marks: {marks}}}\noutputs:") + (
    "  pdf: {{file: sheet.pdf, template: page.html.j2, styles: [fonts.css, base.css, print.css, own.css]}}\n"
)
WORDS = "The administration of internationally representative recommendations needs understanding. " * 12
BROKEN = """\
.definition p { font-size: 7.5pt; line-height: 1.05; text-align: justify; hyphens: auto; max-width: none; margin-left: -21mm }
.definition p:last-child { position: relative; top: -9mm }
@page { size: A5 landscape !important; bleed: 1mm !important }
"""
PAGES = {"type-small", "line-long", "leading-tight", "text-justified", "text-hyphenated", "text-overlap", "paper-margin", "paper-size",
         "paper-pages", "paper-bleed"}  # fmt: skip
"""Rules about pages, all of which one bad style sheet breaks."""
PANELS = {"panel-overflow", "panel-words", "panel-empty"}
"""Rules about panels. `tests/test_standards.py` holds that every rule of a standard is in one of its tables."""


def project(folder: Path, sheet: str, css: str, definition: str, other: str) -> Path:
    root = make_house(folder / "p")
    about = root / ABOUT
    about.write_text(about.read_text().replace("[handout, text]", "[sheet, card]"))
    (add_edition(root, "sheet", sheet) / "own.css").write_text(css)
    add_edition(root, "card", CARD)
    sections = root / "content/sample/sections"
    with (sections / "one.md").open("a") as section:
        section.write(definition)
    if other:
        (sections / "two.md").write_text(f"---\nid: two\ntitle: Two\n---\n\n{other}\n")
    return root


def codes(told: Told, edition: str) -> set[str]:
    return {d["code"] for d in told.found if d["edition"] == edition}


def test_what_is_printed_badly_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, SHEET.format(pages=9, marks="true"), BROKEN, f"\n{WORDS}\n", "")
    told = built(root, tmp_path / "out", capsys, "sample", "-f", "pdf")
    assert told.code == 1
    assert codes(told, "sheet") >= PAGES
    assert codes(told, "card") >= {"panel-words", "panel-empty"}


def test_a_panel_that_is_too_full_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, SHEET.format(pages=0, marks="false"), "", f"\n{WORDS * 5}\n", "Few words.")
    told = built(root, tmp_path / "out", capsys, "sample", "-e", "card")
    assert "panel-overflow" in codes(told, "card")


def test_what_is_printed_well_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, SHEET.format(pages=0, marks="false"), "", "\nA few words more.\n", "Few words.")
    told = built(root, tmp_path / "out", capsys, "sample", "-f", "pdf")
    assert told.errors() == []
    assert not (codes(told, "sheet") | codes(told, "card")) & (PAGES | PANELS)
    assert told.files() >= {"sheet.pdf", "card.pdf"}


def test_a_print_shop_gets_boxes_marks_and_its_own_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, SHEET.format(pages=0, marks="false"), "", "", "Few words.")
    (root / "templates" / "styles" / "press.icc").write_bytes(printer_profile())
    told = built(root, tmp_path / "out", capsys, "sample", "-e", "card", "--print-marks")
    assert told.errors() == []
    with pikepdf.open(told.output / "sample" / "card-press.pdf") as pdf:
        [intent] = pdf.Root.OutputIntents
        assert str(intent.S) == "/GTS_PDFX"
        assert b"PDF/X-4" in pdf.Root.Metadata.read_bytes()
        for page in pdf.pages:
            trim, bleed, media = (millimetres(page.obj[name]) for name in ("/TrimBox", "/BleedBox", "/MediaBox"))
            assert [trim[2] - trim[0], trim[3] - trim[1]] == pytest.approx([296, 210], abs=0.05)
            assert [a - b for a, b in zip(trim, bleed, strict=True)] == pytest.approx([3, 3, -3, -3], abs=0.05)
            assert [a - b for a, b in zip(bleed, media, strict=True)] == pytest.approx([6, 6, -6, -6], abs=0.05)  # room for the marks


def millimetres(box: pikepdf.Object) -> list[float]:
    return [float(part) / 72 * 25.4 for part in box]  # type: ignore[attr-defined]
