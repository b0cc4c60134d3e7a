"""TeX formulas: drawn by MathJax as paths, put into words by the Speech Rule Engine."""

from __future__ import annotations

from handbill.tools.formula.complaints import INPUT
from handbill.tools.formula.tool import MATHML, META, SPOKEN, SVG, FormulaTool, job

__all__ = ["INPUT", "MATHML", "META", "SPOKEN", "SVG", "FormulaTool", "job"]
