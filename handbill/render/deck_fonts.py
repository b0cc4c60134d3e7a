"""The fonts that go into a deck: of each letter only the first family that has it."""

from __future__ import annotations

import re

from handbill.render.faces import Face, faces

_RULE = re.compile(r"@font-face\s*\{[^}]*\}")


def needed_faces(css: str, letters: str) -> str:
    """The style sheet without the faces that no letter falls back to.

    Families stand in the order in which text falls back to them, as in the list of a `font-family`.
    """
    known = faces(css)
    wanted: set[str] = set()
    left = set(letters)
    for family in dict.fromkeys(face.family for face in known):
        own = [face for face in known if face.family == family]
        wanted |= {face.file for face in own if face.serves(left)}
        left = {letter for letter in left if not any(face.serves(letter) for face in own)}
    return _RULE.sub(lambda rule: rule[0] if _file(rule[0], known) in wanted | {""} else "", css)


def _file(rule: str, known: tuple[Face, ...]) -> str:
    """The file of a rule; none when the rule is not of a font of ours."""
    return next((face.file for face in known if f"font:{face.file}" in rule), "")
