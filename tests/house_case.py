"""A small correct project with the house's own templates and a second publication beside it, built by the real command line."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from handbill.cli import main
from handbill.rules import RULES
from tests.faults import collection

REPOSITORY = Path(__file__).parent.parent
ABOUT = "content/sample/publication.yaml"
SIGNED = "reviewers:\n  - name: B. Reader\n    role: nurse\n    date: 2026-11-20\n"
GIVEN = f"approval:\n  by: B. Reader\n  role: nurse\n  date: 2026-11-20\n  digest: sha256:{'0' * 64}\n"
EDITION = """\
name: {name}
title: {name}
summary: All of it.
audience: Everybody
shape: document
forms: [full]
parts: [masthead, references, imprint]
outputs:
"""
OUTPUTS = {
    "handout": "  html: {file: handout.html, template: web.html.j2, styles: [base.css, web.css]}\n",
    "text": "  text: {file: plain.txt, width: 72}\n",
}
CARD = """\
name: card
title: Card
summary: One fold.
audience: Everybody
shape: panels
forms: [full]
parts: [masthead, references, imprint-brief]
panels:
  - {name: front, title: front panel, side: outside, parts: [masthead]}
  - {name: left, title: left panel, roles: [definition], words: 100}
  - {name: right, title: right panel, roles: [other], words: 100}
  - {name: back, title: back panel, side: outside, parts: [imprint-brief, references]}
fold:
  kind: roll
  height: 210
  outside: {panels: [back, front], widths: [148, 148]}
  inside: {panels: [left, right], widths: [148, 148]}
paper:
  measure: 0
  pages: 2
outputs:
  pdf: {file: card.pdf, template: leaflet.html.j2, styles: [fonts.css, base.css, panels.css]}
"""
PROFILE = "name: patient\ntitle: A small one\nsummary: Who answers for it, and until when.\nrules:\n"


def make_house(root: Path) -> Path:
    """The project of the faults without its diagram, signed, in editions that need no browser; its profile asks for little."""
    shutil.copytree(collection.HERE / "base", root)
    shutil.rmtree(root / "templates")
    shutil.copytree(REPOSITORY / "templates", root / "templates", ignore=shutil.ignore_patterns("editions", "profiles"))
    (root / "node_modules").symlink_to(REPOSITORY / "node_modules")
    profile = root / "templates" / "profiles" / "patient.yaml"
    profile.parent.mkdir()
    profile.write_text(PROFILE + "".join(f"  {code}: {{}}\n" for code, known in RULES.items() if known.needs))
    for name, outputs in OUTPUTS.items():
        add_edition(root, name, EDITION.format(name=name) + outputs)
    (root / "content/sample/diagrams/route.mmd").unlink()
    section = root / "content/sample/sections/one.md"
    section.write_text(section.read_text().replace("[[route]]\n", ""))
    about = root / ABOUT
    text = about.read_text().replace("status: draft\n", "status: approved\n").replace("[handout, deck]", "[handout, text]")
    about.write_text(text.replace("last_reviewed", f"{GIVEN}{SIGNED}last_reviewed"))
    shutil.copytree(root / "content" / "sample", root / "content" / "other")
    other = root / "content" / "other" / "publication.yaml"
    other.write_text(other.read_text().replace("id: sample", "id: other"))
    return root


def add_edition(root: Path, name: str, text: str) -> Path:
    """The folder of one more edition."""
    folder = root / "templates" / "editions" / name
    folder.mkdir(parents=True)
    (folder / "edition.yaml").write_text(text)
    return folder


@dataclass
class Told:
    """What a build said of the first publication, and where it wrote."""

    code: int
    found: list[dict[str, Any]]
    output: Path

    def errors(self) -> list[tuple[str, str, int]]:
        """Code, file and line of every error."""
        return [(d["code"], d["path"], d["line"]) for d in self.found if d["severity"] == "error"]

    def read(self, file: str) -> str:
        return (self.output / "sample" / file).read_text(encoding="utf-8")

    def files(self, publication: str = "sample") -> set[str]:
        """What was written for a publication."""
        return {file.name for file in (self.output / publication).iterdir()}


def built(root: Path, output: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Told:
    """A build by the command line, on the day of the faults."""
    capsys.readouterr()
    code = main(["--root", str(root), "build", "--report", "json", "--output", str(output), "--as-of", "2026-11-22", *words])
    said, _, _ = capsys.readouterr().out.partition("\n}\n")
    return Told(code, json.loads(said + "}")["diagnostics"], output)
