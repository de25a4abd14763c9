"""`Suburb`: samples of the procedural world, made when they are asked for, each from its style and
seed alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch

from sat2density.data.paired import DEFAULT_SPLITS, PairedDataset
from sat2density.data.sample import TRUTH, Sample
from sat2density.errors import InputError, unknown_name
from sat2density.images import from_bytes

if TYPE_CHECKING:
    from sat2density.worlds import World

DEFAULT_TRUTH = ("depth_m", "heights_m", "ground_m", "classes")
"""Occupancy is left out unless asked for: it is large, and its number of layers is the model's."""


class Suburb(PairedDataset):
    """Scenes of one style of the procedural world, on the fly; the splits are the world's reserved
    ranges of seeds.

    Args:
        split: train, val or test; None takes test.
        style: one of the world's styles.
        limit: how many; None takes `SIZES`, as `sat2density world make` does.
        seeds: these seeds instead of a split's.
        truth: names in `TRUTH` to make with each sample; True for `DEFAULT_TRUTH`, False for none.
        layers: layers of the occupancy, where it is asked for.
        pixel_rule: through which point of a pixel the panorama's rays go (`conventions`).

    Raises:
        InputError: unknown split, style or name of truth.

    """

    name = "the procedural world"
    layout = "no folder"
    SIZES: ClassVar[dict[str, int]] = {"train": 4000, "val": 200, "test": 500}

    def __init__(
        self,
        split: str | None = None,
        style: str = "suburb",
        limit: int | None = None,
        seeds: Sequence[int] | None = None,
        truth: bool | Sequence[str] = True,
        layers: int = 32,
        pixel_rule: Any = "centre",
    ) -> None:
        from sat2density.scene_spec import SceneSpec
        from sat2density.worlds import STYLES, split_seeds
        from sat2density.worlds.writing import sample_name

        if style not in STYLES:
            raise unknown_name("style", style, STYLES)
        self.split = split if split is not None else DEFAULT_SPLITS[0]
        if self.split not in self.SIZES:
            raise unknown_name("split", self.split, self.SIZES)
        if limit is not None and limit < 1:
            raise InputError(f"limit: must be at least 1, not {limit}")
        self.style, self.layers, self.pixel_rule = style, layers, pixel_rule
        self.spec = SceneSpec.named(style)
        self.truth = _truth_names(truth)
        count = self.SIZES[self.split] if limit is None else limit
        self.seeds = list(
            split_seeds(style, self.split)[:count] if seeds is None else seeds[:limit]
        )
        self.label = f"{style}:{self.split}"
        self.identities = [sample_name(style, seed) for seed in self.seeds]
        self.skipped = []

    def world(self, index: int) -> World:
        """Return the world of a sample: any further view comes from it."""
        from sat2density.worlds import World

        return World.generate(self.style, self.seeds[index])

    def __getitem__(self, index: int) -> Sample:
        """Make a sample."""
        world, spec = self.world(index), self.spec
        view = world.panorama(size=spec.panorama_size, pixel_rule=self.pixel_rule)
        known: dict[str, np.ndarray] = {"depth_m": view.depth_m}
        if {"heights_m", "ground_m", "classes"} & set(self.truth):
            known |= zip(
                ("heights_m", "ground_m", "classes"),
                world.surface_maps(spec.tile_size),
                strict=True,
            )
        if "occupancy" in self.truth:
            known["occupancy"] = world.occupancy(self.layers, spec.tile_size)
        truth = {name: torch.from_numpy(known[name]).to(TRUTH[name]) for name in self.truth}
        return Sample(
            tile=from_bytes(world.tile(spec.tile_size)),
            panorama=from_bytes(view.image),
            sky=torch.from_numpy(view.sky.astype(np.float32))[None],
            spec=spec,
            identity=self.identities[index],
            truth=truth or None,
        )


def _truth_names(truth: bool | Sequence[str]) -> tuple[str, ...]:
    if isinstance(truth, bool):
        return DEFAULT_TRUTH if truth else ()
    for name in truth:
        if name not in TRUTH:
            raise unknown_name("truth", name, TRUTH)
    return tuple(truth)
