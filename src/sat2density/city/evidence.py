"""`Evidence`: what is told of every place of a tile, decoded into plain arrays in which things are
found.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from sat2density.conventions import CLASSES
from sat2density.errors import InputError
from sat2density.models.architecture_limits import THING_HEADS

if TYPE_CHECKING:
    from sat2density.models.architecture import Architecture
    from sat2density.models.tile_heads import TileMaps
    from sat2density.scene import Scene


@dataclasses.dataclass(frozen=True)
class Evidence:
    """What is told of a square of ground, [south, east], north up. Maps may differ in resolution.

    Attributes:
        extent_m: side of the square, metres.
        classes: (S, S) uint8 likeliest class, places in `conventions.CLASSES`.
        certainty: (S, S) float32 probability of that class.
        trees: (3, R, R) probability of a trunk; crown's radius and tree's height in metres.
        vehicles: (4, R, R) probability of a vehicle's middle; length and width in metres; heading
            in radians clockwise from north, known up to half a turn.
        poles: (R, R) probability of a pole's foot.
        edges: (R, R) probability that two buildings touch.
        slope: (2, R, R) the way down a roof (east, south), rise per metre.
        heights_m: (H, H) surface above the ground plane, metres.
        tile: (T, T, 3) uint8 the satellite picture.
        ground: (G, G, 3) uint8 the same without the things, or None.

    """

    extent_m: float
    classes: np.ndarray
    certainty: np.ndarray
    trees: np.ndarray
    vehicles: np.ndarray
    poles: np.ndarray
    edges: np.ndarray
    slope: np.ndarray
    heights_m: np.ndarray
    tile: np.ndarray
    ground: np.ndarray | None = None

    def metres(self, map_of: np.ndarray) -> float:
        """Return the side of a pixel of one of the maps, metres.

        Args:
            map_of: (..., S, S).

        """
        return self.extent_m / map_of.shape[-1]

    def is_class(self, *names: str) -> np.ndarray:
        """Return (S, S) bool: where one of some classes is likeliest.

        Args:
            *names: of `conventions.CLASSES`.

        """
        return np.isin(self.classes, [CLASSES.index(name) for name in names])

    def at(self, map_of: np.ndarray, east_m: Any, south_m: Any) -> np.ndarray:
        """Return the nearest pixels' values of a map; places outside take the border's.

        Args:
            map_of: (..., S, S) any of the maps, or (S, S, 3) with `tile`'s layout.
            east_m: places, metres, any shape.
            south_m: likewise.

        """
        picture = map_of.ndim == 3 and map_of.shape[-1] == 3 and map_of.shape[0] == map_of.shape[1]
        side = map_of.shape[0] if picture else map_of.shape[-1]
        column = np.clip(np.floor((np.asarray(east_m) / self.extent_m + 0.5) * side), 0, side - 1)
        row = np.clip(np.floor((np.asarray(south_m) / self.extent_m + 0.5) * side), 0, side - 1)
        rows, columns = row.astype(np.int64), column.astype(np.int64)
        return map_of[rows, columns] if picture else map_of[..., rows, columns]


def evidence_of(scene: Scene) -> Evidence:
    """Return what a scene's weights tell of its tile.

    Args:
        scene: of one tile, not a batch.

    Raises:
        InputError: the weights have no heads that tell things, or it is a batch.

    """
    if scene.batched:
        raise InputError("a plan is made of one tile, not of a batch")
    arch = scene.model.architecture
    check_weights(arch)
    tile = scene.tile.permute(1, 2, 0).clamp(0, 1).mul(255).round().byte().cpu().numpy()
    heights = scene.heights().float().cpu().numpy()
    return decoded(scene.tile_maps(), arch.class_names, scene.spec.extent_m, heights, tile)


def tells_things(architecture: Architecture) -> bool:
    """Whether weights tell what stands where.

    Args:
        architecture: of the weights.

    """
    return all(name in architecture.heads for name in THING_HEADS)


def check_weights(architecture: Architecture) -> None:
    """Refuse weights that do not tell what stands where, before any work.

    Args:
        architecture: of the weights.

    Raises:
        InputError: heads are missing.

    """
    missing = [name for name in THING_HEADS if name not in architecture.heads]
    if missing:
        raise InputError(
            f"these weights do not tell what stands where (no {', '.join(missing)}): a plan needs "
            f"weights with heads"
        )


def decoded(
    maps: TileMaps,
    class_names: tuple[str, ...],
    extent_m: float,
    heights_m: np.ndarray,
    tile: np.ndarray,
) -> Evidence:
    """Return raw outputs of the heads as evidence.

    Args:
        maps: of one tile, (1, ..., S, S), or things with the same attributes.
        class_names: of the channels of `maps.classes`.
        extent_m: side of the tile, metres.
        heights_m: (H, H) surface above the ground plane.
        tile: (T, T, 3) uint8.

    """
    from sat2density.models.tile_heads import metres

    codes = np.array([_code(name) for name in class_names], np.uint8)
    assert maps.classes is not None  # `evidence_of` saw to it
    assert maps.trees is not None
    assert maps.vehicles is not None
    assert maps.edges is not None
    assert maps.slope is not None
    shares = maps.classes[0].float().softmax(0).cpu()
    sure, place = shares.max(0)
    trees = maps.trees[0].float().cpu()
    cars = maps.vehicles[0].float().cpu()
    rows = trees.shape[-1]
    poles = np.zeros((rows, rows), np.float32)
    if maps.poles is not None:
        poles = maps.poles[0, 0].float().sigmoid().cpu().numpy()
    ground = None
    if maps.ground is not None:
        colours = maps.ground[0].float().sigmoid().mul(255).round().byte()
        ground = colours.permute(1, 2, 0).cpu().numpy()
    heading = 0.5 * np.arctan2(cars[3].numpy(), cars[4].numpy())
    return Evidence(
        extent_m=extent_m,
        classes=codes[place.numpy()],
        certainty=sure.numpy(),
        trees=np.concatenate([trees[:1].sigmoid().numpy(), metres(trees[1:]).numpy()]),
        vehicles=np.concatenate(
            [cars[:1].sigmoid().numpy(), metres(cars[1:3]).numpy(), heading[None]]
        ),
        poles=poles,
        edges=maps.edges[0, 0].float().sigmoid().cpu().numpy(),
        slope=maps.slope[0].float().cpu().numpy(),
        heights_m=heights_m,
        tile=tile,
        ground=ground,
    )


def _code(name: str) -> int:
    """Return the code of a class; what we have no name for is bare soil."""
    return CLASSES.index(name) if name in CLASSES else CLASSES.index("soil")
