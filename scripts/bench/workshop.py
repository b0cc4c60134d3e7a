"""The projects that are measured: copies of this one in a folder that vanishes."""

from __future__ import annotations

import re
import shutil
import sys
from functools import cached_property
from pathlib import Path

import yaml

from scripts.bench.clock import Sample, run
from scripts.bench.page import Bare, lay_out
from scripts.bench_publication import make_publication

ROOT = Path(__file__).resolve().parents[2]
HANDOUT = ("--edition", "handout", "--format", "pdf")
_PARTS = ("build.py", "content", "handbill", "references.bib", "templates")
_FENCE = re.compile(r"^```\{\.mermaid.*?^```\n", re.DOTALL | re.MULTILINE)
_PROSE = re.compile(r"^[A-Z][^|\n]{40,}\.$", re.MULTILINE)
_EDITED = re.compile(r" Edit \d+ was here\.$")


class Workshop:
    """Makes projects on demand, each once, below `folder`. The first publication of `source` is the flagship."""

    def __init__(self, folder: Path, source: Path = ROOT) -> None:
        self._folder = folder
        self._source = source
        self._edits = 0

    @cached_property
    def flagship(self) -> Site:
        """The project as it is, with its first publication only."""
        return self._copy("flagship").alone()

    @cached_property
    def one_diagram(self) -> Site:
        """The flagship with the first of its diagrams alone."""
        site = self._copy("one").alone()
        home = site.root / "content" / site.name
        sections = {path: _FENCE.sub("", path.read_text()) for path in sorted(home.glob("sections/*.md"))}
        inserts = [f"[[{path.stem}]]\n" for path in sorted(home.glob("diagrams/*.mmd"))]
        used = [insert for insert in inserts if any(insert in text for text in sections.values())]
        for path, text in sections.items():
            for insert in used[1:]:
                text = text.replace(insert, "")
            path.write_text(text)
        return site

    def chapters(self, number: int) -> Site:
        """A long publication, of so many chapters with as many different diagrams."""
        if number not in self._long:
            site = self._copy(f"chapters-{number}")
            self._long[number] = Site(site.root, make_publication(site.root, number, site.name)).alone()
        return self._long[number]

    @cached_property
    def _long(self) -> dict[int, Site]:
        return {}

    @cached_property
    def shelf(self) -> Site:
        """Twenty publications with all editions: the flagship twenty times, each with a title and a text of its own."""
        site = self._copy("twenty").alone()
        home = site.root / "content" / site.name
        for number in range(1, 21):
            copy = home.with_name(f"{home.name}-{number}")
            shutil.copytree(home, copy)
            about = yaml.safe_load((copy / "publication.yaml").read_text())
            text = (copy / "publication.yaml").read_text()
            text = text.replace(f"id: {about['id']}", f"id: {copy.name}").replace(
                f"title: {about['title']}", f"title: {about['title']} {number}"
            )
            (copy / "publication.yaml").write_text(text)
            Site(site.root, copy.name).edit()
        shutil.rmtree(home)
        return site

    def _copy(self, name: str) -> Site:
        root = self._folder / name
        root.mkdir()
        for part in _PARTS:
            whole = self._source if part in ("content", "references.bib", "templates") else ROOT
            copy = shutil.copytree if (whole / part).is_dir() else shutil.copy
            copy(whole / part, root / part)
        (root / "node_modules").symlink_to(ROOT / "node_modules")
        return Site(root, min(path.parent.name for path in root.glob("content/*/publication.yaml")))


class Site:
    """One project, and the publication of it that counts."""

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.name = name
        self._edits = 0

    def alone(self) -> Site:
        """The same site, rid of all other publications."""
        for path in (self.root / "content").iterdir():
            if path.is_dir() and path.name != self.name:
                shutil.rmtree(path)
        return self

    def build(self, *words: str, memory: bool = False) -> Sample:
        """`build.py build` in a new process."""
        return self.command("build", *words, memory=memory)

    def command(self, *words: str, memory: bool = False) -> Sample:
        """`build.py` in a new process."""
        return run([sys.executable, "build.py", *words], self.root, memory=memory)

    def forget(self) -> None:
        """Nothing was ever built here."""
        for folder in (".cache", "output"):
            shutil.rmtree(self.root / folder, ignore_errors=True)

    def edit(self) -> Path:
        """A sentence at the end of the last line of prose of a section in the middle, another one each time."""
        home = self.root / "content" / self.name / "sections"
        prose = [path for path in sorted(home.glob("*.md")) if _PROSE.search(path.read_text(encoding="utf-8"))]
        path = prose[len(prose) // 2]
        text = path.read_text(encoding="utf-8")
        line = list(_PROSE.finditer(text))[-1]
        self._edits += 1
        edited = f"{_EDITED.sub('', line[0])} Edit {self._edits} was here."
        path.write_text(text[: line.start()] + edited + text[line.end() :], encoding="utf-8")
        return path

    @cached_property
    def bare(self) -> Bare:
        """What the bare tools have to do for the handout."""
        return lay_out(self.root, self.name, self.root.with_name(f"{self.root.name}-bare"))

    def child(self, word: str, *, memory: bool = False) -> Sample:
        """A floor (see `child`)."""
        return run([sys.executable, "-m", "scripts.bench.child", word, self.bare.folder], ROOT, memory=memory)

    def peer(self, word: str) -> Sample:
        """Another tool (see `peer`)."""
        return run([sys.executable, "-m", "scripts.bench.peer", word, self.bare.folder], ROOT)
