"""PDF/UA-1 beside PDF/A-3a in one file's metadata.

Both standards want their number in the XMP packet, and PDF/A wants every property that it does not know
itself (those of PDF/UA are such) described by an extension schema (ISO 19005-3, 6.6.2.3.3).
"""

from __future__ import annotations

from typing import Any

import pydyf
from weasyprint.pdf.metadata import DocumentMetadata

_UA = b"""
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
    rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
_END = b"</rdf:RDF>"


class Metadata(DocumentMetadata):  # type: ignore[misc]
    """WeasyPrint's metadata with the claim to PDF/UA-1 added, in a packet that anybody can read uncompressed."""

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str | None) -> bytes:
        rdf: bytes = super().generate_rdf_metadata(variant, version, conformance)
        assert rdf.endswith(_END)
        return rdf.removesuffix(_END) + _UA + _END

    def include_in_pdf(
        self, pdf: pydyf.PDF, variant: str, version: int, conformance: str | None, compress: bool
    ) -> None:
        super().include_in_pdf(pdf, variant, version, conformance, False)


def claim_ua(metadata: Any) -> Metadata:
    """The same metadata, claiming PDF/UA-1 as well."""
    return Metadata(**vars(metadata))
