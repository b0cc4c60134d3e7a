"""What the house gives to every publication: editions, templates and style sheets."""

from __future__ import annotations

from collections.abc import Mapping

from handbill.diagnostics import error, warning
from handbill.jobs import frozen
from handbill.load.files import MAX_PICTURE, Folder
from handbill.load.packages import read_package_file
from handbill.load.publication import NO_EDITION
from handbill.load.validate import validated
from handbill.load.yaml_tree import Path, read_yaml
from handbill.model import Edition
from handbill.nearest import did_you_mean
from handbill.schema import EditionFile, Publication
from handbill.text import Span

EDITIONS = "templates/editions"


def read_editions(folder: Folder, publication: Publication, spans: Mapping[Path, Span], broken: set[str]) -> Mapping[str, Edition]:
    """The editions that the publication names, in its order of naming."""
    known = edition_names(folder)
    found: dict[str, Edition] = {}
    for index, name in enumerate(publication.editions):
        if ("editions", index) not in spans or name in found or name == NO_EDITION:
            continue
        if name not in known:
            unknown = error(
                "edition-unknown", f"There is no edition “{name}”.", spans.get(("editions", index)), *did_you_mean(name, known)
            )
            folder.report.add(unknown.within_bounds())
            continue
        edition = read_edition(folder, name, broken)
        if edition is not None:
            found[name] = edition
    return found


def edition_names(folder: Folder) -> tuple[str, ...]:
    """The folders below `templates/editions/` that hold an `edition.yaml`."""
    return tuple(
        name for name in folder.names(EDITIONS, folders=True) if folder.exists(f"{EDITIONS}/{name}/edition.yaml")
    )


def read_edition(folder: Folder, name: str, broken: set[str]) -> Edition | None:
    """One folder below `templates/editions/`."""
    base = f"{EDITIONS}/{name}"
    path = f"{base}/edition.yaml"
    text = folder.read_text(path)
    tree = None if text is None else read_yaml(path, text, folder.report)
    spec = None if tree is None else validated(EditionFile, tree, folder.report)
    if spec is None or tree is None:
        return None
    if spec.name != name:
        folder.report.add(error("edition-name", f"The name is “{spec.name}”, but the folder is called “{name}”.", tree.span(("name",)),
                                f"Write “name: {name}”, or rename the folder."))  # fmt: skip
    files = {}
    for file in folder.walk(base):
        if file != path and f"file:{file}" not in broken and (data := _own_bytes(folder, file, broken)) is not None:
            files[file.removeprefix(f"{base}/")] = data
    for short, package_file in spec.vendor.items():
        vendored = read_package_file(folder, package_file)
        if vendored is None:
            folder.report.add(error("vendor-missing", f"No installed package has the file “{package_file}”.", tree.span(("vendor", short)),
                                    "Run “make setup”; it installs the packages."))  # fmt: skip
        else:
            files[f"vendor/{short}"] = vendored
    return Edition(spec, frozen(files), Span(path, 1, 1))


def _own_bytes(folder: Folder, path: str, broken: set[str]) -> bytes | None:
    """The bytes of a file of the house; None, and `file:path` in `broken`, after a complaint. A style sheet must be text."""
    data = folder.read_bytes(path, MAX_PICTURE)
    if data is not None and path.endswith(".css"):
        text = folder.decode(path, data)
        if text is not None and not text.strip():
            folder.report.add(warning("file-empty", f"“{path}” is empty, so nothing looks as it should.", Span(path, 1, 1),
                                      "Fetch the version that came with Handbill, or take its name out of edition.yaml."))  # fmt: skip
        data = data if text is not None else None
    if data is None:
        broken.add(f"file:{path}")
    return data


def read_templates(folder: Folder, broken: set[str]) -> tuple[Mapping[str, str], Mapping[str, bytes]]:
    """Jinja2 templates as text, and shared style sheets and page templates as bytes, by path below `templates/`."""
    templates: dict[str, str] = {}
    styles: dict[str, bytes] = {}
    for path in folder.walk("templates"):
        name = path.removeprefix("templates/")
        if path.endswith(".j2"):
            text = folder.read_text(path)
            if text is not None:
                templates[name] = text
            if text is None:
                broken.add(f"file:{path}")
            elif not text.strip():
                folder.report.add(error("file-empty", f"“{path}” is empty, so what it should print would be missing.", Span(path, 1, 1),
                                        "Fetch the version that came with Handbill."))  # fmt: skip
        if name.startswith(("styles/", "pages/", "diagrams/")) and f"file:{path}" not in broken:
            data = _own_bytes(folder, path, broken)
            if data is not None:
                styles[name] = data
    return frozen(templates), frozen(styles)
