"""Small drawn data sets in the real folder structures, for the tests of `data` and of the commands
that read them.
"""

import json

import numpy as np
from PIL import Image
from scipy.io import savemat

SPEC = {
    "extent_m": 40.0,
    "camera_height_m": 2.0,
    "max_height_m": 12.0,
    "tile_size": 32,
    "panorama_size": [64, 16],
    "vertical_fov_deg": 180.0,
    "samples_per_ray": 16,
}
TILE_SIZE = 32
PANORAMA_SIZE = (128, 64)
CVUSA_SIZE = (176, 32)
"""Proportions of CVUSA's cropped panoramas."""


def draw(number, panorama_size=PANORAMA_SIZE):
    """Return (tile, panorama, mask) of a place as uint8 arrays: a sky, a road, a house somewhere;
    all differ.
    """
    rng = np.random.default_rng(number)
    tile = rng.integers(60, 120, (TILE_SIZE, TILE_SIZE, 3)).astype(np.uint8)
    tile[:, 13:19] = 128
    width, height = panorama_size
    rows = np.mgrid[:height, :width][0]
    skyline = height // 2 - (rng.random(width // 16) * height / 6).astype(int).repeat(16)
    mask = rows < skyline[None]
    sky = np.stack([120 + rows // 2, 160 + rows // 3, np.full_like(rows, 225)], -1)
    ground = rng.integers(40, 110, (height, width, 1)) + np.array([10, 5, 0])
    return (
        tile,
        np.where(mask[..., None], sky, ground).astype(np.uint8),
        (mask * 255).astype(np.uint8),
    )


def save(path, pixels):
    """Write a picture, its folder as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def write_pairs(root, splits, suffix="png"):
    """Write a folder in the `Pairs` layout: write_pairs(root, {"train": [1, 2], "test": [3]}) ->
    root.
    """
    (root / "splits").mkdir(parents=True)
    (root / "scene.json").write_text(json.dumps(SPEC))
    for split, numbers in splits.items():
        (root / "splits" / f"{split}.txt").write_text("".join(f"{n:04d}\n" for n in numbers))
        for number in numbers:
            for folder, pixels in zip(("sat", "pano", "sky"), draw(number), strict=True):
                kind = "png" if folder == "sky" else suffix
                save(root / folder / f"{number:04d}.{kind}", pixels)
    return root


def write_cvact(root, count=4, train=(2, 4), val=(1,), write=savemat):
    """Write CVACT's structure with `count` pairs; train and val are 1-based indices into
    panoIds.
    """
    names = [f"pano_{chr(97 + k)}_{k}x" for k in range(count)]
    for number, name in enumerate(names):
        tile, panorama, mask = draw(number)
        save(root / "satview_correct" / f"{name}_satView_polish.png", tile)
        save(root / "streetview" / f"{name}_grdView.png", panorama)
        save(root / "pano_sky_mask" / f"{name}_grdView.png", np.dstack([mask] * 3))
    contents = {
        "panoIds": np.array(names, dtype=object).reshape(-1, 1),
        "trainSet": {"trainInd": np.array(train, dtype=float).reshape(-1, 1)},
        "valSet": {"valInd": np.array(val, dtype=float).reshape(-1, 1)},
    }
    write(root / "ACT_data.mat", contents)
    return root


def write_cvusa(root, train=(1, 2, 3), val=(7,)):
    """Write CVUSA's structure with one row per number."""
    (root / "splits").mkdir(parents=True)
    for split, numbers in (("train", train), ("val", val)):
        rows = [
            f"bingmap/18/{n:07d}.jpg,streetview/panos/{n:07d}.jpg,streetview/annotations/{n:07d}.png"
            for n in numbers
        ]
        (root / "splits" / f"{split}-19zl.csv").write_text("\n".join(rows) + "\n")
        for n in numbers:
            tile, panorama, mask = draw(n, CVUSA_SIZE)
            save(root / "bingmap" / "19" / f"{n:07d}.jpg", tile)
            save(root / "streetview" / "panos" / f"{n:07d}.jpg", panorama)
            save(root / "sky_mask" / f"{n:07d}.png", mask)
    return root
