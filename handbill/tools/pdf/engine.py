"""One document to one PDF, inside the worker."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import warnings
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import weasyprint
from PIL import Image
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration

from handbill.tools.pdf import lines_kept
from handbill.tools.pdf.apart import name_elsewhere, place, placed, report
from handbill.tools.pdf.colours import follow_text
from handbill.tools.pdf.fetch import BASE, InputsOnly
from handbill.tools.pdf.fit import misfits
from handbill.tools.pdf.fonts_told import unpacked
from handbill.tools.pdf.lines import learn, remembering_lines
from handbill.tools.pdf.metadata import claim_ua
from handbill.tools.pdf.often import short_ways
from handbill.tools.pdf.tagging import tagging
from handbill.tools.pdf.words import Line, Misfit

_LARGEST_PICTURE = 50_000_000
"""Pixels. An A3 page at 300 dpi has 17 million."""
_SETS_KEPT = 4
_FONT_RULE = re.compile(rb"@font-face\s*\{[^{}]*\}", re.IGNORECASE)
_VARIANT = "pdf/a-3a"
_FONT_TYPES = (".woff2", ".woff", ".ttf", ".otf")


@dataclass
class Rendered:
    """A PDF and what was said while it was made."""

    pdf: bytes = b""
    log: list[Line] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    sheaf: bytes = b""
    """The lines that were looked up, if some of them had to be measured (see `handbill.tools.pdf.lines_kept`)."""
    report: bytes = b""
    """For a chapter: what the rest of its document must know of it, as JSON (see `handbill.tools.pdf.apart`)."""


@dataclass(frozen=True)
class StyleSet:
    """Parsed style sheets with their fonts. Shared by all documents that use the very same bytes.

    name     what tells it from all others
    learnt   the sheaves of lines that need not be read again
    """

    name: str
    sheets: tuple[weasyprint.CSS, ...]
    fonts: FontConfiguration
    counters: CounterStyle
    log: tuple[Line, ...]
    refused: tuple[str, ...]
    learnt: set[bytes] = field(default_factory=set)


class Engine:
    """Renders documents one after the other, and keeps the last few style sets warm."""

    def __init__(self) -> None:
        self._sets: OrderedDict[str, StyleSet] = OrderedDict()
        follow_text()
        Image.MAX_IMAGE_PIXELS = _LARGEST_PICTURE
        warnings.simplefilter("error", Image.DecompressionBombWarning)

    def render(self, inputs: Mapping[str, bytes], args: Mapping[str, Any], sheaf: bytes = b"") -> Rendered:
        """One document. `sheaf` are lines that another process measured: they save time and change nothing."""
        placement = place(args)
        styles = self._style_set(inputs, list(args.get("styles", ())))
        if args.get("do") == "merge":
            from handbill.tools.pdf.merge import merge  # pikepdf is not needed before

            return Rendered(pdf=merge(inputs, args, unpacked(styles.fonts)))
        fetcher = InputsOnly(inputs)
        done = Rendered(log=list(styles.log), refused=list(styles.refused))
        main = args.get("main", "index.html")
        _learn(styles, sheaf)
        with _listening(done.log, main), short_ways(), remembering_lines() as asked:
            html = weasyprint.HTML(string=inputs[main].decode(), base_url=BASE + main, url_fetcher=fetcher)
            with placed(placement):
                document = html.render(
                    font_config=styles.fonts,
                    counter_style=styles.counters.copy(),
                    color_profiles={},
                    stylesheets=list(styles.sheets),
                    pdf_variant=_VARIANT,
                )
            document.metadata = claim_ua(document.metadata)
            done.misfits = misfits(document)
            tags, fonts = placement.prefixes if placement else ("", "")
            elsewhere = name_elsewhere(document, placement.skip) if placement else []
            with tagging(document, tags, fonts) as plan:
                done.pdf = document.write_pdf(pdf_variant=_VARIANT, pdf_tags=True)
            if placement is not None:
                done.report = report(document, placement, elsewhere, plan.fonts, done.misfits)
                done.misfits = []
        if asked.measured:
            done.sheaf = lines_kept.pack(styles.name, asked.lines)
            styles.learnt.add(done.sheaf)
        done.refused += fetcher.refused
        return done

    def _style_set(self, inputs: Mapping[str, bytes], names: list[str]) -> StyleSet:
        """The parsed style sheets `names`.

        WeasyPrint remembers a font by the words of its @font-face rule alone, so a set is known by the
        bytes of everything that such a rule can mean, in whatever file it stands.
        """
        digest = hashlib.sha256()
        for name, data in sorted(inputs.items()):
            kind = name.lower()
            if not kind.endswith((".css", *_FONT_TYPES)):
                data = _font_rules(data) if kind.endswith((".html", ".svg")) else b""
            digest.update(f"{name if data else ''}\0{len(data)}\0".encode() + data)
        digest.update("\0".join(names).encode())
        key = digest.hexdigest()
        if key not in self._sets:
            self._sets[key] = _parse(key, inputs, names)
            while len(self._sets) > _SETS_KEPT:
                self._sets.popitem(last=False)
        self._sets.move_to_end(key)
        return self._sets[key]


def _font_rules(page: bytes) -> bytes:
    """The @font-face rules of a page; the whole page if some of them are written in an unusual way."""
    rules = _FONT_RULE.findall(page)
    return b"".join(rules) if len(rules) == page.lower().count(b"@font-face") else page


def _learn(styles: StyleSet, sheaf: bytes) -> None:
    if sheaf and sheaf not in styles.learnt:
        styles.learnt.add(sheaf)
        with contextlib.suppress(lines_kept.Unreadable):  # then everything is measured
            learn(styles.fonts, lines_kept.unpack(styles.name, sheaf))


def _parse(name: str, inputs: Mapping[str, bytes], names: list[str]) -> StyleSet:
    fetcher, fonts, counters = InputsOnly(inputs), FontConfiguration(), CounterStyle()
    log: list[Line] = []
    sheets = []
    for name in names:
        with _listening(log, name):
            sheets.append(
                weasyprint.CSS(
                    string=inputs[name].decode(),
                    base_url=BASE + name,
                    url_fetcher=fetcher,
                    font_config=fonts,
                    counter_style=counters,
                )
            )
    return StyleSet(name, tuple(sheets), fonts, counters, tuple(log), tuple(fetcher.refused))


@contextmanager
def _listening(log: list[Line], source: str) -> Iterator[None]:
    """Collect what WeasyPrint and the libraries below it say about `source`, from WARNING upwards."""

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            log.append((record.levelname, record.getMessage(), source))

    handler = Collector(logging.WARNING)
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools", "PIL")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
