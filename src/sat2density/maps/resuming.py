"""Work in pieces that a later run goes on with: where the pieces lie, and what they belong to."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sat2density.errors import OutputError
from sat2density.files import atomic_path, check_output_folder, locked
from sat2density.reading import parse_json, read_json

UNFINISHED: Final = "unfinished"
"""Folder in the output folder that holds finished pieces until the whole is made of them."""


PLAN: Final = "plan.json"
"""Says what the pieces belong to."""

BEGUN: Final = ".making"
"""Ends the names of pieces that are not finished."""


@contextlib.contextmanager
def workplace(out: Path, result: str, overwrite: bool) -> Iterator[Path]:
    """Give the folder for pieces in an output folder, held by this run alone.

    Args:
        out: the output folder: missing, empty, or left by a run that was stopped.
        result: name of the file that a finished run leaves there.
        overwrite: begin anew whatever lies there.

    Raises:
        OutputError: it holds something else, or another run works there.

    """
    work = out / UNFINISHED
    fresh = [place for place in (work, *work.parents) if not place.exists()]
    if not overwrite and not (work.is_dir() and not (out / result).exists()):
        check_output_folder(out, overwrite)
    try:
        with locked(work):
            if overwrite:
                for piece in work.iterdir():
                    shutil.rmtree(piece) if piece.is_dir() else piece.unlink()
            yield work
    finally:
        # Where nothing was worked out, nothing stays: a plan alone, or a piece begun, is nothing.
        with contextlib.suppress(OSError):
            if not any(is_piece(path.name) for path in work.iterdir()):
                shutil.rmtree(work)
        for place in dict.fromkeys((work, out, *fresh)):
            with contextlib.suppress(OSError):
                place.rmdir()


def is_piece(name: str) -> bool:
    """Whether a file or folder among unfinished work is a finished piece.

    Args:
        name: of it.

    """
    return not (name == PLAN or name.startswith(".") or name.endswith(BEGUN))


def same_plan(work: Path, plan: dict[str, Any], out: Path) -> None:
    """Note what is being made; refuse to go on with another plan's pieces.

    Args:
        work: the folder of pieces.
        plan: JSON values, by which two runs know that they make the same.
        out: for the message.

    Raises:
        OutputError: the pieces are another plan's; the message names what differs.

    """
    path = work / PLAN
    plan = parse_json(json.dumps(plan), str(path))
    if not path.exists():
        with atomic_path(path, durable=True) as temporary:
            temporary.write_text(json.dumps(plan, indent=1), encoding="utf-8")
        return
    before = read_json(path)
    other = [name for name in plan if before.get(name) != plan[name]]
    if other:
        raise OutputError(
            f"{out}: holds unfinished work of another plan ({', '.join(other)} differ); choose "
            f"another folder, or say --overwrite to begin anew"
        )
