"""The one list of data sets. Commands, messages and the table in docs/own-data.md are made from it.

A new data set is one file with a subclass of `FolderDataset` (see `cvusa.py`) and one line here.
Nothing in this module or in the data sets' modules imports torch: every ``--help`` reads them.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Final

from sat2density.data.folder import FolderDataset
from sat2density.errors import InputError
from sat2density.scene_spec import STYLES

_PLACES: Final = (
    "cvact.CVACT",
    "cvusa.CVUSA",
    "pairs.Pairs",  # last: what it is recognised by, others may have too
)
"""Module of this package and class. A folder is taken for the first that recognises it."""


def _load(place: str) -> type[FolderDataset]:
    module, _, name = place.partition(".")
    found: type[FolderDataset] = getattr(
        importlib.import_module(f"sat2density.data.{module}"), name
    )
    return found


DATASETS: Final[dict[str, type[FolderDataset]]] = {cls.key: cls for cls in map(_load, _PLACES)}
"""Data sets in folders, by the key that stands before the folder in `DATA`."""

DEFAULT: Final = "pairs"
"""The key that may be left out."""


def syntax() -> str:
    """Return how `DATA` is written, in one line: styles and their split, keys and their folder."""
    styles = [f"{style}:SPLIT" for style in STYLES]
    folders = [f"{key}:DIR" for key in DATASETS if key != DEFAULT]
    return f"{', '.join([*styles, *folders])}, or a folder of pairs"


def detect_layout(root: str | Path) -> str:
    """Say which of `DATASETS` a folder is, by what lies in it.

    Args:
        root: the folder.

    Returns:
        The data set's key.

    Raises:
        InputError: it is no folder, or has none of their layouts.

    """
    root = Path(root)
    if not root.is_dir():
        what = "is a file, not a folder" if root.exists() else "there is no such folder"
        raise InputError(f"{root}: {what}; give the folder of a data set")
    for key, dataset in DATASETS.items():
        if dataset.recognised(root):
            return key
    layouts = "; ".join(f"{key}: {dataset.layout}" for key, dataset in DATASETS.items())
    raise InputError(f"{root}: has none of the known layouts ({layouts})")


def is_style(source: str) -> bool:
    """Say whether `DATA`, with or without its split, names a style of the procedural world.

    Args:
        source: such as ``suburb``, ``suburb:val``, ``cvact:DIR``.

    """
    return source.partition(":")[0] in STYLES


def with_split(source: str, split: str) -> tuple[str, str | None]:
    """Return `DATA` and ``--split`` for a source of training, where a style may lack its split.

    Args:
        source: `DATA`, or a style's name alone.
        split: of it.

    Example:
        >>> with_split("suburb", "train"), with_split("cvact:DIR", "train")
        (('suburb:train', None), ('cvact:DIR', 'train'))

    """
    return (f"{source}:{split}", None) if source in STYLES else (source, split)


def table() -> str:
    """Return the table of docs/own-data.md: `DATA`, what it is, scene and splits, in Markdown."""
    lines = ["| `DATA` | what | scene | splits |", "|---|---|---|---|"]
    for style in STYLES:
        lines.append(
            f"| `{style}:SPLIT` | the procedural world, made when it is asked for | `{style}` | "
            f"train, val, test |"
        )
    for key, dataset in DATASETS.items():
        scene = "scene.json" if dataset.scene is None else f"`{dataset.scene}`, or scene.json"
        lines.append(f"| `{key}:DIR` | {dataset.help} | {scene} | {', '.join(dataset.splits)} |")
    return "\n".join(lines) + "\n"
