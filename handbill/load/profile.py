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
USUAL = str(Publication.model_fields["profile"].default)


def read_profile(
    folder: Folder, publication: Publication, spans: Mapping[Path, Span]
) -> tuple[Profile, Mapping[Path, Span], bool]:
    """The publication's profile, the places of its values, and whether there is one of that name.

    Where there is none the usual one judges after a complaint; `NO_PROFILE` where that cannot be read either.
    """
    name = str(publication.profile)
    there = (*folder.names(PROFILES), *folder.names(PROFILES, folders=True))  # a folder is told when it is read
    known = tuple(file.removesuffix(".yaml") for file in there if file.endswith(".yaml"))
    if name not in known:
        place = spans.get(("profile",))
        if place is not None or known:
            hints = did_you_mean(name, known) or ("Profiles are files in templates/profiles/.",)
            unknown = error("profile-unknown", f"There is no profile “{name}”.", place or spans.get(()), *hints)
            folder.report.add(unknown.within_bounds())
        known_places = _read(folder, USUAL) if USUAL in known and name != USUAL else (NO_PROFILE, {})
        return *known_places, place is None
    return *_read(folder, name), True


def _read(folder: Folder, name: str) -> tuple[Profile, Mapping[Path, Span]]:
    path = f"{PROFILES}/{name}.yaml"
    text = folder.read_text(path)
    tree = None if text is None else read_yaml(path, text, folder.report)
    profile = None if tree is None else validated(Profile, tree, folder.report)
    if tree is None or profile is None:
        return NO_PROFILE, {}
    if profile.name != name:
        folder.report.add(error("profile-name", f"The name is “{profile.name}”, but the file is called “{name}.yaml”.",
                                tree.span(("name",)), f"Write “name: {name}”, or rename the file."))  # fmt: skip
    return profile, {path: span for path, span in {**tree.spans, **tree.keys}.items() if path[:1] == ("rules",)}
