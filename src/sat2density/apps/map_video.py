"""`sat2density video --map MAP --track FILE`: a walk over a map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sat2density.apps.options import summary_of
from sat2density.apps.session import finish, stoppable_progress
from sat2density.notices import notice

if TYPE_CHECKING:
    from sat2density.apps.video import Video

SPACING_M: Final = 0.5
"""Metres between frames where nothing is said: 5 m/s at ten frames a second."""


def film_over_map(command: Video, path: Path) -> None:
    """Walk and write; KeyboardInterrupt after Ctrl-C, with finished parts kept.

    Args:
        command: its options; `track` is given.
        path: of the map.

    """
    from sat2density.maps.film import MapFilm, film_map_walk, film_plan
    from sat2density.maps.following import FollowingScene
    from sat2density.maps.served import open_map
    from sat2density.maps.servers import map_label, map_name, server_template
    from sat2density.maps.tiles import tell_if_coarse
    from sat2density.maps.tracks import read_track
    from sat2density.maps.walks import walk_on

    assert command.track is not None
    out = command.output.out or Path("out") / f"video-{map_label(path)}-{command.track.stem}"
    command.output.check_summary()
    light = command.lit.read()
    track = read_track(command.track)
    raster = open_map(path, command.tile.reading())
    spacing = SPACING_M if command.walk.spacing_m is None else command.walk.spacing_m
    walk = walk_on(raster, track, spacing)
    for text in walk.notices:
        notice(text)
    model = command.model.load()
    pixel_m = model.spec.extent_m / model.spec.tile_size
    tell_if_coarse(raster.path, raster.pixel_m(walk.middle) / pixel_m, pixel_m)
    following = FollowingScene(model, raster, walk.crs)
    following.check(walk.points)
    film = MapFilm(command.look, command.film.fps, credit=command.tile.attribution or "")
    plan = {**film_plan(model, walk, light.name, film), **raster.known_by()}
    label = "frames" if server_template(path) is None else "pictures, then frames"
    try:
        with stoppable_progress(label) as tell:
            result = film_map_walk(
                following,
                walk,
                model.lit(light, command.model.seed),
                out,
                film,
                plan,
                command.output.overwrite,
                tell,
            )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"interrupted; the same command goes on from there (finished parts lie in {out}, "
            f"pictures of a server in the cache)"
        ) from None
    finally:
        raster.close()
    names = [*result["files"], *command.tile.credit(out)]
    summary = {
        **summary_of("video", model, map_name(path)),
        "track": str(command.track),
        "light": light.name,
        "frames": result["frames"],
        "length_m": float(walk.walked_m[-1]),
        "tiles_reconstructed": result["tiles"],
    }
    finish(out, names, summary, command.output.json, command.output.overwrite)
