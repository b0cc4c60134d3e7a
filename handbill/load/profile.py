"""The profile that a publication chooses: `templates/profiles/<name>.yaml`."""

from __future__ import annotations

from collections.abc import Mapping

from handbill.diagnostics import error
from handbill.load.files import Folder
from handbill.load.validate import validated
from handbill.load.yaml_tree import Path, read_yaml
from handbill.nearest import did_you_mean
from handbill.schema import Publication
from handbill.schema_governance import NO_PROFILE, Profile
from handbill.text import Span

PROFILES = "templates/profiles"


def read_profile(
    folder: Folder, publication: Publication, spans: Mapping[Path, Span]
) -> tuple[Profile, Mapping[Path, Span]]:
    """The publication's profile and the places of its values; `NO_PROFILE` after a complaint."""
    name = str(publication.profile)
    there = (*folder.names(PROFILES), *folder.names(PROFILES, folders=True))  # a folder is told when it is read
    known = tuple(file.removesuffix(".yaml") for file in there if file.endswith(".yaml"))
    path = f"{PROFILES}/{name}.yaml"
    if name not in known:
        place = spans.get(("profile",))
        if place is not None or known:
            hints = did_you_mean(name, known) or ("Profiles are files in templates/profiles/.",)
            folder.report.add(
                error("profile-unknown", f"There is no profile “{name}”.", place or spans.get(()), *hints)
            )
        return NO_PROFILE, {}
    text = folder.read_text(path)
    tree = None if text is None else read_yaml(path, text, folder.report)
    profile = None if tree is None else validated(Profile, tree, folder.report)
    if tree is None or profile is None:
        return NO_PROFILE, {}
    if profile.name != name:
        folder.report.add(error("profile-name", f"The name is “{profile.name}”, but the file is called “{name}.yaml”.",
                                tree.span(("name",)), f"Write “name: {name}”, or rename the file."))  # fmt: skip
    return profile, {path: span for path, span in {**tree.spans, **tree.keys}.items() if path[:1] == ("rules",)}
