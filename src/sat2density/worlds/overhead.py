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
        """Say how a picture is sampled.

        Args:
            size: side of the picture in pixels.
            extent_m: side of the square it shows, metres.

        Returns:
            (rays a side, how many more where neighbours differ).

        """

    def develop(
        self, light: np.ndarray, size: int, extent_m: float, clean: bool = False
    ) -> np.ndarray:
        """Return the picture of linear light, (size, size, 3) uint8.

        Args:
            light: (R, R, 3) float32 linear, R as `rays` says.
            size: side of the picture in pixels.
            extent_m: side of the square it shows, metres.
            clean: without noise and compression.

        """


@dataclasses.dataclass(frozen=True)
class Plain:
    """The camera of the styles of version 2: straight down, every pixel sharp."""

    light: Light
    film: Film
    slant: tuple[float, float] = (0.0, 0.0)

    def rays(self, size: int, extent_m: float) -> tuple[int, int]:
        """Return one ray a pixel and three more at edges: it is as sharp as the picture.

        Args:
            size: side of the picture in pixels.
            extent_m: does not matter here.

        """
        return size, 3

    def develop(
        self, light: np.ndarray, size: int, extent_m: float, clean: bool = False
    ) -> np.ndarray:
        """Return the picture of linear light, (size, size, 3) uint8.

        Args:
            light: (size, size, 3) float32 linear.
            size: does not matter here: the light has it.
            extent_m: does not matter here.
            clean: without noise and compression.

        """
        film = dataclasses.replace(self.film, noise=0.0, quality=0) if clean else self.film
        return develop(light, film)


def overhead(style: str, seed: int) -> Overhead:
    """Return the camera above the place of a style and a seed.

    Args:
        style: a style's name.
        seed: the place's; the same place always has the same camera.

    """
    if style == "anywhere":
        return draw_satellite(Rng(seed, "satellite"))
    return Plain(tile_light(Rng(seed, "tile light")), tile_film(Rng(seed, "tile film")))
