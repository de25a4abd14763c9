"""Frames per second: the range that files and players take."""

from __future__ import annotations

from typing import Any, Final

from sat2density.bounds import check_number

LEAST_FPS: Final = 0.01
MOST_FPS: Final = 240.0
MOST_FPS_GIF: Final = 50.0
"""GIF counts time in hundredths of a second, and browsers slow down what is faster."""


def check_fps(fps: Any, gif: bool = False, what: str = "fps") -> None:
    """Refuse a rate that no video, or no GIF, can have.

    Args:
        fps: frames per second, `LEAST_FPS` to `MOST_FPS`.
        gif: whether there is a GIF too, which takes at most `MOST_FPS_GIF`.
        what: what the message calls it.

    Raises:
        InputError: any other value.

    """
    check_number(what, fps, LEAST_FPS, MOST_FPS_GIF if gif else MOST_FPS, _UNIT[gif])


_UNIT: Final = {False: "frames per second", True: "frames per second with a GIF"}
