"""What the system must give, and which of its packages gives it. A row here is all that a new one needs."""

from __future__ import annotations

from dataclasses import dataclass

from handbill.diagnostics import Diagnostic, error


@dataclass(frozen=True, slots=True)
class Program:
    """A program or library of the system, and the packages that bring it.

    purpose  completes "it is needed to ..."
    debian   packages of Debian, and of Ubuntu unless `ubuntu` has a command of its own
    fedora   packages of Fedora
    macos    what Homebrew is asked for
    """

    name: str
    purpose: str
    debian: tuple[str, ...]
    fedora: tuple[str, ...]
    macos: str
    ubuntu: str = ""

    def commands(self) -> tuple[str, ...]:
        """For each kind of system, what to type."""
        apt = f"sudo apt-get install {' '.join(self.debian)}"
        return (
            *((f"On Debian: {apt}", f"On Ubuntu: {self.ubuntu}") if self.ubuntu else (f"On Debian or Ubuntu: {apt}",)),
            f"On Fedora: sudo dnf install {' '.join(self.fedora)}",
            f"On macOS: brew install {self.macos}",
        )

    def missing(self, *hints: str, detail: str = "") -> Diagnostic:
        """The complaint that it is not there."""
        text = f"{self.name} is not on this machine, or does not run. It is needed to {self.purpose}."
        return error("tool-missing", text, None, *hints, *self.commands(), detail=detail)


CHROMIUM = Program(
    name="Chromium",
    purpose="draw the diagrams and show the slides",
    debian=("chromium-headless-shell", "chromium-sandbox"),  # the latter where an ordinary user may make no namespaces
    fedora=("chromium-headless",),
    macos="--cask google-chrome",
    ubuntu="sudo snap install chromium",
)
PANGO = Program(
    name="Pango",
    purpose="set the type of the PDFs",
    debian=("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
    fedora=("pango", "harfbuzz"),
    macos="pango",
)
LIBLOUIS = Program(
    name="liblouis",
    purpose="write Braille",
    debian=("liblouis20", "liblouis-data"),
    fedora=("liblouis",),
    macos="liblouis",
)
POPPLER = Program(
    name="Poppler",
    purpose="read PDFs back in the tests",
    debian=("poppler-utils",),
    fedora=("poppler-utils",),
    macos="poppler",
)
JAVA = Program(
    name="Java",
    purpose="run the validators of EPUB and HTML in the tests",
    debian=("default-jre-headless",),
    fedora=("java-latest-openjdk-headless",),
    macos="--cask temurin",
)
