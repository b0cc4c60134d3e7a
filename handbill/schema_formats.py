"""What the house says about formats without print: Braille tables, and how signs and numbers are spoken."""

# Annotations are values here, not texts: pydantic would compile each text anew whenever the program starts.
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from handbill.schema_base import Model, Slug
from handbill.text import Text


class BrailleTable(Model):
    """How one language is written in Braille."""

    table: Text
    """The table of liblouis, by its file name."""
    title: Text
    """What people call this Braille."""
    letters: Text | None = None
    """A table without contractions, for single words that the first one cannot bring back."""
    letters_sign: Text | None = None
    """The cells that say that such a word follows, as Unicode Braille patterns."""
    carry_on: Text | None = None
    """The cell at the end of a line that says: the word goes on in the next one."""


class BrailleFile(Model):
    """`templates/braille.yaml`: the Braille that publications may choose, and what each language has by itself."""

    tables: dict[Slug, BrailleTable] = Field(default_factory=dict)
    """By the names that publications and editions use."""
    languages: dict[str, Text] = Field(default_factory=dict)
    """The table of a language tag; `en` serves all that begin with it. Other languages get what liblouis has."""


class Unit(Model):
    """A unit of measurement as it is spoken."""

    one: Text
    many: Text


class NumberRules(Model):
    """Rules for numbers in words, by their names in the Unicode Common Locale Data Repository; its usual ones when left out."""

    cardinal: Text | None = None
    ordinal: Text | None = None


class Speech(Model):
    """`templates/speech/<language>.yaml`: how a text is read aloud in one language."""

    announce: dict[str, Text]
    """What is said before and after pieces: `section`, `part`, `list`, `end` ... by the names of the English file."""
    signs: dict[str, Text] = Field(default_factory=dict)
    """Single signs and what is said for them."""
    silent: tuple[Text, ...] = ()
    """Signs that are left out."""
    abbreviations: dict[str, Text] = Field(default_factory=dict)
    """Abbreviations, with their full stop, and the words for them."""
    said_as: dict[str, Text] = Field(default_factory=dict)
    """Words whose letters mislead, and how they are said."""
    words: tuple[Text, ...] = ()
    """Words in capitals that are read as words, not letter by letter."""
    units: dict[str, Unit] = Field(default_factory=dict)
    """Units that stand behind a number."""
    money: dict[str, Unit] = Field(default_factory=dict)
    """Signs of currencies."""
    scales: tuple[Text, ...] = ()
    """Words such as “million” that come between a number and its unit."""
    months: Annotated[tuple[Text, ...], Field(max_length=12)] = ()
    """The months, so that a day before one of them is read as a day."""
    numbered: tuple[Text, ...] = ()
    """Words after which capitals such as VIII are numbers."""
    ordinals: tuple[Text, ...] = ()
    """Endings that make a figure an ordinal: 1st, 2nd."""
    decades: dict[str, Text] = Field(default_factory=dict)
    """How the end of a year changes when its decade is meant: the 1990s."""
    numbers: dict[str, NumberRules] = Field(default_factory=dict)
    """Other rules for numbers than the usual ones, by language tag: British English says “one hundred and five”."""
    point: Text
    """The decimal mark as it is spoken."""
    decimal: Annotated[str, Field(pattern=r"^[.,]$")] = "."
    """The decimal mark as it is written."""


def _colour(value: object) -> object:
    if isinstance(value, str) and not _COLOUR.fullmatch(value):
        raise ValueError('a colour is written as CSS has it, for instance "#1f5673"')
    return value


_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[a-zA-Z]+|[a-zA-Z]+\([^()]*\)")
Colour = Annotated[Text, BeforeValidator(_colour)]
"""A colour as CSS writes it."""


class ThemeFile(Model):
    """`templates/diagrams/theme.yaml`: how every diagram looks. A setting `palette.NAME` takes the colour of that name."""

    font: Text
    palette: dict[str, Colour]
    mermaid: dict[str, Any]
    css: Text | None = None
    narrow: dict[str, Any] | None = None
