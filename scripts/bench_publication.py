"""Long publications for measuring, made from one that is there: each chapter is its handout's text, with names of its own.

    python -m scripts.bench_publication PROJECT --chapters 10

writes `PROJECT/content/<source>-10`. A chapter is one section file of about 1,750 words: the first sections of the source,
their titles now second-level headings. Its data and its diagram files are copies under new names, and each diagram names its chapter,
so that no two of them are the same drawing. Diagrams written into the text are left out.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
_HEAD = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
_INSERT = re.compile(r"^\[\[([a-z0-9-]+)\]\]$", re.MULTILINE)
_HEADING = re.compile(r"^(#+ )", re.MULTILINE)
_FENCE = re.compile(r"^```\{\.mermaid.*?^```\n", re.DOTALL | re.MULTILINE)
_WORDS = 1750
_LABEL = re.compile(r'\["([^"]*)"\]')


def make_publication(project: Path, chapters: int, source: str | None = None) -> str:
    """Write a publication of so many chapters into `project/content` and give its name.

    `source` is the name of the publication that it is made from; the first one of the project if left out.
    """
    content = project / "content"
    old = content / (source or next(path.parent.name for path in sorted(content.glob("*/publication.yaml"))))
    name = f"{old.name}-{chapters}"
    new = content / name
    for folder in ("sections", "data", "diagrams"):
        (new / folder).mkdir(parents=True)
    text = (old / "publication.yaml").read_text(encoding="utf-8")
    known = yaml.safe_load(text)
    known |= {
        "id": name,
        "title": f"{known['title']} in {chapters} chapters",
        "editions": ["handout"],
        "profile": "professional",
    }
    known.pop("sections", None)
    _write(new / "publication.yaml", yaml.safe_dump(_plain(known), allow_unicode=True, sort_keys=False))
    sections = _beginning(old)
    for number in range(1, chapters + 1):
        _chapter(old, new, sections, number)
    return name


def edit(project: Path, name: str, number: int) -> Path:
    """The one-line edit: a sentence more in the last paragraph of the middle chapter, another one for each `number`."""
    files = sorted((project / "content" / name / "sections").glob("*.md"))
    path = files[len(files) // 2]
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    last = max(index for index, line in enumerate(lines) if line[:1].isalpha())
    lines[last] = re.sub(r" Edit \d+ was here\.$", "", lines[last]) + f" Edit {number} was here."
    _write(path, "\n".join(lines))
    return path


def _beginning(old: Path) -> list[tuple[Mapping[str, Any], str]]:
    """The sections of a chapter: so many that they and the data in them come nearest to its length."""
    kept, words = [], 0
    for path in sorted((old / "sections").glob("*.md")):
        section = _parts(path)
        data = [old / "data" / f"{name}.yaml" for name in _INSERT.findall(section[1])]
        length = len(section[1].split()) + sum(len(file.read_text().split()) for file in data if file.is_file())
        if words and words + length / 2 > _WORDS:
            break
        kept.append(section)
        words += length
    return kept


def _chapter(old: Path, new: Path, sections: Iterable[tuple[Mapping[str, Any], str]], number: int) -> None:
    mark = f"{number:03}"
    body = "\n\n".join(f"## {head['title']}\n\n" + _HEADING.sub(r"#\1", text.strip()) for head, text in sections)
    body = _FENCE.sub("", body)
    used = dict.fromkeys(_INSERT.findall(body))
    for insert in used:
        data, diagram = old / "data" / f"{insert}.yaml", old / "diagrams" / f"{insert}.mmd"
        if data.is_file():
            _write(new / "data" / f"{insert}-{mark}.yaml", data.read_text(encoding="utf-8"))
        else:
            _write(new / "diagrams" / f"{insert}-{mark}.mmd", _named(diagram.read_text(encoding="utf-8"), number))
    head = {
        "id": f"chapter-{mark}",
        "role": "main-message" if number == 1 else "background",
        "title": f"Chapter {number}",
    }
    text = yaml.safe_dump(head, sort_keys=False) + "---\n\n" + _INSERT.sub(rf"[[\1-{mark}]]", body)
    _write(new / "sections" / f"{mark}-chapter.md", f"---\n{text}\n")


def _named(diagram: str, number: int) -> str:
    """The diagram with its chapter in its first label: another drawing, with a size of its own."""
    return _LABEL.sub(lambda match: f'["{match[1]} of chapter {number}"]', diagram, count=1)


def _parts(path: Path) -> tuple[Mapping[str, Any], str]:
    """Front matter and text of a section file."""
    text = path.read_text(encoding="utf-8")
    found = _HEAD.match(text)
    if found is None:
        raise SystemExit(f"{path} has no front matter")
    return yaml.safe_load(found[1]), text[found.end() :]


def _plain(value: Any) -> Any:
    """Dates as YAML reads them, back to the words that it read."""
    return {key: str(item) if hasattr(item, "isoformat") else item for key, item in value.items()}


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path, nargs="?", default=ROOT, help="the project's folder (default: this one)")
    parser.add_argument("--chapters", type=int, nargs="+", default=[1, 10, 50])
    parser.add_argument("--source", help="the publication that it is made from (default: the first)")
    given = parser.parse_args(words)
    for chapters in given.chapters:
        print(make_publication(given.project, chapters, given.source))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
