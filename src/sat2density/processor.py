"""Which processor this is."""

from __future__ import annotations

import platform
from pathlib import Path

INFO = Path("/proc/cpuinfo")


def vendor() -> str:
    """Return who made it ("AuthenticAMD", "GenuineIntel"); outside Linux a text that holds this
    name where known.
    """
    return _said("vendor_id") or platform.processor()


def name() -> str:
    """Return its name for people, the architecture's ("x86_64") where the system does not tell."""
    return _said("model name") or platform.processor() or platform.machine()


def _said(field: str) -> str:
    try:
        lines = INFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    found = (
        line.split(":", 1)[1].strip() for line in lines if line.startswith(field) and ":" in line
    )
    return next(found, "")
