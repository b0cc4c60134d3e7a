"""A mistake in one edition's own files stops that edition, any other the whole publication."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from handbill.diagnostics import error, warning
from handbill.model import Edition, Project
from handbill.order import Order, Work
from handbill.text import Span

ORDER = Order(Path("/nowhere"), Path("/nowhere/output"), ("sample",))


def work(make_project: Callable[..., Project], make_edition: Callable[..., Edition], *names: str) -> Work:
    return Work("sample", project=make_project(editions={name: make_edition(name) for name in names}))


def test_the_other_editions_go_on(make_project: Callable[..., Project], make_edition: Callable[..., Edition]) -> None:
    given = work(make_project, make_edition, "handout", "poster")
    given.report.add(error("schema-value", "A size that there is not.", Span("templates/editions/poster/edition.yaml", 12, 15)))
    assert given.going(ORDER)
    assert given.broken() == {"poster"}


def test_other_mistakes_stop_all(make_project: Callable[..., Project], make_edition: Callable[..., Edition]) -> None:
    for place in (Span("content/sample/publication.yaml", 3), Span("templates/styles/base.css", 1), None):
        given = work(make_project, make_edition, "handout", "poster")
        given.report.add(error("x-y", "A mistake.", place))
        assert not given.going(ORDER)
        assert given.broken() == frozenset()


def test_where_no_edition_is_left_nothing_goes_on(make_project: Callable[..., Project], make_edition: Callable[..., Edition]) -> None:
    given = work(make_project, make_edition)
    given.report.add(error("schema-value", "A size that there is not.", Span("templates/editions/poster/edition.yaml", 12)))
    assert not given.going(ORDER)


def test_warnings_stop_nothing(make_project: Callable[..., Project], make_edition: Callable[..., Edition]) -> None:
    given = work(make_project, make_edition, "poster")
    given.report.add(warning("a-b", "A remark.", Span("templates/editions/poster/edition.yaml", 1)))
    assert given.going(ORDER)
    assert given.broken() == frozenset()


def test_what_is_contained_stops_nothing_but_a_release(make_project: Callable[..., Project], make_edition: Callable[..., Edition]) -> None:
    given = work(make_project, make_edition, "poster")
    given.report.add(error("date-order", "One is not after the other.", Span("content/sample/publication.yaml", 9)).within_bounds())
    assert given.report.failed
    assert given.going(ORDER)
    assert not given.going(replace(ORDER, release=True))


def test_a_release_has_no_mistake_in_any_edition(make_project: Callable[..., Project], make_edition: Callable[..., Edition]) -> None:
    given = work(make_project, make_edition, "handout", "poster")
    given.report.add(error("schema-value", "A size that there is not.", Span("templates/editions/poster/edition.yaml", 12, 15)))
    assert not given.going(replace(ORDER, release=True))
