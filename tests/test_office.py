"""slides.pptx opened by an office program, where one is installed: every slide is a page, and says what it should."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from handbill.render.pptx import render_pptx
from tests.deck_case import case
from tests.test_pptx import TITLES

pytestmark = pytest.mark.e2e

OFFICE = shutil.which("soffice")

if (
    OFFICE is not None
):  # nobody needs an office program to build or to test: python-pptx reads every deck in test_pptx.py

    def test_libreoffice_shows_every_slide_with_its_title(tmp_path: Path) -> None:
        data, _ = case().render(render_pptx, "pptx")
        (tmp_path / "slides.pptx").write_bytes(data)
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        words = [OFFICE, "--headless", "--norestore", profile, "--convert-to", "pdf", "--outdir", tmp_path]
        done = subprocess.run([*words, tmp_path / "slides.pptx"], capture_output=True, timeout=240, check=False)
        assert done.returncode == 0, done.stderr
        with pypdfium2.PdfDocument(tmp_path / "slides.pdf") as deck:
            pages = [" ".join(page.get_textpage().get_text_range().split()) for page in deck]
        assert len(pages) == len(TITLES)
        assert [title for title, page in zip(TITLES, pages, strict=True) if title not in page] == []
