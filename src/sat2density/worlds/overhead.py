"""How a place is photographed from above: one camera per style."""

from __future__ import annotations

import dataclasses
from typing import Protocol

import numpy as np

from sat2density.worlds.anywhere.satellite import draw_satellite
from sat2density.worlds.kernels.records import Light
from sat2density.worlds.lights import tile_light
from sat2density.worlds.photo import Film, develop, tile_film
from sat2density.worlds.rng import Rng


class Overhead(Protocol):
    """A camera above a place."""

    @property
    def light(self) -> Light:
        """The light of its picture."""

    @property
    def slant(self) -> tuple[float, float]:
        """(east, south) metres by which a thing's top is shifted per metre of its height."""

    def rays(self, size: int, extent_m: float) -> tuple[int, int]:
        """Return for a picture of `size` pixels how many rays a side it wants, and how many more
        where neighbours differ.
        """

    def develop(
        self, light: np.ndarray, size: int, extent_m: float, clean: bool = False
    ) -> np.ndarray:
        """Return uint8 (size, size, 3) for linear light of a square `extent_m` metres wide;
        `clean` leaves noise and compression out.
        """


@dataclasses.dataclass(frozen=True)
class Plain:
    """The camera of the styles of version 2: straight down, every pixel sharp."""

    light: Light
    film: Film
    slant: tuple[float, float] = (0.0, 0.0)

    def rays(self, size: int, extent_m: float) -> tuple[int, int]:
        """Return one ray a pixel and three more at edges: it is as sharp as the picture."""
        return size, 3

    def develop(
        self, light: np.ndarray, size: int, extent_m: float, clean: bool = False
    ) -> np.ndarray:
        """Return the picture, see `Overhead.develop`."""
        film = dataclasses.replace(self.film, noise=0.0, quality=0) if clean else self.film
        return develop(light, film)


def overhead(style: str, seed: int) -> Overhead:
    """Return the camera above the place of a style and a seed."""
    if style == "anywhere":
        return draw_satellite(Rng(seed, "satellite"))
    return Plain(tile_light(Rng(seed, "tile light")), tile_film(Rng(seed, "tile film")))
