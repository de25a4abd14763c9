"""Every bound the studio's server keeps, in one place."""

from __future__ import annotations

from typing import Final

MAX_UPLOAD_BYTES: Final = 40 * 2**20
"""A 4K PNG photograph fits; a larger body is refused before it is read to the end."""

MAX_UPLOAD_PIXELS: Final = 40_000_000
"""Refused from the picture's header, before a pixel is decoded: 40 megapixels are 120 MB once
decoded.
"""

MAX_SHOWN_SIDE: Final = 4096
"""A picture that the browser cannot show is sent to it as a PNG of at most this side."""

MAX_SHOWN_BYTES: Final = 128 * 2**20
"""More than such a PNG can have."""

DECODE_S: Final = 20.0
"""Processor time to decode one upload, in a child process; 40 megapixels take 1 to 3 seconds."""

DECODE_MB: Final = 900
"""Memory to decode one upload."""

DECODERS: Final = 2
"""Children that decode. A visitor has one file decoded at a time, so that one alone cannot keep all
of them busy.
"""

UPLOAD_PAUSE_S: Final = 15.0
"""An upload from which nothing comes for so long is given up."""

UPLOAD_S: Final = 300.0
"""And one that takes longer than this."""

MAX_TURNS: Final = 4
"""Files of one visitor that are read or wait to be; more are refused before a byte is read."""

MAX_KEPT_BYTES: Final = 160 * 2**20
"""Own photographs of one visitor on disk (each is kept for the mask that may follow)."""

MAX_RESULT_BYTES: Final = 500 * 2**20
"""Results of one visitor on disk."""

LEAST_FREE_BYTES: Final = 500 * 2**20
"""Uploads are refused when less of the disk is free."""

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

MAX_FRAME_BYTES: Final = 4 * 2**20
"""A websocket frame that is larger ends the connection; below, `MAX_MESSAGE_BYTES` is answered in
words.
"""

MESSAGES_PER_S: Final = 100.0
MESSAGES_AT_ONCE: Final = 200
"""A page sends some 30 messages a second while walking. What comes faster is read later."""

MAX_DELIVERIES: Final = 64
"""Answers that wait to be made or sent on one connection; no message is read meanwhile."""

MAX_DETAIL_SIDE: Final = 2048
MAX_DETAIL_PIXELS: Final = 1_500_000
"""Of the picture that is painted again at the size of the view, while nobody moves; a larger view
gets it enlarged.
"""

HELLO_WITHIN_S: Final = 20.0
"""A connection that does not greet is closed."""

REQUEST_WITHIN_S: Final = 20.0
"""A connection whose request's head is not complete after this long is closed."""

MAX_CONNECTIONS: Final = 200
"""Connections at once; the next one is closed at once."""

URGENT_RUN: Final = 4
"""After so many urgent pieces of work in a row one background piece has its turn, if any waits."""

PING_S: Final = 20.0
"""How often a silent connection is probed."""
