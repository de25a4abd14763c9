"""Scenes for the `truth` protocol: tiles of the procedural world with what stands in them, as
arrays for a pack.

    tiles      uint8   (N, 3, T, T)      with a margin of `MARGIN` pixels on each side
    occupancy  uint8   (N, Z, R, R / 8)  bits, 1 = matter; R = rows of the density
    heights    float16 (N, S, S)         surface above the plane under the camera, metres
    classes    uint8   (N, S, S)         class of the surface
    ground     uint8   (N, 3, S, S)      the tile without what stands on it
    edges      uint8   (N, S, S / 8)     bits, 1 = two buildings touch here
    slope      int8    (N, 2, S, S)      way down a roof (east, south), rise per metre times 50
    trees      float32 (N, K, 4)         east, south, crown radius, height; metres, NaN = none
    vehicles   float32 (N, K, 5)         east, south, length, width (metres), heading (degrees)
    poles      float32 (N, K, 2)         east, south
    view_depths   float16 (N, V, h, w)   radial distance of what is hit, metres; infinity: sky
    view_cameras  float32 (N, V, 3)      east, south in units, height above the floor in metres
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from sat2density.data.paired import PairedDataset
from sat2density.training.config import TrainConfig
from sat2density.training.pack_reader import Arrays
from sat2density.training.view_sampling import VIEW_SIZE, Places, places

if TYPE_CHECKING:
    from sat2density.worlds import World

MARGIN: Final = 32
"""Pixels of the tile's scale shown beyond each of its sides."""
MOST_THINGS: Final = 96
"""Trees (vehicles, poles) kept of one scene, the tallest first; closed woods have more."""
SLOPE_STEPS: Final = 50
"""Steps of a slope of 1: 2 % each, up to 2.5."""


@dataclasses.dataclass(frozen=True)
class Volume:
    """Cells of which a pack says whether something stands in them.

    Attributes:
        layers: over its height.
        rows: and columns.
        height_m: may be more than a world's.

    """

    layers: int
    rows: int
    height_m: float

    @classmethod
    def of_run(cls, config: TrainConfig) -> Volume:
        """Return the cells of a run's density.

        Args:
            config: of the run.

        """
        arch, scene = config.architecture, config.scene
        rows = scene.tile_size // arch.density_stride
        return cls(arch.density_layers, rows, scene.max_height_m)

    @property
    def packed(self) -> tuple[int, int, int]:
        """Shape of the bits."""
        return self.layers, self.rows, self.rows // 8

    def of(self, world: World, extent_m: float) -> np.ndarray:
        """Return (Z, R, R) bool of a world.

        Args:
            world: what stands there.
            extent_m: side of the square, metres.

        """
        own = round(self.layers * world.spec.max_height_m / self.height_m)
        grid = world.truth_maps(8, extent_m, (own, self.rows)).occupancy
        assert grid is not None
        out = np.zeros((self.layers, self.rows, self.rows), np.bool_)
        out[:own] = grid
        return out


@dataclasses.dataclass(frozen=True)
class TruthMaker:
    """Makes the arrays of a scene by its index in a procedural data set.

    Attributes:
        dataset: its scenes' worlds are made again from their seeds.
        config: of the run: its volume, and the views.

    """

    dataset: PairedDataset
    config: TrainConfig

    @property
    def volume(self) -> Volume:
        """Cells of the occupancy."""
        return Volume.of_run(self.config)

    def arrays(self, scenes: int) -> Arrays:
        """Return shape and dtype of every array of a shard.

        Args:
            scenes: how many scenes it holds.

        """
        S = self.dataset.spec.tile_size
        T = S + 2 * MARGIN
        V = self.config.data.further_views
        return {
            "tiles": ((scenes, 3, T, T), "uint8"),
            "occupancy": ((scenes, *self.volume.packed), "uint8"),
            "heights": ((scenes, S, S), "float16"),
            "classes": ((scenes, S, S), "uint8"),
            "ground": ((scenes, 3, S, S), "uint8"),
            "edges": ((scenes, S, S // 8), "uint8"),
            "slope": ((scenes, 2, S, S), "int8"),
            "trees": ((scenes, MOST_THINGS, 4), "float32"),
            "vehicles": ((scenes, MOST_THINGS, 5), "float32"),
            "poles": ((scenes, MOST_THINGS, 2), "float32"),
            "view_depths": ((scenes, V, *VIEW_SIZE[::-1]), "float16"),
            "view_cameras": ((scenes, V, 3), "float32"),
        }

    def __call__(self, index: int) -> dict[str, np.ndarray]:
        """Return a scene's arrays by name, without the first axis of `arrays`.

        Args:
            index: the scene's place in the data set.

        """
        world = self.dataset.world(index)
        assert world is not None, "the truth protocol is for procedural data (pack_writer checks)"
        spec = self.dataset.spec
        S = spec.tile_size
        extent = spec.extent_m
        T = S + 2 * MARGIN
        maps = world.truth_maps(S, extent, occupancy=None)
        ground = world.ground_picture(S, extent)
        slope = (maps.roof_slope * SLOPE_STEPS).round().clip(-127, 127)
        return {
            "tiles": world.tile(T, extent * T / S).transpose(2, 0, 1),
            "occupancy": np.packbits(self.volume.of(world, extent), axis=-1),
            "heights": maps.heights_m.astype(np.float16),
            "classes": maps.classes,
            "ground": ground.transpose(2, 0, 1),
            "edges": np.packbits(maps.house_edges, axis=-1),
            "slope": slope.astype(np.int8),
            **_things(world, extent),
            **self._views(world, index),
        }

    def _views(self, world: World, index: int) -> dict[str, np.ndarray]:
        config = self.config
        rng = np.random.default_rng([7, index])
        cameras = Places.of(world, config.scene.camera_height_m, rng).views(config.data)
        depths = np.zeros((len(cameras), *VIEW_SIZE[::-1]), np.float16)
        for camera, depth in zip(cameras, depths, strict=True):
            view = world.panorama(camera, size=VIEW_SIZE, pixel_rule=config.rules.pixel_rule)
            depth[:] = view.depth_m
        return {"view_depths": depths, "view_cameras": places(cameras)}


def _things(world: World, extent_m: float) -> dict[str, np.ndarray]:
    things = world.things(extent_m)
    trees = sorted(things.trees, key=lambda tree: -tree.height_m)
    return {
        "trees": _table([(t.east_m, t.south_m, t.radius_m, t.height_m) for t in trees], 4),
        "vehicles": _table(
            [(v.east_m, v.south_m, v.length_m, v.width_m, v.heading_deg) for v in things.vehicles],
            5,
        ),
        "poles": _table([(p.east_m, p.south_m) for p in things.poles], 2),
    }


def _table(rows: Iterable[Sequence[float]], columns: int) -> np.ndarray:
    """Return the first `MOST_THINGS` rows as an array filled up with NaN."""
    table = np.full((MOST_THINGS, columns), np.nan, np.float32)
    values = np.array(list(rows), np.float32).reshape(-1, columns)[:MOST_THINGS]
    table[: len(values)] = values
    return table
