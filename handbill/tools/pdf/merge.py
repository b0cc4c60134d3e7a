"""Chapters that were laid out apart become one PDF, as if they had been laid out together.

Inputs: `NN.pdf` and `NN.json` for each part, in order, as `handbill.tools.pdf.apart` gives them; `numbers-NN.pdf` for
the layers with the running heads and feet of all pages, in order. What the parts say of themselves (title, language,
claims to standards) is taken from the first one, as all say the same.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from handbill.tools.pdf.merge_fonts import Fonts
from handbill.tools.pdf.merge_outline import write_outline
from handbill.tools.pdf.merge_part import Part
from handbill.tools.pdf.merge_tags import Tags

_LAYER_ONLY = ("/XObject", "/Pattern", "/Shading")
"""Resources whose names WeasyPrint counts anew in each file, so that two files cannot share a page."""


class Unmergeable(Exception):
    """The parts do not fit together; the document must be laid out as a whole."""


def merge(inputs: Mapping[str, bytes], args: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The whole document. `args["spine"]` names the structure elements around the chapters, from the outside in;
    `files` are the unpacked fonts by their digest. Raises `Unmergeable`."""
    names = sorted(name.removesuffix(".json") for name in inputs if name.endswith(".json"))
    told = {name: json.loads(inputs[f"{name}.json"]) for name in names}
    layers = [name for name in names if name.startswith("numbers-")]
    parts = [name for name in names if name not in layers]
    with pikepdf.open(io.BytesIO(inputs[f"{parts[0]}.pdf"])) as target:
        _Merger(target, files).merge(inputs, told, parts, layers, args["spine"])
        stream = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.generate
        target.save(stream, object_stream_mode=mode, deterministic_id=True, fix_metadata_version=False)
        return stream.getvalue()


class _Merger:
    def __init__(self, target: Pdf, files: Mapping[str, bytes]) -> None:
        self._target = target
        self._begun = False
        self._fonts = Fonts(files)
        self._pictures: dict[tuple[Any, ...], Object] = {}

    def merge(
        self,
        inputs: Mapping[str, bytes],
        told: Mapping[str, Any],
        parts: Sequence[str],
        layers: Sequence[str],
        spine: Sequence[str],
    ) -> None:
        chapters = [self._add(name, inputs, told) for name in parts]
        tags = Tags(self._target, spine)
        for part in chapters:
            tags.add(part)
        tags.finish()
        self._names(chapters)
        write_outline(self._target, [page["bookmarks"] for part in chapters for page in part.told["pages"]])
        margins = [self._layer(name, inputs, told) for name in layers]
        self._share(chapters, margins)
        self._paint(chapters, margins)

    def _add(self, name: str, inputs: Mapping[str, bytes], told: Mapping[str, Any]) -> Part:
        """The pages of a part at the end of the target. The first part is the target itself."""
        source = pikepdf.open(io.BytesIO(inputs[f"{name}.pdf"])) if self._begun else self._target
        before = len(self._target.pages) if self._begun else 0
        if self._begun:
            self._target.pages.extend(source.pages)
        self._begun = True
        pages = [self._target.pages[number].obj for number in range(before, len(self._target.pages))]
        return Part(pages, pages[0].Resources, told[name], source)

    def _layer(self, name: str, inputs: Mapping[str, bytes], told: Mapping[str, Any]) -> Part:
        source = pikepdf.open(io.BytesIO(inputs[f"{name}.pdf"]))
        resources = self._target.copy_foreign(source.pages[0].obj.Resources)
        if any(len(resources.get(kind, {})) for kind in _LAYER_ONLY):
            raise Unmergeable
        return Part([page.obj for page in source.pages], resources, told[name], source)

    def _names(self, parts: Sequence[Part]) -> None:
        """One tree of named places. A part names places of other parts, too, so that it can link to them.

        Names keep their bytes, and are in the order of these (ISO 32000-1, 7.9.6).
        """
        found: dict[bytes, Object] = {}
        for part in parts:
            elsewhere = set(part.told["elsewhere"])
            for name, place in _named(part.source):
                if str(name) not in elsewhere and bytes(name) not in found:
                    own = part.source is self._target
                    found[bytes(name)] = place if own else self._target.copy_foreign(_loose(part.source, place))
        if found:
            pairs = [item for name in sorted(found) for item in (String(name), found[name])]
            self._target.Root.Names = Dictionary(Dests=self._target.make_indirect(Dictionary(Names=Array(pairs))))

    def _share(self, parts: Sequence[Part], layers: Sequence[Part]) -> None:
        """Fonts, colour spaces and pictures that several parts have, once."""
        names = [[(told["hash"], self._fonts.add(told)) for told in part.told["fonts"]] for part in (*parts, *layers)]
        embedded = self._fonts.embed(self._target)
        for part, fonts in zip((*parts, *layers), names, strict=True):
            for own, shared in fonts:
                if shared is not None:
                    part.resources.Font[Name("/" + own)] = embedded[shared]
            part.resources.ColorSpace = parts[0].resources.ColorSpace
            for kind, picture in dict(part.resources.get("/XObject", {})).items():
                if picture.get("/Subtype") == Name.Image:
                    part.resources.XObject[kind] = self._pictures.setdefault(_content(picture), picture)

    def _paint(self, parts: Sequence[Part], layers: Sequence[Part]) -> None:
        """Each page's margins over the page, in the graphics state in which a page begins."""
        save, restore = (self._target.make_stream(word) for word in (b"q", b"Q"))
        margins = [(layer, page) for layer in layers for page in layer.pages]
        pages = [(part, page) for part in parts for page in part.pages]
        if not margins:
            return
        for (part, page), (layer, margin) in zip(pages, margins, strict=True):
            content = self._target.copy_foreign(margin.Contents)
            page.Contents = Array([save, page.Contents, restore, content])
            for kind in ("/Font", "/ExtGState"):
                for name, value in layer.resources.get(kind, {}).items():
                    if name not in part.resources[kind]:
                        part.resources[kind][name] = value


def _named(source: Pdf) -> Iterator[tuple[Object, Object]]:
    if "/Names" in source.Root and "/Dests" in source.Root.Names:
        names = source.Root.Names.Dests.Names
        for index in range(0, len(names), 2):
            yield names[index], names[index + 1]


def _loose(source: Pdf, value: Object) -> Object:
    return value if value.is_indirect else source.make_indirect(value)


def _content(picture: Object) -> tuple[Any, ...]:
    """What a picture shows: its dictionary and its bytes, and those of its mask."""
    mask = picture.get("/SMask")
    facts = sorted((key, str(value)) for key, value in picture.items() if key != "/SMask")
    return (*facts, picture.read_raw_bytes(), _content(mask) if isinstance(mask, Stream) else None)
