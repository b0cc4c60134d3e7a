"""HTML elements become structure elements: the meaning of the tags, without any layout.

The rules follow ISO 32000-1, 14.8.4 (what may stand in what), ISO 14289-1 (what PDF/UA adds) and the
Tagged PDF Best Practice Guide. Elements that say nothing to a listener (`span`, `em`, anonymous boxes)
leave no tag behind. Lists, tables and inline elements, which need more than a name, are makers in modules
of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from handbill.tools.pdf.tree import Elem, Leaf, Node

Kid = Node | Leaf
Maker = Callable[[Elem, str], list[Kid]]
"""From an element and the language around it to what stands for it in the tree."""

_PLAIN = {
    "article": "Art", "section": "Sect", "nav": "Sect", "aside": "Sect", "main": "Part",
    "blockquote": "BlockQuote", "p": "P", "pre": "P", "summary": "P", "legend": "P",
    "h1": "H1", "h2": "H2", "h3": "H3", "h4": "H4", "h5": "H5", "h6": "H6",
    "caption": "Caption", "figcaption": "Caption",
    "thead": "THead", "tbody": "TBody", "tfoot": "TFoot", "tr": "TR",
    "q": "Quote", "code": "Code", "samp": "Code",
}  # fmt: skip
_DIV = {"div", "header", "footer", "address", "figure", "details", "fieldset", "form", "hgroup", "center", "search"}
_GROUPING = {"Part", "Art", "Sect", "BlockQuote"}
"""Elements that hold blocks: words directly in them get a paragraph of their own."""
_INLINE = {"Span", "Quote", "Code", "Link", "Reference", "Figure", "Formula"}
_TABLE_PARTS = {"THead", "TBody", "TFoot", "TR"}

_by_tag: dict[str, Maker] = {}
_by_role: dict[str, Maker] = {}


def maker(*tags: str, roles: Iterable[str] = ()) -> Callable[[Maker], Maker]:
    """Let a function make what stands for these tags, or for whatever has one of these ARIA roles."""

    def register(function: Maker) -> Maker:
        for table, names in ((_by_tag, tags), (_by_role, roles)):
            for name in names:
                assert name not in table, name
                table[name] = function
        return function

    return register


def convert(elem: Elem, lang: str) -> list[Kid]:
    """The structure elements that stand for `elem`: one, none, or its kids' where it says nothing itself."""
    own = elem.attrib.get("lang", "") if not elem.pseudo else ""
    inner = own or lang
    made = _make(elem, inner)
    if own and own.lower() != lang.lower():
        made = _speak(made, own, elem)
    if elem.attrib.get("dir") == "rtl" and not elem.pseudo:
        for node in made:
            if isinstance(node, Node) and node.type not in _INLINE:
                node.attributes.setdefault("Layout", {})["WritingMode"] = "RlTb"
    return made


def _make(elem: Elem, lang: str) -> list[Kid]:
    if elem.pseudo:
        return kids_of(elem, lang)
    for role in elem.roles:
        if make := _by_role.get(role):
            return make(elem, lang)
    if has_call(elem):
        return _by_role["doc-footnote"](elem, lang)
    if make := _by_tag.get(elem.tag):
        return make(elem, lang)
    if elem.tag in _PLAIN:
        node = Node(_PLAIN[elem.tag], kids_of(elem, lang), source=elem)
        if node.type in _GROUPING:
            node.kids = paragraphs(node.kids)
        elif node.type == "TR":
            node.kids = [kid for kid in node.kids if isinstance(kid, Node)]
        return [node] if node.kids or node.type in _TABLE_PARTS else []
    if elem.tag in _DIV:
        return _div(elem, lang)
    return kids_of(elem, lang)


def kids_of(elem: Elem, lang: str) -> list[Kid]:
    """What stands for the inside of `elem`."""
    return made_of(elem.kids, lang)


def _speak(made: list[Kid], lang: str, elem: Elem) -> list[Kid]:
    """Put the language on the one node there is, else on a span around the words or on each block."""
    if not made:
        return made
    if all(is_inline(kid) for kid in made) and not (len(made) == 1 and isinstance(made[0], Node)):
        return [Node("Span", made, lang=lang, source=elem)]
    for kid in made:
        if isinstance(kid, Node) and not kid.lang:
            kid.lang = lang
    return made


def is_inline(kid: Kid) -> bool:
    """Whether it stands within a line. A link around blocks does not."""
    if isinstance(kid, Node) and kid.type == "Link":
        return all(is_inline(inner) for inner in kid.kids)
    return isinstance(kid, Leaf) or kid.type in _INLINE


def paragraphs(kids: list[Kid]) -> list[Kid]:
    """Words and inline elements that stand among blocks, each run of them in a paragraph."""
    made: list[Kid] = []
    run: list[Kid] = []

    def close() -> None:
        if run:
            alone = len(run) == 1 and isinstance(run[0], Node) and run[0].type in ("Figure", "Formula")
            made.append(run[0] if alone else Node("P", list(run)))
            run.clear()

    for kid in kids:
        if is_inline(kid):
            run.append(kid)
        else:
            close()
            made.append(kid)
    close()
    return made


def _div(elem: Elem, lang: str) -> list[Kid]:
    """A `Div` only where it holds several blocks; around a single one it would be noise."""
    kids = paragraphs(kids_of(elem, lang))
    if len(kids) < 2:
        return kids
    return [Node("Div", kids, source=elem)]


def made_of(kids: Iterable[Elem | Leaf], lang: str) -> list[Kid]:
    """What stands for these parts of an element, in their order."""
    made: list[Kid] = []
    for kid in kids:
        made += [kid] if isinstance(kid, Leaf) else convert(kid, lang)
    return made


def split(elem: Elem, first: Callable[[Elem | Leaf], bool]) -> tuple[list[Elem | Leaf], list[Elem | Leaf]]:
    """The inside of `elem` in two: what `first` is true of, and the rest."""
    return [kid for kid in elem.kids if first(kid)], [kid for kid in elem.kids if not first(kid)]


def has_call(elem: Elem) -> bool:
    """Whether this is a note at the foot of the page, whose call stands in the text."""
    return any(isinstance(kid, Elem) and kid.pseudo == "footnote-call" for kid in elem.kids)
