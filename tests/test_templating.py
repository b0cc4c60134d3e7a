"""Templates are compiled once in a process, and never taken for others."""

from __future__ import annotations

import pytest
from jinja2 import Environment

from handbill.render.page import page_environment
from handbill.templating import Compiled, Given


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that are compiled from now on, none being known."""
    names: list[str] = []
    monkeypatch.setattr(Compiled, "_known", {})
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
