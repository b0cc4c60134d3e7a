"""`publication.yaml`."""

from __future__ import annotations

from collections.abc import Mapping

from handbill.load.files import Folder
from handbill.load.validate import validated
from handbill.load.yaml_tree import Path, read_yaml
from handbill.schema import Publication
from handbill.text import Span


def read_publication(folder: Folder, publication_id: str) -> tuple[Publication, Mapping[Path, Span]] | None:
    """The publication and the places of its values; None when the file cannot be read at all."""
    path = f"content/{publication_id}/publication.yaml"
    text = folder.read_text(path)
    if text is None:
        return None
    tree = read_yaml(path, text, folder.report)
    if tree is None:
        return None
    stand_ins = {
        "id": publication_id, "title": "?", "summary": "?", "language": "en", "version": "?", "status": "draft",
        "audience": "?", "authors": [{"name": "?", "role": "?"}], "publisher": {"name": "?"}, "contact": {},
        "funding": "?", "last_reviewed": "2000-01-01", "next_review": "2000-01-01", "editions": ["none"],
    }  # fmt: skip
    publication = validated(Publication, tree, folder.report, stand_ins)
    return None if publication is None else (publication, dict(tree.spans))
