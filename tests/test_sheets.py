"""What is wrong with style is told in the sheet that its author knows, although a page holds all sheets as one text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from handbill.diagnostics import warning
from handbill.model import Edition, Project
from handbill.schema import Output
from handbill.sheets import at_its_sheet, sheets_of
from handbill.text import Span, Text

BASE = "@font-face { src: url(font/x) }\nbody { color: red }\np { colr: red }\n"
OWN = "p { colr: red }\nh1 { colr: red }\n"
PAGE = f"<style>\n{BASE[BASE.index('body') :]}\n{OWN}\n.local {{ colr: red }}\n</style><p>p {{ colr: red }}</p>"


@pytest.fixture
def house(make_project: Callable[..., Project], make_edition: Callable[..., Edition]) -> tuple[Edition, Output, Project]:
    edition = replace(make_edition(), files={"own.css": OWN.encode()})
    output = Output(file="handout.pdf", styles=(Text("base.css"), Text("own.css"), Text("lost.css")))
    return edition, output, make_project(styles={"styles/base.css": BASE.encode()})


@pytest.mark.parametrize(
    ("line", "column", "path", "number"),
    [
        (3, 5, "templates/styles/base.css", 3),
        (5, 5, "templates/editions/handout/own.css", 1),
        (6, 6, "templates/editions/handout/own.css", 2),
    ],
)
def test_a_line_is_found_in_its_sheet_also_where_it_stands_twice(
    house: tuple[Edition, Output, Project], line: int, column: int, path: str, number: int
) -> None:
    told = warning("css-ignored", "It has no effect.", Span("index.html", line, column), detail="Ignored `colr: red` at 3:5")
    assert at_its_sheet(told, PAGE, *house).span == Span(path, number, column)


@pytest.mark.parametrize("line", [8, 99])
def test_a_line_of_the_template_itself_is_told_at_the_edition(house: tuple[Edition, Output, Project], line: int) -> None:
    told = warning("css-ignored", "It has no effect.", Span("index.html", line, 1), detail="Ignored `colr: red` at 3:5")
    assert at_its_sheet(told, PAGE, *house).span == house[0].span


def test_an_edition_has_its_own_sheets_and_those_of_the_house(house: tuple[Edition, Output, Project]) -> None:
    assert list(sheets_of(*house)) == [("templates/styles/base.css", BASE), ("templates/editions/handout/own.css", OWN)]
