"""The record of 'world make' in a folder: from what a sample was made."""

from __future__ import annotations

from pathlib import Path

from sat2density.data.paired import Origin
from sat2density.errors import InputError
from sat2density.reading import read_json


def origin_of(root: Path, identity: str) -> Origin | None:
    """Return what a sample was made from, from its folder's record and its name (style-seed).

    Args:
        root: folder of a data set.
        identity: the sample's name.

    Returns:
        Style and seed; None where the folder was not made by 'world make', or the name is none of
        its names.

    Raises:
        InputError: the record is damaged, or the folder was made by another version of the
            generator; the message has the command that makes it again.

    """
    path = root / "world.json"
    style, _, seed = identity.rpartition("-")
    if not seed.isdigit() or not path.is_file():
        return None
    from sat2density.worlds import generator_version
    from sat2density.worlds.writing import remake_command

    try:
        record = read_json(path)
        version = record["generator_version"]
        made_style = record["style"]
        remake = remake_command(record, "NEW_DIR")
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: is damaged as a record of 'world make' ({error}); make the folder again"
        ) from error
    installed = generator_version(made_style)
    if version != installed:
        raise InputError(
            f"{root}: was made by version {version} of the generator, and version "
            f"{installed} is installed, "
            f"which makes other scenes of the same seeds; make it again: {remake}"
        )
    return Origin(style, int(seed)) if style == made_style else None
