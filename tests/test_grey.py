"""What a grey printer leaves of two colours."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from handbill.colour import Colour, colour_of, contrast
from handbill.diagnostics import Diagnostic, Report
from handbill.model import Edition, Facts, Project
from handbill.rules import judge
from handbill.rules.paper_grey import grey


def told(make_project: Callable[..., Project], edition: Edition, ink: str, ground: str, *, size: float = 12, paper: bool = True) -> list[Diagnostic]:
    run = SimpleNamespace(colour=colour_of(ink), ground=colour_of(ground), size=size, font="Plain", text="Words to read")
    extra = {"reading": SimpleNamespace(pages=[SimpleNamespace(number=0, runs=[run, run])])} | ({"paper": None} if paper else {})
    report = Report()
    judge("inspect", Facts(name="leaflet.pdf", extra=extra), make_project(), report, edition=edition)
    return [d for d in report if d.code == "grey-contrast"]


def test_grey_is_as_the_pdf_standard_has_it() -> None:
    assert grey(Colour(1, 0, 0)) == pytest.approx((0.3, 0.3, 0.3, 1))
    assert grey(Colour(1, 1, 1)) == pytest.approx((1, 1, 1, 1))


def test_colours_that_come_out_alike_are_an_error(make_project: Callable[..., Project], make_edition: Callable[..., Edition]) -> None:
    edition = make_edition("leaflet")
    [problem] = told(make_project, edition, "#ff2020", "#000000")
    assert contrast(Colour(1, 0.125, 0.125), Colour(0, 0, 0)) > 4.5  # as colours they differ enough
    assert "page 1" in problem.message
    assert "needs 4.5:1" in problem.message
    assert problem.span == edition.span


@pytest.mark.parametrize(("ink", "ground"), [("#1b1f23", "#ffffff"), ("#17506e", "#edf4f7"), ("#8c2f14", "#ffffff"), ("#ffffff", "#17506e")])
def test_the_houses_colours_stay_apart(make_project: Callable[..., Project], make_edition: Callable[..., Edition], ink: str, ground: str) -> None:
    assert told(make_project, make_edition("leaflet"), ink, ground) == []


def test_large_words_need_less_and_what_is_not_printed_nothing(make_project: Callable[..., Project], make_edition: Callable[..., Edition]) -> None:
    edition = make_edition("leaflet")
    assert told(make_project, edition, "#ff2020", "#000000", size=24) == []
    assert told(make_project, edition, "#ff2020", "#000000", paper=False) == []
