"""Make the golden numbers of this folder from the whole ones, and say what they weigh.

    python tests/golden/make.py ../shared/golden

The whole set is 8 MB: two networks and every intermediate result for two samples and three cameras.
What is kept is bit for bit the same numbers, but fewer of them, under 3 MB: see README.md.
"""

import argparse
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
LIMIT = 3_000_000
"""Bytes that everything here may have together."""

WITH_NETWORKS = "cvact_tiny"
"""The case whose checkpoint is kept, zipped as a release is: 1.8 MB, whatever is done to it."""

RUN = "run-20230101_000000-golden00"

SAMPLE = (
    "sat",
    "sky_histogram",
    "style_noise",
    "style_mu",
    "style_logvar",
    "style_z",
    "style_w",
    "density",
    "view0_rgb",
    "view0_depth",
    "topdown_opacity",
    "topdown_depth",
)
"""What is kept of the first sample alone."""

SAMPLE_WITH_NETWORKS = (
    "view1_rgb",
    "view1_opacity",
    "view1_depth",
    "grad_weight_rgb",
    "grad_weight_opacity",
    "grad_weight_depth",
    "disc_fake_feat0_last",
    "disc_fake_feat1_last",
    "disc_fake_feat2_last",
)
"""The same, of the case with networks: a second camera, the gradient's weights, features."""

BOTH = (
    "view0_pred",
    "view0_opacity",
    "disc_real",
    "disc_yaw_deg",
    "disc_pitch_deg",
    "disc_real_out0",
    "disc_fake_out0",
    "disc_real_out1",
    "disc_fake_out1",
    "disc_real_out2",
    "disc_fake_out2",
    "sky_mask",
    "style_mu",
    "style_logvar",
)
"""What losses and metrics are computed from: their values are means over both samples."""

PLACES = (
    "view0_origin_south_east",
    "view1_origin_south_east",
    "grad_origin_south_east",
)
INNER = slice(16, 48)
"""Rows and columns of the density's gradient that are kept: the quarter around the camera."""

GRID_STEP = 8
"""Every eighth row and column of the discriminator's crop is kept."""


def kept(whole: dict[str, np.ndarray], with_networks: bool) -> tuple[dict, dict]:
    """Return (arrays of the first sample, arrays of both samples)."""
    names = SAMPLE + (SAMPLE_WITH_NETWORKS if with_networks else ())
    sample = {name: whole[name][:1] for name in names}
    sample |= {name: whole[name] for name in PLACES if with_networks or name.startswith("view0")}
    if with_networks:
        sample["grad_density"] = whole["grad_density"][:1, :, INNER, INNER]
        grid = whole["disc_perspective_grid"]
        sample["disc_perspective_grid"] = grid[:, ::GRID_STEP, ::GRID_STEP]
    return sample, {name: whole[name] for name in BOTH if name in whole}


def zip_checkpoint(model: Path, path: Path) -> None:
    """Zip a checkpoint as a release does; the same bytes at every call."""
    member = zipfile.ZipInfo(f"{RUN}/files/checkpoint/model.pth")
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, model.read_bytes(), compresslevel=9)


def make(source: Path) -> None:
    """Write everything that is kept."""
    for folder in sorted(source.glob("*_tiny")):
        target = HERE / folder.name
        target.mkdir(exist_ok=True)
        with np.load(folder / "io.npz") as arrays:
            whole = {name: arrays[name] for name in arrays}
        with_networks = folder.name == WITH_NETWORKS
        sample, both = kept(whole, with_networks)
        np.savez_compressed(target / "io.npz", **sample)
        np.savez_compressed(target / "both.npz", **both)
        shutil.copyfile(folder / "meta.json", target / "meta.json")
        if with_networks:
            zip_checkpoint(folder / "model.pth", target / "model.zip")
    shapes = json.loads((source / "released_state_dict_shapes.json").read_text())
    text = json.dumps(shapes, separators=(",", ":"))
    (HERE / "released_state_dict_shapes.json").write_text(text + "\n")


def weight() -> int:
    """Return the bytes of all files here."""
    return sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", type=Path, help="the folder of the whole golden numbers")
    make(parser.parse_args().source)
    print(f"{weight():,} bytes of at most {LIMIT:,}")
