"""The process that imports WeasyPrint: reads Jobs from stdin, writes PDFs to stdout, one after the other.

It reads nothing but its messages, sees no font of the machine, and ends when its parent does.
"""

from __future__ import annotations

import ctypes.util
import gc
import importlib
import os
import resource
import select
import shutil
import sys
import threading
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from handbill.tools.memory import give_back
from handbill.tools.pdf import wire

if TYPE_CHECKING:
    from handbill.tools.pdf.engine import Engine

_RARELY_NEEDED = ("fontTools.subset", "fontTools.varLib", "fontTools.varLib.instancer")
_FIRST = {
    "index.html": b"""<!DOCTYPE html><html lang="en"><title>-</title><table><tr><td></table><img alt="" src="data:image/svg+xml,
%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 9 9%22%3E%3Crect width=%229%22 height=%229%22/%3E%3C/svg%3E">"""
}
"""A page of everything but words, which need fonts."""
_C_TYPES = (
    "FcChar8 **", "PangoFcFontMap *", "PangoLogAttr[]", "PangoRectangle *", "char[]", "char[4]", "uintptr_t", "unsigned int *",
)  # fmt: skip
"""What WeasyPrint asks cffi for when it sets words: each is parsed once, which takes 4 ms."""
_PAUSE = 0.5
"""Seconds until what a document has left behind is cleared away, or less if another one comes: whoever got the first reads it
now and needs the processor. Without clearing away each time memory is torn to shreds, and a worker takes twice as much."""
_CPU_SLACK = 30
"""Seconds of processor time beyond a Job's time-out after which the kernel itself ends the process."""


def main() -> None:
    channel = _private_stdout()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    engine = _engine()
    _look_less_for_garbage()
    while True:
        _serve(engine, channel)
        select.select([sys.stdin.fileno()], [], [], _PAUSE)
        gc.collect()  # a document's boxes point at each other
        give_back()


def _serve(engine: Engine, channel: int) -> None:
    """One document, of which nothing is left here afterwards."""
    try:
        request = wire.receive(sys.stdin.fileno())
    except wire.Closed:
        _leave()
    _limit(request.head.get("timeout", 120), request.head.get("memory", 0))
    wire.send(channel, _answer(engine, request))


def _look_less_for_garbage() -> None:
    """Boxes and styles live as long as their document: a tenth of the time went into looking at them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _answer(engine: Engine, request: wire.Message) -> wire.Message:
    try:
        inputs = {name: data for name, data in request.blobs.items() if name != wire.SHEAF}
        done = engine.render(inputs, request.head["args"], request.blobs.get(wire.SHEAF, b""))
    except Exception:  # whatever a document does to the library, it is this document's failure and no other's
        return wire.Message({"failure": traceback.format_exc(limit=-6)}, {})
    head = {"log": done.log, "refused": done.refused, "misfits": [vars(m) for m in done.misfits]}
    more = {"layout.json": done.report, wire.SHEAF: done.sheaf}
    return wire.Message(head, {"document.pdf": done.pdf, **{name: data for name, data in more.items() if data}})


def _engine() -> Engine:
    """Import WeasyPrint, without what it would wait for in vain: 0.45 s instead of 0.85 s.

    It looks for libraries under names that most systems do not have, and for each such name Python starts a
    compiler; on Linux the exact name that follows in WeasyPrint's lists finds them at once. And of fontTools it
    imports the parts for variable fonts and for subsetting without HarfBuzz, which are there when called.
    """
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    for name in _RARELY_NEEDED:
        sys.modules[name] = _Later(name)
    from weasyprint.text.ffi import ffi

    from handbill.tools.pdf.engine import Engine

    for name in _RARELY_NEEDED:
        del sys.modules[name]
    engine = Engine()
    for name in _C_TYPES:
        ffi.typeof(name)
    engine.render(_FIRST, {})  # nobody waits yet; what WeasyPrint reads at its first document is read then
    return engine


class _Later(types.ModuleType):
    """A module whose functions and classes import the real one when they are called."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: getattr(importlib.import_module(self.__name__), name)(*args, **kwargs)


def _private_stdout() -> int:
    """Keep the real stdout for messages and let everything that libraries print go to stderr."""
    channel = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return channel


def _end_with_parent() -> None:
    """Wait until the other end of stdin is closed, even in the midst of a document."""
    poller = select.poll()
    poller.register(sys.stdin.fileno(), 0)
    poller.poll()
    _leave()


def _leave() -> NoReturn:
    """End at once, whatever is going on, and take the private home along: a killed parent has left it behind."""
    home = Path(os.environ["HOME"])
    if home.name.startswith("handbill-pdf-"):
        shutil.rmtree(home, ignore_errors=True)
    os._exit(0)


def _limit(timeout: float, memory: int) -> None:
    """A last resort for when nobody is left to kill this process: the kernel does."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + timeout) + _CPU_SLACK
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    if memory and sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    main()
