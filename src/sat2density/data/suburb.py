"""`Suburb`: samples of the procedural world, made when they are asked for, each from its style and
seed alone.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sat2density.code_digest import code_digest
from sat2density.conventions import PixelRule
from sat2density.data.paired import DEFAULT_SPLITS, Origin, PairedDataset, check_limit
from sat2density.data.sample import TRUTH, Sample, truth_tensors
from sat2density.errors import unknown_name
from sat2density.scene_spec import SceneSpec

if TYPE_CHECKING:
    from sat2density.worlds import World

DEFAULT_TRUTH: Final = ("depth_m", "heights_m", "ground_m", "classes")
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

    SIZES: ClassVar[dict[str, int]] = {"train": 4000, "val": 200, "test": 500}

    def __init__(
        self,
        split: str | None = None,
        style: str = "suburb",
        limit: int | None = None,
        seeds: Sequence[int] | None = None,
        truth: bool | Sequence[str] = True,
        layers: int = 32,
        pixel_rule: PixelRule = "centre",
    ) -> None:
        from sat2density.worlds import STYLES, split_seeds
        from sat2density.worlds.writing import sample_name

        if style not in STYLES:
            raise unknown_name("style", style, STYLES)
        split = split if split is not None else DEFAULT_SPLITS[0]
        if split not in self.SIZES:
            raise unknown_name("split", split, self.SIZES)
        check_limit(limit)
        self.style = style
        self.layers = layers
        self.pixel_rule = pixel_rule
        self.truth = _truth_names(truth)
        count = self.SIZES[split] if limit is None else limit
        self.seeds = list(split_seeds(style, split)[:count] if seeds is None else seeds[:limit])
        names = [sample_name(style, seed) for seed in self.seeds]
        super().__init__(f"{style}:{split}", split, SceneSpec.named(style), names)

    def origin(self, index: int) -> Origin:
        """Return style and seed of a sample.

        Args:
            index: number of the sample, from 0.

        """
        return Origin(self.style, self.seeds[index])

    def made_by(self) -> dict[str, Any]:
        """Return style, generator (version and code), pixel rule and what truth there is."""
        from sat2density.worlds import generator_version

        return {
            "style": self.style,
            "generator": [generator_version(self.style), generator_code()],
            "pixel_rule": self.pixel_rule,
            "truth": [*self.truth, self.layers],
        }

    def fingerprint(self, index: int) -> list[Any]:
        """Return a sample's seed and what makes it.

        Args:
            index: number of the sample, from 0.

        """
        return [self.seeds[index], self.made_by()]

    def opened_as(self, split: str, limit: int | None = None) -> Suburb:
        """Open another split of the style, with the same sizes.

        Args:
            split: "train", "val" or "test".
            limit: how many; None takes `SIZES`.

        """
        other = Suburb(split, self.style, limit, None, self.truth, self.layers, self.pixel_rule)
        other.spec = self.spec
        return other

    def __getitem__(self, index: int) -> Sample:
        """Make a sample."""
        world = self.world(index)
        assert world is not None  # every sample has an origin
        identity = self.identities[index]
        layers = self.layers
        return from_world(world, self.spec, identity, self.truth, self.pixel_rule, layers)


@functools.cache
def generator_code() -> str:
    """Stand for the code that makes worlds and their samples (`code_digest`)."""
    from sat2density import images, worlds
    from sat2density.data import sample

    return code_digest((images, sample, sys.modules[__name__], worlds))


def from_world(
    world: World,
    spec: SceneSpec,
    identity: str,
    truth: Sequence[str] = (),
    pixel_rule: PixelRule = "centre",
    layers: int = 32,
) -> Sample:
    """Return the sample of a world.

    Args:
        world: the place.
        spec: scale and sizes of the sample.
        identity: its name.
        truth: names in `TRUTH` of what is to be known of it.
        pixel_rule: through which point of a pixel the panorama's rays go (`conventions`).
        layers: layers of the occupancy, which is as wide as the tile.

    """
    from sat2density.images import from_bytes
    from sat2density.worlds.sample import sample_of

    made = sample_of(world, spec, truth, pixel_rule, (layers, spec.tile_size))
    return Sample(
        tile=from_bytes(made.tile),
        panorama=from_bytes(made.view.image),
        sky=from_bytes(made.view.sky.astype("uint8") * 255),
        spec=spec,
        identity=identity,
        truth=truth_tensors(made.truth) or None,
    )


def _truth_names(truth: bool | Sequence[str]) -> tuple[str, ...]:
    if isinstance(truth, bool):
        return DEFAULT_TRUTH if truth else ()
    for name in truth:
        if name not in TRUTH:
            raise unknown_name("truth", name, TRUTH)
    return tuple(truth)
