"""`check`: every mistake that can be found without making anything; the same answer again while nothing changes."""

from __future__ import annotations

import argparse
from pathlib import Path

from handbill import known
from handbill.cli.asking import print_diagnostics, publications_asked
from handbill.cli.caching import cache_folder, working
from handbill.cli.early import keep, place_of_record
from handbill.cli.remember import Memo, overheard
from handbill.diagnostics import Diagnostic, Severity
from handbill.order import Order
from handbill.prepare import examined
from handbill.record import Record


def check(root: Path, arguments: argparse.Namespace) -> int:
    """Examines the publications that have changed since the last such check, and tells what is wrong with all of them."""
    names = publications_asked(root, arguments.publications)
    if names is None:
        return 2
    order = Order(
        root=root,
        output=root / "output",
        publications=names,
        named=bool(arguments.publications),
        stop_after="parse",
        strict=arguments.strict,
        quiet=True,
        as_of=arguments.as_of,
    )
    place = place_of_record(arguments.words)
    memo = Memo(order, None if place is None else Record.read(place))
    unchanged = memo.works()
    if cache_folder(arguments, root) is not None:
        known.recall(str(root))
    with working(arguments, root) as toolbox:
        desk = toolbox.desk()
        works = [unchanged.get(name) or examined(order, name, desk) for name in names]
        notices = toolbox.notices.take()
    known.keep(str(root))
    with overheard() as (output, errors):
        code = _tell([*(found for work in works for found in work.report), *notices], order, arguments.report)
    if place is not None and not notices and not desk.failures:
        record = memo.end(works, code, "".join(output), "".join(errors))
        if record is not None:
            keep(record, place)
    return code


def _tell(found: list[Diagnostic], order: Order, form: str) -> int:
    print_diagnostics(found, order.root, form)
    if not found and form == "text":
        print(f"No mistakes found in {', '.join(order.publications)}.")
    return 1 if any(d.severity is Severity.ERROR for d in found) else 0
