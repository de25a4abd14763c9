"""A scene as files for other programs, in one or several of the formats of `export.formats`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sat2density.errors import InputError
from sat2density.export.formats import FORMATS, Content, find_format
from sat2density.export.work import Progress, silent
from sat2density.models.architecture_limits import THING_HEADS

if TYPE_CHECKING:
    from sat2density.light.lighting import Lighting
    from sat2density.pipeline import Sat2Density
    from sat2density.scene import Scene


def check_formats(formats: Iterable[str]) -> None:
    """Refuse keys that are no formats, and formats whose packages are missing: before any work.

    Args:
        formats: keys of `FORMATS`.

    Raises:
        InputError: none given, or an unknown key; the nearest one is named.
        MissingExtraError: a format needs packages that are not installed.

    """
    wanted = [find_format(key) for key in formats]
    if not wanted:
        raise InputError(f"formats: name at least one of {', '.join(FORMATS)}")
    for format_ in wanted:
        format_.check()


def available_formats(lit: bool, model: Sat2Density | None = None) -> list[str]:
    """Return the keys of the formats that this installation can write.

    Args:
        lit: those with pictures in a light, or the others.
        model: of the scene; without one, or where its weights do not tell what stands where, the
            formats of things are left out.

    """
    things = model is not None and tells_things(model)
    return [
        key
        for key, format_ in FORMATS.items()
        if format_.available and format_.needs_light == lit and (things or not format_.needs_things)
    ]


def tells_things(model: Sat2Density) -> bool:
    """Return whether weights tell what stands where, which the formats of things need.

    Args:
        model: of these weights.

    """
    return set(THING_HEADS) <= set(model.architecture.heads)


def write_scene(
    content: Content, folder: Path, formats: Iterable[str], progress: Progress = silent
) -> list[str]:
    """Write a scene in each of some formats; one that is named twice is written once.

    Args:
        content: the scene, and what some formats show of it.
        folder: where the files go.
        formats: keys of `FORMATS`.
        progress: told after each format.

    Returns:
        The files' names.

    Raises:
        InputError: an unknown format, or one that needs a light where there is none.
        MissingExtraError: a format needs packages that are not installed.
        OutputError: a file cannot be written.

    Example:
        write_scene(Content(scene), Path("out"), ("vti", "glb"))

    """
    formats = list(dict.fromkeys(formats))
    check_formats(formats)
    for key in formats:
        FORMATS[key].check(content)
    names: list[str] = []
    for done, key in enumerate(formats, start=1):
        format_ = FORMATS[key]
        names += [path.name for path in format_.write(content, folder / format_.file)]
        progress(done, len(formats))
    return names


def format_of(path: Path, key: str | None = None) -> str:
    """Return the key of the format that a file's suffix names; of several the one that is called
    so ("glb", and not "city"), else the first that is offered ("page", and not "walk").

    Args:
        path: the file.
        key: the format, where it is said.

    Raises:
        InputError: no format has this suffix; an unknown key, or one of another suffix.

    """
    suffix = path.suffix.lower()
    if key is not None:
        wanted = find_format(key).suffix
        if suffix != wanted:
            raise InputError(f"{path}: the format '{key}' ends in {wanted}")
        return key
    fitting = [name for name, format_ in FORMATS.items() if format_.suffix == suffix]
    if fitting:
        return suffix[1:] if suffix[1:] in fitting else fitting[0]
    suffixes = sorted({format_.suffix for format_ in FORMATS.values()})
    raise InputError(
        f"{path}: '{path.suffix}' is no format's suffix; use one of {', '.join(suffixes)}"
    )


def write_one(
    scene: Scene,
    path: Path,
    key: str | None,
    light: Callable[[], Lighting],
    content: dict[str, Any],
) -> list[Path]:
    """Write a scene in one format, under the name that is given: what `Scene.export` does.

    Args:
        scene: of one tile.
        path: the file; its suffix says the format.
        key: the format, where the suffix does not decide.
        light: called where the format needs a light.
        content: further fields of `Content`.

    Returns:
        The files written, the named one first.

    Raises:
        InputError: see `format_of`. MissingExtraError: packages are not installed. OutputError: a
            file cannot be written.

    """
    format_ = FORMATS[format_of(path, key)]
    format_.check()
    lit = light() if format_.needs_light else None
    return format_.write(Content(scene, light=lit, **content), path)
