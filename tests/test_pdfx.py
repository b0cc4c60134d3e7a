"""Press-ready files as PDF/X-4: made with a print shop's profile, and each thing that would make them none."""

from __future__ import annotations

import gc
import io
import shutil
import warnings
from collections.abc import Callable
from datetime import date
from functools import cache

import pikepdf
import pytest
from weasyprint import HTML

from handbill.diagnostics import Severity
from handbill.inspect.pdfx import check_pdfx, is_pdfx
from handbill.render.pdfx import as_pdfx, press_profile
from tests.icc_case import printer_profile

PAGE = """<html lang="en"><title>Leaflet</title><style>@page { size: 100mm 60mm; bleed: 3mm; marks: crop }
p { color: #17506e } .faint { opacity: 0.5 }</style><p>Words and a <a href="https://example.org/">link</a>.<p class="faint">Faint.
<svg width="20" height="20"><rect width="20" height="20" fill="red"/></svg></html>"""


@cache
def archive() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its own sRGB profile open
        data: bytes = HTML(string=PAGE).write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True)
        gc.collect()
    return data


@cache
def press() -> bytes:
    profile, problems = press_profile(printer_profile())
    assert problems == []
    assert profile is not None
    assert (profile.parts, profile.title) == (4, "Test press")
    return as_pdfx(archive(), profile, date(2026, 11, 22))


def faults(data: bytes) -> list[str]:
    return [d.message for d in check_pdfx("leaflet-press.pdf", data)]


def changed(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(press())) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def test_a_press_ready_file_is_pdf_x_4() -> None:
    assert not is_pdfx(archive())
    assert is_pdfx(press())
    assert faults(press()) == []
    with pikepdf.open(io.BytesIO(press())) as pdf:
        [intent] = pdf.Root.OutputIntents
        assert (str(intent.S), str(intent.Info)) == ("/GTS_PDFX", "Test press")
        assert intent.DestOutputProfile.read_bytes() == printer_profile()
        assert [page.obj.get("/Annots") for page in pdf.pages] == [None]
        xmp = pdf.Root.Metadata.read_bytes()
        assert b"pdfaid" not in xmp
        assert b"pdfuaid" not in xmp
        assert b"<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>" in xmp
        assert pdf.Root.StructTreeRoot.K is not None


def test_the_words_of_a_page_stay_as_they_were() -> None:
    import pypdfium2

    def words(data: bytes) -> str:
        return str(pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded())

    assert words(press()) == words(archive())


def test_the_same_file_comes_out_twice() -> None:
    profile, _ = press_profile(printer_profile())
    assert profile is not None
    assert as_pdfx(archive(), profile, date(2026, 11, 22)) == press()


def _drop(item: pikepdf.Object, name: str) -> None:
    if name in item:
        del item[name]


def _annotate(pdf: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(link)])


def _untie(pdf: pikepdf.Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)) and "/ColorSpace" in item.get("/Resources", {}):
            _drop(item.Resources.ColorSpace, "/DefaultRGB")


def _strip_fonts(pdf: pikepdf.Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name.FontDescriptor:
            for name in ("/FontFile", "/FontFile2", "/FontFile3"):
                _drop(item, name)


def _archive_profile(pdf: pikepdf.Pdf) -> None:
    from PIL import ImageCms

    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pdf.Root.OutputIntents[0].DestOutputProfile = pikepdf.Stream(pdf, srgb, N=3)


def _no_metadata(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata = pikepdf.Stream(pdf, pdf.Root.Metadata.read_bytes().replace(b"PDF/X-4", b"PDF/X-3"))


def _outside(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.BleedBox = pikepdf.Array([10, 10, 20, 20])


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1")))


def _group(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency, CS=pikepdf.Name.DeviceRGB)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_annotate, "annotations"), (_untie, "DeviceRGB"), (_strip_fonts, "not embedded"), (_archive_profile, "class “mntr”"),
        (_no_metadata, "do not say so"), (_outside, "boxes"), (_script, "script"), (_group, "blends in DeviceRGB"),
        (lambda pdf: _drop(pdf.docinfo, "/Trapped"), "trapped"), (lambda pdf: _drop(pdf.Root, "/OutputIntents"), "output intent"),
        (lambda pdf: pdf.docinfo.__setitem__("/Title", "Other"), "titles differ"),
    ],
)  # fmt: skip
def test_what_a_press_could_not_take_is_found(change: Callable[[pikepdf.Pdf], None], words: str) -> None:
    found = faults(changed(change))
    assert any(words in fault for fault in found), found


def test_without_a_profile_there_is_a_note() -> None:
    profile, [problem] = press_profile(None)
    assert profile is None
    assert (problem.code, problem.severity) == ("press-profile-missing", Severity.NOTE)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"no profile at all", "cannot be read"), (b"", "cannot be read"), (printer_profile(device=b"mntr"), "class “mntr”")],
)
def test_a_file_that_is_no_printers_profile_is_one_sentence(data: bytes, words: str) -> None:
    profile, [problem] = press_profile(data)
    assert profile is None
    assert (problem.code, problem.severity) == ("press-profile-broken", Severity.ERROR)
    assert words in problem.message
    assert str(problem.span) == "templates/styles/press.icc:1:1"


def test_poppler_reads_it_as_it_was(tmp_path: object) -> None:
    import subprocess

    program = shutil.which("pdftotext")
    assert program is not None
    told = [subprocess.run([program, "-", "-"], input=data, capture_output=True, check=True) for data in (archive(), press())]
    assert told[0].stdout == told[1].stdout
    assert told[1].stderr == b""
