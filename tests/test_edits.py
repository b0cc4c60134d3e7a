"""Random edits, one after the other: each build gives exactly what a build from nothing gives.

The project goes through what authors do to theirs: words, YAML, comments, styles, templates, diagrams, sources, a new
version of a tool, files touched, renamed, lost, mistakes made and mended. `make edits` tries 200, `make test` a few.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handbill.cli import main, remember
from handbill.runners.entry import verified
from handbill.tools import locate, pandoc

HERE = Path(__file__).parent
REPOSITORY = HERE.parent
WORDS = ("clair", "un peu plus", "maintenant", "Toujours", "été", "x²", "bien sûr")

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("edits"), pytest.mark.timeout(4 * 3600)]


class Author:
    """Somebody who edits a project at random, but the same way for the same seed."""

    def __init__(self, root: Path, program: Path, chance: random.Random) -> None:
        self.root, self.program, self.chance = root, program, chance
        self.number = 0

    def edit(self) -> str:
        """One edit; gives what was done."""
        self.number += 1
        kind = self.chance.choice(EDITS)
        return f"{kind.__name__}: {kind(self)}"

    def pick(self, pattern: str) -> Path:
        return self.chance.choice(sorted(path for path in self.root.glob(pattern) if path.is_file()))

    def change(self, path: Path, how: Callable[[str], str]) -> str:
        text = path.read_text(encoding="utf-8")
        path.write_text(how(text), encoding="utf-8")
        return path.relative_to(self.root).as_posix()

    def after_a_word(self, text: str, fits: Callable[[str], bool]) -> str:
        """The text with a word more in one of the lines that fit."""
        lines = text.split("\n")
        places = [index for index, line in enumerate(lines) if fits(line)]
        if not places:
            return text
        index = self.chance.choice(places)
        words = lines[index].split(" ")
        at = self.chance.randint(max(1, len(words) - 2), len(words))
        words.insert(at, self.chance.choice(WORDS))
        lines[index] = " ".join(words)
        return "\n".join(lines)


def is_prose(line: str) -> bool:
    return len(line) > 30 and line.lstrip()[:1].isalpha() and ": " not in line and "|" not in line and "[" not in line


def words(author: Author) -> str:
    return author.change(author.pick("content/*/sections/*.md"), lambda text: author.after_a_word(text, is_prose))


def yaml(author: Author) -> str:
    return author.change(
        author.root / "content/vaccin/publication.yaml",
        lambda t: author.after_a_word(t, lambda line: line.startswith(("title:", "subtitle:", "audience:"))),
    )


def data(author: Author) -> str:
    return author.change(
        author.pick("content/*/data/*.yaml"),
        lambda t: author.after_a_word(t, lambda line: "text: " in line or is_prose(line)),
    )


def comment(author: Author) -> str:
    pattern, form = author.chance.choice([
        ("content/*/publication.yaml", "# {}\n"), ("content/*/data/*.yaml", "# {}\n"), ("templates/editions/*/edition.yaml", "# {}\n"),
        ("references.bib", "% {}\n"), ("templates/styles/*.css", "/* {} */\n"), ("templates/parts/*.j2", "{{# {} #}}"),
    ])  # fmt: skip
    return author.change(author.pick(pattern), lambda text: form.format(f"comment {author.number}") + text)


def style(author: Author) -> str:
    rule = f"\n.edit-{author.number} {{ color: #{author.number % 10}{author.number % 10}0000 }}\n"
    return author.change(author.pick("templates/editions/*/*.css"), lambda text: text + rule)


def template(author: Author) -> str:
    name = author.chance.choice(["web.html.j2", "index.html.j2", "report.html.j2"])
    return author.change(
        author.root / "templates/pages" / name, lambda t: t.replace("</body>", f"<!-- {author.number} --></body>", 1)
    )


def diagram(author: Author) -> str:
    return author.change(
        author.root / "content/vaccin/diagrams/parcours.mmd", lambda t: t.replace("]", f" {author.number}]", 1)
    )


def source(author: Author) -> str:
    return author.change(
        author.root / "references.bib", lambda t: t.replace("source fictive", f"source fictive {author.number}", 1)
    )


def tool(author: Author) -> str:
    author.program.write_text(author.program.read_text(encoding="utf-8") + f"# {author.number}\n", encoding="utf-8")
    return "another version of pandoc"


def touch(author: Author) -> str:
    path = author.pick(author.chance.choice(["content/*/*/*", "templates/*/*", "output/*/*"]))
    os.utime(path)
    return path.relative_to(author.root).as_posix()


def lose(author: Author) -> str:
    path = author.pick("output/*/*")
    if author.chance.random() < 0.5:
        path.unlink()
    else:
        os.truncate(path, author.chance.randrange(path.stat().st_size + 1))
    return path.relative_to(author.root).as_posix()


def rename(author: Author) -> str:
    path = author.pick("content/*/sections/*.md")
    new = path.with_name(f"{author.chance.randrange(90):02}-{path.name[3:]}")
    if not new.exists():
        path.rename(new)
    return f"{path.name} -> {new.name}"


def mistake(author: Author) -> str:
    """A source that there is not; the next one mends it."""
    path = author.pick("content/*/sections/*.md")
    wrong, right = "@notice-esai", "@notice-essai"
    return author.change(path, lambda t: t.replace(wrong, right) if wrong in t else t.replace(right, wrong, 1))


def undo(author: Author) -> str:
    """One file as it was in the beginning."""
    path = author.pick("content/*/*/*")
    first = HERE / "publications/vaccin" / path.relative_to(author.root)
    if first.is_file():
        shutil.copyfile(first, path)
    return path.relative_to(author.root).as_posix()


EDITS = (
    words,
    words,
    words,
    yaml,
    data,
    comment,
    comment,
    style,
    template,
    diagram,
    source,
    tool,
    touch,
    lose,
    rename,
    mistake,
    undo,
)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pandoc whose version can be changed: a script that hands over to the real one."""
    real = locate.need(locate.find_pandoc())
    script = tmp_path / "pandoc"
    script.write_text(f'#!/bin/sh\nexec "{real.path}" "$@"\n# 1\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(locate, "find_pandoc", lambda: locate.Found("pandoc", script, "", "test", "test"))
    monkeypatch.setattr(pandoc, "_version", lambda: script.read_text(encoding="utf-8").rsplit("# ", 1)[1].strip())
    remember._programs.cache_clear()
    return script


@pytest.fixture(autouse=True)
def forget_programs() -> Iterator[None]:
    yield
    remember._programs.cache_clear()


def said(text: str, folder: Path) -> list[str]:
    """The complaints; what is only told of progress is left out."""
    lines = text.replace(str(folder), "OUTPUT").splitlines()
    return [line for line in lines if not line.startswith(("vaccin: ", "drawing ", "Nothing has changed"))]


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def drawings(cache: Path, folder: Path) -> None:
    """A cache that holds only the diagrams of another one: to draw them again each time would take longer than all else."""
    for path in cache.rglob("*"):
        if len(path.name) != 64 or not path.is_file() or "records" in path.parts:
            continue
        head, _ = verified(path.name, path.read_bytes())
        if head["tool"] == "mermaid":
            new = folder / path.relative_to(cache)
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, new)


def test_every_edit_gives_what_a_build_from_nothing_gives(
    tmp_path: Path, program: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    many = request.config.getoption("--edits")
    chosen = [] if many > 50 else ["-f", "html", "-f", "revealjs"]
    seed = request.config.getoption("--seed")
    root, cache = tmp_path / "project", tmp_path / "cache"
    shutil.copytree(HERE / "publications" / "vaccin", root)
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    author = Author(root, program, random.Random(seed))

    def build(output: Path, cache: Path) -> tuple[int, list[str], list[str]]:
        capsys.readouterr()
        code = main(["--root", str(root), "build", *chosen, "-o", str(output), "--cache", str(cache)])
        told = capsys.readouterr()
        return code, said(told.out, output), said(told.err, output)

    assert build(root / "output", cache)[0] == 0
    for number in range(many):
        done = f"edit {number} of seed {seed}, {author.edit()}"
        code, out, err = build(root / "output", cache)
        clean = tmp_path / f"clean-{number}"
        if many <= 50:
            drawings(cache, clean / "cache")
        assert (code, out, err) == build(clean / "output", clean / "cache"), done
        made, wanted = files(root / "output"), files(clean / "output")
        if code == 0:
            assert set(made) == set(wanted), done
        whole = code == 0
        different = [
            n
            for n in wanted
            if made[n] != wanted[n] and (whole or not n.endswith(("index.html", "report.html", "report.json")))
        ]
        assert different == [], done
        shutil.rmtree(clean)


def test_neither_bytes_nor_their_order_depend_on_the_number_of_workers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, drawn = tmp_path / "project", tmp_path / "drawn"
    shutil.copytree(HERE / "publications" / "vaccin", root)
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    shutil.copytree(root / "content/vaccin", root / "content/autre")
    about = root / "content/autre/publication.yaml"
    about.write_text(about.read_text(encoding="utf-8").replace("id: vaccin", "id: autre", 1), encoding="utf-8")
    made = []
    for workers in ("1", "2", "4"):
        output, cache = tmp_path / f"output-{workers}", tmp_path / f"cache-{workers}"
        drawings(drawn, cache)
        capsys.readouterr()
        words = ["build", "-f", "html", "-f", "revealjs", "-o", str(output), "--cache", str(cache), "-j", workers]
        code = main(["--root", str(root), *words])
        told = capsys.readouterr()
        complaints = [line for line in said(told.err, output) if not line.startswith("autre: ")]
        made.append((code, said(told.out, output), complaints, files(output)))
        drawings(cache, drawn)
    assert made[0][0] == 0
    assert len(made[0][3]) >= 10
    assert made[0] == made[1] == made[2]
