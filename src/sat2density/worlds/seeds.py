"""Reserved seeds: the splits of a style stay apart for ever."""

from __future__ import annotations

from typing import Final

from sat2density.errors import unknown_name
from sat2density.worlds.styles import STYLES

SPLITS: Final[dict[str, tuple[int, int]]] = {
    "test": (1_000_000_000, 100_000_000),
    "val": (1_100_000_000, 100_000_000),
    "train": (1_200_000_000, 800_000_000),
}
"""First seed and number of seeds of each split. Never change these: published numbers name them."""


def split_seeds(style: str, split: str) -> range:
    """Return the seeds reserved for a split of a style; equal for all styles, disjoint between
    splits.

    Seeds below 1,000,000,000 belong to no split: previews, tests and `--first-seed` may use them
    freely.

    Args:
        style: a style's name.
        split: a key of `SPLITS`.

    Raises:
        InputError: unknown style or split.

    Example:
        >>> split_seeds("suburb", "val")[0]
        1100000000

    """
    if style not in STYLES:
        raise unknown_name("style", style, STYLES)
    if split not in SPLITS:
        raise unknown_name("split", split, SPLITS)
    first, count = SPLITS[split]
    return range(first, first + count)


def reserved_split(seed: int) -> str | None:
    """Return the split that a seed is reserved for, or None.

    Args:
        seed: a whole number.

    """
    return next(
        (name for name, (first, count) in SPLITS.items() if first <= seed < first + count), None
    )
