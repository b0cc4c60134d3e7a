"""The PDF engine: what it may read, how it is watched, what it says, and that its bytes are always the same."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pikepdf
import psutil
import pydyf
import pytest
from PIL import Image

from handbill.diagnostics import Severity
from handbill.inspect.pdf import inspect_pdf
from handbill.jobs import Job, Result, ToolMissing
from handbill.tools import weasyprint
from handbill.tools.pdf.stream import stream_data
from handbill.tools.pdf.words import Misfit, misfit, translate
from handbill.tools.weasyprint import WeasyPrintTool, chapter_job, weasyprint_job

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "node_modules" / "@fontsource"
LATIN, EXTENDED = (
    (
        FONTS / "atkinson-hyperlegible-next" / "files" / f"atkinson-hyperlegible-next-{piece}-400-normal.woff"
    ).read_bytes()
    for piece in ("latin", "latin-ext")
)
FACES = "@font-face { font-family: Body; src: url(a.woff) } @font-face { font-family: Body; src: url(b.woff) }"
FILES = {"a.woff": LATIN, "b.woff": EXTENDED}
BOMB = '<div style="display: flex"><div>' * 14 + "x"


@pytest.fixture(scope="module")
def tool() -> Iterator[WeasyPrintTool]:
    engine = WeasyPrintTool(workers=1)
    engine.warm()
    yield engine
    engine.close()


def page(body: str, css: str = "", head: str = "") -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Page</title>'
        f"<style>{FACES} body {{ font-family: Body }} {css}</style>{head}</head><body>{body}</body></html>"
    )


def render(tool: WeasyPrintTool, html: str, **files: bytes) -> Result:
    (result,) = tool.execute(
        [weasyprint_job(html, FILES | {name.replace("__", "."): data for name, data in files.items()})]
    )
    return result


def codes(result: Result) -> list[str]:
    return [diagnostic.code for diagnostic in result.diagnostics]


class Drawer:
    """Keeps what it is given, by key."""

    def __init__(self) -> None:
        self.kept: dict[str, Result] = {}
        self.asked: list[str] = []

    def look(self, job: Job) -> Result | None:
        self.asked.append(job.label)
        return self.kept.get(job.key)

    def note(self, job: Job, result: Result) -> None:
        self.kept[job.key] = result


def test_lines_are_kept_by_the_name_of_a_job_and_spare_the_next_process_its_work() -> None:
    drawer, words = Drawer(), "<p>" + "Words of a page. " * 40
    files = dict(FILES)
    for number, (text, label) in enumerate([(words, "a.pdf"), (words + "more", "a.pdf"), (words, "b.pdf"), (words, "")]):
        tool = WeasyPrintTool(workers=1, sheaves=drawer)
        (result,) = tool.execute([weasyprint_job(page(text), files, label)])
        tool.close()
        assert set(result.outputs) == {"document.pdf"}
        plain = WeasyPrintTool(workers=1)
        assert plain.execute([weasyprint_job(page(text), files)])[0].outputs == result.outputs, number
        plain.close()
    assert drawer.asked == ["a.pdf", "a.pdf", "b.pdf"] and len(drawer.kept) == 2


def test_parts_of_a_document_keep_lines_of_their_own() -> None:
    drawer = Drawer()
    tool = WeasyPrintTool(workers=1, sheaves=drawer)
    chapters = [chapter_job(page(f"<h1>{name}</h1>"), FILES, {"prefix": name}, "a.pdf") for name in ("one", "two")]
    results = tool.execute(chapters)
    tool.close()
    assert all(set(result.outputs) == {"document.pdf", "layout.json"} for result in results) and len(drawer.kept) == 2


# What it may read


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("markup", "asked"),
    [
        ('<img alt="x" src="file:///etc/hostname">', "file:///etc/hostname"),
        ('<img alt="x" src="/etc/hostname">', "etc/hostname"),
        ('<img alt="x" src="../../../etc/hostname">', "etc/hostname"),
        ('<img alt="x" src="https://example.org/x.png">', "https://example.org/x.png"),
        ('<link rel="stylesheet" href="http://localhost:1/x.css">', "http://localhost:1/x.css"),
        ("<style>@import 'other.css';</style>", "other.css"),
        ('<p style="background: url(ftp://localhost/x.png)">x</p>', "ftp://localhost/x.png"),
        ('<link rel="attachment" href="file:///etc/hostname">', "file:///etc/hostname"),
        ('<img alt="x" src="inner.svg">', "secret.png"),
    ],
)
def test_only_declared_files_are_read(tool: WeasyPrintTool, markup: str, asked: str) -> None:
    inner = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="secret.png" width="9" height="9"/></svg>'
    result = render(tool, page(f"<p>text</p>{markup}"), inner__svg=inner)
    refused = [d for d in result.diagnostics if d.code == "resource-refused"]
    assert [asked in d.message for d in refused] == [True]
    assert result.failed


@pytest.mark.e2e
def test_declared_files_and_data_addresses_are_read(tool: WeasyPrintTool) -> None:
    dot = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    inline = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"
    html = page(f'<link rel="stylesheet" href="more.css"><img src="dot.svg" alt="a"><img src="{inline}" alt="b">')
    result = render(tool, html, dot__svg=dot, more__css=b"img { border: 1pt solid }")
    assert result.diagnostics == ()


@pytest.mark.e2e
def test_a_drawing_with_entities_is_refused(tool: WeasyPrintTool) -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 9))
    drawing = (
        f'<!DOCTYPE svg [<!ENTITY l0 "ha">{laughs}]><svg xmlns="http://www.w3.org/2000/svg"><text>&l8;</text></svg>'
    )
    assert codes(render(tool, page('<img alt="x" src="d.svg">'), d__svg=drawing.encode())) == ["image-unreadable"]


@pytest.mark.e2e
def test_no_font_of_the_machine_is_seen(tool: WeasyPrintTool) -> None:
    result = render(tool, page("<p>Text</p>", "p { font-family: 'DejaVu Sans', Arial, sans-serif }"))
    assert inspect_pdf("x", result.outputs["document.pdf"]).fonts == ("Body",)


# What it says


@pytest.mark.e2e
def test_a_character_without_a_font_is_named(tool: WeasyPrintTool) -> None:
    result = render(tool, page("<p>snow ☃ man ☃</p>"))
    (missing,) = result.diagnostics
    assert (missing.code, missing.severity) == ("glyph-missing", Severity.ERROR)
    assert "☃" in missing.message
    assert "U+2603" in missing.message
    assert result.failed


@pytest.mark.e2e
def test_a_style_that_has_no_effect_is_told_with_its_line(tool: WeasyPrintTool) -> None:
    job = Job("weasyprint", "", {"styles": ["s.css"]}, {**FILES, "index.html": page("x").encode(), "s.css": b"p {\n  colour: red }"},
              ("document.pdf",))  # fmt: skip
    (result,) = tool.execute([job])
    (ignored,) = result.diagnostics
    assert (ignored.code, ignored.severity) == ("css-ignored", Severity.WARNING)
    assert ignored.span is not None
    assert (ignored.span.path, ignored.span.line, ignored.span.column) == ("s.css", 2, 3)
    assert not result.failed


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<a href="#nowhere">x</a>', "link-target-missing"),
        ('<p id="a">x</p><p id="a">y</p>', "id-duplicate"),
        ('<img alt="x" src="bad.png">', "image-unreadable"),
        ('<div data-region="front" style="height: 30pt">' + "<p>word</p>" * 9 + "</div>", "region-overflow"),
        ('<p style="white-space: nowrap">' + "wide " * 90 + "</p>", "text-outside-page"),
        ('<div style="height: 30pt; overflow: hidden">' + "<p>word</p>" * 9 + "</div>", "text-cut"),
    ],
)
def test_what_is_wrong_with_a_page_is_told(tool: WeasyPrintTool, body: str, code: str) -> None:
    result = render(tool, page(body), bad__png=b"no picture")
    assert codes(result) == [code]
    assert result.diagnostics[0].hints or result.diagnostics[0].detail


@pytest.mark.e2e
def test_what_fits_is_not_complained_of(tool: WeasyPrintTool) -> None:
    boxes = (
        '<div data-region="front" style="height: 60pt"><p>word</p></div><div style="overflow: hidden"><p>word</p></div>'
    )
    turned = '<p style="transform: rotate(90deg) translate(900pt)">turned</p>'
    assert render(tool, page(boxes + turned)).diagnostics == ()


def test_log_lines_become_sentences() -> None:
    log = [
        ("WARNING", "Font-face 'Body' cannot be loaded", "a.css"),
        ("ERROR", "Failed to load image at 'x.png': Refused", "index.html"),
        ("WARNING", "Something new", "index.html"),
        ("ERROR", "Something worse", "index.html"),
    ]
    said = translate(log, ["x.png", "x.png"])
    assert [(d.code, str(d.severity)) for d in said] == [
        ("resource-refused", "error"), ("font-unreadable", "error"), ("pdf-complaint", "warning"), ("pdf-complaint", "error"),
    ]  # fmt: skip
    assert "inside left" in misfit(Misfit("region", "inside left", "too much", 4.2)).message


# How it is watched


@pytest.mark.e2e
def test_a_document_without_end_is_stopped_and_the_next_one_is_made() -> None:
    tool = WeasyPrintTool(workers=1, timeout=2)
    tool.warm()
    (worker,) = tool._idle
    began = time.monotonic()
    slow = render(tool, page(BOMB))
    assert codes(slow) == ["pdf-too-slow"]
    assert time.monotonic() - began < 10
    assert not psutil.pid_exists(worker._process.pid)
    assert render(WeasyPrintTool(workers=1), page("fine")).outputs
    tool.close()


@pytest.mark.e2e
def test_a_dead_worker_is_told_and_replaced(tool: WeasyPrintTool) -> None:
    assert render(tool, page("before")).outputs
    (worker,) = tool._idle
    home = worker._errors.parent
    os.kill(worker._process.pid, signal.SIGKILL)
    dead = render(tool, page("now"))
    assert codes(dead) == ["pdf-engine-died"]
    assert "-9" in dead.diagnostics[0].detail
    assert not home.exists()
    assert render(tool, page("after")).diagnostics == ()


@pytest.mark.e2e
def test_a_document_cannot_take_all_memory() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (7000, 7000)).save(picture, "PNG", compress_level=1)
    tool = WeasyPrintTool(workers=1, memory=400 * 1024**2)
    result = render(tool, page('<img alt="x" src="big.png">'), big__png=picture.getvalue())
    assert result.failed
    assert set(codes(result)) <= {"pdf-engine-died", "pdf-failed", "image-unreadable"}
    tool.close()


@pytest.mark.e2e
def test_a_large_picture_is_refused_before_it_is_unpacked(tool: WeasyPrintTool) -> None:
    header = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (30000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    result = render(tool, page('<img alt="x" src="big.png">'), big__png=header + b"\0" * 100)
    assert codes(result) == ["image-unreadable"]


@pytest.mark.e2e
def test_workers_end_with_their_parent_even_in_the_midst_of_a_document() -> None:
    program = f"""
        import os, sys, threading
        from handbill.tools.weasyprint import WeasyPrintTool, chapter_job, weasyprint_job
        tool = WeasyPrintTool(workers=2)
        tool.warm(2)
        print(*(worker._process.pid for worker in tool._idle), flush=True)
        busy = threading.Thread(target=lambda: tool.execute([weasyprint_job({BOMB!r}, {{}})]), daemon=True)
        busy.start()
        sys.stdin.read()
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    workers = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    homes = [Path(process.cwd()) for process in workers]
    time.sleep(1.5)
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    _, alive = psutil.wait_procs(workers, timeout=10)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    assert [home for home in homes if home.exists()] == []


@pytest.mark.e2e
def test_what_a_document_does_to_the_library_is_its_own_failure(tool: WeasyPrintTool) -> None:
    crashed = render(tool, page("<ul><li>x</li></ul>", "li::marker { content: 'a' }"))
    assert codes(crashed) == ["pdf-failed"]
    assert "TypeError" in crashed.diagnostics[0].detail
    (worker,) = tool._idle
    assert worker.alive


@pytest.mark.e2e
def test_many_documents_share_warm_workers() -> None:
    tool = WeasyPrintTool(workers=2)
    jobs = [weasyprint_job(page(f"<p>Document {n}</p>"), FILES) for n in range(6)]
    texts = [inspect_pdf("x", result.outputs["document.pdf"]).texts[0] for result in tool.execute(jobs)]
    assert texts == [f"Document {n}" for n in range(6)]
    assert 1 <= len(tool._idle) <= 2
    tool.close()


@pytest.mark.e2e
def test_a_worker_that_has_served_long_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weasyprint, "_DOCUMENTS_EACH", 2)
    tool = WeasyPrintTool(workers=1)
    seen = []
    for _ in range(3):
        assert render(tool, page("x")).outputs
        seen.append([worker._process.pid for worker in tool._idle])
    tool.close()
    assert [len(idle) for idle in seen] == [1, 0, 1]
    assert not psutil.pid_exists(seen[0][0])


# Always the same


@pytest.mark.e2e
def test_same_bytes_whatever_came_before_and_wherever_it_runs(
    tool: WeasyPrintTool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    html = page(
        "<h1>Łódź</h1><p>Text <a href='#x'>link</a></p><table><tr><th>a</th></tr><tr><td id='x'>b</td></tr></table>"
    )
    first = render(tool, html)
    render(tool, page("<p>another ść</p>", "p { font-size: 20pt; letter-spacing: 1pt }"))
    again = render(tool, html)
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "TZ": "Asia/Tokyo",
        "LANG": "fr_FR.UTF-8",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    elsewhere = WeasyPrintTool(workers=1)
    other = render(elsewhere, html)
    elsewhere.close()
    assert first.diagnostics == ()
    assert first.outputs == again.outputs == other.outputs


@pytest.mark.e2e
def test_letters_of_one_family_come_from_all_of_its_files(tool: WeasyPrintTool) -> None:
    data = render(tool, page("<p>Lodz and Łódź, Œuvre</p>")).outputs["document.pdf"]
    facts = inspect_pdf("x", data)
    assert facts.texts == ("Lodz and Łódź, Œuvre",)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages[0].Resources.Font) == 2


def test_a_stream_may_end_with_any_byte() -> None:
    for end in range(256):
        stream = pydyf.Stream([b"x" + bytes([end])])
        data = stream_data(stream)
        body = data.partition(b"stream\n")[2].removesuffix(b"endstream")
        for line_end in (b"\r\n", b"\n"):  # what a strict reader takes for the line end before `endstream`
            if body.endswith(line_end):
                assert body.removesuffix(line_end).removesuffix(b"\n") == (b"x" + bytes([end])).removesuffix(b"\n")
                break


def test_version_names_all_that_counts() -> None:
    version = WeasyPrintTool().version()
    assert f"weasyprint {weasyprint.SUPPORTED}" in version
    assert "pango" in version
    assert "handbill" in version


def test_another_release_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    weasyprint._version.cache_clear()
    monkeypatch.setattr(metadata, "version", lambda name: "71.0")
    with pytest.raises(ToolMissing, match=r"71\.0 is installed"):
        WeasyPrintTool().version()
    monkeypatch.undo()
    weasyprint._version.cache_clear()
