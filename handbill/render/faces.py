"""The `@font-face` rules of a style sheet, and which of them a text needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2

from handbill.tools.fonts import characters

_FONT_URL = re.compile(r"font:([^\"')]+)")
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})")


@dataclass(frozen=True)
class Face:
    """One rule: the family, what else it says but for its file, the file's name, and the characters that it is for."""

    family: str
    descriptors: str
    file: str
    ranges: tuple[tuple[int, int], ...]

    def covers(self, points: Iterable[int], font: bytes) -> frozenset[int]:
        """Those of the code points that a browser would set in this face: in its ranges, and in its file."""
        wanted = frozenset(points)
        if self.ranges:
            wanted = frozenset(point for point in wanted if any(low <= point <= high for low, high in self.ranges))
        return wanted & characters(font) if wanted else wanted


def faces(css: str) -> tuple[Face, ...]:
    """The faces of a style sheet whose files are named as `url("font:FILE")`, in order."""
    return tuple(face for _, face in _rules(css) if face is not None)


def needed(found: Iterable[Face], letters: Iterable[str], fonts: Mapping[str, bytes]) -> tuple[Face, ...]:
    """The faces that the letters need. Families come in the order in which they are tried: each letter is set in the
    first that has it, in all of that family's weights."""
    families: dict[str, list[Face]] = {}
    for face in found:
        families.setdefault(face.family, []).append(face)
    rest = frozenset(map(ord, frozenset(letters)))
    kept: list[Face] = []
    for members in families.values():
        covered = [(face, face.covers(rest, fonts[face.file])) for face in members if face.file in fonts]
        kept += [face for face, points in covered if points]
        rest = rest.difference(*(points for _, points in covered))
    return tuple(kept)


def without_unneeded_faces(css: str, letters: str, fonts: Mapping[str, bytes]) -> str:
    """The style sheet without the faces that no letter needs: files that would only make the document bigger.

    What the style sheet itself writes (`content`) counts. A face whose file is not known is kept, to be complained of.
    """
    own = css + "".join(chr(int(code, 16)) for code in _ESCAPE.findall(css) if 0 < int(code, 16) < 0x110000)
    wanted = frozenset(needed(faces(css), letters + own, fonts))
    kept = [rule for rule, face in _rules(css) if face is None or face in wanted or face.file not in fonts]
    return str(tinycss2.serialize(kept))


@lru_cache(maxsize=64)
def _rules(css: str) -> tuple[tuple[Any, Face | None], ...]:
    """Each rule of a style sheet and the face that it is, read once."""
    return tuple((rule, _face(rule)) for rule in tinycss2.parse_stylesheet(css))


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
