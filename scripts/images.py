"""Pictures of what was built, for the README: docs/images/<publication>-<file>.png, each a sheet of one to four pages.

A PDF gives its first pages, a web page its first screen, an EPUB its cover and its longest page.
A PowerPoint file gives none: there is no program here that shows it as its readers see it.
"""

from __future__ import annotations

import io
import os
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2
from lxml import etree
from PIL import Image, ImageOps

from handbill.tools import process
from handbill.tools.locate import find_chromium, need

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "images"
WIDTH = 1200
"""Pixels of a sheet."""
GAP = 16
GREY = (224, 226, 230)
SCREEN, READER = (1280, 800), (640, 860)
"""Window sizes: a laptop's, an e-book reader's."""

_CHROMIUM = (
    "--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=4000",
)  # fmt: skip


def main(publications: Sequence[str]) -> int:
    """Draws every file of the named publications, or of all that are in output/."""
    folders = [ROOT / "output" / name for name in publications] or sorted(
        p for p in (ROOT / "output").iterdir() if p.is_dir()
    )
    TARGET.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.suffix in DRAWERS:
                picture = TARGET / f"{folder.name}-{path.stem}-{path.suffix[1:]}.png"
                _save(sheet(DRAWERS[path.suffix](path)), picture)
                print(picture.relative_to(ROOT))
    return 0


def pdf_pages(path: Path) -> list[Image.Image]:
    """The first two pages; of a deck (wide, and more than two) the first four."""
    with pypdfium2.PdfDocument(path) as document:
        first = document[0]
        deck = first.get_width() > first.get_height() and len(document) > 2
        count = min(len(document), 4 if deck else 2)
        return [document[index].render(scale=WIDTH / document[index].get_width()).to_pil() for index in range(count)]


def web_page(path: Path) -> list[Image.Image]:
    return [screenshot(path, SCREEN)]


def epub_pages(path: Path) -> list[Image.Image]:
    """The picture that readers show as its cover, and the longest page."""
    with process.private_directory() as folder, zipfile.ZipFile(path) as book:
        book.extractall(folder)
        (package,) = etree.fromstring(book.read("META-INF/container.xml")).xpath("//@full-path[1]")
        items = etree.fromstring(book.read(str(package))).iterfind(".//{*}manifest/{*}item")
        texts, covers = [], []
        for item in items:
            name = folder / str(package) / ".." / str(item.get("href"))
            if "cover-image" in str(item.get("properties")):
                covers.append(name)
            elif item.get("media-type") == "application/xhtml+xml":
                texts.append(name)
        longest = max(texts, key=lambda name: name.resolve().stat().st_size)
        return [*(_cover(name.resolve()) for name in covers), screenshot(longest, READER)]


def _cover(picture: Path) -> Image.Image:
    """On white, in the shape of a reader's window."""
    image = screenshot(picture, READER) if picture.suffix == ".svg" else Image.open(picture).convert("RGB")
    return ImageOps.pad(image, READER, Image.Resampling.LANCZOS, color="white")


def screenshot(page: Path, size: tuple[int, int]) -> Image.Image:
    """The first screen of a page, by a Chromium that reaches no network."""
    with process.private_directory() as folder:
        options = [
            *_CHROMIUM,
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            f"--user-data-dir={folder / 'profile'}",
        ]
        picture = folder / "page.png"
        window = [f"--window-size={size[0]},{size[1]}", f"--screenshot={picture}", page.resolve().as_uri()]
        done = process.run([str(need(find_chromium()).path), *options, *window], timeout=60)
        if not picture.exists():
            raise SystemExit(f"Chromium made no picture of {page}: {done.stderr.decode(errors='replace')}")
        return Image.open(io.BytesIO(picture.read_bytes())).convert("RGB")


def sheet(pages: Sequence[Image.Image]) -> Image.Image:
    """Pages on grey: tall ones side by side, wide ones below each other, four in a square."""
    columns = 2 if len(pages) > 1 and (len(pages) > 2 or pages[0].height > pages[0].width) else 1
    width = (WIDTH - GAP * (columns + 1)) // columns
    scaled = [ImageOps.contain(page, (width, 10 * width), Image.Resampling.LANCZOS) for page in pages]
    rows = [scaled[start : start + columns] for start in range(0, len(scaled), columns)]
    heights = [max(page.height for page in row) for row in rows]
    whole = Image.new("RGB", (WIDTH, sum(heights) + GAP * (len(rows) + 1)), GREY)
    top = GAP
    for row, height in zip(rows, heights, strict=True):
        for column, page in enumerate(row):
            whole.paste(page, (GAP + column * (width + GAP), top))
        top += height + GAP
    return whole


def _save(picture: Image.Image, path: Path) -> None:
    """With 128 colours: a third of the size, and no eye sees it."""
    picture.quantize(128, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)


DRAWERS: dict[str, Callable[[Path], list[Image.Image]]] = {".pdf": pdf_pages, ".html": web_page, ".epub": epub_pages}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
