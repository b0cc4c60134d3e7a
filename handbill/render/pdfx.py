"""PDF/X-4 (ISO 15930-7) from a finished PDF, for one printing condition: that of the print shop's own ICC profile.

WeasyPrint 70 can say that a file is PDF/X-4, but leaves its colours in DeviceRGB, which the standard forbids beside a
profile for four inks. So the file is finished here: every colour is tied to sRGB (`DefaultRGB`; the shop's program converts
it), the profile becomes the output intent, and what has no place on a press (links, and the claims to be PDF/A and PDF/UA) goes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

import pikepdf
from PIL import ImageCms

from handbill.diagnostics import Diagnostic, error, note
from handbill.text import Span

FILE = "press.icc"
PLACE = Span(f"templates/styles/{FILE}", 1, 1)
_PARTS = {"CMYK": 4, "RGB": 3, "GRAY": 1}
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<pdf:Producer>{producer}</pdf:Producer><pdf:Trapped>False</pdf:Trapped>
<xmp:CreateDate>{day}</xmp:CreateDate><xmp:ModifyDate>{day}</xmp:ModifyDate><xmp:MetadataDate>{day}</xmp:MetadataDate>
<xmpMM:DocumentID>{identity}</xmpMM:DocumentID><xmpMM:VersionID>1</xmpMM:VersionID><xmpMM:RenditionClass>default</xmpMM:RenditionClass>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True)
class Profile:
    """A print shop's ICC profile: its bytes, the number of its inks, and what it calls itself."""

    data: bytes
    parts: int
    title: str


def press_profile(data: bytes | None) -> tuple[Profile | None, list[Diagnostic]]:
    """The profile that the house has for its print shop. Without one a note, for one that is none an error."""
    if data is None:
        return None, [
            note(
                "press-profile-missing",
                "There is no profile of a print shop, so the press-ready file is PDF/A in RGB and not PDF/X-4.",
                None,
                f"Ask the shop for its ICC profile and put it into {PLACE.path}.",
            )
        ]
    try:
        known = ImageCms.ImageCmsProfile(io.BytesIO(data)).profile
    except (OSError, ImageCms.PyCMSError) as problem:
        return None, [_refused("it cannot be read", str(problem))]
    if known.device_class.strip() != "prtr" or known.xcolor_space.strip() not in _PARTS:
        return None, [_refused(f"it is of the class “{known.device_class.strip()}” for {known.xcolor_space.strip()}")]
    return Profile(data, _PARTS[known.xcolor_space.strip()], str(known.profile_description or "Custom")), []


def _refused(why: str, detail: str = "") -> Diagnostic:
    return error(
        "press-profile-broken",
        f"The profile {PLACE.path} is no printer’s ICC profile: {why}.",
        PLACE,
        "Ask the print shop for its profile (class “prtr”, for CMYK, RGB or grey).",
        detail=detail,
    )


def as_pdfx(data: bytes, profile: Profile, made_on: date) -> bytes:
    """The same pages as PDF/X-4. Words, tags, boxes and marks stay; links go, since paper has none."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        colours = pikepdf.Array([pikepdf.Name.ICCBased, pdf.Root.OutputIntents[0].DestOutputProfile])
        for item in pdf.objects:
            if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
                _tie_colours(item, colours)
        for page in pdf.pages:
            if "/Annots" in page.obj:
                del page.obj["/Annots"]
        if "/StructTreeRoot" in pdf.Root:
            _without_links(pdf.Root.StructTreeRoot)
        for name in ("/OpenAction", "/AA", "/AcroForm"):
            if name in pdf.Root:
                del pdf.Root[name]
        _intent(pdf, profile)
        _metadata(pdf, made_on)
        stream = io.BytesIO()
        pdf.save(stream, deterministic_id=True, force_version="1.6", object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return stream.getvalue()


def _tie_colours(item: pikepdf.Object, colours: pikepdf.Array) -> None:
    """DeviceRGB means sRGB in these resources and in this group (ISO 32000-1, 8.6.5.6 and 11.6.6)."""
    resources = item.get("/Resources")
    if isinstance(resources, pikepdf.Dictionary):
        spaces = resources.get("/ColorSpace")
        if spaces is None:
            resources.ColorSpace = spaces = pikepdf.Dictionary()
        spaces.DefaultRGB = colours
    group = item.get("/Group")
    if isinstance(group, pikepdf.Dictionary) and group.get("/CS") == pikepdf.Name.DeviceRGB:
        group.CS = colours


def _without_links(tag: pikepdf.Object) -> None:
    """The structure tree without references to annotations, which have gone."""
    kids = tag.get("/K")
    if isinstance(kids, pikepdf.Array):
        kept = [kid for kid in kids if not _is_link(kid)]
        if len(kept) != len(kids):
            tag.K = pikepdf.Array(kept)
    else:
        kept = [] if kids is None or _is_link(kids) else [kids]
        if kids is not None and not kept:
            del tag["/K"]
    for kid in kept:
        if isinstance(kid, pikepdf.Dictionary):
            _without_links(kid)


def _is_link(kid: object) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == pikepdf.Name.OBJR


def _intent(pdf: pikepdf.Pdf, profile: Profile) -> None:
    """The one output intent: what the sheets will be printed with."""
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFX,
        OutputConditionIdentifier=pikepdf.String("Custom"),
        Info=pikepdf.String(profile.title),
        DestOutputProfile=pdf.make_indirect(pikepdf.Stream(pdf, profile.data, N=profile.parts)),
    )
    pdf.Root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])


def _metadata(pdf: pikepdf.Pdf, made_on: date) -> None:
    """What the file says of itself, alike in both places that ISO 15930-7 wants."""
    info = pdf.docinfo
    info["/Trapped"] = pikepdf.Name("/False")
    info["/CreationDate"] = info["/ModDate"] = pikepdf.String(f"D:{made_on:%Y%m%d}000000+00'00'")
    words = {name: escape(str(info.get(f"/{name.capitalize()}", ""))) for name in ("title", "author", "producer")}
    day = f"{made_on.isoformat()}T00:00:00+00:00"
    xmp = _XMP.format(**words, day=day, identity=f"uuid:{words['title']}")
    pdf.Root.Metadata = pdf.make_indirect(
        pikepdf.Stream(pdf, xmp.encode(), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    )
