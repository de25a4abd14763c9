"""Made-up scenes for the engine's tests: no procedural world needed."""

import numpy as np

from sat2density.training.pack_reader import Packed, PackShape, Shard, shard_folder
from sat2density.training.trainer import RunOptions, train


def scene_arrays(index, ground=0, raised=0, size=(64, 16), tile=64):
    """A scene whose sky is the upper half, with a bright block that differs from scene to scene."""
    rng = np.random.default_rng(index)
    width, height = size
    sky = np.zeros((height, width), np.uint8)
    sky[: height // 2] = 255
    panorama = np.stack([sky // 2 + 60 + 20 * channel for channel in range(3)]).astype(np.uint8)
    column = int(rng.integers(0, width - 8))
    sky[height // 4 :, column : column + 8] = 0
    panorama[:, height // 4 : height // 2, column : column + 8] = 30
    views = ground + raised
    return {
        "tiles": rng.integers(60, 200, (3, tile, tile), dtype=np.uint8),
        "panoramas": panorama,
        "skies": sky,
        "view_panoramas": np.repeat(panorama[None], views, 0),
        "view_skies": np.repeat(sky[None], views, 0),
        "view_cameras": np.tile(np.float32([0.2, -0.1, 2.0]), (views, 1)),
        "histograms": rng.random(270).astype(np.float32) / 90,
    }


def make_pack(folder, scenes=8, ground=0, raised=0):
    names = [f"scene-{i}" for i in range(scenes)]
    shape = PackShape(scenes, 64, (64, 16), (64, 16), ground + raised)
    shard = Shard.create(shard_folder(folder, 0), shape.arrays(), names, names)
    for index in range(scenes):
        shard.put(index, scene_arrays(index, ground, raised))
    return Packed(folder, scenes)


def run(config, out, **options):
    return train(config, RunOptions(out=out, device="cpu", quiet=True, **options))
