"""A script for reading aloud: for a person with a microphone (`script`), or for a voice (`ssml`).

Numbers, signs and short forms stand as they are spoken. Headings, lists and pictures are announced; the numbers
of the sources are left out of the sentences, the sources themselves come at the end. Diagrams are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from handbill.diagnostics import Diagnostic, error, warning
from handbill.governance import notices
from handbill.jobs import Runner
from handbill.linear import Kind, Piece, pieces, said, spoken
from handbill.model import Document, Edition, Project
from handbill.nearest import did_you_mean
from handbill.pandoc_ast import Node, has_class, transform
from handbill.readability import sentences
from handbill.render.plain_text import WIDTH, wrapped
from handbill.schema import Output
from handbill.schema_formats import Speech
from handbill.speech import Speaker, unsaid
from handbill.text import Text

_SSML = "http://www.w3.org/2001/10/synthesis"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SHORT, _LONG = "strong", "x-strong"
"""Pauses, by the names that SSML 1.1 has for them (3.2.3, `break strength`)."""
_ANNOUNCED: dict[Kind, str] = {"box-title": "box", "caption": "caption", "description": "description",
                               "picture": "picture", "note": "note"}  # fmt: skip


@dataclass(frozen=True)
class Utterance:
    """Something to be said, what is announced before and after it, and the pause that follows it all."""

    words: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    pause: str = ""
    heading: bool = False
    source: str = ""
    """The text as it was written."""


def render_script(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """Lines of text for a reader. What stands in square brackets is for the reader and is not said."""
    found, problems = _utterances(document, project)
    if not found:
        return None, problems
    width, words = output.width or WIDTH, project.locale
    lines = [*wrapped(f"[{words['script_note']}]", width), ""]
    for utterance in found:
        for announcement in utterance.before:
            lines += wrapped(announcement, width)
        lines += wrapped(utterance.words, width)
        for announcement in utterance.after:
            lines += wrapped(announcement, width)
        if utterance.pause:
            lines.append(f"[{words['long_pause' if utterance.pause == _LONG else 'pause']}]")
        lines.append("")
    return "\n".join(lines).encode(), problems


def render_ssml(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """Speech Synthesis Markup Language 1.1: paragraphs, sentences, pauses."""
    found, problems = _utterances(document, project)
    if not found:
        return None, problems
    language = str(project.publication.language)
    root = etree.Element(f"{{{_SSML}}}speak", {"version": "1.1", _XML_LANG: language}, nsmap={None: _SSML})
    for utterance in found:
        paragraph = etree.SubElement(root, f"{{{_SSML}}}p")
        for words in utterance.before:
            _sentence(paragraph, words)
        for sentence in [s.text for s in sentences(utterance.words, language.partition("-")[0])] or [utterance.words]:
            place = _sentence(paragraph, "" if utterance.heading else sentence)
            if utterance.heading:
                etree.SubElement(place, f"{{{_SSML}}}emphasis").text = sentence
        for words in utterance.after:
            _sentence(paragraph, words)
        if utterance.pause:
            etree.SubElement(root, f"{{{_SSML}}}break", {"strength": utterance.pause})
    etree.indent(root)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
    return data, problems


def _sentence(paragraph: etree._Element, words: str) -> etree._Element:
    element = etree.SubElement(paragraph, f"{{{_SSML}}}s")
    element.text = words or None
    return element


def _utterances(document: Document, project: Project) -> tuple[list[Utterance], list[Diagnostic]]:
    """All that is said; nothing, with the reason, when nobody has told how the language is spoken."""
    speech, language = project.speech, str(project.publication.language)
    if speech is None:
        return [], [_silent(project)]
    try:
        speaker = Speaker(speech, language)
    except ValueError:
        return [], [_silent(project)]
    if wrong := [_unknown_rule(name, known) for name, known in speaker.unknown_rules()]:
        return [], wrong
    said_here = [Utterance(speaker.say(notice), pause=_SHORT, source=notice) for notice in notices(project)]
    said_here += _said(pieces(spoken(document)), speaker, speech)
    return [*said_here, Utterance(str(speech.announce["finish"]))], list(_unsaid(said_here, document))


def _silent(project: Project) -> Diagnostic:
    language = str(project.publication.language)
    return error(
        "speech-language-missing",
        f"Nobody has written down how “{language}” is read aloud, so there is no script.",
        project.spans.get(("language",)),
        f"Take the outputs “script” and “ssml” out of the edition, or write templates/speech/{language.partition('-')[0]}.yaml.",
    )


def _unknown_rule(name: Text, known: Sequence[str]) -> Diagnostic:
    hints = did_you_mean(str(name), known) or (f"There are: {', '.join(known)}.",)
    return error("speech-rule-unknown", f"There are no rules “{name}” for saying numbers.", name.place(0, len(name)), *hints)


def _unmarked(node: Node) -> Node | None:
    return None if node["t"] == "Span" and has_class(node, "note-mark") else node


def _said(found: tuple[Piece, ...], speaker: Speaker, speech: Speech) -> Iterator[Utterance]:
    announce = speech.announce
    before_kind = ""
    for piece in found:
        piece = replace(piece, inlines=transform(piece.inlines, _unmarked))
        text = said(piece.inlines)
        before: list[str] = []
        if piece.kind == "heading":
            before = [str(announce["section" if piece.level == 1 else "part"])]
        elif piece.kind == "item":
            if piece.size > 1:
                before.append(speaker.say(announce["list"].format(count=piece.size)))
            if piece.marker.rstrip(".").isdigit():
                before.append(speaker.say(announce["number"].format(number=piece.marker.rstrip("."))))
        elif piece.kind in _ANNOUNCED and piece.kind != before_kind:
            before.append(str(announce[_ANNOUNCED[piece.kind]]))
        after = [str(announce["end"])] if piece.last and piece.level == 1 else []
        large = piece.kind in ("title", "heading") or (piece.last and piece.level == 1)
        pause = _LONG if large else "" if piece.kind == "term" else _SHORT
        if words := speaker.say(text):
            yield Utterance(words, tuple(before), tuple(after), pause, piece.kind in ("title", "heading"), text)
        before_kind = piece.kind


def _unsaid(found: list[Utterance], document: Document) -> Iterator[Diagnostic]:
    for utterance in found:
        for sign in unsaid(utterance.words):
            yield warning(
                "speech-sign-missing",
                f"Nobody has told what to say for “{sign}”.",
                document.source.find(" ".join(utterance.source.split()[:3])),
                "Write it in words, or give it words in templates/speech/.",
            )
