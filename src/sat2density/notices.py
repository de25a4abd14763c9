"""What a user should know and nobody asked for: one line on stderr, or wherever `logging` sends
it.
"""

from __future__ import annotations

import logging

LOGGER = logging.getLogger("sat2density")
"""Python prints its warnings on stderr as long as nobody sets `logging` up otherwise."""


def notice(text: str) -> None:
    """Tell the user one line, marked as a notice."""
    LOGGER.warning("notice: %s", text)
