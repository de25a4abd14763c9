"""A walk of many frames, before and after, timed as whole commands (start of Python and loading
included).

    python benchmarks/walk.py --arch released --frames 60 --before-frames 20

before: float32, the networks as trained (spectral norms anew at every call), the reference
renderer, density anew for every frame, one camera at a time; written as one video. after:
`sat2density video`, which writes two (picture and map; 360 degrees), in float32 and in the
arithmetic it chooses itself ("auto"). Random weights, in half precision on the disk. With fewer
frames before, its time for all is worked out from two runs and marked so.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

LIGHT = "clear-noon"


def main() -> None:
    """Print one line per way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--arch", choices=("released", "small", "tiny"), default="small")
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--before-frames", type=int, help="frames of the slow run; default: all")
    parser.add_argument(
        "--before", nargs=4, metavar=("WEIGHTS", "TILE", "PATH", "VIDEO"), help=argparse.SUPPRESS
    )
    options = parser.parse_args()
    if options.before:
        walk_before(*options.before)
        return
    with tempfile.TemporaryDirectory() as name:
        compare(options.arch, options.frames, options.before_frames or options.frames, Path(name))


def compare(arch: str, frames: int, before_frames: int, folder: Path) -> None:
    """Time both ways."""
    weights, tile = prepare(arch, folder)
    whole, short = (
        write_walk(folder / "walk.csv", frames),
        write_walk(folder / "short.csv", before_frames),
    )
    own = [sys.executable, __file__, "--before", str(weights), str(tile)]
    before = seconds([*own, str(short), str(folder / "before.mp4")])
    note = ""
    if before_frames < frames:
        two = write_walk(folder / "two.csv", 2)
        start = seconds([*own, str(two), str(folder / "two.mp4")])
        per_frame = (before - start) / (before_frames - 2)
        note = f" (worked out: {before_frames} frames took {before:.1f} s, 2 frames {start:.1f} s)"
        before += per_frame * (frames - before_frames)
    print(f"{arch}, {frames} frames, before: {before:7.1f} s{note}", flush=True)
    for precision in ("float32", "auto"):
        video = [
            sys.executable,
            "-m",
            "sat2density.apps.cli",
            "video",
            str(tile),
            "--weights",
            str(weights),
        ]
        video += [
            "--light",
            LIGHT,
            "--path",
            str(whole),
            "--precision",
            precision,
            "--out",
            str(folder / precision),
        ]
        after = seconds(video)
        print(
            f"{arch}, {frames} frames, after, {precision}: {after:7.1f} s, {before / after:.1f} "
            f"times as fast",
            flush=True,
        )


def prepare(arch: str, folder: Path) -> tuple[Path, Path]:
    """Write random weights and a tile; return their paths."""
    from sat2density.pipeline import Sat2Density
    from sat2density.scene_spec import SceneSpec
    from sat2density.weights import save_weights

    model = Sat2Density.random(arch, SceneSpec.named("cvact"))
    save_weights(
        folder / "weights", model.generator, model.spec, model.rules, model.info, half=True
    )
    picture = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    Image.fromarray(picture).save(folder / "tile.png")
    return folder / "weights.safetensors", folder / "tile.png"


def write_walk(path: Path, frames: int) -> Path:
    """Write a straight walk through the tile."""
    from sat2density.paths.files import write_path
    from sat2density.paths.trajectory import Trajectory
    from sat2density.scene_spec import SceneSpec

    write_path(
        Trajectory.straight((-0.5, 0.1), (0.5, -0.1), frames=frames), path, SceneSpec.named("cvact")
    )
    return path


def seconds(command: list[str]) -> float:
    """Run a command; return its wall time."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def walk_before(weights: str, tile_file: str, path_file: str, video_file: str) -> None:
    """Render a walk the slow way."""
    import torch

    from sat2density import Lighting, read_image
    from sat2density.export.video import mp4_writer
    from sat2density.models.convolution import choose_impl
    from sat2density.paths.trajectory import Trajectory
    from sat2density.pipeline import Sat2Density
    from sat2density.render.cameras import equirectangular_rays
    from sat2density.render.volume import render_rays
    from sat2density.weights import open_weights

    loaded = open_weights(weights)
    model = Sat2Density(loaded.architecture, loaded.spec, loaded.rules, loaded.info)
    model.generator = loaded.generator()
    choose_impl(model.eval(), "plain")
    tile, light = read_image(tile_file)[None], Lighting.preset(LIGHT)
    with torch.no_grad(), mp4_writer(video_file) as video:
        for camera in Trajectory.read(path_file, model.spec).cameras:
            density = model.density(tile)
            rays = equirectangular_rays(model.spec, model.rules, camera)
            seen = render_rays(density, tile, rays, model.spec, model.rules, impl="reference")
            video.write(model.generate_image(seen, model.style(light))[0])


if __name__ == "__main__":
    main()
