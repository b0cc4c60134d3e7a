"""What an author may write about approval and judgement, and what a profile says: typed models like those of `schema.py`."""

# Annotations are values here, not texts: pydantic would compile each text anew whenever the program starts.
from typing import Annotated, Literal

from pydantic import Field

from handbill.schema_base import IsoDate, Model, Slug
from handbill.text import Markdown, Text


class Approval(Model):
    """Who released the content, and exactly which. `build.py approve` writes it."""

    by: Text
    role: Text
    date: IsoDate
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    """Of everything that was approved; one changed character gives another one."""
    grade: Annotated[float, Field(ge=-20, le=60)] | None = None
    """The reading grade at that time, which later versions are compared with."""


class Assessment(Model):
    """What people found who judged the publication by a published instrument."""

    instrument: Literal["pemat", "cdc-index", "discern"]
    by: Text
    date: IsoDate
    version: Text
    """The version of the publication that was judged."""
    result: Text
    """The score in the instrument's own terms, for instance “understandability 88%, actionability 80%”."""
    scores: dict[str, Text] = Field(default_factory=dict)
    """Answers to single items, by the numbers that the quality report shows: `"1": "yes"`."""
    note: Markdown | None = None


Level = Literal["off", "note", "warning", "error"]


class RuleSetting(Model):
    """How a profile wants one rule."""

    severity: Level | None = None
    """Another severity than the rule's own."""
    limits: dict[Slug, float] = Field(default_factory=dict)
    """Thresholds by their names; the rule's own where left out."""
    values: tuple[Text, ...] = ()
    """Words or names that the rule goes by, when it goes by any."""


class Profile(Model):
    """`templates/profiles/<name>.yaml`: which rules judge the text, and how strictly."""

    name: Slug
    title: Text
    summary: Text
    forms: tuple[Literal["full", "short", "plain"], ...] = ("full", "plain")
    """The forms of a section whose language is judged: those that people read by themselves."""
    rules: dict[Slug, RuleSetting]
    """Rules by their code. Those of the craft (citations, structure ...) run whether they are named or not."""


NO_PROFILE = Profile(name="none", title=Text("No profile"), summary=Text("Only the rules of the craft."), rules={})
"""What stands in where no profile was read."""
