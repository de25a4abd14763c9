"""A sheet's size, and what lies where in it."""

import numpy as np
import pytest
import torch
from PIL import Image

from sat2density import Camera, Lighting
from sat2density.data.sample import Sample
from sat2density.images import to_bytes
from sat2density.training import presets, preview_sheets
from sat2density.training.batches import fit
from sat2density.training.build import build_state

CONFIG = presets.PRESETS["tiny"]
WIDTH, HEIGHT = CONFIG.scene.panorama_size
SIDE = 2 * HEIGHT
"""Side of a square: as high as two panoramas over each other."""


def drawn_sample(seed):
    """Red in the west, blue in the east; 3 m high in the north, 9 m in the south; a panorama of
    noise.
    """
    size, random = CONFIG.scene.tile_size, torch.Generator().manual_seed(seed)
    tile, heights = torch.zeros(3, size, size), torch.full((size, size), 3.0)
    tile[0, :, : size // 2] = tile[2, :, size // 2 :] = 1
    heights[size // 2 :] = 9
    sky = torch.zeros(1, HEIGHT, WIDTH)
    sky[:, : HEIGHT // 2] = 1
    panorama = torch.randint(0, 256, (3, HEIGHT, WIDTH), generator=random) / 255
    return Sample(tile, panorama, sky, CONFIG.scene, f"drawn-{seed}", {"heights_m": heights})


@pytest.fixture
def sheet(monkeypatch, tmp_path):
    """(samples, state, pixels of the sheet, its numbers) of two scenes."""
    samples = [drawn_sample(1), drawn_sample(2)]
    monkeypatch.setattr(preview_sheets, "_samples", lambda config: samples)
    state = build_state(CONFIG, torch.device("cpu"))
    numbers = preview_sheets.SheetMaker(CONFIG).write(tmp_path / "sheet.png", state)
    return samples, state, np.asarray(Image.open(tmp_path / "sheet.png")), numbers


def blocks(strip):
    """The parts of a scene's strip by name."""
    squares = dict(
        zip(("tile", "true heights", "heights"), np.split(strip[:, : 3 * SIDE], 3, 1), strict=True)
    )
    columns = [np.split(column, 2, 0) for column in np.split(strip[:, 3 * SIDE :], 3, 1)]
    names = ("panorama", "picture", "colour", "opacity", "depth", "nothing")
    return squares | dict(zip(names, (half for column in columns for half in column), strict=True))


def predicted(state, sample):
    """The same parts, asked of the model as any user would."""
    with preview_sheets.looking(state.model, state.best_generator) as model:
        scene = model.reconstruct(sample.tile)
        view = scene.render(Camera(), Lighting.from_photo(sample.panorama, sample.sky))
    heights = (scene.heights() / CONFIG.scene.max_height_m).clamp(0, 1)
    parts = {
        "picture": view.image,
        "colour": view.colour,
        "opacity": view.opacity,
        "depth": view.depth.clamp(0, 1),
    }
    parts["heights"] = fit(heights[None], (SIDE, SIDE))
    return {name: to_bytes(part.expand(3, -1, -1)).astype(int) for name, part in parts.items()}


def test_size(sheet):
    _, _, pixels, _ = sheet
    assert pixels.shape == (2 * SIDE, 3 * SIDE + 3 * WIDTH, 3)


def test_what_is_true(sheet):
    samples, _, pixels, _ = sheet
    for sample, strip in zip(samples, np.split(pixels, 2, 0), strict=True):
        found, half = blocks(strip), SIDE // 2
        assert (found["tile"][:, : half - 2] == (255, 0, 0)).all()
        assert (found["tile"][:, half + 2 :] == (0, 0, 255)).all()
        assert (found["true heights"][: half - 2] == 64).all()  # 3 m of 12
        assert (found["true heights"][half + 2 :] == 191).all()  # 9 m of 12
        assert np.array_equal(found["panorama"], to_bytes(sample.panorama))
        assert not found["nothing"].any()


def test_what_is_predicted(sheet):
    samples, state, pixels, _ = sheet
    for sample, strip in zip(samples, np.split(pixels, 2, 0), strict=True):
        found, expected = blocks(strip), predicted(state, sample)
        for name, part in expected.items():
            assert abs(found[name] - part).max() <= 1, name
        same_size = [part for name, part in expected.items() if name != "heights"]
        differ = [abs(a - b).max() for i, a in enumerate(same_size) for b in same_size[:i]]
        assert min(differ) > 10  # in another place, each would be noticed


def test_numbers(sheet):
    samples, _, pixels, numbers = sheet
    strips = [blocks(strip) for strip in np.split(pixels, 2, 0)]
    errors = [
        ((strip["picture"] / 255.0 - strip["panorama"] / 255.0) ** 2).mean() for strip in strips
    ]
    assert numbers["psnr"] == pytest.approx(-10 * np.log10(errors).mean(), abs=0.05)
    skies = [np.where(strip["opacity"][..., 0] < 128, 1, 0) for strip in strips]
    true = samples[0].sky[0].numpy()
    ious = [(sky * true).sum() / np.maximum(sky, true).sum() for sky in skies]
    assert numbers["sky_iou"] == pytest.approx(np.mean(ious), abs=0.01)
