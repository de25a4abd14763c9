"""`sat2density world`: make folders of procedural samples, or a sheet of pictures to look at."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Annotated

import tyro

from sat2density.apps.options import optional
from sat2density.apps.session import say, stoppable_progress
from sat2density.conventions import WorldLayout
from sat2density.errors import InputError
from sat2density.scene_spec import STYLES


@dataclasses.dataclass
class Make:
    """Write a folder of samples: tile, panorama, sky mask and truth. A stopped run continues where
    it stopped.
    """

    out: Path
    """Folder to write to; one of an earlier run is continued."""
    split: Annotated[list[str], tyro.conf.UseAppendAction]
    """NAME:COUNT, such as train:4000; may be given several times (train, val, test)."""
    style: Annotated[str, tyro.conf.arg(help=f"{', '.join(STYLES)}.")] = "suburb"
    jobs: int = 1
    """Processes to use; the bytes do not depend on it."""
    layout: WorldLayout = "pairs"
    """pairs: sat/ pano/ sky/ truth/; cvact, cvusa: the folders of CVACT or CVUSA with their lists
    (splits train and val), rays through pixel corners.
    """
    first_seed: int | None = None
    """Seeds N, N+1, ... for the one split named, instead of the reserved ones."""

    def run(self) -> int:
        """Make the folder and print what was written, how fast, and the peak memory."""
        from sat2density.worlds.writing import Plan, make, plan_splits

        if not self.split:
            raise InputError("--split: name at least one, such as --split train:4000")
        if self.jobs < 1:
            raise InputError(f"--jobs {self.jobs}: must be at least 1")
        plan = Plan(self.style, plan_splits(self.style, self.split, self.first_seed), self.layout)
        result = make(self.out, plan, self.jobs, _progress)
        say(
            f"{self.out}: {result['written']:.0f} samples written, {result['found']:.0f} were "
            f"there; "
            f"{result['per_second']:.2f} a second with {self.jobs} "
            f"job{'s' if self.jobs > 1 else ''}, "
            f"at most {result['peak_mb']:.0f} MB a process"
        )
        return 0


@dataclasses.dataclass
class Preview:
    """Write labelled contact sheets: one per style, and a walk of eight positions along a road with
    depth.
    """

    out: Path = Path("out/world-preview")
    """Folder for the sheets."""
    style: str | None = None
    """Only this style; default: every style, and the walk."""
    seed: int = 1
    """First seed of a sheet; seeds below 1,000,000,000 belong to no split."""
    count: int = 6
    """Scenes on a sheet."""
    tiles: int = 0
    """Also a sheet of so many tiles alone, per style."""
    overwrite: bool = False
    """Replace sheets of the same names."""

    def run(self) -> int:
        """Write the sheets as JPEG and print their names."""
        from sat2density.files import output_folder
        from sat2density.worlds.sheets import save_sheet, style_sheet, tile_sheet, walk_sheet

        if self.count < 1:
            raise InputError(f"--count {self.count}: must be at least 1")
        if self.tiles < 0:
            raise InputError(f"--tiles {self.tiles}: must be 0 or more")
        styles = tuple(STYLES) if self.style is None else (self.style,)
        with output_folder(self.out, self.overwrite) as folder:
            for style in styles:
                save_sheet(
                    folder / f"suburb-{style}.jpg",
                    style_sheet(style, range(self.seed, self.seed + self.count)),
                )
                if self.tiles:
                    seeds = range(self.seed, self.seed + self.tiles)
                    save_sheet(folder / f"{style}-tiles.jpg", tile_sheet(style, seeds))
            save_sheet(folder / "suburb-walk.jpg", walk_sheet(styles[0], self.seed))
            names = sorted(path.name for path in folder.iterdir())
        say(f"{self.out}: {', '.join(names)}")
        return 0


@dataclasses.dataclass
class Town:
    """Write a whole georeferenced area: the picture from above, true heights, classes, the roads
    and rides along them (docs/maps.md).

    Files: area.tif, heights.tif, classes.tif, roads.geojson, ride-1.gpx, ride-2.gpx, ride-3.gpx,
    town.json.
    """

    out: Annotated[Path | None, optional("FOLDER")] = None
    """Folder for the files, complete or absent. Default: out/town-SEED."""
    size_m: float = 1000.0
    """Side of the area, metres."""
    seed: int = 1
    """Which area."""
    style: Annotated[str, tyro.conf.arg(help=f"{', '.join(STYLES)}.")] = "town"
    at: Annotated[str | None, optional("LAT,LON")] = None
    """Where on Earth its middle is to lie. Default: in the sea."""
    pixel_m: Annotated[float | None, optional("METRES")] = None
    """Side of a pixel. Default: that of the style's tiles."""
    jobs: int = 1
    """Processes to use; the bytes do not depend on it."""
    overwrite: bool = False
    """Replace files of the same names."""

    def run(self) -> int:
        """Draw and write; print the names."""
        from sat2density.files import output_folder
        from sat2density.maps.places import LatLon, parse_place
        from sat2density.maps.town_files import AT, TownPlan, write_town

        if self.jobs < 1:
            raise InputError(f"--jobs {self.jobs}: must be at least 1")
        at = AT if self.at is None else parse_place(self.at, "--at")
        if not isinstance(at, LatLon):
            raise InputError("--at: expected LAT,LON in degrees")
        out = self.out or Path("out") / f"town-{self.seed}"
        plan = TownPlan(self.style, self.seed, self.size_m, at, self.pixel_m)
        with output_folder(out, self.overwrite) as folder, stoppable_progress("windows") as tell:
            names = write_town(plan, folder, self.jobs, tell)
        for name in names:
            say(str(out / name))
        return 0


def _progress(done: int, whole: int) -> None:
    """Show one line that counts up, on a terminal only."""
    if sys.stderr.isatty():
        print(
            f"\r{done} of {whole} samples",
            end="" if done < whole else "\n",
            file=sys.stderr,
            flush=True,
        )


COMMAND = (
    Annotated[Make, tyro.conf.subcommand("make", prefix_name=False)]
    | Annotated[Preview, tyro.conf.subcommand("preview", prefix_name=False)]
    | Annotated[Town, tyro.conf.subcommand("town", prefix_name=False)]
)
