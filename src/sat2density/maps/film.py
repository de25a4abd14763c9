"""The film of a walk on a map: in parts, each complete or absent, joined at the end."""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import shutil
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sat2density.export.film import Cut, write_film
from sat2density.export.look import Look
from sat2density.files import atomic_path
from sat2density.maps.following import FollowingScene
from sat2density.maps.resuming import BEGUN, same_plan, workplace
from sat2density.maps.walk_layout import MapLayout
from sat2density.maps.walks import MapWalk

if TYPE_CHECKING:
    from torch import Tensor

    from sat2density.pipeline import Sat2Density
    from sat2density.sky import Lit
    from sat2density.views import View

PART_FRAMES: Final = 100
"""Frames of a part: what a kill costs at most."""

WALK, SPHERE, AHEAD, SIDECAR = "video.mp4", "panorama-360.mp4", "perspective.mp4", "frames.geojson"

Progress = Callable[[int, int], None]


class _Frame(NamedTuple):
    number: int
    view: View
    tile: Tensor
    middle: tuple[float, float]


@dataclasses.dataclass(frozen=True)
class MapFilm:
    """What a film shows and how it is written.

    Attributes:
        look: what a frame shows.
        fps: frames a second.
        part_frames: frames of a part.
        credit: whose pictures the map holds.

    """

    look: Look = dataclasses.field(default_factory=Look)
    fps: float = 10.0
    part_frames: int = PART_FRAMES
    credit: str = ""


def film_map_walk(
    following: FollowingScene,
    walk: MapWalk,
    light: Lit,
    out: Path,
    film: MapFilm,
    plan: dict[str, Any],
    overwrite: bool = False,
    progress: Progress = lambda done, total: None,
) -> dict[str, Any]:
    """Film a walk; a run that was stopped goes on with the part it was at.

    Args:
        following: the scene that follows the camera.
        walk: a frame for each of its points.
        light: of all frames (`Sat2Density.lit`).
        out: folder that gets video.mp4 (picture over depth, beside the map), panorama-360.mp4 with
            north in the middle or perspective.mp4, and frames.geojson with every frame's place.
        film: what is shown.
        plan: by which a later run knows that it makes the same film.
        overwrite: begin anew whatever lies there.
        progress: told (frames done, all of them); of a tile server before them (pictures done,
            all of them).

    Returns:
        {"files": names, "frames", "found": frames that were there, "tiles": reconstructed}.

    Raises:
        OutputError: the folder holds something else, or another film's parts.

    """
    film.look.check()
    names = [WALK, SPHERE if film.look.view == "panorama" else AHEAD]
    with workplace(out, SIDECAR, overwrite) as work:
        same_plan(work, {**plan, "frames": len(walk), "fps": film.fps}, out)
        following.prepare(walk.points, progress)
        parts = range(0, len(walk), film.part_frames)
        found = sum(
            min(film.part_frames, len(walk) - first)
            for first in parts
            if (work / f"part-{first:07d}").is_dir()
        )
        done = 0
        for first in parts:
            last = min(first + film.part_frames, len(walk))
            folder = work / f"part-{first:07d}"
            if not folder.is_dir():
                tell = functools.partial(_tell, progress, done, len(walk))
                _write_part(following, walk, light, folder, film, range(first, last), tell)
            done += last - first
            progress(done, len(walk))
        heading = float(walk.true_headings[0])
        for name in names:
            pieces = [work / f"part-{first:07d}" / name for first in parts]
            with atomic_path(out / name, durable=True) as temporary:
                join(pieces, temporary, film.fps, film.part_frames)
                if name == SPHERE:
                    from sat2density.export.spherical import add_spherical_metadata

                    add_spherical_metadata(temporary, heading)
        with atomic_path(out / SIDECAR) as temporary:
            temporary.write_text(json.dumps(sidecar(walk, film.fps)) + "\n", encoding="utf-8")
        shutil.rmtree(work, ignore_errors=True)
    files = [*names, SIDECAR]
    return {"files": files, "frames": len(walk), "found": found, "tiles": following.made}


def _tell(progress: Progress, before: int, whole: int, done: int, total: int) -> None:
    progress(before + done, whole)


def _write_part(
    following: FollowingScene,
    walk: MapWalk,
    light: Lit,
    folder: Path,
    film: MapFilm,
    frames: range,
    progress: Progress,
) -> None:
    from sat2density.export.spherical import equirectangular_frame
    from sat2density.export.video import mp4_writer

    spec = following.model.spec
    layout = MapLayout(walk, spec, film.look, film.credit)
    fov = spec.vertical_fov_deg
    cuts = [
        Cut(
            WALK,
            lambda path: mp4_writer(path, film.fps),
            lambda _, seen: layout.frame(seen.number, seen.view, seen.tile, seen.middle),
        )
    ]
    if film.look.view == "panorama":
        cuts.append(
            Cut(
                SPHERE,
                lambda path: mp4_writer(path, film.fps),
                lambda _, seen: equirectangular_frame(
                    turned(seen.view.image, float(walk.true_headings[seen.number])), fov
                ),
            )
        )
    else:
        cuts.append(
            Cut(AHEAD, lambda path: mp4_writer(path, film.fps), lambda _, seen: seen.view.image)
        )
    making = folder.with_name(folder.name + BEGUN)
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    seen = _frames(following, walk, light, film.look, frames)
    write_film(seen, len(frames), making, cuts, progress)
    making.rename(folder)


def _frames(
    following: FollowingScene, walk: MapWalk, light: Lit, look: Look, frames: range
) -> Iterator[_Frame]:
    for index in frames:
        x, y = (float(value) for value in walk.points[index])
        scene, camera = following.at(x, y, float(walk.headings[index]))
        view = look.see(scene, [camera], light)[0]
        yield _Frame(index, view, scene.tiles[0], following.bounds(x, y))


def turned(panorama: Any, heading: float) -> Any:
    """Turn a panorama so that north comes into the middle.

    Args:
        panorama: (3, H, W) whose middle column looks along `heading`.
        heading: degrees clockwise from north.

    """
    shift = heading / 360.0 * panorama.shape[-1]
    whole = math.floor(shift)
    part = shift - whole
    near, far = panorama.roll(whole, -1), panorama.roll(whole + 1, -1)
    return near * (1.0 - part) + far * part


def join(parts: list[Path], path: Path, fps: float, part_frames: int) -> None:
    """Join MP4 files of one kind without encoding again.

    Args:
        parts: each of `part_frames` frames, the last one of fewer.
        path: the file to write.
        fps: frames a second.
        part_frames: frames of a part.

    """
    import av

    rate = Fraction(fps).limit_denominator(1001)
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as whole:
        stream: Any = None
        for number, part in enumerate(parts):
            with av.open(str(part)) as source:
                video = source.streams.video[0]
                if stream is None:
                    stream = whole.add_stream_from_template(video)
                assert video.time_base is not None
                offset = round(number * part_frames / rate / video.time_base)
                for packet in source.demux(video):
                    if packet.dts is None or packet.pts is None:
                        continue  # the end of the stream
                    packet.pts += offset
                    packet.dts += offset
                    packet.stream = stream
                    whole.mux(packet)


def sidecar(walk: MapWalk, fps: float) -> dict[str, Any]:
    """Return every frame's place as GeoJSON: a line, and for each of its points the heading and
    the second.

    Args:
        walk: the frames.
        fps: frames a second.

    """
    return {
        "type": "Feature",
        "properties": {
            "fps": fps,
            "headings": np.round(walk.true_headings, 3).tolist(),
            "seconds": np.round(np.arange(len(walk)) / fps, 4).tolist(),
            "metres": np.round(walk.walked_m, 3).tolist(),
        },
        "geometry": {
            "type": "LineString",
            "coordinates": np.round(walk.places[:, ::-1], 8).tolist(),
        },
    }


def film_plan(model: Sat2Density, walk: MapWalk, light: str, film: MapFilm) -> dict[str, Any]:
    """Return what two runs must share to make one film.

    Args:
        model: whose weights.
        walk: the frames.
        light: its name.
        film: what is shown.

    """
    import hashlib

    return {
        "weights": str(model.info.get("name")),
        "trained_on": str(model.info.get("trained_on")),
        "walk": hashlib.sha256(np.ascontiguousarray(walk.points).tobytes()).hexdigest(),
        "light": light,
        "look": dataclasses.asdict(film.look),
        "part_frames": film.part_frames,
        "credit": film.credit,
        "device": model.device.type,
    }
