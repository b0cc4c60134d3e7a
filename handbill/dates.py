"""Dates in words that cannot be misread, by the Unicode CLDR patterns of the publication's language."""

from __future__ import annotations

from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_date


def long_date(value: date | None, language: str) -> str:
    """A date such as “22 November 2026” in `language` (a BCP 47 tag); empty for None."""
    if value is None:
        return ""
    return str(format_date(value, format="long", locale=_locale(language)))


def _locale(language: str) -> Locale:
    for tag in (language, language.split("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en", "GB")
