"""reveal.js: the deck as one file that needs nothing else, neither from the disk nor from a network."""

from __future__ import annotations

from markupsafe import Markup

from handbill.diagnostics import Diagnostic, error
from handbill.jobs import Runner
from handbill.model import Document, Edition, Project
from handbill.render.deck_html import make_deck_page
from handbill.schema import Output

VENDOR = ("reveal.css", "reveal.js", "notes.js")
"""Files of the reveal.js package, which `load` puts among the edition's files below `vendor/`."""
SCRIPT = "deck.js"


def render_revealjs(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """The deck with reveal.js, its notes plugin, fonts, styles and pictures inside.

    Without JavaScript, on paper and on a narrow screen the same file is a page to read.
    """
    missing = [name for name in VENDOR if f"vendor/{name}" not in edition.files]
    if missing:
        return None, [
            error("vendor-missing", f"reveal.js is not installed: {', '.join(missing)} cannot be found", edition.span,
                  "Run “make setup”; it installs what package-lock.json names.")
        ]  # fmt: skip
    extra = {
        "vendor": {name: _inside_html(edition.files[f"vendor/{name}"]) for name in VENDOR},
        "script": _inside_html(edition.files.get(SCRIPT, b"")),
    }
    page, diagnostics = make_deck_page(document, edition, output, project, runner, inline=True, extra=extra)
    return (page.html.encode() if page else None), diagnostics


def _inside_html(data: bytes) -> Markup:
    """A script or style sheet that no sequence of characters can end before its end (HTML, 4.12.1.3)."""
    code = data.decode()
    for sequence in ("</script", "</style", "<!--"):
        code = code.replace(sequence, "\\x3c" + sequence[1:])
    return Markup(code)  # noqa: S704  the program's own code, with nothing of an author's in it
