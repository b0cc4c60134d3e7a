"""The words that the engine itself prints ("Contents", "Page 1 of 8"), in the publication's language."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping

from handbill.diagnostics import Diagnostic, error, note
from handbill.jobs import frozen
from handbill.load.files import Folder
from handbill.load.yaml_tree import Path, Tree, read_yaml
from handbill.nearest import did_you_mean, nearest
from handbill.schema import Publication
from handbill.text import Span

BASE = "templates/locale"
FALLBACK = "en"

_KEYS = """
about access_diagrams access_evaluated:by,date,standard access_formulas access_navigation access_not_evaluated access_pages
access_pictures access_still access_text access_unnamed access_words appendix_descriptions as_of_note:date audience back_to_text
conflicts contact contents cover cover_alt:words deck_next deck_page deck_previous deck_tools description draft_notice feedback
figure files first_published funding landmarks last_reviewed long_pause next_review not_reviewed note notes other_formats
overdue_notice owner owner_publisher page_of:page,pages pause picture printed_pages publisher quality_report references
reviewed_by rights script_note skip slide status-approved status-draft status-review support table title unverified
unverified_note version
"""
KEYS: Mapping[str, frozenset[str]] = {
    name: frozenset(filter(None, holes.split(","))) for name, _, holes in (word.partition(":") for word in _KEYS.split())
}
"""The words that the engine asks for, each with what it puts into the braces of it."""


def read_locale(folder: Folder, publication: Publication, spans: Mapping[Path, Span], *, tell: bool = True) -> Mapping[str, str]:
    """The words of the language's own file; what it lacks comes from its prefix (`pt` for `pt-BR`) and then from English.

    tell   whether to say that there are none, which is no news when the language is not one
    """
    language = str(publication.language)
    primary = language.split("-")[0]
    wanted = list(dict.fromkeys((language, primary, FALLBACK)))
    there = [name for name in wanted if folder.exists(f"{BASE}/{name}.yaml")]
    trees = [tree for name in there if (tree := _tree(folder, name)) is not None]
    own = next((tree for tree in trees if tree.path.endswith(f"/{FALLBACK}.yaml")), None)
    english: Mapping[str, object] = {} if own is None else own.value
    words: dict[str, str] = {}
    for tree in reversed(trees):
        folder.report.extend(_faults(tree, english))
        words.update({key: str(value) for key, value in tree.value.items() if isinstance(value, str)})
    folder.report.extend(_lost(own, words) if own is not None else ())
    if tell and there == [FALLBACK] and primary != FALLBACK:
        folder.report.add(note("locale-missing", f"There are no words for “{language}” yet, so headings such as “Contents” are in English.",
                               spans.get(("language",)), f"Copy {BASE}/{FALLBACK}.yaml to {BASE}/{primary}.yaml and translate it."))  # fmt: skip
    return frozen(words)


def _tree(folder: Folder, name: str) -> Tree | None:
    path = f"{BASE}/{name}.yaml"
    text = folder.read_text(path)
    tree = None if text is None else read_yaml(path, text, folder.report)
    if tree is None or isinstance(tree.value, dict):
        return tree
    folder.report.add(error("schema-type", "The file must be lines of “name: value”.", tree.span(())))
    return None


def _faults(tree: Tree, english: Mapping[str, object]) -> Iterator[Diagnostic]:
    for key, value in tree.value.items():
        if not isinstance(value, str):
            yield error("schema-type", f"“{key}” must be one piece of text.", tree.key_span((key,)))
        elif (english and key not in english and key not in KEYS) or (key not in KEYS and nearest(key, KEYS.keys() - tree.value.keys(), 1)):
            yield error(
                "schema-unknown-key", f"“{key}” is not known here.", tree.key_span((key,)), *did_you_mean(key, {*english, *KEYS} - {key})
            )
        elif missing := KEYS.get(key, _holes(str(english.get(key, "")))) ^ _holes(value):
            yield error("locale-placeholder", f"“{key}” must hold the same words in braces as the English one.", tree.span((key,)),
                        "Check: " + ", ".join(f"{{{name}}}" for name in sorted(missing)) + ".")  # fmt: skip


def _lost(english: Tree, words: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Words that are nowhere: not in the language's own file, nor in the English one, nor there with a slip of the pen.

    A file that has few of them is one for a project that makes little.
    """
    odd = [key for key in english.value if key not in KEYS]
    lost = [key for key in KEYS if key not in words and not nearest(key, odd, 1)]
    for key in lost if len(lost) < len(KEYS) / 2 else ():
        yield error("locale-word-missing", f"The word “{key}” is missing.", Span(english.path, 1, 1), f"Add a line “{key}: …”.")


def _holes(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {"?"}
