"""Handbill: one structured source, every format a reader needs."""

__version__ = "0.1.0"
