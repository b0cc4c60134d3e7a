"""Names of files that several modules know: of the house, by which they are read, and of what is finished."""

from __future__ import annotations

INDEX, INDEX_PAGE = "index.html", "index.html.j2"
"""The page that lists the files of a publication, and its template."""
REPORT, REPORT_DATA, REPORT_PAGE = "report.html", "report.json", "report.html.j2"
"""The quality report for people and for programs, and its template."""
FONTS, DECK_STYLE = "fonts.css", "theme.css"
"""Style sheets that renderers read, whatever an edition names: the house's fonts, and the look of a deck."""
EPUB_FOLDER = "EPUB/"
EPUB_COVER = "images/cover.png"
"""The picture of a cover, below the folder in which an e-book has its files."""
