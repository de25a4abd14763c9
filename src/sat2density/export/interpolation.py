"""One view while the light changes: rays are cast once, only the painting is repeated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sat2density.bounds import check_count
from sat2density.encoded_lights import EncodedLights
from sat2density.export.film import Cut, Film, Opener, plain, write_film
from sat2density.export.frames import FrameFolder, gif_writer
from sat2density.export.lights import relit
from sat2density.export.pictures import contact_sheet, write_picture
from sat2density.export.video import mp4_writer
from sat2density.export.work import Progress, silent
from sat2density.light.lighting import Lighting

if TYPE_CHECKING:
    from torch import Tensor

    from sat2density.scene import Scene
    from sat2density.views import Camera

MOST_STEPS: Final = 10_000
SHEET_ROWS: Final = 9
"""Pictures on the sheet, at most: as many as can be told apart."""

SHEET_WIDTH: Final = 512
"""Of a picture on the sheet, pixels."""


def check_steps(steps: int, what: str = "steps") -> None:
    """Refuse a number of pictures that no interpolation has.

    Args:
        steps: pictures from the first light to the last, both among them, 2 to `MOST_STEPS`.
        what: what the message calls it.

    Raises:
        InputError: any other value.

    """
    check_count(what, steps, 2, MOST_STEPS)


def interpolated(
    scene: Scene,
    camera: Camera,
    lights: tuple[Lighting, Lighting],
    steps: int,
    seed: int | None = None,
) -> Iterator[Tensor]:
    """Render one view in lights that go evenly from the first to the second.

    Args:
        scene: of one tile.
        camera: where to look from.
        lights: the first and the last light; each is encoded once.
        steps: number of pictures, 2 to 10,000, the two lights included.
        seed: see `Sat2Density.style`.

    Yields:
        Pictures (3, H, W) in [0, 1], on the CPU.

    Raises:
        InputError: `steps` is out of its range.

    """
    check_steps(steps)
    geometry = scene.project(camera)
    encoded = EncodedLights(scene.model, seed)
    for step in range(steps):
        yield relit(scene, geometry, encoded.lit(Lighting.mix(*lights, step / (steps - 1))))


def write_steps(
    images: Iterable[Tensor],
    steps: int,
    lights: tuple[Lighting, Lighting],
    folder: Path,
    film: Film | None = None,
    progress: Progress = silent,
) -> list[str]:
    """Write the pictures of an interpolation as a video and a sheet.

    Each picture is written as it comes; only those of the sheet are kept.

    Args:
        images: of `interpolated`.
        steps: how many there are.
        lights: the two ends, for the sheet's title.
        folder: gets interpolation.mp4 and sheet.png; interpolation.gif and frames/ where `film`
            wants them.
        film: how frames are written; None takes the plain video.
        progress: told after each picture.

    Returns:
        The files' names.

    Raises:
        InputError: `steps` or a value of `film` is out of its range. OutputError: a file cannot be
            written.

    """
    check_steps(steps)
    film = film or Film()
    film.check()
    count = min(SHEET_ROWS, steps)
    shown = [round(row * (steps - 1) / (count - 1)) for row in range(count)]
    rows: list[list[Tensor]] = []

    def kept() -> Iterator[Tensor]:
        for index, image in enumerate(images):
            if index in shown:
                rows.append([image])
            yield image

    names = write_film(kept(), steps, folder, _cuts(film, steps), progress)
    labels = [f"{index / (steps - 1):.0%}" for index in shown]
    title = f"{lights[0].name} to {lights[1].name}"
    write_picture(folder / "sheet.png", contact_sheet(rows, labels, [title], SHEET_WIDTH))
    return [*names, "sheet.png"]


def _cuts(film: Film, steps: int) -> list[Cut]:
    openers: dict[str, Opener] = {"interpolation.mp4": lambda path: mp4_writer(path, film.fps)}
    if film.gif:
        openers["interpolation.gif"] = lambda path: gif_writer(path, film.fps, steps)
    if film.frames_png:
        openers["frames"] = plain(FrameFolder)
    return [Cut(name, opened, lambda index, image: image) for name, opened in openers.items()]
