"""The options of films: what a frame shows, and how frames are written."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import tyro

from sat2density.apps.options import optional
from sat2density.export.film import Film
from sat2density.export.look import Look, ViewKind


@dataclasses.dataclass(frozen=True)
class LookOptions(Look):
    """What a frame shows."""

    view: ViewKind = "panorama"
    """All around, or ahead along the heading like an ordinary camera."""
    fov: float = 90.0
    """Horizontal field of view of --view perspective, degrees."""
    pitch: float = 0.0
    """Look up (positive) or down with --view perspective, degrees."""
    size: Annotated[tuple[int, int] | None, tyro.conf.arg(metavar="WIDTH HEIGHT")] = None
    """Pixels of the picture. Default: the weights' panorama; 640 360 with --view perspective."""


@dataclasses.dataclass(frozen=True)
class FilmOptions(Film):
    """How the frames are written."""

    fps: float = 10.0
    """Frames per second."""
    gif: Annotated[bool, optional()] = False
    """Also write a GIF (of a walk: at half the size)."""
    frames_png: Annotated[bool, optional()] = False
    """Also write every picture as PNG in frames/ (of a walk: with depth/, 16 bit, millimetres)."""
