"""The only files that a document may read: those that its Job declares, and data URLs."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from weasyprint.urls import URLFetcher, URLFetcherResponse

BASE = "https://inputs.invalid/"
"""Where a document believes that it lives. `.invalid` is reserved (RFC 2606), so it can be nobody's address."""

_TYPES = mimetypes.MimeTypes()  # the standard library's own table: the machine's files must not matter
_TYPES.add_type("font/woff2", ".woff2")


class Refused(ValueError):
    """The document asked for something that is not its own."""


class InputsOnly(URLFetcher):  # type: ignore[misc]
    """Serves declared inputs by name and data URLs; remembers in `refused` whatever else was asked for."""

    def __init__(self, inputs: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self._inputs = inputs
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url.startswith("data:"):
            return _checked(super().fetch(url, headers), url[:60])
        name = unquote(urlsplit(url).path.lstrip("/")) if url.startswith(BASE) else ""
        if name not in self._inputs:
            self.refused.append(name or url)
            raise Refused("not among the files of this document")
        kind = _TYPES.guess_type(name)[0] or "application/octet-stream"
        return _checked(URLFetcherResponse(url, self._inputs[name], {"Content-Type": kind}), name)


def _checked(response: URLFetcherResponse, name: str) -> URLFetcherResponse:
    """SVG is XML, and entities can make a few bytes grow into gigabytes."""
    body = response.read()
    response.close()
    if b"<!ENTITY" in body:
        raise Refused(f"{name} declares XML entities")
    return URLFetcherResponse(response.url, body, dict(response.headers))
