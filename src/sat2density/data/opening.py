"""The `DATA` syntax of `train` and `evaluate`: one text that names a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.data.cvact import CVACT
from sat2density.data.cvusa import CVUSA
from sat2density.data.paired import PairedDataset
from sat2density.data.pairs import Pairs
from sat2density.data.suburb import Suburb
from sat2density.errors import InputError, near_matches

FOLDERS: Final[dict[str, type[PairedDataset]]] = {"cvact": CVACT, "cvusa": CVUSA}
STYLES: Final = ("suburb", "village", "town")
SYNTAX: Final = (
    "suburb:SPLIT, village:SPLIT, town:SPLIT, cvact:DIR, cvusa:DIR, or a folder of pairs"
)


def open_dataset(
    text: str | Path, split: str | None = None, limit: int | None = None, truth: bool = True
) -> PairedDataset:
    """Open what a user names as data.

    Args:
        text: `suburb:SPLIT` (also `village:`, `town:`), `cvact:DIR`, `cvusa:DIR`, or a folder in
            the `Pairs` layout.
        split: the split (`--split`); None takes test, else val, else train.
        limit: at most so many samples (`--limit`).
        truth: whether truth is given along where it is known.

    Raises:
        InputError: none of these, or the data set cannot be used; the message says what is
            expected.

    """
    kind, colon, rest = str(text).partition(":")
    if colon and kind in STYLES:
        if split is not None and rest and split != rest:
            raise InputError(
                f"data '{text}': names the split '{rest}', and --split says '{split}'; leave one "
                f"of them out"
            )
        return Suburb(rest or split, kind, limit, truth=truth)
    if colon and kind in FOLDERS:
        return FOLDERS[kind](rest, split, limit, truth=truth)
    if (
        colon and not Path(text).exists() and "/" not in kind and len(kind) > 1
    ):  # one letter: a Windows drive
        raise InputError(
            f"data '{text}': unknown kind{near_matches(kind, (*STYLES, *FOLDERS))} (use {SYNTAX})"
        )
    if not colon and not Path(text).exists() and near_matches(kind, STYLES):
        raise InputError(
            f"data '{text}': there is no such folder{near_matches(kind, STYLES)} (use {SYNTAX})"
        )
    return Pairs(text, split, limit, truth=truth)
