"""Written words as they are spoken: numbers, units, signs, abbreviations, addresses.

What differs from language to language is data (`templates/speech/`); numbers are spelled out by the rules of
the Unicode Common Locale Data Repository. Words that are read as they are written stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

from handbill.schema_formats import NumberRules, Speech, Unit
from handbill.text import Text

if TYPE_CHECKING:
    from unicode_rbnf import RbnfEngine

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009\u2007]+")
_POWER = re.compile(r"(?<=\d)[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_URL = re.compile(r"<?\b(?:https?://|www\.)[^\s<>]+[^\s<>.,;:!?)\]]>?")
_MAIL = re.compile(r"<?\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+>?")
_PHONE = re.compile(r"(?<![\w.,])(?:\+\d|0)[\d ()-]{5,}\d\b")
_CAPITALS = re.compile(r"(?<![\w’'])(?:[a-z]{1,2}(?=[A-Z]{2}))?(?:[A-Z][A-Z0-9]+|[A-Z]\d+[A-Z0-9]*)(?=s?(?![\w]))")
_PIECE = re.compile(r"\d+|[A-Za-z]")
_ROMAN = re.compile(r"(?=[IVX])(X{0,3})(IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_RANGE = re.compile(r"(?<![\d–-])(\d[\d.,]*)\s?[–-]\s?(\d[\d.,]*)(?![\d–-]|[.,]\d)")
_YEARS = range(1100, 2100)
_YEAR_DIGITS = 4
_SAID = {"L", "M", "P", "Z"}
"""Letters, marks, punctuation and spaces need no words."""


class Speaker:
    """Says texts of one language. Raises ValueError for a language whose numbers nobody has rules for."""

    def __init__(self, speech: Speech, language: str) -> None:
        self._speech = speech
        self._engine = _engine(language.partition("-")[0])
        self._rules = speech.numbers.get(language, NumberRules())

    def unknown_rules(self) -> Iterator[tuple[Text, tuple[str, ...]]]:
        """The rules for numbers that there are not, and those that there are."""
        known = tuple(name for name in self._engine.rulesets if name.startswith("spellout-"))
        yield from ((name, known) for name in (self._rules.cardinal, self._rules.ordinal) if name and name not in known)

    def say(self, text: str) -> str:
        """The words to be spoken for a text."""
        words = _POWER.sub(self._power, text.translate(_INVISIBLE))
        words = _SPACES.sub(" ", "".join(map(self._plain, words)))
        for step in self._steps:
            words = step(words)
        return re.sub(r" +([,.;:!?])", r"\1", _SPACES.sub(" ", words)).strip()

    def _power(self, found: re.Match[str]) -> str:
        """Raised figures after a figure: 10⁶ is no hundred and six."""
        if found[0] in self._speech.signs or "^" not in self._speech.signs:
            return found[0]
        return f" {self._speech.signs['^']} {unicodedata.normalize('NFKC', found[0])}"

    def _plain(self, character: str) -> str:
        """Raised and lowered figures as figures, unless there are words for them."""
        if unicodedata.category(character) != "No" or character in self._speech.signs:
            return character
        return unicodedata.normalize("NFKC", character)

    @cached_property
    def _steps(self) -> tuple[Callable[[str], str], ...]:
        return (
            lambda words: _URL.sub(self._address, words),
            lambda words: _MAIL.sub(self._address, words),
            lambda words: _PHONE.sub(
                lambda found: ", ".join(map(self._digits, re.findall(r"\d+|\+", found[0]))), words
            ),
            self._abbreviations,
            self._numerals,
            self._days,
            self._decades,
            self._money,
            self._ranges,
            self._units,
            lambda words: _CAPITALS.sub(self._letters, words),
            self._numbers,
            self._signs,
        )

    # Addresses and capitals

    def _address(self, found: re.Match[str]) -> str:
        plain = re.sub(r"^(https?://)?(www\.)?|[<>/]+$", "", found[0].strip("<>"))
        return " ".join(map(self._part_of_address, re.findall(r"[A-Za-z]+|\d+|[^\sA-Za-z\d]", plain)))

    def _part_of_address(self, part: str) -> str:
        """Long numbers digit by digit: whoever types them hears what to type."""
        if part.isdigit() and len(part) > _YEAR_DIGITS:
            return self._digits(part)
        return part if part.isalnum() else self._speech.signs.get(f"address {part}", part)

    def _letters(self, found: re.Match[str]) -> str:
        word = found[0]
        if word in self._speech.words or word.capitalize() in self._speech.words:
            return word
        return " ".join(_PIECE.findall(word))

    def _digits(self, digits: str) -> str:
        return " ".join(self._speech.signs.get(d, d) if d == "+" else self.number(int(d)) for d in digits)

    # Words

    @cached_property
    def _short(self) -> re.Pattern[str] | None:
        known = {**self._speech.abbreviations, **self._speech.said_as}
        return _any_of(known, r"(?<![\w.])(?:{})(?!\w)") if known else None

    def _abbreviations(self, text: str) -> str:
        known = {**self._speech.abbreviations, **self._speech.said_as}

        def change(found: re.Match[str]) -> str:
            words = str(known[found[0]])
            after = text[found.end() :].lstrip()
            # The full stop of an abbreviation ends the sentence, too, when nothing or a new sentence follows.
            return words + (
                "." if found[0].endswith(".") and (not after or after[0].isupper()) and found[0] in self._ending else ""
            )

        return self._short.sub(change, text) if self._short else text

    @cached_property
    def _ending(self) -> frozenset[str]:
        """Abbreviations that a sentence may end with: those of several words for one, such as “etc.”."""
        return frozenset(short for short in self._speech.abbreviations if short[0].islower())

    def _numerals(self, text: str) -> str:
        """“factor VIII”: after some words capitals are a number."""
        if not self._speech.numbered:
            return text
        before = _any_of(self._speech.numbered, r"\b(?:{})s?")
        pattern = re.compile(rf"({before.pattern} )([IVX]+)\b", re.IGNORECASE)

        def change(found: re.Match[str]) -> str:
            if not found[2].isupper() or not _ROMAN.fullmatch(found[2]):
                return found[0]
            values = [_ROMAN_VALUES[letter] for letter in found[2]]
            total = sum(
                -value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True)
            )
            return found[1] + self.number(total)

        return pattern.sub(change, text)

    # Numbers

    def number(self, value: int | float) -> str:
        """A cardinal number in words."""
        return self._in_words(value, "CARDINAL", self._rules.cardinal)

    def _ordinal(self, value: int) -> str:
        return self._in_words(value, "ORDINAL", self._rules.ordinal)

    def _in_words(self, value: int | float, purpose: str, rules: str | None) -> str:
        from unicode_rbnf import FormatPurpose

        if rules:
            return str(self._engine.format_number(value, ruleset_names=[str(rules)]).text)
        return str(self._engine.format_number(value, FormatPurpose[purpose]).text)

    def _days(self, text: str) -> str:
        if not self._speech.months:
            return text
        months = _any_of(self._speech.months, r"(?:{})")

        def change(found: re.Match[str]) -> str:
            day = int(found[1])
            if not 1 <= day <= 31:
                return found[0]
            return self._speech.announce["day"].format(ordinal=self._ordinal(day), cardinal=self.number(day), month=found[2])

        return re.sub(rf"\b(\d{{1,2}})(?:er)? ({months.pattern})\b", change, text)

    def _decades(self, text: str) -> str:
        from unicode_rbnf import FormatPurpose

        def change(found: re.Match[str]) -> str:
            year = str(self._engine.format_number(int(found[1]), FormatPurpose.YEAR).text)
            end = next((end for end in self._speech.decades if year.endswith(end)), None)
            return found[0] if end is None else year.removesuffix(end) + self._speech.decades[end]

        return re.sub(r"(?<![\w.,])(\d{4})s\b", change, text)

    @cached_property
    def _amount(self) -> str:
        scales = f"(?: (?:{'|'.join(map(re.escape, self._speech.scales))}))?" if self._speech.scales else ""
        return rf"\d[\d.,]*(?<![.,]){scales}"

    def _money(self, text: str) -> str:
        for sign, unit in self._speech.money.items():
            mark = re.escape(sign)
            for pattern in (rf"{mark} ?({self._amount})(?!\w)", rf"({self._amount}) ?{mark}"):
                text = re.sub(pattern, partial(_with_unit, unit), text)
        return text

    def _ranges(self, text: str) -> str:
        text = re.sub(r"(?<=\d)/(?=\d)", f" {self._speech.signs.get('address /', '/')} ", text)
        between = str(self._speech.announce["range"])
        return _RANGE.sub(lambda found: between.format(first=found[1], last=found[2]), text)

    def _units(self, text: str) -> str:
        if not self._speech.units:
            return text
        units = self._speech.units
        pattern = _any_of(units, rf"({self._amount})[ -]?({{}})(?:/({{}}))?(?![\w/])")
        per = str(self._speech.announce["per"])

        def change(found: re.Match[str]) -> str:
            words = f"{found[1]} {_of(found[1], units[found[2]])}"
            return f"{words} {per} {units[found[3]].one}" if found[3] else words

        return pattern.sub(change, text)

    def _numbers(self, text: str) -> str:
        decimal = re.escape(self._speech.decimal)
        other = re.escape("," if self._speech.decimal == "." else ".")
        endings = _any_of(self._speech.ordinals, r"(?:{})").pattern if self._speech.ordinals else r"(?!)"
        pattern = re.compile(
            rf"(?P<whole>\d{{1,3}}(?:(?:{other}|(?<=\d) (?=\d{{3}}\b))\d{{3}})+|\d+)(?P<part>{decimal}\d+)?(?P<ordinal>{endings}\b)?"
        )

        def change(found: re.Match[str]) -> str:
            before = " " if text[: found.start()][-1:].isalpha() else ""
            after = " " if text[found.end() :][:1].isalpha() else ""
            return before + self._spelt(found["whole"], found["part"], found["ordinal"]) + after

        return pattern.sub(change, text)

    def _spelt(self, whole: str, part: str | None, ordinal: str | None) -> str:
        from unicode_rbnf import FormatPurpose

        digits = re.sub(r"\D", "", whole)
        if len(digits) > 15 or (len(digits) > 1 and digits[0] == "0"):
            return self._digits(digits)
        value = int(digits)
        if ordinal:
            return self._ordinal(value)
        if part:
            return f"{self.number(value)} {self._speech.point} {self._digits(part[1:])}"
        if digits == whole and len(digits) == 4 and value in _YEARS and value % 1000:
            return str(self._engine.format_number(value, FormatPurpose.YEAR).text)
        return self.number(value)

    # Signs

    def _signs(self, text: str) -> str:
        text = text.replace("[", "(").replace("]", ")").translate(dict.fromkeys(map(ord, "".join(self._speech.silent))))
        for sign, words in self._speech.signs.items():
            if not sign.startswith("address "):
                text = text.replace(sign, f" {words} ")
        return text


@cache
def _engine(language: str) -> RbnfEngine:
    from unicode_rbnf import RbnfEngine  # Only texts to be read aloud need it.

    return RbnfEngine.for_language(language)


def unsaid(text: str) -> tuple[str, ...]:
    """The characters of spoken text for which nobody gave words: digits, signs, pictures."""
    return tuple(
        sorted(
            {c for c in text if unicodedata.category(c)[0] not in _SAID and unicodedata.category(c) not in ("Cf", "Co")}
        )
    )


def announced(speech: Speech, counts: Iterable[int], say: Callable[[str], str]) -> Iterator[str]:
    """Every announcement as it may stand in a script whose lists have these numbers of items."""
    known = sorted(set(counts))
    for words in speech.announce.values():
        if "{count}" in words or "{number}" in words:
            yield from (say(words.format(count=n, number=n)) for n in known)
        elif "{" not in words:
            yield str(words)


def _with_unit(unit: Unit, found: re.Match[str]) -> str:
    return f"{found[1]} {_of(found[1], unit)}"


def _of(amount: str, unit: Unit) -> str:
    return str(unit.one if amount == "1" else unit.many)


def _any_of(words: Iterable[str], pattern: str) -> re.Pattern[str]:
    """A pattern with every `{}` replaced by all words, the longest first."""
    longest = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(pattern.replace("{}", longest))
