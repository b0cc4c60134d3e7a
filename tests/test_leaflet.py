"""Folded leaflets, made by the real tools, measured, and folded on paper logic."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from handbill.assemble import assemble
from handbill.cite import cite
from handbill.diagnostics import Diagnostic, Report, Severity
from handbill.folding import Buckles, folded, front_and_back, reading_order
from handbill.inspect import inspect
from handbill.inspect.layout import Layout, Line
from handbill.inspect.paper import PaperFacts
from handbill.load import load
from handbill.model import Edition, Facts
from handbill.paper import Fold
from handbill.parse import parse
from handbill.render import render
from handbill.render.press_ready import press_ready
from handbill.rules import judge
from handbill.tailor import tailor
from handbill.tools.toolbox import Toolbox

HERE = Path(__file__).parent
REPOSITORY = HERE.parent

# Paper logic


def fold(kind: str, outside: list[float], inside: list[float]) -> Fold:
    names = [["o1", "o2", "o3"], ["i1", "i2", "i3"]]
    sides = [{"panels": n, "widths": w} for n, w in zip(names, (outside, inside), strict=True)]
    return Fold.model_validate({"kind": kind, "height": 210, "outside": sides[0], "inside": sides[1]})


ROLL = fold("roll", [97, 100, 100], [100, 100, 97])
ZIGZAG = fold("z", [99, 99, 99], [99, 99, 99])


def test_a_roll_fold_shows_its_last_outside_panel() -> None:
    assert front_and_back(ROLL) == ("o3", "o2")
    assert reading_order(ROLL) == ("o3", "o1", "i1", "i2", "i3", "o2")


def test_a_zigzag_has_its_back_on_the_other_side_of_the_sheet() -> None:
    assert front_and_back(ZIGZAG) == ("o3", "i3")
    assert reading_order(ZIGZAG) == ("o3", "i1", "i2", "i3", "o1", "o2")


def test_a_single_fold_is_a_card() -> None:
    card = Fold.model_validate({
        "kind": "roll", "height": 210, "outside": {"panels": ["back", "front"], "widths": [148, 148]},
        "inside": {"panels": ["left", "right"], "widths": [148, 148]},
    })  # fmt: skip
    assert (front_and_back(card), reading_order(card)) == (("front", "back"), ("front", "left", "right", "back"))


@pytest.mark.parametrize(("flap", "surplus"), [(101, 2), (100, 1), (99.5, 0.5)])
def test_a_flap_that_is_too_wide_buckles(flap: float, surplus: float) -> None:
    with pytest.raises(Buckles, match="i3") as caught:
        folded(fold("roll", [flap, 100, 100], [100, 100, flap]), clearance=1)
    assert caught.value.surplus == pytest.approx(surplus)
    assert folded(ROLL, clearance=3)
    assert folded(ZIGZAG, clearance=1)


# The real thing


@dataclass(frozen=True)
class Made:
    """One leaflet, what was measured in it, and what was said about it."""

    edition: Edition
    facts: Facts
    said: tuple[Diagnostic, ...]

    @property
    def paper(self) -> PaperFacts:
        found = self.facts.extra["paper"]
        assert isinstance(found, PaperFacts)
        return found

    def codes(self, severity: Severity | None = None) -> set[str]:
        return {d.code for d in self.said if severity in (None, d.severity)}


Maker = Callable[..., Made]


@pytest.fixture(scope="module")
def make() -> Iterator[Maker]:
    with Toolbox(REPOSITORY, None, 1) as tools:

        def made(
            root: Path, publication: str, name: str, change: Callable[[Edition], Edition | None] | None = None
        ) -> Made:
            report = Report()
            project = load(root, publication, report)
            assert project is not None
            source = assemble(project, report)
            assert source is not None, list(report)
            whole = parse(source, project, tools.runner, report)
            assert whole is not None, list(report)
            edition = project.editions[name]
            edition = (change(edition) or edition) if change else edition
            document = cite(tailor(whole, edition, project, report), whole, project, tools.runner, report)
            assert document is not None
            artifact = render(document, edition, "pdf", project, tools.runner, report)
            assert artifact is not None, list(report)
            facts = inspect(artifact, document, edition, project, report, tools.runner)
            judge("inspect", facts, project, report, edition=edition)
            return Made(edition, facts, tuple(report))

        yield made


def copied(target: Path, publication: Path) -> Path:
    """A project of our own: one publication and the house's templates."""
    shutil.copytree(publication, target / "content" / publication.name)
    shutil.copytree(REPOSITORY / "templates", target / "templates")
    shutil.copy(REPOSITORY / "references.bib", target)
    (target / "node_modules").symlink_to(REPOSITORY / "node_modules")
    return target


@pytest.fixture(scope="module")
def roll(make: Maker) -> Made:
    return make(REPOSITORY, "gene-therapy", "leaflet")


@pytest.fixture(scope="module")
def zigzag(make: Maker, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The other fold, and as a print shop gets it."""
    root = copied(tmp_path_factory.mktemp("zigzag"), REPOSITORY / "content" / "gene-therapy")
    about = root / "content" / "gene-therapy" / "publication.yaml"
    about.write_text(with_editions(about, "leaflet-z"), encoding="utf-8")
    return make(root, "gene-therapy", "leaflet-z", press_ready)


def with_editions(about: Path, names: str) -> str:
    lines = about.read_text(encoding="utf-8").splitlines()
    return "\n".join(f"editions: [{names}]" if line.startswith("editions:") else line for line in lines)


@dataclass(frozen=True)
class Strip:
    """One strip of paper between folds: what stands on its two sides, and its width."""

    inside: str
    outside: str
    width: float


def columns(layout: Layout, page: int) -> list[tuple[float, float, str]]:
    """The blocks of words that stand side by side on a page, parted by white stripes: left, right, words."""
    lines = [line for line in layout.lines if line.page == page]
    found: list[tuple[float, float, list[Line]]] = []
    for line in sorted(lines, key=lambda line: line.box.left):
        if found and line.box.left < found[-1][1]:
            left, right, held = found[-1]
            found[-1] = (left, max(right, line.box.right), [*held, line])
        else:
            found.append((line.box.left, line.box.right, [line]))
    return [
        (left, right, " ".join(line.text for line in sorted(held, key=lambda i: i.box.top)))
        for left, right, held in found
    ]


def cut(made: Made) -> list[Strip]:
    """The strips of the printed sheet, its inside up, from left to right. Fold lines are checked to run through white."""
    layout, plan = made.paper.layout, made.edition.spec.fold
    assert plan is not None
    sides = []
    for page, side in enumerate((plan.outside, plan.inside), start=1):
        edges = [sum(side.widths[: n + 1]) for n in range(len(side.widths))]
        found = columns(layout, page)
        assert len(found) == 3, [words[:40] for _, _, words in found]
        for (left, right, _), start, end in zip(found, [0.0, *edges], edges, strict=False):
            assert start + 5 <= left < right <= end - 5
        sides.append([words for _, _, words in found])
    outside, inside = sides
    return [
        Strip(words, behind, width)
        for words, behind, width in zip(inside, reversed(outside), plan.inside.widths, strict=True)
    ]


@pytest.mark.e2e
def test_the_leaflet_is_two_sides_of_three_panels(roll: Made) -> None:
    assert roll.facts.pages == 2
    assert [(sheet.width, sheet.height) for sheet in roll.paper.layout.sheets] == [
        pytest.approx((297, 210), abs=0.1)
    ] * 2
    assert [strip.width for strip in cut(roll)] == [100, 100, 97]
    assert roll.codes(Severity.ERROR) == set()
    assert "panel-words" not in roll.codes()


@pytest.mark.e2e
def test_folded_in_the_roll_faces_front_and_reads_in_order(roll: Made) -> None:
    left, middle, right = cut(roll)
    # The right strip is turned onto the middle, then the left one onto both.
    assert right.width < middle.width
    front, back, under_the_cover = left.outside, middle.outside, (left.inside, right.outside)
    assert "Gene therapy" in front
    assert "Who can I turn to?" in back
    assert "What is gene therapy?" in under_the_cover[1]
    spread = [strip.inside for strip in (left, middle, right)]
    assert ["benefits?" in spread[0], "risks?" in spread[1], "Which questions" in spread[2]] == [True] * 3


@pytest.mark.e2e
def test_the_zigzag_faces_front_and_reads_in_order(zigzag: Made) -> None:
    left, middle, right = cut(zigzag)
    # The right strip is turned under the middle, then the left one onto it: the closed leaflet shows these two.
    front, back = left.outside, right.inside
    assert "Gene therapy" in front
    assert "Who can I turn to?" in back
    opened = (left.inside, middle.inside)
    assert ["What is" in opened[0], "benefits?" in opened[1]] == [True, True]
    turned_over = (right.outside, middle.outside, left.outside)
    assert ["risks?" in turned_over[0], "questions" in turned_over[1], turned_over[2] == front] == [True] * 3
    assert zigzag.codes(Severity.ERROR) == set()


@pytest.mark.e2e
@pytest.mark.parametrize("kind", ["roll", "zigzag"])
def test_who_listens_hears_the_panels_as_they_are_read(kind: str, request: pytest.FixtureRequest) -> None:
    made: Made = request.getfixturevalue(kind)
    facts = {panel.panel.name: panel for panel in made.paper.panels}
    assert made.edition.spec.fold is not None
    assert list(facts) == list(reading_order(made.edition.spec.fold))
    places = {(panel.place.side + 1, panel.place.left): name for name, panel in facts.items()}
    heard: list[str] = []
    for block in made.paper.layout.blocks:
        line = block.lines[0]
        if line.box.bottom < 10:  # the notice at the head of each side comes last, and is no panel's
            continue
        name = next(
            n
            for (page, left), n in places.items()
            if page == line.page and left <= line.box.left < left + facts[n].place.width
        )
        heard += [name] if name not in heard[-1:] else []
    assert heard == list(facts)


@pytest.mark.e2e
def test_every_panel_keeps_its_text_in_its_safe_area(roll: Made) -> None:
    for panel in roll.paper.panels:
        assert panel.box is not None
        assert panel.place.left + 5 <= panel.box.left
        assert panel.box.right <= panel.place.right - 5
        assert (panel.box.top >= 5, panel.box.bottom <= 205) == (True, True)
    assert roll.paper.type.body == 12
    assert roll.paper.type.smallest is not None
    assert roll.paper.type.smallest.value >= 9.5


@pytest.mark.e2e
def test_print_marks_bleed_three_millimetres(zigzag: Made) -> None:
    assert zigzag.facts.name == "leaflet-z-press.pdf"
    for sheet in zigzag.paper.layout.sheets:
        assert (sheet.width, sheet.height) == pytest.approx((297, 210), abs=0.1)
        assert sheet.bleed == pytest.approx((3, 3, 3, 3), abs=0.01)


# What does not fit


@pytest.fixture(scope="module")
def spilled(make: Maker, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A panel with too much text, one with a word that is too long, and one whose text a style sheet hides."""
    root = copied(tmp_path_factory.mktemp("spilled"), REPOSITORY / "content" / "gene-therapy")
    sections = root / "content" / "gene-therapy" / "sections"
    add_plain(
        sections / "14-unknowns.md",
        *(f"Line {n} is one of many lines more than this panel of the leaflet can hold." for n in range(9)),
    )
    add_plain(sections / "12-alternatives.md", "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen.")
    with (root / "templates" / "styles" / "panels.css").open("a", encoding="utf-8") as sheet:
        sheet.write("section.imprint-brief { display: none }\n")
    return make(root, "gene-therapy", "leaflet")


def add_plain(section: Path, *paragraphs: str) -> None:
    """Paragraphs at the end of a section's plain form, which ends the front matter or stands before the next key."""
    text = section.read_text(encoding="utf-8")
    head, plain, rest = text.partition("plain: |\n")
    lines = rest.split("\n")
    end = next(n for n, line in enumerate(lines) if line and not line.startswith(" "))
    fresh = [line for words in paragraphs for line in ("", f"  {words}")]
    section.write_text(head + plain + "\n".join([*lines[:end], *fresh, *lines[end:]]), encoding="utf-8")


def overflow(made: Made, panel: str) -> Diagnostic:
    [found] = [d for d in made.said if d.code == "panel-overflow" and panel in d.message]
    return found


def author_line(found: Diagnostic, root: Path) -> str:
    assert found.span is not None
    return (root / found.span.path).read_text(encoding="utf-8").splitlines()[found.span.line - 1]


@pytest.mark.e2e
def test_too_much_text_is_an_error_at_the_line_that_spills(spilled: Made) -> None:
    found = overflow(spilled, "inside middle panel")
    assert found.severity is Severity.ERROR
    assert found.span is not None
    assert found.span.path == "content/gene-therapy/sections/14-unknowns.md"
    [panel] = [p for p in spilled.paper.panels if p.panel.name == "inside-middle"]
    below = [spill for spill in panel.spills if spill.kind == "below"]
    assert below[0].span == found.span
    lines, words = sum(s.lines for s in below), sum(s.words for s in below)
    surplus = max(s.millimetres for s in below)
    assert f"{surplus:g} mm too long: {lines} lines ({words} words) do not fit" in found.message
    assert 15 < surplus < 150
    # The surplus is what lies below the line 5 mm above the edge, and nothing of it was cut away.
    assert panel.box is not None
    assert panel.box.bottom == pytest.approx(205 + surplus, abs=0.2)
    assert not [d for d in spilled.said if d.code == "panel-words" and "inside middle" in d.message]


@pytest.mark.e2e
def test_a_word_too_long_for_its_panel_is_an_error_at_its_line(spilled: Made) -> None:
    found = overflow(spilled, "inside right panel")
    assert "Donaudampfschifffahrt" in found.message
    assert "mm too wide" in found.message
    assert found.span is not None
    assert found.span.path == "content/gene-therapy/sections/12-alternatives.md"


@pytest.mark.e2e
def test_hidden_text_is_missed(spilled: Made) -> None:
    found = overflow(spilled, "back panel")
    assert "are not on the paper" in found.message


@pytest.mark.e2e
def test_a_publication_without_the_sections_is_told_what_is_missing(make: Maker, tmp_path: Path) -> None:
    root = copied(tmp_path, HERE / "publications" / "vaccin" / "content" / "vaccin")
    shutil.copy(HERE / "publications" / "vaccin" / "references.bib", root)
    about = root / "content" / "vaccin" / "publication.yaml"
    about.write_text(with_editions(about, "leaflet"), encoding="utf-8")
    made = make(root, "vaccin", "leaflet")
    empty = [d for d in made.said if d.code == "panel-empty"]
    assert {d.severity for d in empty} == {Severity.WARNING}
    assert any("`plain`" in d.message for d in empty)
    assert any("no section has the role risks" in d.message for d in empty)
    assert {str(d.span).rpartition(":")[0].rpartition(":")[0] for d in empty} == {"content/vaccin/publication.yaml"}
    assert made.codes(Severity.ERROR) == set()
