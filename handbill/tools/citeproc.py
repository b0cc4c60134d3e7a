"""Citations apart from the text that they stand in.

What citeproc makes of a citation depends on the citations before it and on the sources, hardly on the prose around. So a
document is read without it, and citeproc gets a *skeleton*: the citations in their order and the place of the reference
list. Its Job stays the same while an author edits prose. What comes out is put back, by what little citeproc does to the
neighbours of a citation (`mvPunct` in pandoc's Text.Pandoc.Citeproc). Wherever that is not certain to be what one run over
the whole document gives, the answer is None, and the caller makes that one run.

pandoc's JSON is cut as text: no quotation mark stands bare within its strings, so `{"t":"Cite"` can be nothing but a node.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from handbill.jobs import Job
from handbill.pandoc_ast import API_VERSION, Node, stringify
from handbill.tools import pandoc

OUTPUT = "cited.json"
_INPUT = "citations.json"
_CITE = '{"t":"Cite","c":'
_REFERENCES = '{"t":"Div","c":[["refs",'
_SPACES = ('{"t":"Space"},', '{"t":"SoftBreak"},')
_PERIOD = ',{"t":"Str","c":"."}'
_OWN = ('"csl-', '__refs"', '"reset-citation-positions"')
"""Names by which citeproc knows its own: where an author wrote one, it changes prose."""
_IN_TEXT = re.compile(rb"""<style\b[^>]*\sclass\s*=\s*["']in-text["']""")
_PLAIN = frozenset({
    "Str", "Space", "SoftBreak", "LineBreak", "Link", "Span", "Emph", "Strong", "Superscript", "Subscript", "SmallCaps",
})  # fmt: skip
"""Inlines of which our `stringify` and pandoc's say the same."""


@dataclass(frozen=True)
class Skeleton:
    """A document without citeproc's work: its JSON, and where each citation and the list of references stand in it."""

    text: str
    places: tuple[tuple[int, int], ...]
    citations: tuple[Node, ...]
    references: tuple[int, int] | None

    def job(self, bibliography: str, style: bytes, language: str) -> Job:
        """The Job that cites the skeleton."""
        blocks = [{"t": "Plain", "c": [{"t": "Cite", "c": [node["c"][0], []]}]} for node in self.citations]
        if self.references is not None:
            blocks.append(json.loads(self.text[slice(*self.references)]))
        document = {"pandoc-api-version": API_VERSION, "meta": {}, "blocks": blocks}
        return pandoc.convert(
            _INPUT,
            {_INPUT: json.dumps(document).encode(), **pandoc.citeproc_inputs(bibliography, style)},
            reader="json",
            writer="json",
            output=OUTPUT,
            options=pandoc.citeproc_options(language),
            label="cite",
        )

    def filled(self, cited: bytes) -> Any:
        """The document with what became of the skeleton in it; None where only one run over the whole can say."""
        blocks = json.loads(cited)["blocks"]
        count = len(self.citations)
        made, rest = [block["c"][0] for block in blocks[:count]], blocks[count:]
        parts = _Parts(self.text)
        for (start, end), old, new in zip(self.places, self.citations, made, strict=True):
            if new["t"] != "Cite" or not parts.put(start, end, [old["c"][0], new["c"][1]]):
                return None
        if self.references is not None:
            parts.put_references(*self.references, *rest)
        document = json.loads(parts.whole())
        if self.references is None and rest:  # without a place of their own, references go to the end
            if document["blocks"][-1]["t"] == "Header":
                return None  # citeproc changes the last heading
            document["blocks"] += rest
        return document


def separable(style: bytes) -> bool:
    """Whether a style leaves the text around citations alone: one of notes moves punctuation and capitals."""
    return _IN_TEXT.search(style) is not None


def skeleton(text: str) -> Skeleton | None:
    """The skeleton of a document, given in pandoc's JSON without spaces; None when its citations cannot be taken out."""
    if any(name in text for name in _OWN):
        return None
    decode = json.JSONDecoder().raw_decode
    places, nodes, start = [], [], text.find(_CITE)
    while start >= 0:
        node, end = decode(text, start)
        if text.find(_CITE, start + 1, end) >= 0:
            return None  # a citation within a citation
        places.append((start, end))
        nodes.append(node)
        start = text.find(_CITE, end)
    references, start = None, text.find(_REFERENCES)
    if start >= 0:
        node, end = decode(text, start)
        if node["c"][1] or text.find(_REFERENCES, end) >= 0:
            return None  # there are words in it, or there are two
        references = start, end
    if text.count('"t":"Cite"') != len(nodes):
        return None
    return Skeleton(text, tuple(places), tuple(nodes), references)


class _Parts:
    """The text of a document in pieces, with what has been put between them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: dict[int, tuple[int, str]] = {}
        self._passed = 0
        """Where the last thing ends that `mvPunct` has gone over in one step with what stands before it."""

    def put(self, start: int, end: int, content: list[Any]) -> bool:
        """Puts a citation between its neighbours, in the order of the text; False when what becomes of them is not certain."""
        made = _CITE + _dumped(content) + "}"
        space = next((space for space in _SPACES if self._text.endswith(space, 0, start)), None)
        before = start - len(space) if space else start
        if space and _raised(content[1]) and self._is_word(before):
            self._parts[before] = end, made  # the space goes: a raised number stands close to its word
            self._passed = end
            return True
        if self._text.startswith(_PERIOD, end) and content[1]:
            if not _plain(content[1]):
                return False
            if stringify(content[1]).endswith("."):
                end += len(_PERIOD)
                self._parts[start] = end, made
                self._passed = end
                return True
        self._parts[start] = end, made
        return True

    def _is_word(self, end: int) -> bool:
        """Whether before this place something ends, in the same row, that is no space and has not been passed over."""
        if self._text[end - 1] != "," or end - 1 == self._passed:
            return False
        return not self._text.endswith(_SPACES, 0, end)

    def put_references(self, start: int, end: int, block: Node) -> None:
        self._parts[start] = end, _dumped(block)

    def whole(self) -> str:
        pieces, position = [], 0
        for start, (end, made) in sorted(self._parts.items()):
            pieces += [self._text[position:start], made]
            position = end
        return "".join([*pieces, self._text[position:]])


def _raised(inlines: list[Node]) -> bool:
    return len(inlines) == 1 and inlines[0]["t"] in ("Superscript", "Note")


def _plain(node: Any) -> bool:
    if isinstance(node, list):
        return all(map(_plain, node))
    if not isinstance(node, dict):
        return True
    return node["t"] in _PLAIN and _plain(node.get("c"))


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
