"""Templates are compiled once in a process, and never taken for others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment

import handbill.templating
from handbill.render.page import page_environment
from handbill.shelf import Shelf
from handbill.templating import Compiled, Given, page_mistakes


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that are compiled from now on, none being known."""
    names: list[str] = []
    monkeypatch.setattr(Compiled, "_known", {})
    monkeypatch.setattr("handbill.templating.SHELF", Shelf(lambda: None))
    plain = Environment._generate

    def generate(self: Environment, source: object, name: str, *args: object, **kwargs: object) -> object:
        names.append(name)
        return plain(self, source, name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Environment, "_generate", generate)
    return names


def environment(kind: str, text: str, **filters: object) -> Environment:
    made = Environment(loader=Given({"a": text}), bytecode_cache=Compiled(kind))
    made.filters.update(filters)  # type: ignore[arg-type]
    return made


def test_a_template_is_compiled_once_for_all_environments_of_a_kind(compiled: list[str]) -> None:
    for number in range(3):
        assert page_environment({"a": "{{ x }}"}).get_template("a").render(x=f"<{number}>") == f"&lt;{number}&gt;"
    assert compiled == ["a"]


def test_another_text_or_kind_is_another_template(compiled: list[str]) -> None:
    assert environment("one", "1 {{ '<' }}").get_template("a").render() == "1 <"
    assert environment("one", "2 {{ '<' }}").get_template("a").render() == "2 <"
    assert page_environment({"a": "1 {{ x }}"}).get_template("a").render(x="<") == "1 &lt;"
    assert environment("french", "{{ '1'|day }}", day=lambda value: f"le {value}").get_template("a").render() == "le 1"
    assert environment("english", "{{ '1'|day }}", day=lambda value: f"{value}st").get_template("a").render() == "1st"
    assert len(compiled) == 5


def test_what_is_known_does_not_grow_for_ever(compiled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Compiled, "_MOST", 3)
    for number in range(10):
        environment("one", str(number)).get_template("a")
    assert len(Compiled._known) <= 3 and len(compiled) == 10


@pytest.fixture
def shelf(compiled: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where what is compiled is kept for the next process."""
    monkeypatch.setattr("handbill.templating.SHELF", Shelf(lambda: tmp_path))
    return tmp_path


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the next process begins with."""
    monkeypatch.setattr(Compiled, "_known", {})


def test_the_next_process_need_not_compile(shelf: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        assert page_environment({"a": "{{ x }}"}).get_template("a").render(x=number) == str(number)
        forget(monkeypatch)
    assert compiled == ["a"]


@pytest.mark.parametrize(
    "damage",
    [lambda data: b"", lambda data: data[:-1], lambda data: data[:40] + b"x" + data[41:], lambda data: data[32:]],
)
def test_a_damaged_file_is_compiled_again(
    shelf: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes]
) -> None:
    page_environment({"a": "{{ x }}"}).get_template("a")
    (kept,) = shelf.iterdir()
    kept.write_bytes(damage(kept.read_bytes()))
    forget(monkeypatch)
    assert page_environment({"a": "{{ x }}"}).get_template("a").render(x="<") == "&lt;"
    assert compiled == ["a", "a"]


def test_what_a_template_rests_on_is_part_of_its_key(
    shelf: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for index in range(2):
        (tmp_path / f"{index}.py").write_text(f"# {index}")
        made = Environment(
            loader=Given({"a": "{{ 1|sign }}"}), bytecode_cache=Compiled("one", tmp_path / f"{index}.py")
        )
        made.filters["sign"] = lambda value, index=index: f"{value} of {index}"
        forget(monkeypatch)
        assert made.get_template("a").render() == f"1 of {index}"
    assert compiled == ["a", "a"]


def test_only_sound_page_templates_are_remembered_as_sound(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    templates = {"pages/good.html.j2": "{{ title + body }}", "pages/bad.html.j2": "{{ title + }}"}
    parsed = []
    plain = Environment.parse
    monkeypatch.setattr(
        Environment, "parse", lambda self, source, *rest: parsed.append(source) or plain(self, source, *rest)
    )
    for _ in range(3):
        handbill.templating._is_sound.cache_clear()
        assert [(found.code, found.span and found.span.path) for found in page_mistakes(templates, (), ())] == [
            ("template-syntax", "templates/pages/bad.html.j2")
        ]
    assert parsed.count("{{ title + body }}") == 2
