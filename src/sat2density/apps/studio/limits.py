"""Every bound the studio's server keeps, in one place."""

from __future__ import annotations

from typing import Final

MAX_UPLOAD_BYTES: Final = 40 * 2**20
"""A 4K PNG photograph fits; a larger body is refused before it is read to the end."""

MAX_UPLOAD_PIXELS: Final = 40_000_000
"""Refused from the picture's header, before a pixel is decoded: 40 megapixels are 120 MB once
decoded.
"""

MAX_PATH_BYTES: Final = 2 * 2**20
"""A path file of a hundred thousand lines."""

MAX_VISITORS: Final = 16
"""Sessions kept at once; each holds one density volume (17 MB at released size) and one view."""

SESSION_IDLE_S: Final = 1800.0
"""A session without a connection is forgotten after this long."""

MAX_OWN_LIGHTS: Final = 8
MAX_JOBS: Final = 4
"""Jobs of one visitor that run or wait."""

MAX_RESULTS: Final = 12
"""Results kept per visitor; the oldest is deleted when another is made."""

MAX_MESSAGE_BYTES: Final = 512 * 1024
"""One websocket message from a page: a path of 2000 points is about 100 kB of JSON."""

URGENT_RUN: Final = 4
"""After so many urgent pieces of work in a row one background piece has its turn, if any waits."""

PING_S: Final = 20.0
"""How often a silent connection is probed."""
