"""What the house gives to every publication: editions, templates, styles, fonts, words."""

from __future__ import annotations

from collections.abc import Mapping

from handbill.diagnostics import Report, error
from handbill.jobs import frozen
from handbill.load.files import MAX_PICTURE, Folder
from handbill.load.nearest import did_you_mean
from handbill.load.validate import validated
from handbill.load.yaml_tree import Path, read_yaml
from handbill.model import Edition
from handbill.schema import EditionFile, Publication
from handbill.text import Span

EDITIONS = "templates/editions"


def read_editions(folder: Folder, publication: Publication, spans: Mapping[Path, Span]) -> Mapping[str, Edition]:
    """The editions that the publication names, in its order of naming."""
    known = [name for name in folder.names(EDITIONS, folders=True) if folder.exists(f"{EDITIONS}/{name}/edition.yaml")]
    found: dict[str, Edition] = {}
    for index, name in enumerate(publication.editions):
        if name not in known:
            folder.report.add(error("edition-unknown", f"There is no edition “{name}”.", spans.get(("editions", index)),
                                    *did_you_mean(name, known)))  # fmt: skip
            continue
        edition = read_edition(folder, name)
        if edition is not None:
            found[name] = edition
    return found


def read_edition(folder: Folder, name: str) -> Edition | None:
    """One folder below `templates/editions/`."""
    base = f"{EDITIONS}/{name}"
    path = f"{base}/edition.yaml"
    text = folder.read_text(path)
    tree = None if text is None else read_yaml(path, text, folder.report)
    spec = None if tree is None else validated(EditionFile, tree, folder.report)
    if spec is None:
        return None
    files = {}
    for file in folder.walk(base):
        if file != path and (data := folder.read_bytes(file, MAX_PICTURE)) is not None:
            files[file.removeprefix(f"{base}/")] = data
    return Edition(spec, frozen(files), Span(path, 1, 1))


def read_templates(folder: Folder) -> tuple[Mapping[str, str], Mapping[str, bytes]]:
    """Jinja2 templates as text, and shared style sheets and page templates as bytes, by path below `templates/`."""
    templates, styles = {}, {}
    for path in folder.walk("templates"):
        name = path.removeprefix("templates/")
        if path.endswith(".j2"):
            text = folder.read_text(path)
            if text is not None:
                templates[name] = text
        if name.startswith(("styles/", "pages/")) and (data := folder.read_bytes(path, MAX_PICTURE)) is not None:
            styles[name] = data
    return frozen(templates), frozen(styles)


def read_fonts(folder: Folder) -> Mapping[str, bytes]:
    """The font files of `templates/fonts.yaml`, by file name."""
    from handbill.load.fonts import fonts

    return fonts(folder)


def read_citation_style(publication: Publication, spans: Mapping[Path, Span], report: Report) -> bytes:
    """The Citation Style Language style that the publication names."""
    from handbill.load.citation_styles import citation_style

    return citation_style(str(publication.citation_style), spans.get(("citation_style",)), report)


def read_locale(folder: Folder, language: str, report: Report) -> Mapping[str, str]:
    """The words that the engine prints, in the publication's language."""
    for name in (language, language.split("-")[0], "en"):
        path = f"templates/locale/{name}.yaml"
        if folder.exists(path):
            text = folder.read_text(path)
            tree = None if text is None else read_yaml(path, text, report)
            if tree is not None and isinstance(tree.value, dict):
                return frozen({key: str(value) for key, value in tree.value.items()})
    return {}
