"""Damaged publications: a complaint that is known or a good result, never another exception, never for ever.

Real files are mutated by bytes, lines and tokens, and go through everything that a check does: reading, rules, assembly
and, for one in four, pandoc. `make fuzz` tries 2,000 of them, `make test` a few.
"""

from __future__ import annotations

import io
import random
import shutil
import signal
import string
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbill.assemble import assemble
from handbill.diagnostics import Report
from handbill.load import load
from handbill.parse import parse
from handbill.rules import judge
from handbill.runners.direct import DirectRunner
from handbill.show import FORMS, show
from handbill.tools import locate
from handbill.tools.pandoc import Pandoc

REPOSITORY = Path(__file__).parent.parent
SECONDS = 10.0
"""CPU seconds that one damaged publication may take; a sound one takes well under one."""
STUCK = 100
"""Seconds after which an example is stopped, wherever it is; pandoc alone may take sixty before it is ended."""
TOKENS = (
    b"---\n", b":::", b"[@", b"[[", b"]]", b"{{", b"{%", b"%}", b"```", b"}", b"{", b"\\", b'"', b"'", b"|", b":", b"- ", b"#", b"\t", b"&a",
    b"*a", b"!x", b"\x00", b"\xff\xfe", b"\xe2\x80\xae", b"@article{", b"= {", b"<script>", b"\r\n", b"~", b"no", b"1e999", b"[" * 25, b"-->",
)  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` with one wound: a byte, a line or a token lost, doubled, moved or put in."""
    kind = chance.choice(["byte", "token", "cut", "lose", "double", "swap", "letters"])
    place = chance.randrange(len(data) + 1)
    lines = data.split(b"\n")
    line = chance.randrange(len(lines))
    if kind == "byte":
        return data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]
    if kind == "token":
        return data[:place] + chance.choice(TOKENS) + data[place:]
    if kind == "cut":
        return data[:place]
    if kind == "letters":
        return data[:place] + "".join(chance.choices(string.printable, k=9)).encode() + data[place:]
    if kind == "lose":
        del lines[line]
    elif kind == "double":
        lines.insert(line, lines[line])
    else:
        other = chance.randrange(len(lines))
        lines[line], lines[other] = lines[other], lines[line]
    return b"\n".join(lines)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("fuzz")
    for name in ("content", "templates"):
        shutil.copytree(REPOSITORY / name, root / name)
    shutil.copy(REPOSITORY / "references.bib", root)
    return root


@contextmanager
def stopped_after(seconds: int) -> Iterator[None]:
    """Raises TimeoutError inside the block when it has not ended by then."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_damage_is_told_and_never_thrown(project: Path, request: pytest.FixtureRequest) -> None:
    runner = DirectRunner({"pandoc": Pandoc(locate.need(locate.find_pandoc()).path)})
    files = sorted(
        path for path in project.rglob("*")
        if path.is_file() and (path.suffix in (".md", ".mmd", ".bib", ".yaml") or path.name.endswith(".md.j2"))
    )  # fmt: skip
    sound = {path: path.read_bytes() for path in files}

    @settings(max_examples=request.config.getoption("--fuzz"), deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.integers(0, 2**63))
    def damaged(seed: int) -> None:
        chance = random.Random(seed)
        hurt = chance.sample(files, chance.randint(1, 3))
        try:
            for path in hurt:
                data = sound[path]
                for _ in range(chance.randint(1, 3)):
                    data = mutated(data, chance)
                path.write_bytes(data)
            began = time.process_time()
            with stopped_after(STUCK):
                told = run(project, runner if seed % 4 == 0 else None)
            assert time.process_time() - began < SECONDS
            for form in FORMS:
                show(told, project, form, io.StringIO())
        finally:
            for path in hurt:
                path.write_bytes(sound[path])

    damaged()


def run(project: Path, runner: DirectRunner | None) -> Report:
    """The line as a check goes along it, up to pandoc when there is a runner."""
    report = Report()
    found = load(project, "gene-therapy", report)
    if found is not None:
        judge("load", found, found, report)
        if not report.failed:
            source = assemble(found, report)
            assert source is not None or report.failed
            if source is not None:
                judge("assemble", source, found, report)
                if runner is not None and not report.failed:
                    document = parse(source, found, runner, report)
                    assert document is not None or report.failed
                    if document is not None:
                        judge("parse", document, found, report)
    for diagnostic in report:
        assert diagnostic.code
        assert diagnostic.message
    return report
