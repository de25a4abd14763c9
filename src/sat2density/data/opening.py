"""The `DATA` syntax of `train` and `evaluate`: one text that names a data set."""

from __future__ import annotations

from pathlib import Path

from sat2density.data.paired import PairedDataset
from sat2density.data.registry import DATASETS, DEFAULT, syntax
from sat2density.data.suburb import Suburb
from sat2density.errors import InputError, near_matches
from sat2density.scene_spec import STYLES


def open_dataset(
    text: str | Path, split: str | None = None, limit: int | None = None, truth: bool = True
) -> PairedDataset:
    """Open what a user names as data.

    Args:
        text: a style of the world and its split (`suburb:test`), the key of a data set and its
            folder (`cvact:DIR`, see `data.registry`), or a folder in the `Pairs` layout.
        split: the split (`--split`); None takes test, else val, else train.
        limit: at most so many samples (`--limit`), from 1.
        truth: whether truth is given along where it is known.

    Raises:
        InputError: none of these, or the data set cannot be used; the message says what is
            expected.

    Example:
        >>> open_dataset("suburb:val", limit=2).identities
        ['suburb-1100000000', 'suburb-1100000001']

    """
    kind, colon, rest = str(text).partition(":")
    if colon and kind in STYLES:
        if split is not None and rest and split != rest:
            raise InputError(
                f"data '{text}': names the split '{rest}', and --split says '{split}'; leave one "
                f"of them out"
            )
        return Suburb(rest or split, kind, limit, truth=truth)
    if colon and kind in DATASETS:
        return DATASETS[kind](Path(rest).expanduser(), split, limit, truth=truth)
    if not Path(text).exists():
        _refuse_unknown(str(text), kind, bool(colon))
    _refuse_other_layout(Path(text))
    return DATASETS[DEFAULT](text, split, limit, truth=truth)


def _refuse_unknown(text: str, kind: str, colon: bool) -> None:
    """Refuse what looks like a key or a style, but is none."""
    one_letter = len(kind) == 1  # a Windows drive
    if colon and "/" not in kind and not one_letter:
        near = near_matches(kind, (*STYLES, *DATASETS))
        raise InputError(f"data '{text}': unknown kind{near} (use {syntax()})")
    near = near_matches(kind, STYLES)
    if not colon and near:
        raise InputError(f"data '{text}': there is no such folder{near} (use {syntax()})")


def _refuse_other_layout(root: Path) -> None:
    """Refuse a folder of another data set, whose key is missing."""
    if not root.is_dir() or DATASETS[DEFAULT].recognised(root):
        return
    for key, dataset in DATASETS.items():
        if dataset.recognised(root):
            raise InputError(f"{root}: has the layout of {dataset.name}; write {key}:{root}")
