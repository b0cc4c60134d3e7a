"""`watch`, as a real process: what an author's day does to it."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parent
SECONDS = 90.0
SECTION, PAGE = "content/vaccin/sections/01-points.md", "output/vaccin/handout.html"

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("watch")]


class Watching:
    """A running `watch` and what it says."""

    def __init__(self, root: Path) -> None:
        self.root = root
        words = ["--root", str(root), "watch", "-e", "handout", "-e", "slides", "-f", "html", "-f", "revealjs"]
        self.process = subprocess.Popen(
            [sys.executable, str(REPOSITORY / "build.py"), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as said:
            for line in said:
                self._lines.put(line.rstrip())

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._listener.join(SECONDS)

    def until(self, words: str) -> list[str]:
        """What it says up to a line with these words."""
        said: list[str] = []
        end = time.monotonic() + SECONDS
        while not (said and words in said[-1]):
            try:
                said.append(self._lines.get(timeout=max(0.0, end - time.monotonic())))
            except queue.Empty:
                pytest.fail(f"“{words}” was not said, but: {said}")
        return said

    def quiet(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self._lines.empty()

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def page(self) -> str:
        return (self.root / PAGE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def watching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watching]:
    root = tmp_path_factory.mktemp("watch") / "project"
    shutil.copytree(HERE / "publications" / "vaccin", root)
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    running = Watching(root)
    running.until("Watching for changes")
    yield running
    running.end()


def test_an_edit_makes_what_it_reaches_and_is_one_line(watching: Watching) -> None:
    watching.edit(SECTION, "Voici", "VOICI")
    said = watching.until(" s (")
    assert len(said) == 1
    assert "1 file made in " in said[0]
    assert said[0].endswith(f"({SECTION})")
    assert "VOICI" in watching.page()


def test_a_comment_makes_nothing(watching: Watching) -> None:
    watching.edit("content/vaccin/publication.yaml", "id:", "# A comment.\nid:")
    assert "nothing to make in " in watching.until(" s (")[-1]


def test_an_editor_that_writes_beside_and_renames_is_seen_and_its_swap_files_are_not(watching: Watching) -> None:
    path = watching.root / SECTION
    (path.parent / ".01-points.md.swp").write_bytes(b"b0VIM")
    assert watching.quiet(1.5)
    for word in ("Voici un", "Voici deux"):
        text = path.read_text(encoding="utf-8").replace("VOICI", word).replace("Voici un", word)
        (path.parent / ".01-points.md.new").write_text(text, encoding="utf-8")
        (path.parent / ".01-points.md.new").replace(path)
        assert "1 file made in " in watching.until(" s (")[-1]
        assert word in watching.page()
    (path.parent / ".01-points.md.swp").unlink()


def test_the_bibliography_saved_by_renaming_is_seen_again_and_again(watching: Watching) -> None:
    path = watching.root / "references.bib"
    for old, word in (("Notice d’essai", "Notice un"), ("Notice un", "Notice deux")):
        text = path.read_text(encoding="utf-8").replace(old, word)
        (watching.root / "new.bib").write_text(text, encoding="utf-8")
        (watching.root / "new.bib").replace(path)
        watching.until("(references.bib)")
        assert word in watching.page()


def test_a_mistake_is_told_and_mended(watching: Watching) -> None:
    good = watching.page()
    watching.edit(SECTION, "@notice-essai", "@notice-esai")
    said = watching.until(" s (")
    assert any("notice-esai" in line for line in said)
    assert "mistakes found, the last good files stay in " in said[-1]
    assert watching.page() == good
    watching.edit(SECTION, "@notice-esai", "@notice-essai")
    assert "nothing to make in " in watching.until(" s (")[-1]
    assert watching.page() == good


def test_templates_and_new_folders_are_watched(watching: Watching) -> None:
    watching.edit("templates/pages/web.html.j2", "</body>", "<!-- mark --></body>")
    watching.until("(templates/pages/web.html.j2)")
    assert "mark" in watching.page()
    (watching.root / "content/vaccin/figures").mkdir()
    watching.until("(content/vaccin")
    (watching.root / "content/vaccin/figures/note.txt").write_text("later", encoding="utf-8")
    watching.until("(content/vaccin")


def test_a_folder_that_goes_and_comes_back_is_survived(watching: Watching) -> None:
    good = watching.page()
    away = watching.root.parent / "away"
    (watching.root / "content").rename(away)
    watching.until("nothing to build in ")
    away.rename(watching.root / "content")
    watching.until(" made in " if watching.page() != good else " s (")
    watching.edit(SECTION, "Voici deux", "Voici trois")
    watching.until(f"({SECTION})")
    assert "Voici trois" in watching.page()


def test_many_files_at_once_are_one_build(watching: Watching) -> None:
    for path in sorted((watching.root / "content").rglob("*.md")):
        path.write_text(path.read_text(encoding="utf-8").replace("corps", "CORPS"), encoding="utf-8")
        time.sleep(0.005)
    watching.edit(SECTION, "Voici trois", "Voici quatre")
    end = time.monotonic() + SECONDS
    while "Voici quatre" not in watching.page() and time.monotonic() < end:
        watching.until(" s (")
    assert "Voici quatre" in watching.page()


def test_an_output_is_made_again_with_the_next_change(watching: Watching) -> None:
    (watching.root / PAGE).unlink()
    watching.edit("content/vaccin/publication.yaml", "# A comment.", "# Another comment.")
    watching.until(" s (")
    assert (watching.root / PAGE).is_file()


@pytest.mark.parametrize("number", [signal.SIGINT])
def test_ctrl_c_ends_it_and_leaves_nobody_behind(watching: Watching, number: int) -> None:
    family = psutil.Process(watching.process.pid).children(recursive=True)
    os.kill(watching.process.pid, number)
    assert watching.process.wait(20) == 130
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
