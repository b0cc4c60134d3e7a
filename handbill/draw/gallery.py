"""`python -m handbill.draw.gallery`: draws `docs/diagrams/*.mmd` again and rewrites what `docs/diagrams.md` shows of them.

The page's own text stays; between its marks stand the pictures with the words that Handbill gives them, and the
table of all kinds of diagram.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from handbill.draw.describe import Wording
from handbill.draw.theme import Theme, fonts_of, read_theme
from handbill.files import write_atomically
from handbill.jobs import Job, Result
from handbill.tools import locate, mermaid

SHOWN = (
    "flowchart", "flowchart-shapes", "state", "sequence", "class", "er", "pie", "timeline", "gantt", "mindmap", "journey",
)  # fmt: skip
"""The diagrams on the page, in its order: one for each form of words."""

_FENCES = "```"


def jobs(root: Path, scale: float) -> dict[str, Job]:
    """One Job for each diagram of the gallery, by name."""
    theme = read_theme((root / "templates/diagrams/theme.yaml").read_bytes())
    folder = locate.need(locate.find_font(root, f"@fontsource/{'-'.join(theme.family.lower().split())}")).path
    fonts = fonts_of(theme, {path.name: path.read_bytes() for path in folder.glob("*-latin*-[47]00-normal.woff2")})
    return {path.stem: _job(path, root, theme, fonts, scale) for path in sorted((root / "docs/diagrams").glob("*.mmd"))}


def _job(path: Path, root: Path, theme: Theme, fonts: Mapping[str, bytes], scale: float) -> Job:
    return mermaid.job(
        path.read_text(encoding="utf-8"), root, config=theme.config, family=theme.family, fonts=fonts, svg_id=path.stem,
        background=theme.background, wrap=theme.wrap, scale=scale, label=path.name,
    )  # fmt: skip


def page(text: str, codes: Mapping[str, str], results: Mapping[str, Result], templates: Mapping[str, str]) -> str:
    """The page with what stands between its marks written anew."""
    return _between(_between(text, "pictures", _pictures(codes, results, Wording(templates, "en-GB"))), "kinds", _kinds())


def _pictures(codes: Mapping[str, str], results: Mapping[str, Result], wording: Wording) -> str:
    parts = []
    for name in SHOWN:
        graph = json.loads(results[name].outputs[mermaid.GRAPH])
        meta = json.loads(results[name].outputs[mermaid.META])
        kind = mermaid.TYPES[graph["type"]]
        said = wording.describe(graph, kind.form, meta["title"])
        quoted = "\n".join(f"> {line}".rstrip() for line in said.long.splitlines())
        title = kind.name[0].upper() + kind.name[1:] + (" with groups" if name == "flowchart-shapes" else "")
        parts.append(
            f"### {title}\n\n![{said.alt}](images/diagrams/{name}.png)\n\n"
            f"<details><summary>Its code</summary>\n\n{_FENCES}text\n{codes[name].strip()}\n{_FENCES}\n\n</details>\n\n"
            f"Short words: {said.alt}\n\nLong words:\n\n{quoted}\n"
        )
    return "\n".join(parts)


def _kinds() -> str:
    rows = ["| kind | first line | words |", "|---|---|---|"]
    for row in mermaid.TYPES.values():
        words = f"not taken: {row.refused}" if row.refused else "from its graph" if row.form else "yours: `alt` and `description`"
        rows.append(f"| {row.name} | `{row.keyword}` | {words} |")
    return "\n".join(rows) + "\n"


def _between(text: str, mark: str, new: str) -> str:
    before, opening, rest = text.partition(f"<!-- {mark} -->\n")
    _, closing, after = rest.partition(f"<!-- end of {mark} -->")
    if not opening or not closing:
        raise ValueError(f"the marks of “{mark}” are not in the page")
    return f"{before}{opening}\n{new}\n{closing}{after}"


def main(root: Path) -> None:
    """Draws, and writes the pictures and the page."""
    wanted = jobs(root, scale=2)
    results = dict(zip(wanted, mermaid.MermaidTool.found(root).execute(list(wanted.values())), strict=True))
    images = root / "docs/images/diagrams"
    images.mkdir(parents=True, exist_ok=True)
    for name in SHOWN:
        write_atomically(images / f"{name}.png", results[name].outputs[mermaid.PNG])
    folder = root / "templates"
    templates = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.j2")}
    codes = {name: job.inputs[mermaid.INPUT].decode() for name, job in wanted.items()}
    place = root / "docs/diagrams.md"
    write_atomically(place, page(place.read_text(encoding="utf-8"), codes, results, templates).encode())


if __name__ == "__main__":
    main(Path(__file__).resolve().parents[2])
