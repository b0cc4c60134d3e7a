"""The rows of the table: what is measured, what stands beside it, and the figure to reach.

A row's function makes what it needs in the workshop, and gives two pieces of work: ours and the floor.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from scripts.bench.clock import Pairs, Sample, Work, in_turn, run
from scripts.bench.resident import Resident, Watch
from scripts.bench.workshop import HANDOUT, ROOT, Site, Workshop

Measure = Callable[[Workshop, int], Pairs]
"""From the workshop and the number of runs to what came out."""


@dataclass(frozen=True)
class Row:
    """One row.

    title, beside  in words, what is measured and what it is set beside
    reach          the ratio to reach: at most, or at least with `more`; None when there is none
    of             which figure of the samples is compared
    quick          whether it is among the few of a quick table
    """

    name: str
    title: str
    beside: str
    reach: float | None
    measure: Measure
    of: Callable[[Sample], float] = lambda sample: sample.seconds
    unit: str = "s"
    more: bool = False
    quick: bool = False


def _nothing(shop: Workshop, runs: int) -> Pairs:
    site = shop.flagship
    for _ in range(2):  # the second may still write down what the first has found out
        site.build()
    return in_turn(site.build, _pass, runs)


def _pass() -> Sample:
    return run([sys.executable, "-c", "pass"], ROOT)


def _edit(site: Callable[[Workshop], Site], floor: str) -> Measure:
    """A line edited, and the handout built in a new process."""

    def measure(shop: Workshop, runs: int) -> Pairs:
        here = site(shop)
        here.build(here.name, *HANDOUT)

        def ours() -> Sample:
            here.edit()
            return here.build(here.name, *HANDOUT)

        here.child(floor)
        return in_turn(ours, lambda: here.child(floor), runs)

    return measure


def _watch(shop: Workshop, runs: int) -> Pairs:
    site = shop.flagship
    with closing(Watch(site)) as watch, closing(Resident(site)) as floor:
        watch.edit()
        return in_turn(watch.edit, floor.layout, runs)


def _cold(
    site: Callable[[Workshop], Site], floor: str, *words: str, drawn: bool = False, memory: bool = False
) -> Measure:
    """Built from nothing; when `drawn`, from nothing but the diagrams."""

    def measure(shop: Workshop, runs: int) -> Pairs:
        here = site(shop)
        here.child(floor)

        def ours() -> Sample:
            here.forget()
            if drawn:
                here.build(here.name, "--stop-after", "draw")
            return here.build(here.name, *words, memory=memory)

        return in_turn(ours, lambda: here.child(floor, memory=memory), runs)

    return measure


def _diagrams(shop: Workshop, runs: int) -> Pairs:
    site = shop.chapters(50)
    return in_turn(lambda: site.child("draw"), lambda: site.child("node"), runs)


def _two_workers(shop: Workshop, runs: int) -> Pairs:
    site = shop.shelf

    def with_workers(number: int) -> Work:
        def work() -> Sample:
            site.forget()
            return site.build("--workers", str(number))

        return work

    return in_turn(with_workers(1), with_workers(2), runs)


def _check(shop: Workshop, runs: int) -> Pairs:
    site = shop.flagship
    site.command("check")  # writes the bytecode and reads the source once
    return in_turn(lambda: site.command("check"), _pass, runs)


def _check_edit(shop: Workshop, runs: int) -> Pairs:
    site = shop.flagship
    site.command("check")

    def edited() -> Sample:
        site.edit()
        return site.command("check")

    return in_turn(edited, _pass, runs)


def _check_beside_build(shop: Workshop, runs: int) -> Pairs:
    site = shop.flagship
    site.build(site.name)

    def edited(*words: str) -> Work:
        def work() -> Sample:
            site.edit()
            return site.command(*words)

        return work

    return in_turn(edited("check"), edited("build"), runs)


def _long(number: int) -> Callable[[Workshop], Site]:
    return lambda shop: shop.chapters(number)


def _flagship(shop: Workshop) -> Site:
    return shop.flagship


_LAYOUT = "bare WeasyPrint on the same HTML"
OWN = (
    Row("nothing", "nothing to do, all editions", "`python -c pass`", 4, _nothing, quick=True),
    Row("edit", "one-line edit to handout, new process", "one pandoc parse and bare WeasyPrint, one process", 1.10,
        _edit(_flagship, "edit"), quick=True),
    Row("watch", "one-line edit to handout, `watch`", "WeasyPrint's layout and writing alone, already imported", 1.3, _watch,
        quick=True),
    Row("cold", "from nothing, one diagram, all editions", "Mermaid's start, one pandoc write and WeasyPrint of the handout", 1.5,
        _cold(lambda shop: shop.one_diagram, "chain"), quick=True),
    Row("diagrams", "50 new diagrams", "one warm page drawing them by Mermaid's own API", 1.3, _diagrams),
    Row("cold-10", "10 chapters to handout, from nothing, 2 workers", _LAYOUT, 0.65, _cold(_long(10), "layout", *HANDOUT)),
    Row("drawn-10", "the same with its 10 diagrams drawn", _LAYOUT, None, _cold(_long(10), "layout", *HANDOUT, drawn=True)),
    Row("edit-10", "10 chapters, one-line edit to handout", _LAYOUT, 0.25, _edit(_long(10), "layout")),
    Row("cold-50", "50 chapters to handout, from nothing, 2 workers", _LAYOUT, 0.65, _cold(_long(50), "layout", *HANDOUT)),
    Row("drawn-50", "the same with its 50 diagrams drawn", _LAYOUT, None, _cold(_long(50), "layout", *HANDOUT, drawn=True)),
    Row("edit-50", "50 chapters, one-line edit to handout", _LAYOUT, 0.10, _edit(_long(50), "layout")),
    Row("memory", "peak memory, 50 chapters, diagrams drawn", "bare WeasyPrint's", 1.15,
        _cold(_long(50), "layout", *HANDOUT, drawn=True, memory=True), of=lambda sample: sample.memory, unit="MiB"),
    Row("workers", "20 publications, all editions: 1 worker", "2 workers", 1.8, _two_workers, more=True),
    Row("check", "`check` of the flagship, nothing changed, processor time", "`python -c pass`", None, _check,
        of=lambda sample: sample.processor, quick=True),
    Row("check-edit", "`check` of the flagship after an edit, processor time", "`python -c pass`", None, _check_edit,
        of=lambda sample: sample.processor, quick=True),
    Row("check-build", "`check` after an edit, processor time", "the build of all editions after one", None, _check_beside_build,
        of=lambda sample: sample.processor),
)  # fmt: skip
