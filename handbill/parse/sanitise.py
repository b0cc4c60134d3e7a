"""Content never chooses a program, a script or a file: one pass over the AST before every writer.

`-raw_html` alone is no sanitiser: `[x]{onclick=...}` and `[x](javascript:...)` are ordinary Markdown
to pandoc. So raw blocks and inlines are dropped, attributes are kept by an allow-list, and links
keep only schemes that open a page, a letter or a telephone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from handbill.diagnostics import Diagnostic, warning
from handbill.model import Source
from handbill.pandoc_ast import Node, transform_only

SCHEMES = frozenset({"http", "https", "mailto", "tel", ""})
_KEYS = frozenset({
    "lang", "dir", "title", "alt", "width", "height", "abbr", "role", "editions", "caption", "description", "start",
    "cite", "entry-spacing", "custom-style", "hidden", "data-entry-spacing",
})  # fmt: skip
_NAME = re.compile(r"[\w.:-]+")
_SIZE = re.compile(r"\d+(\.\d+)?(%|px|cm|mm|in|pt|em)?")
_ATTR_INDEX = {"Div": 0, "Span": 0, "CodeBlock": 0, "Code": 0, "Figure": 0, "Table": 0, "Link": 0, "Image": 0, "Header": 1}
_JUDGED = frozenset({"RawBlock", "RawInline", *_ATTR_INDEX})


def sanitise(ast: Mapping[str, Any], source: Source) -> tuple[dict[str, Any], list[Diagnostic]]:
    """The document without what content may not carry, and a warning for each thing that was taken out."""
    findings: list[Diagnostic] = []

    def change(node: Node) -> Node | list[Node] | None:
        kind = node["t"]
        if kind in ("RawBlock", "RawInline"):
            findings.append(_dropped("raw-markup", f"Raw {node['c'][0]} is left out", node["c"][1], source))
            return None
        index = _ATTR_INDEX.get(kind)
        if index is None:
            return node
        content = list(node["c"])
        content[index] = _attributes(content[index], source, findings)
        if kind in ("Link", "Image"):
            url = content[2][0]
            if not _safe(url, kind):
                findings.append(_dropped("link-scheme", f"The address “{url}” is left out", url, source))
                return content[1] or None
        return {"t": kind, "c": content}

    return {**ast, "meta": {}, "blocks": transform_only(_JUDGED, ast["blocks"], change)}, findings


def _safe(url: str, kind: str) -> bool:
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return False
    if any(ord(character) < 0x21 for character in url):
        return False
    return scheme == "" if kind == "Image" else scheme in SCHEMES


def _attributes(triple: list[Any], source: Source, findings: list[Diagnostic]) -> list[Any]:
    identifier, classes, pairs = triple
    kept = []
    for key, value in pairs:
        sized = key not in ("width", "height") or _SIZE.fullmatch(value)
        if key in _KEYS and sized:
            kept.append([key, value])
        else:
            findings.append(_dropped("attribute-not-allowed", f"The attribute “{key}” is left out", f"{key}=", source))
    return [
        identifier if _NAME.fullmatch(identifier) else "",
        [name for name in classes if _NAME.fullmatch(name)],
        kept,
    ]


def _dropped(code: str, message: str, needle: str, source: Source) -> Diagnostic:
    hint = {
        "raw-markup": "Write it as Markdown: raw HTML or TeX would show in one format only.",
        "link-scheme": "Links may start with https:, http:, mailto: or tel:, or point inside the document with #; "
        "pictures lie in the publication's folder.",
        "attribute-not-allowed": "Use a class such as {.callout}, an id, lang, dir, title, width or height.",
    }[code]
    return warning(code, message, source.find(needle), hint)
