"""The `@font-face` rules of a style sheet: which of them a text needs, and small copies for a picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import tinycss2

from handbill.tools.fonts import subset

_FONT_URL = re.compile(r"font:([^\"')]+)")


@dataclass(frozen=True)
class Face:
    """One rule: the family, what else it says but for its file, the file's name, and the characters that it is for."""

    family: str
    descriptors: str
    file: str
    ranges: tuple[tuple[int, int], ...]

    def serves(self, letters: Iterable[str]) -> bool:
        """Whether any of the letters is meant to be set in this face; all are when it names no range."""
        return not self.ranges or any(low <= ord(letter) <= high for letter in letters for low, high in self.ranges)


def faces(css: str) -> tuple[Face, ...]:
    """The faces of a style sheet whose files are named as `url("font:FILE")`, in order."""
    return tuple(face for rule in _rules(css) if (face := _face(rule)) is not None)


def without_unneeded_faces(css: str, letters: Iterable[str]) -> str:
    """The style sheet without the faces that no letter needs: files that would only make the document bigger."""
    wanted = frozenset(letters)
    kept = [rule for rule in _rules(css) if (face := _face(rule)) is None or face.serves(wanted)]
    return str(tinycss2.serialize(kept))


def embedded(found: Iterable[Face], fonts: Mapping[str, bytes], letters: str) -> Iterator[tuple[Face, bytes]]:
    """The faces that the letters need, each with a font file that holds these letters only."""
    wanted = frozenset(letters)
    for face in found:
        if face.serves(wanted) and face.file in fonts:
            yield face, subset(fonts[face.file], wanted)


def _rules(css: str) -> list[Any]:
    return list(tinycss2.parse_stylesheet(css))


def _face(rule: Any) -> Face | None:
    if rule.type != "at-rule" or rule.lower_at_keyword != "font-face":
        return None
    values = {
        declaration.lower_name: tinycss2.serialize(declaration.value).strip()
        for declaration in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        if declaration.type == "declaration"
    }
    file = _FONT_URL.search(values.get("src", ""))
    if file is None:
        return None
    others = "; ".join(f"{name}: {value}" for name, value in values.items() if name not in ("src", "unicode-range"))
    return Face(values.get("font-family", "").strip("\"'"), others, file[1], tuple(_ranges(values.get("unicode-range", ""))))


def _ranges(value: str) -> Iterator[tuple[int, int]]:
    """The ranges of a `unicode-range` descriptor (CSS Fonts 4, 11.5): `U+26`, `U+0-7F`, `U+4??`."""
    for part in filter(None, (piece.strip().upper().removeprefix("U+") for piece in value.split(","))):
        low, _, high = part.partition("-")
        yield int(low.replace("?", "0"), 16), int((high or low).replace("?", "F"), 16)
