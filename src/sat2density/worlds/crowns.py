"""Templates of tree crowns: small voxel blocks, made once a process and shared by every tree of
every world.
"""

from __future__ import annotations

import functools

import numpy as np

from sat2density.worlds.kernels.codes import CROWN_CELLS
from sat2density.worlds.rng import Rng

VARIANTS = 5
"""Templates per species; turning, stretching and colour make more of them."""

SPECIES: tuple[str, ...] = ("gum", "round", "conifer", "bush", "hedge", "poplar", "thin")
"""gum: open, clumps at the branch ends; round: dense and wide; thin: half bare."""

FURTHER: tuple[str, ...] = ("clump",)
"""Species of later styles: clump is a dome of many small lumps, as crowns look from above."""

WOOD = 1


def template_number(species: str, variant: int) -> int:
    """Return the place of a template in `templates()`, or for `FURTHER` in `all_templates()`.

    Args:
        species: one of `SPECIES` or `FURTHER`; ValueError otherwise.
        variant: any whole number; there are `VARIANTS` of each.

    """
    return (*SPECIES, *FURTHER).index(species) * VARIANTS + variant % VARIANTS


@functools.cache
def templates() -> np.ndarray:
    """Return all templates: (T, n, n, n) uint8 [up, y, x]; 0 empty, 1 wood, 2..255 leaves from dark
    to light.
    """
    return np.stack([_template(name, variant) for name in SPECIES for variant in range(VARIANTS)])


@functools.cache
def all_templates() -> np.ndarray:
    """Return the templates of `templates()`, then those of the species in `FURTHER`."""
    more = [_template(name, variant) for name in FURTHER for variant in range(VARIANTS)]
    return np.concatenate([templates(), np.stack(more)])


def _voxel_noise(cells: int, seed: int) -> np.ndarray:
    """Return smooth noise in [0, 1] over the block, with `cells` features per side (trilinear
    between hashed nodes).
    """
    rng = Rng(seed, "voxel noise")
    nodes = rng.uniforms((cells + 1) ** 3).reshape((cells + 1,) * 3)
    place = (np.arange(CROWN_CELLS) + 0.5) / CROWN_CELLS * cells
    low = place.astype(int)
    part = place - low
    for axis in range(3):
        shape = [1, 1, 1]
        shape[axis] = -1
        w = part.reshape(shape)
        nodes = np.take(nodes, low, axis) * (1 - w) + np.take(nodes, low + 1, axis) * w
    return nodes


def _grain(seed: int) -> np.ndarray:
    """Return an independent number in [0, 1) for every voxel (integer hash)."""
    n = np.arange(CROWN_CELLS**3, dtype=np.uint64) + np.uint64(seed * 7919)
    n = ((n ^ (n >> np.uint64(15))) * np.uint64(0x2C1B3C6D)) & np.uint64(0xFFFFFFFF)
    n = ((n ^ (n >> np.uint64(12))) * np.uint64(0x297A2D39)) & np.uint64(0xFFFFFFFF)
    return ((n ^ (n >> np.uint64(15))) / 4294967296.0).reshape((CROWN_CELLS,) * 3)


def _axes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x (1, 1, n), y (1, n, 1) and z (n, 1, 1) of the voxels' middles in [-1, 1]."""
    centre = (np.arange(CROWN_CELLS) + 0.5) / CROWN_CELLS * 2 - 1
    z, y, x = np.meshgrid(centre, centre, centre, indexing="ij", sparse=True)
    return x, y, z


def _blobs(species: str, rng: Rng) -> list[tuple[float, float, float, float, float]]:
    """Return leaf clumps (x, y, z, radius, flatness) in the block [-1, 1]^3."""
    if species == "gum":
        count = rng.integer(11, 17)
        reach = 0.70
        size = (0.22, 0.40)
        flat = 0.75
    elif species == "thin":
        count = rng.integer(10, 15)
        reach = 0.72
        size = (0.18, 0.32)
        flat = 0.9
    elif species == "bush":
        count = rng.integer(7, 11)
        reach = 0.55
        size = (0.35, 0.55)
        flat = 0.9
    elif species == "clump":
        count = rng.integer(44, 58)
        reach = 0.80
        size = (0.17, 0.29)
        flat = 0.9
    else:
        count = rng.integer(16, 24)
        reach = 0.62
        size = (0.28, 0.46)
        flat = 0.9
    blobs = [(0.0, 0.0, 0.02, 0.66, 0.95)] if species == "clump" else []
    for _ in range(count):
        angle = rng.uniform(0, 6.2832)
        up = rng.uniform(-0.85, 1.0)
        up = up * 0.9 - 0.1 if species == "clump" else up
        far = reach * rng.uniform(0.05, 1.0) ** 0.55
        waist = 0.1 if species == "clump" else 0.45
        out = far * np.sqrt(max(1 - up * up, 0.15)) * (1.0 + waist * min(up, 0.0))
        radius = rng.uniform(*size)
        limit = 1.0 - radius * 0.8
        blobs.append(
            (
                min(out, limit) * np.cos(angle),
                min(out, limit) * np.sin(angle),
                up * limit,
                radius,
                flat,
            )
        )
    return blobs


def _template(species: str, variant: int) -> np.ndarray:
    rng = Rng(variant, species)
    x, y, z = _axes()
    rough = 0.55 * _voxel_noise(8, rng.seed()) + 0.45 * _voxel_noise(17, rng.seed()) - 0.5
    tone = _voxel_noise(6, rng.seed())
    grain = _grain(rng.seed() + 17 * variant)
    block = np.zeros((CROWN_CELLS,) * 3, np.uint8)
    # How deep a voxel lies in its clump: 1 in the middle, 0 at the rim, less outside.
    inside = np.full(block.shape, -9.0)
    if species == "conifer":
        width = (
            0.94 * (1 - (z + 1) / 2) ** 0.85 * (0.85 + 0.15 * np.sin(17 * z + 2 * np.arctan2(y, x)))
            + 0.03
        )
        inside = 1.2 * (width - np.hypot(x, y))
    elif species == "poplar":
        width = (
            0.80
            * np.sqrt(np.clip(1 - ((z - 0.1) / 1.1) ** 2, 0, 1))
            * (0.8 + 0.2 * np.sin(5 * z + variant))
        )
        inside = 1.2 * (width - np.hypot(x, y))
    elif species == "hedge":
        inside = 0.9 * (0.93 - np.maximum(np.maximum(np.abs(x), np.abs(y)), z))
    else:
        for bx, by, bz, radius, flat in _blobs(species, rng):
            inside = np.maximum(
                inside, 1 - ((x - bx) ** 2 + (y - by) ** 2 + ((z - bz) / flat) ** 2) / radius**2
            )
    open_share = {
        "clump": 0.26,
        "gum": 0.48,
        "thin": 0.70,
        "round": 0.30,
        "bush": 0.3,
        "conifer": 0.35,
    }.get(species, 0.2)
    ragged = {"clump": 1.9, "gum": 3.0, "thin": 3.4, "round": 2.0, "bush": 2.2}.get(species, 1.4)
    solid = inside + ragged * rough
    leaves = (solid > (0.16 if ragged > 2.5 else 0.10)) & (grain > open_share)
    # Leaves deep inside a clump are dark: with the gaps this gives the speckle of foliage.
    shade = 95 + 75 * tone + 35 * z - 85 * np.clip(solid, 0, 1) + 90 * (grain - 0.4)
    block[leaves] = np.clip(shade, 2, 255).astype(np.uint8)[leaves]
    if species in ("gum", "thin", "round", "clump"):
        _add_branches(block, rng, count=9 if species == "thin" else 6)
    return block


def _add_branches(block: np.ndarray, rng: Rng, count: int) -> None:
    """Draw bent lines of wood from the foot of the block outwards."""
    last = CROWN_CELLS - 1
    for _ in range(count):
        angle = rng.uniform(0, 6.2832)
        reach = rng.uniform(0.35, 0.8)
        rise = rng.uniform(0.4, 0.74)
        for step in range(60):
            t = step / 59
            out = reach * t**1.4 * 0.5
            spot = (
                0.96 * rise * t,
                0.5 + out * np.sin(angle + 0.5 * t),
                0.5 + out * np.cos(angle + 0.5 * t),
            )
            iz, iy, ix = (min(max(int(v * CROWN_CELLS), 0), last) for v in spot)
            block[iz, iy, ix] = WOOD
