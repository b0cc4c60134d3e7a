"""All tools of one run, behind one Runner. Nothing is looked for or started before it is needed."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from handbill.jobs import Runner, Tool, ToolMissing
from handbill.runners.cached import CachedRunner
from handbill.runners.desk import HomeDesk
from handbill.runners.direct import DirectRunner
from handbill.runners.folder import LIMIT
from handbill.runners.joined import JoinedRunner
from handbill.runners.notices import Notices
from handbill.tools import locate
from handbill.tools.pandoc import Pandoc

if TYPE_CHECKING:
    from handbill.runners.shared import SharedCache
    from handbill.tools.mermaid import MermaidTool
    from handbill.tools.weasyprint import WeasyPrintTool


class _Tools(Mapping[str, Tool]):
    """Adapters by name, each made when it is first asked for. Raises `ToolMissing` for a program that is not there."""

    def __init__(self, makers: Mapping[str, Callable[[], Tool]]) -> None:
        self._makers = makers
        self._made: dict[str, Tool] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Tool:
        with self._lock:  # of two that are made at once, one would never be closed
            if name not in self._made:
                self._made[name] = self._makers[name]()
            return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


class FarRunner(Runner, Protocol):
    """A Runner that must be closed."""

    def close(self) -> None:
        """Within bounds, whatever is going on."""
        ...


def _pdfium() -> Tool:
    from handbill.tools.pdfium import Pdfium  # Its libraries take as long to load as a small page takes to check.

    return Pdfium()


def _imposition() -> Tool:
    from handbill.tools.imposition import Imposition

    return Imposition()


def _pdf_validator() -> Tool:
    from handbill.tools.pdf_validator import PdfValidator

    return PdfValidator()


def _pptx() -> Tool:
    from handbill.tools.pptx.tool import Pptx

    return Pptx()


def _braille() -> Tool:
    from handbill.tools.braille.tool import Braille

    return Braille(locate.need(locate.find_louis()).path)


def _formula(root: Path) -> Tool:
    from handbill.tools.formula import FormulaTool

    return FormulaTool.found(root)


_LIBRARIES: Mapping[str, Callable[[], Tool]] = {
    "pdfium": _pdfium,
    "imposition": _imposition,
    "pptx": _pptx,
    "pdf-validator": _pdf_validator,
}


class Toolbox:
    """The runner of one run, and what must be tidied up after it.

    `cache` is the folder where finished work is remembered; without one a folder is used that
    vanishes at the end, so that within the run nothing is made twice. `notices` are complaints about
    these means themselves (a full disk, for instance), for whoever prints the others. `shared` connects
    the cache of several machines, `far` a runner on other machines around the one that works here.
    """

    def __init__(
        self,
        root: Path,
        cache: Path | None,
        workers: int = 2,
        limit_bytes: int = LIMIT,
        shared: Callable[[Notices], SharedCache] | None = None,
        far: Callable[[Runner, Notices], FarRunner] | None = None,
    ) -> None:
        self._root = root
        self._workers = workers
        self._paper: WeasyPrintTool | None = None
        self._studio: MermaidTool | None = None
        self._scratch = tempfile.TemporaryDirectory(prefix="handbill-cache-") if cache is None else None
        self.tools: Mapping[str, Tool] = _Tools({
            "pandoc": lambda: Pandoc(locate.need(locate.find_pandoc()).path),
            "weasyprint": self._weasyprint,
            "mermaid": self._mermaid,
            "formula": lambda: _formula(root),
            "liblouis": _braille,
            **_LIBRARIES,
        })  # fmt: skip
        self.notices = Notices()
        folder = cache or Path(self._scratch.name if self._scratch else ".")
        self._shared = shared(self.notices) if shared is not None else None
        here = DirectRunner(self.tools)
        self._far = far(here, self.notices) if far is not None else None
        self.cache = CachedRunner(self._far or here, folder, limit_bytes, shared=self._shared, notices=self.notices)
        self.runner: Runner = JoinedRunner(self.cache)

    def desk(self, say: Callable[[str], None] = lambda _: None) -> HomeDesk:
        """Where pieces of work have their Jobs run; `say` hears of progress."""
        return HomeDesk(self.runner, self.cache, say)

    @property
    def libraries(self) -> Mapping[str, Tool]:
        """Tools that a copy of this process, made now, may use by itself; none when Jobs go to other machines."""
        from handbill.tools.pdf import validation

        if self._far is not None:
            return {}
        spoiled = {"pdf-validator"} if validation.used() else set()
        return _Tools({name: maker for name, maker in _LIBRARIES.items() if name not in spoiled})

    def warm(self) -> None:
        """Starts what is slow to start, in the background."""
        self._weasyprint().warm(1)

    def open_browser(self) -> None:
        """Starts the browser in the background: diagrams will have to be drawn."""
        with contextlib.suppress(ToolMissing):  # told when a diagram really is to be drawn
            self._mermaid().warm()

    def _mermaid(self) -> MermaidTool:
        if self._studio is None:
            from handbill.tools.mermaid import MermaidTool

            self._studio = MermaidTool.found(self._root, self._workers)
        return self._studio

    def _weasyprint(self) -> WeasyPrintTool:
        if self._paper is None:
            from handbill.tools.weasyprint import WeasyPrintTool  # a check makes no pages

            self._paper = WeasyPrintTool(self._workers, sheaves=self.cache)
        return self._paper

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._paper is not None:
            self._paper.close()
        if self._studio is not None:
            self._studio.close()
        if self._far is not None:
            self._far.close()
        self.cache.close()
        if self._shared is not None:
            self._shared.close(wait=kind is None)  # whoever pressed Ctrl-C has waited enough
        if self._scratch is not None:
            self._scratch.cleanup()
