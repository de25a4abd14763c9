"""`evaluate` on the public data sets' structures: its picture measures against a plain loop, and
what lights change.
"""

import dataclasses
import json

import numpy as np
import pytest
import torch
from drawn_folders import CVUSA_SIZE, PANORAMA_SIZE, TILE_SIZE, draw, save, write_cvact, write_cvusa
from PIL import Image
from scipy.io import savemat
from scipy.signal import convolve2d

from sat2density import Camera, Lighting, load
from sat2density.apps.cli import main
from sat2density.data import open_dataset
from sat2density.errors import InputError
from sat2density.evaluation import evaluator
from sat2density.evaluation.baselines import PredictedView
from sat2density.evaluation.ground_truth import TrueView
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import RELEASED, Rules, SceneSpec
from sat2density.weights import save_weights

SIZES = {"cvact": PANORAMA_SIZE, "cvusa": CVUSA_SIZE}

UNTIMED = dict.fromkeys(("seconds.frame", "seconds.frame_half"), 0)


def write_weights(stem, name, rules):
    """Untrained weights of a public data set's scale, at the size of the drawn pictures: nothing is
    resized.
    """
    sizes = {"tile_size": TILE_SIZE, "panorama_size": SIZES[name], "samples_per_ray": 12}
    model = Sat2Density.random("tiny", dataclasses.replace(SceneSpec.named(name), **sizes), rules)
    save_weights(stem, model.generator, model.spec, rules, model.info, half=False)
    return stem


@pytest.fixture(params=[("cvact", RELEASED), ("cvusa", Rules())], ids=["cvact", "cvusa"])
def case(request, tmp_path):
    """(weights, DATA) of a drawn folder with two pairs to evaluate, the first of them with true
    heights (CVACT).
    """
    name, rules = request.param
    root = tmp_path / name
    if name == "cvact":
        write_cvact(root, val=(1, 3))
        (root / "truth").mkdir()
        heights = np.random.default_rng(5).random((TILE_SIZE, TILE_SIZE), np.float32)
        np.savez(root / "truth" / "pano_a_0x.npz", heights_m=4 * heights)
    else:
        write_cvusa(root, val=(7, 9))
    return write_weights(tmp_path / "weights", name, rules), f"{name}:{root}"


@pytest.fixture
def measure(case, tmp_path, monkeypatch):
    """Run the command on the case; return the table's rows."""
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    table = tmp_path / "table.json"

    def run(*options):
        weights, data = map(str, case)
        assert (
            main(
                [
                    "evaluate",
                    weights,
                    data,
                    "--json",
                    str(table),
                    "--overwrite",
                    "--jobs",
                    "1",
                    *options,
                ]
            )
            == 0
        )
        return json.loads(table.read_text())

    return run


def pixels(path):
    return np.asarray(Image.open(path).convert("RGB"), np.float64) / 255


def ssim(a, b):
    """One channel: 11x11 Gaussian of sigma 1.5, only where it fits in."""
    line = np.exp(-(np.arange(-5, 6) ** 2) / 4.5)
    window = np.outer(line, line) / line.sum() ** 2

    def blurred(values):
        return convolve2d(values, window, mode="valid")

    mean_a, mean_b = blurred(a), blurred(b)
    spread = blurred(a * a) - mean_a**2 + blurred(b * b) - mean_b**2
    common = blurred(a * b) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    agree = (2 * mean_a * mean_b + c1) * (2 * common + c2)
    return (agree / ((mean_a**2 + mean_b**2 + c1) * (spread + c2))).mean()


def gradient(image):
    return np.abs(np.diff(image, axis=0))[1:, 1:-1] + np.abs(np.diff(image, axis=1))[1:-1, 1:]


def plain(found, true):
    """The method's section 7, of one picture (H, W, 3) in [0, 1]."""
    square = ((found - true) ** 2).mean()
    return {
        "image.rmse": 255 * np.sqrt(square),
        "image.psnr": -10 * np.log10(square),
        "image.ssim": np.mean([ssim(found[..., c], true[..., c]) for c in range(3)]),
        "image.sd": 10 * np.log10(1 / np.abs(gradient(found) - gradient(true)).mean()),
    }


def plain_loop(weights, data, light=None):
    """Every picture on its own, then the mean: what the table's row of the model has to say."""
    model, dataset, found = load(weights, device="cpu"), open_dataset(data), []
    for files in map(dataset.files, range(len(dataset))):
        tile = torch.from_numpy(pixels(files.tile)).float().permute(2, 0, 1)
        sky = light or Lighting.parse(f"{files.panorama}::{files.sky}")
        view = model.reconstruct(tile).render(Camera(), sky)
        found.append(plain(view.image.permute(1, 2, 0).double().numpy(), pixels(files.panorama)))
    return {name: np.mean([one[name] for one in found]) for name in found[0]}


def agree(row, expected):
    """Compare; SSIM's variances are small differences of large numbers, of which float32 keeps
    fewer digits.
    """
    for name, value in expected.items():
        assert row[name] == pytest.approx(value, rel=1e-3 if name == "image.ssim" else 2e-5), name


def test_pictures_are_measured_as_a_plain_loop_would(case, measure):
    agree(measure()["model"], plain_loop(*case))


def test_a_saved_light_and_a_mix_of_two(case, measure, tmp_path):
    dusk, noon = Lighting.preset("dusk"), Lighting.preset("clear-noon")
    rows = {}
    for name, light in (("saved", dusk), ("mix", Lighting.mix(dusk, noon, 0.5))):
        light.save(tmp_path / f"{name}.json")
        rows[name] = measure("--light", str(tmp_path / f"{name}.json"))["model"]
        agree(rows[name], plain_loop(*case, light))
    assert rows["saved"]["image.rmse"] != rows["mix"]["image.rmse"]


def test_lights_change_pictures_and_nothing_else(case, measure, tmp_path):
    _, photo, mask = draw(40)
    photo[:8] //= 3  # a dark cloud, which the mask leaves out
    save(tmp_path / "photo.png", photo)
    save(
        tmp_path / "mask.png",
        np.where(np.arange(len(mask))[:, None] >= 8, mask, 0).astype(np.uint8),
    )
    lights = [
        "dusk",
        str(tmp_path / "photo.png"),
        f"{tmp_path / 'photo.png'}::{tmp_path / 'mask.png'}",
    ]
    tables = [measure(), *(measure("--light", light) for light in lights)]
    assert len({table["model"]["image.rmse"] for table in tables}) == 4
    for light, table in zip(lights, tables[1:], strict=True):
        agree(table["model"], plain_loop(*case, Lighting.parse(light)))
    for name in ("flat", "mean", "projected", "ceiling"):
        assert all(table[name] == tables[0][name] for table in tables)
    shape = [
        {k: v for k, v in table["model"].items() if k.startswith(("sky", "structure", "heights"))}
        for table in tables
    ]
    assert all(one == shape[0] for one in shape)
    assert shape[0]["sky.iou"] is not None
    assert (shape[0]["heights.rmse"] is None) == ("cvusa" in case[1])


def test_bad_pairs_stop_or_are_left_out_and_named(case, measure, tmp_path, capsys):
    weights, data = case
    panorama = open_dataset(data).files(1).panorama
    panorama.write_bytes(b"no picture")
    assert main(["evaluate", str(weights), data, "--jobs", "1"]) == 2
    error = capsys.readouterr().err
    assert str(panorama) in error
    assert "--skip-bad" in error
    row = measure("--skip-bad")["model"]
    told = capsys.readouterr().err
    assert f"skipped {open_dataset(data).identities[1]}: {panorama}" in told
    assert "skipped 1 of 2 pairs that cannot be read" in told
    alone = measure("--limit", "1")["model"]
    assert alone | UNTIMED == row | UNTIMED


@pytest.mark.parametrize(
    "options", [("--limit", "0"), ("--limit", "-3"), ("--flicker-scenes", "-1"), ("--jobs", "-1")]
)
def test_numbers_that_mean_nothing(case, capsys, options):
    assert main(["evaluate", str(case[0]), case[1], *options]) == 2
    assert f"{options[0]} {options[1]}: must be at least" in capsys.readouterr().err


def test_pictures_stay_in_their_folder(tmp_path, monkeypatch, capsys):
    """An identity that leads out is refused before anything is written."""
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    root = write_cvact(tmp_path / "cvact")
    outside = np.array(["../../escaped", "pano_b_1x"], dtype=object).reshape(-1, 1)
    ones = np.array([[1.0]])
    savemat(
        root / "ACT_data.mat",
        {"panoIds": outside, "trainSet": {"trainInd": ones}, "valSet": {"valInd": ones}},
    )
    weights = write_weights(tmp_path / "weights", "cvact", RELEASED)
    before = sorted(tmp_path.rglob("*"))
    pictures = tmp_path / "deep" / "er" / "pictures"
    arguments = ["evaluate", str(weights), f"cvact:{root}", "--save-pictures", str(pictures)]
    assert main(arguments) == 2
    assert "'../../escaped', which leads out of the data set's folder" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before
    predicted = PredictedView(None, torch.zeros(1, 4, 8), None)
    truth = TrueView(torch.zeros(3, 4, 8), torch.zeros(1, 4, 8), None)
    with pytest.raises(InputError, match="is no plain name"):
        evaluator._save(pictures, "../../escaped", predicted, truth)
    assert sorted(tmp_path.rglob("*")) == before
