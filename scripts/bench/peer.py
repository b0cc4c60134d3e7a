"""The same handout by other tools, as their users would do it: one mmdc for each diagram, then pandoc and an engine.

    python -m scripts.bench.peer WORD FOLDER

`FOLDER` is what `page.lay_out` has written. An edit keeps the pictures that are there; from nothing, all are drawn.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from scripts.bench.names import DIAGRAMS, PARSE, PLAIN

_FENCE = re.compile(r"^(`{3,}) *(?:mermaid|\{[^}\n]*\.mermaid[^}\n]*\})\n(.*?)\n\1$", re.DOTALL | re.MULTILINE)
_PICTURES = "peer"


def _prepared(folder: Path) -> tuple[str, list[str]]:
    """The Markdown with pictures for diagrams, and pandoc with the words for citations."""
    asked = json.loads((folder / DIAGRAMS).read_text())
    pictures = folder / _PICTURES
    pictures.mkdir(exist_ok=True)
    (pictures / "browser.json").write_text(json.dumps({"executablePath": asked["browser"], "args": ["--no-sandbox"]}))
    (pictures / "config.json").write_text(json.dumps({"htmlLabels": False}))
    number = 0

    def draw(fence: re.Match[str]) -> str:
        nonlocal number
        number += 1
        code, picture = pictures / f"{number}.mmd", pictures / f"{number}.svg"
        if not picture.exists():
            code.write_text(fence[2])
            words: list[str | Path] = [
                "-i",
                code,
                "-o",
                picture,
                "-p",
                pictures / "browser.json",
                "-c",
                pictures / "config.json",
                "-q",
            ]
            subprocess.run([asked["node"], asked["mermaidCli"], *words], check=True, stdout=subprocess.DEVNULL)
        return f"![]({_PICTURES}/{number}.svg)"

    text = _FENCE.sub(draw, (folder / PLAIN).read_text())
    if number != len(re.findall(r"^`{3,}.*mermaid", (folder / PLAIN).read_text(), re.MULTILINE)):
        sys.exit("some diagrams were not found")
    pandoc = json.loads((folder / PARSE).read_text())[0]
    return text, [pandoc, "--from=markdown", "--citeproc", "--csl=style.csl", "--bibliography=references.bib"]


def _without_pictures(folder: Path) -> None:
    shutil.rmtree(folder / _PICTURES, ignore_errors=True)


def weasyprint_edit(folder: Path) -> None:
    """`pandoc --pdf-engine=weasyprint`."""
    text, pandoc = _prepared(folder)
    engines = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    words = ["--pdf-engine=weasyprint", "--metadata=title:Handout", "--output=peer.pdf"]
    subprocess.run(
        [*pandoc, *words], cwd=folder, input=text, text=True, check=True, env={**os.environ, "PATH": engines}
    )


def weasyprint_cold(folder: Path) -> None:
    """The same with no picture there."""
    _without_pictures(folder)
    weasyprint_edit(folder)


def typst_edit(folder: Path) -> None:
    """pandoc's Typst writer, and Typst's own package for Python."""
    import typst

    text, pandoc = _prepared(folder)
    words = ["--to=typst", "--standalone", "--output=peer.typ"]
    subprocess.run([*pandoc, *words], cwd=folder, input=text, text=True, check=True)
    typst.compile(folder / "peer.typ", output=folder / "peer-typst.pdf", root=folder)


def typst_cold(folder: Path) -> None:
    """The same with no picture there."""
    _without_pictures(folder)
    typst_edit(folder)


WORK: dict[str, Callable[[Path], None]] = {
    work.__name__: work for work in (weasyprint_edit, weasyprint_cold, typst_edit, typst_cold)
}

if __name__ == "__main__":
    WORK[sys.argv[1]](Path(sys.argv[2]))
