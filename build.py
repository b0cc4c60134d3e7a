#!/usr/bin/env python3
"""Builds the publications of this folder: `python build.py --help` tells how."""

import sys

from handbill.cli import main

if __name__ == "__main__":
    sys.exit(main())
