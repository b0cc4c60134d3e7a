"""What an author may write in YAML: typed models, unknown keys are errors.

Every text keeps its place (`Text`, `Markdown`), so whoever finds fault with a value later can point
at the line where it stands. The models are also the source of the JSON Schemas for editors.
"""

# Annotations are values here, not texts: pydantic would compile each text anew whenever the program starts.
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from handbill.paper import Fold, Paper
from handbill.schema_base import IsoDate, Model, Slug, Truth
from handbill.schema_governance import Approval, Assessment, Level
from handbill.text import Markdown, Text


class Status(StrEnum):
    """How far a publication has come."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"


class Person(Model):
    """Somebody (or an organisation) who worked on the publication."""

    name: Text
    role: Text
    """What they did: writer, editor, illustrator ..."""
    affiliation: Text | None = None


class Reviewer(Person):
    """Somebody who checked the content."""

    date: IsoDate


class Organisation(Model):
    """Who publishes and answers for the publication."""

    name: Text
    url: Text | None = None
    address: Text | None = None


class Contact(Model):
    """Where a reader turns to. At least one of them."""

    text: Markdown | None = None
    email: Text | None = None
    phone: Text | None = None
    url: Text | None = None


class Support(Model):
    """Further help or reading outside the publisher."""

    name: Text
    text: Markdown | None = None
    url: Text | None = None
    phone: Text | None = None


class Cover(Model):
    """What the EPUB's cover and the index page show beside title and subtitle."""

    image: Text | None = None
    alt: Text | None = None


class Evaluation(Model):
    """Who checked that everybody can use the files of this publication, and against what. Only what really took place."""

    by: Text
    date: IsoDate
    standard: Text
    """The standard that was met, as its own text wants it named: EPUB Accessibility 1.1 - WCAG 2.2 Level AA."""


class RuleChange(Model):
    """What a publication decides about one rule, and why."""

    severity: Level
    reason: Text


class Publication(Model):
    """`publication.yaml`: who, for whom, since when, in which editions."""

    id: Slug
    title: Text
    subtitle: Text | None = None
    summary: Markdown
    """The one main message, in one to three sentences; every edition opens with it."""
    language: Text
    """A BCP 47 tag such as en-GB or fr."""
    version: Text
    status: Status
    """How far its people say it is. `approved` holds only with an `approval` of exactly this content."""
    approval: Approval | None = None
    audience: Text
    profile: Slug = "patient"
    """Which set of rules judges the text (see `templates/profiles/`)."""
    authors: Annotated[tuple[Person, ...], Field(min_length=1)]
    reviewers: tuple[Reviewer, ...] = ()
    owner: Text | None = None
    """The person or body that answers for the content, when that is not the publisher."""
    publisher: Organisation
    contact: Contact
    feedback: Markdown | None = None
    """How to complain or to suggest a change."""
    support: tuple[Support, ...] = ()
    other_formats: Markdown | None = None
    """How to get large print, Braille, another language ..."""
    disclaimer: Markdown | None = None
    """That the text supports and does not replace the reader's own clinician."""
    funding: Text
    """Who paid, or plainly that nobody did."""
    conflicts: Text | None = None
    first_published: IsoDate | None = None
    last_reviewed: IsoDate
    next_review: IsoDate
    editions: Annotated[tuple[Slug, ...], Field(min_length=1)]
    sections: tuple[Slug, ...] = ()
    """Section ids in their order; when left out, the order of the file names."""
    braille: Text | None = None
    """Which Braille, by its name in `templates/braille.yaml`; that of the language when left out."""
    citation_style: Text = Text("nlm-citation-sequence-brackets")
    """A Citation Style Language style by its name in the CSL repository."""
    keywords: tuple[Text, ...] = ()
    names: tuple[Text, ...] = ()
    """Names of products, diseases and bodies that a reader must meet as they are; a second readability score leaves them out."""
    rights: Text | None = None
    cover: Cover | None = None
    accessibility_evaluation: Evaluation | None = None
    """An evaluation by people. Without it the EPUB claims what was checked by machine, and conformance to nothing."""
    assessments: tuple[Assessment, ...] = ()
    """What people found who judged it by PEMAT, the CDC Clear Communication Index or DISCERN."""
    rules: dict[str, RuleChange] = Field(default_factory=dict)
    """Rules that this publication lowers or silences, by their code (`build.py rules` lists them)."""


class Role(StrEnum):
    """What a section does for its reader; editions choose and order sections by role.

    The roles of treatment content follow DISCERN questions 8 to 15.
    """

    MAIN_MESSAGE = "main-message"
    DEFINITION = "definition"
    HOW_IT_WORKS = "how-it-works"
    WHAT_HAPPENS = "what-happens"
    USES = "uses"
    HISTORY = "history"
    EXAMPLES = "examples"
    CASE_STUDIES = "case-studies"
    BENEFITS = "benefits"
    RISKS = "risks"
    NO_TREATMENT = "no-treatment"
    ALTERNATIVES = "alternatives"
    QUALITY_OF_LIFE = "quality-of-life"
    UNKNOWNS = "unknowns"
    QUESTIONS = "questions"
    ACTIONS = "actions"
    CONTACT = "contact"
    GLOSSARY = "glossary"
    BACKGROUND = "background"
    OTHER = "other"


class SectionHead(Model):
    """The front matter of a section file. The text below it is the section's full form."""

    id: Slug
    role: Role = Role.OTHER
    title: Text
    editions: tuple[Slug, ...] | None = None
    """The editions that keep this section; all of them when left out."""
    as_of: IsoDate | None = None
    """The day on which what changes with time in it (approvals, safety, prices) was last looked up."""
    short: Markdown | None = None
    """The form for slides: one `##` heading a slide, few words; `::: notes` holds what is said."""
    plain: Markdown | None = None
    """The form for the leaflet: the patient's own text."""
    plain_title: Text | None = None
    """The heading of the plain form, when another one suits the leaflet better."""


class KeyPoint(Model):
    """One thing to take away."""

    label: Text
    text: Markdown


class KeyPoints(Model):
    """`kind: key-points`: the things to take away, in a calm box."""

    kind: Literal["key-points"]
    title: Text
    items: Annotated[tuple[KeyPoint, ...], Field(min_length=1)]
    as_of: IsoDate | None = None
    """As in a section."""


class Column(Model):
    """One column of a table."""

    key: Slug
    title: Text
    width: Annotated[float, Field(gt=0, le=1)] | None = None
    """Share of the table's width, 0 to 1."""


class DataTable(Model):
    """`kind: table`: rows with the same keys; the first column heads its row."""

    kind: Literal["table"]
    caption: Markdown
    columns: Annotated[tuple[Column, ...], Field(min_length=2)]
    rows: Annotated[tuple[dict[str, Markdown], ...], Field(min_length=1)]
    note: Markdown | None = None
    as_of: IsoDate | None = None
    """As in a section."""


class Event(Model):
    """One entry of a timeline."""

    when: Text
    title: Text
    text: Markdown


class Timeline(Model):
    """`kind: timeline`: what happened when, oldest first."""

    kind: Literal["timeline"]
    title: Text
    events: Annotated[tuple[Event, ...], Field(min_length=1)]
    as_of: IsoDate | None = None
    """As in a section."""


class Term(Model):
    """One word and what it means."""

    term: Text
    also: tuple[Text, ...] = ()
    """Other spellings and short forms of the same term."""
    definition: Markdown


class Glossary(Model):
    """`kind: glossary`: the words that the publication explains."""

    kind: Literal["glossary"]
    title: Text
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]


class ItemList(Model):
    """`kind: questions` or `list`: a titled list, for instance of questions to ask."""

    kind: Literal["questions", "list"]
    title: Text
    intro: Markdown | None = None
    ordered: Truth = False
    items: Annotated[tuple[Markdown, ...], Field(min_length=1)]
    as_of: IsoDate | None = None
    """As in a section."""


Data = Annotated[KeyPoints | DataTable | Timeline | Glossary | ItemList, Field(discriminator="kind")]


class DiagramHead(Model):
    """Front matter of a `.mmd` file, or the attributes of an inline `mermaid` fence."""

    title: Text | None = None
    caption: Markdown | None = None
    alt: Text | None = None
    """Up to 125 characters; made from the diagram's own graph when left out."""
    description: Markdown | None = None
    """The long description; made from the diagram's own graph when left out."""


PackageFile = Annotated[str, Field(pattern=r"^@?[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")]


class Output(Model):
    """One file that an edition makes."""

    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*\.[a-z0-9]+$")]
    template: Text | None = None
    """Page template beside `edition.yaml`, or one of `templates/pages/`."""
    styles: tuple[Text, ...] = ()
    """Style sheets, in order: beside `edition.yaml` or in `templates/styles/`."""
    toc: Truth = False
    width: Annotated[int, Field(ge=20, le=200)] | None = None
    """Characters a line of plain text, or cells a line of Braille."""
    lines: Annotated[int, Field(ge=10, le=60)] | None = None
    """Lines a page of Braille."""
    table: Text | None = None
    """Which Braille, by its name in `templates/braille.yaml`; that of the publication or of its language when left out."""
    page: Text | None = None
    """What paper, in words for people ("A4, three panels a side")."""


class Panel(Model):
    """One panel of a folded leaflet."""

    name: Slug
    title: Text
    """What people call it: "front panel", "inside left"."""
    side: Slug = "inside"
    """The printed side that it lies on; panels of one side follow each other in the list."""
    roles: tuple[Role, ...] = ()
    parts: tuple[Text, ...] = ()
    """Parts that are not sections: `masthead`, `imprint`, `references`, `contact`."""
    words: Annotated[int, Field(gt=0)] | None = None
    """Word budget."""


class EditionFile(Model):
    """`templates/editions/<name>/edition.yaml`: one way to give the publication to a reader."""

    name: Slug
    title: Text
    summary: Text
    audience: Text
    shape: Literal["document", "deck", "panels"] = "document"
    """How the blocks are laid out: running text, one idea a slide, or fixed panels."""
    forms: Annotated[tuple[Literal["full", "short", "plain"], ...], Field(min_length=1)] = ("full",)
    """Which form of a section is taken: the first of these that the section has; none of them drops it."""
    roles: tuple[Role, ...] | None = None
    """The roles that are kept; all of them when left out."""
    keep: tuple[Slug, ...] = ()
    """Only these pieces of a section, by kind (`diagram`, `key-points`, `table`, `timeline` ...); everything when left out."""
    parts: tuple[Text, ...] = (Text("masthead"), Text("references"), Text("imprint"))
    """Parts of the source that are not sections and are kept."""
    descriptions: Literal["before", "after", "appendix", "notes", "instead", "none"] = "after"
    """Where a diagram's long description goes: before the figure (then no page is left empty because a tall figure needs the
    next one), after it, at the end, in the speaker notes, in place of the figure."""
    tables: Literal["keep", "lists"] = "keep"
    """`lists`: a table becomes one entry a row, where columns would be too narrow."""
    panels: tuple[Panel, ...] = ()
    """In the order in which they are read."""
    fold: Fold | None = None
    """For `shape: panels`: where each panel is printed, and how the sheet is folded."""
    paper: Paper = Paper()
    vendor: dict[PackageFile, PackageFile] = Field(default_factory=dict)
    """Files of installed packages that this edition puts inside its outputs: short name, path below `node_modules/`."""
    outputs: dict[Literal["pdf", "html", "epub", "revealjs", "pptx", "booklet", "text", "braille", "script", "ssml"], Output]


class Font(Model):
    """One font family and the package of Fontsource that holds its files."""

    family: Text
    package: Annotated[str, Field(pattern=r"^@fontsource/[a-z0-9-]+$")]
    weights: Annotated[tuple[Literal["200", "300", "400", "500", "600", "700", "800"], ...], Field(min_length=1)] = (
        "400",
        "700",
    )
    styles: Annotated[tuple[Literal["normal", "italic"], ...], Field(min_length=1)] = ("normal",)
    subsets: Annotated[tuple[Slug, ...], Field(min_length=1)] = ("latin", "latin-ext")

    def file_names(self) -> tuple[str, ...]:
        """The files' names in the package's `files` folder."""
        stem = self.package.rpartition("/")[2]
        return tuple(f"{stem}-{subset}-{weight}-{style}.woff2"
                     for weight in self.weights for style in self.styles for subset in self.subsets)  # fmt: skip


class FontsFile(Model):
    """`templates/fonts.yaml`: the fonts that every output embeds."""

    fonts: Annotated[tuple[Font, ...], Field(min_length=1)]


DATA_KINDS = {"key-points": KeyPoints, "table": DataTable, "timeline": Timeline, "glossary": Glossary,
              "questions": ItemList, "list": ItemList}  # fmt: skip
