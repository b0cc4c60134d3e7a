"""Long publications, laid out chapter by chapter.

A document in which every chapter begins a new page can be laid out in parts: each chapter is a Job of its own, made
beside the others and found again when it has not changed, wherever it lies by now. Then a layer with the running
heads and feet of all pages is made, and all is merged into one file. What comes out has the pages of the layout of
the whole; where that cannot be promised (see `style`), or the parts do not fit together, the whole is laid out.
"""

from handbill.render.chapters.layout import lay_out_apart
from handbill.render.chapters.split import CHAPTERS, is_long

__all__ = ["CHAPTERS", "is_long", "lay_out_apart"]
