"""What a table of times must tell of the machine."""

from __future__ import annotations

import importlib.metadata
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

import psutil

from handbill.tools.doctor import doctor
from handbill.tools.locate import Found


def facts(root: Path) -> list[str]:
    """One line each, for people."""
    memory = psutil.virtual_memory().total / 1024**3
    found = [tool for tool in doctor(root) if isinstance(tool, Found) and tool.name not in ("Java", "Poppler", "Fonts")]
    tools = {
        "Python": platform.python_version(),
        **{tool.name: tool.version for tool in found if "font" not in tool.source},
    }
    tools["Typst"] = importlib.metadata.version("typst")
    today = datetime.now(UTC)
    system = f"{platform.system()} {platform.release()}"
    busy = f"load of the machine at the beginning: {psutil.getloadavg()[0]:.1f}"
    return [
        f"{today:%Y-%m-%d %H:%M} UTC",
        f"{_processor()}, {psutil.cpu_count()} cores, {memory:.0f} GiB, {system}; {busy}",
        ", ".join(f"{name} {version}" for name, version in tools.items() if version),
    ]


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.*)$", about.read_text(), re.MULTILINE) if about.exists() else None
    return found[1] if found else platform.processor() or platform.machine()
