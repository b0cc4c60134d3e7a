"""What turns shaped HTML into a PDF that everyone can read.

`wire` and `words` run on both sides; everything else is imported by the worker process alone,
because it needs WeasyPrint.
"""
