"""The second stage of the truth protocol: the painter learns, geometry stays."""

import dataclasses

import numpy as np
import pytest
import torch
from small_networks import small_architecture

from sat2density.conventions import CLASSES
from sat2density.errors import InputError
from sat2density.features import solid
from sat2density.loading import load
from sat2density.models.render_net import LARGE
from sat2density.pipeline import Sat2Density
from sat2density.training import painter_batches, painter_step, runlog
from sat2density.training.augment import Turn
from sat2density.training.critic import Critic, hinge
from sat2density.training.presets import PRESETS
from sat2density.training.trainer import RunOptions, train
from sat2density.views import Camera

PLAIN = {f"render_{part}": False for part in ("things", "fronts", "matte", "coarse")}
"""What the preset has switched on, and tests switch on one by one."""


def small(**losses):
    config = PRESETS["painter"]
    losses = {"steady": 0.0, "matte": 0.0} | losses
    return dataclasses.replace(
        config,
        scene=dataclasses.replace(
            config.scene, tile_size=64, panorama_size=(128, 32), samples_per_ray=16
        ),
        architecture=dataclasses.replace(small_architecture(config), **PLAIN),
        data=dataclasses.replace(
            config.data, source="suburb", limit=4, tile_size=64, panorama_size=(128, 32)
        ),
        augment=dataclasses.replace(config.augment, zoom=0.0, coarse=0.0),
        loss=dataclasses.replace(config.loss, lite0=0.0, **losses),
        optim=dataclasses.replace(config.optim, batch=2, steps=24, lr=4e-3, warmup=2, ema=0.0),
        run=dataclasses.replace(config.run, threads=1, log_steps=1, sheet_minutes=1000.0),
    )


@pytest.fixture
def narrow(monkeypatch, tmp_path):
    monkeypatch.setattr(painter_batches, "WINDOW", (32, 12))
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))


def test_the_painter_learns_and_geometry_stays(tmp_path, narrow):
    config = small(critic_from=0.5)
    assert config.architecture.skyline_border
    run = train(config, RunOptions(tmp_path / "run", quiet=True))
    steps = runlog.read(tmp_path / "run", "step")
    first, last = (sum(line["l1"] for line in part) for part in (steps[:5], steps[-5:]))
    assert last < 0.9 * first
    assert "critic" not in steps[0]
    assert "steady" not in steps[0]
    assert "critic" in steps[-1]
    assert "d_real" in steps[-1]
    start = train(
        dataclasses.replace(config, optim=dataclasses.replace(config.optim, steps=1, lr=1e-12)),
        RunOptions(tmp_path / "start", quiet=True),
    )
    before, after = (load(one.weights).generator.state_dict() for one in (start, run))
    for name, values in before.items():
        frozen = name.startswith(("density_net", "tile_heads"))
        assert not frozen or torch.equal(values, after[name]), name
    model = load(run.weights)
    view = model.reconstruct(torch.rand(3, 64, 64)).render(Camera())
    assert view.features is not None
    resumed = train(config, RunOptions(tmp_path / "run", resume=True, quiet=True))
    assert resumed.finished


def test_the_skyline_learns_alone(tmp_path, narrow):
    config = small(l1=0.0, critic=0.0, skyline=1.0)
    empty = dataclasses.replace(config.architecture, density_bias=-12.0)
    config = dataclasses.replace(config, architecture=empty)
    run = train(config, RunOptions(tmp_path / "run", quiet=True))
    steps = runlog.read(tmp_path / "run", "step")
    first, last = (sum(line["skyline"] for line in part) for part in (steps[:5], steps[-5:]))
    assert last < 0.97 * first
    start = train(
        dataclasses.replace(config, optim=dataclasses.replace(config.optim, steps=1, lr=1e-12)),
        RunOptions(tmp_path / "start", quiet=True),
    )
    before, after = (load(one.weights).generator.state_dict() for one in (start, run))
    for name, values in before.items():
        learns = name.startswith("skyline_net")
        assert torch.equal(values, after[name]) != learns, name


def test_solid_things_are_painted_as_they_truly_stand(tmp_path, narrow, monkeypatch):
    config = small(skyline=0.0, critic=0.0)
    things = dataclasses.replace(config.architecture, render_things=True)
    config = dataclasses.replace(config, architecture=things)
    seen = []

    def noted(occupancy, surface, *others):
        seen.append((occupancy, surface))
        return solid(occupancy, surface, *others)

    monkeypatch.setattr(painter_step, "solid", noted)
    # The networks that tell densities are not asked.
    monkeypatch.setattr(Sat2Density, "describe", None)
    train(config, RunOptions(tmp_path / "run", quiet=True))
    steps = runlog.read(tmp_path / "run", "step")
    first, last = (sum(line["l1"] for line in part) for part in (steps[:5], steps[-5:]))
    assert last < 0.9 * first
    occupancy, surface = seen[0]
    assert occupancy.shape == (2, 12, 32, 32)
    assert surface.shape == (2, 64, 64)
    assert 0.002 < occupancy.float().mean() < 0.3
    standing = occupancy.any(1)
    tall = torch.isin(surface, torch.tensor([CLASSES.index(n) for n in ("building", "tree")]))
    under = tall.unflatten(2, (32, 2)).unflatten(1, (32, 2)).any(4).any(2)
    assert standing[under].float().mean() > 0.9


@pytest.mark.parametrize("things", [False, True])
def test_what_rays_bring_along_can_be_learned_too(tmp_path, narrow, things):
    config = small(skyline=0.0, critic_from=0.5)
    heads = (*config.architecture.heads, "learned")
    arch = dataclasses.replace(
        config.architecture, heads=heads, render_things=things, render_fronts=things
    )
    config = dataclasses.replace(config, architecture=arch)
    run = train(config, RunOptions(tmp_path / "run", quiet=True))
    start = dataclasses.replace(config, optim=dataclasses.replace(config.optim, steps=1, lr=1e-12))
    first = train(start, RunOptions(tmp_path / "start", quiet=True))
    before, after = (load(one.weights).generator.state_dict() for one in (first, run))
    changed = {name for name, values in before.items() if not torch.equal(values, after[name])}
    of_heads = {name for name in changed if name.startswith(("density_net", "tile_heads"))}
    assert of_heads == {"tile_heads.learned.weight", "tile_heads.learned.bias"}
    model = load(run.weights)
    assert "learned" in model.architecture.heads
    view = model.reconstruct(torch.rand(3, 64, 64)).render(Camera(), "dusk")
    assert view.features.shape[0] == len(CLASSES) + 8 + 4 + 6 * things


def test_the_painter_learns_where_the_sky_is(tmp_path, narrow):
    config = small(skyline=0.0, critic=0.0, l1=0.1)
    config = dataclasses.replace(
        config,
        architecture=dataclasses.replace(config.architecture, render_matte=True),
        loss=dataclasses.replace(config.loss, matte=2.0),
    )
    run = train(config, RunOptions(tmp_path / "run", quiet=True))
    steps = runlog.read(tmp_path / "run", "step")
    first, last = (sum(line["matte"] for line in part) for part in (steps[:5], steps[-5:]))
    assert last < 0.8 * first
    scene = load(run.weights).reconstruct(torch.rand(3, 64, 64))
    for size in ((128, 32), (64, 32)):
        assert scene.render(Camera(), "dusk", size=size).image.shape == (3, *size[::-1])
    view = scene.render_perspective(Camera(), "dusk", size=(50, 37))
    assert view.image.shape == (3, 37, 50)
    assert torch.allclose(scene.relight(view, "dusk").image, view.image, atol=1e-5)


def test_of_the_matte_only_what_may_be_sky_is_judged():
    sky, tree = CLASSES.index("sky"), CLASSES.index("tree")
    matte = torch.tensor([[[[0.0, 0.0], [LARGE, LARGE]]]])
    classes = torch.tensor([[[sky, tree], [sky, tree]]])
    assert float(painter_step.matte_term(matte, classes)) == pytest.approx(np.log(2))


def test_finer_windows_are_not_judged(tmp_path, narrow):
    config = small(critic_from=0.0)
    config = dataclasses.replace(
        config,
        augment=dataclasses.replace(config.augment, zoom=1.0),
        optim=dataclasses.replace(config.optim, steps=4),
    )
    train(config, RunOptions(tmp_path / "run", quiet=True))
    steps = runlog.read(tmp_path / "run", "step")
    assert all("l1" in line and "critic" not in line for line in steps)


def test_coarser_windows_are_judged_and_painted_without_averaging(tmp_path, monkeypatch, narrow):
    monkeypatch.setattr(painter_batches, "WINDOW", (32, 8))
    config = small(critic_from=0.0)
    config = dataclasses.replace(
        config,
        augment=dataclasses.replace(config.augment, coarse=1.0),
        architecture=dataclasses.replace(config.architecture, render_coarse=True),
        optim=dataclasses.replace(config.optim, steps=2),
    )
    run = train(config, RunOptions(tmp_path / "run", quiet=True))
    assert all("critic" in line for line in runlog.read(tmp_path / "run", "step"))
    model = load(run.weights)
    assert model.ray_size((128, 32)) == (64, 16)
    assert model.ray_size((64, 16)) == (32, 8)
    assert model.ray_size((32, 16)) == (32, 16)


def test_shares_of_finer_and_coarser_windows():
    augment = dataclasses.replace(PRESETS["painter"].augment, zoom=0.3, coarse=0.2)
    rng = np.random.default_rng(0)
    zooms = [painter_batches.drawn_zoom(rng, augment) for _ in range(4000)]
    for zoom, share in ((4.0, 0.1), (2.0, 0.2), (1.0, 0.5), (0.5, 0.2)):
        assert abs(zooms.count(zoom) / len(zooms) - share) < 0.03


def test_the_painter_learns_to_be_steady(tmp_path, narrow):
    config = small(critic=0.0, skyline=0.0, l1=0.1, steady=10.0)
    train(config, RunOptions(tmp_path / "run", quiet=True))
    steps = runlog.read(tmp_path / "run", "step")
    first, last = (sum(line["steady"] for line in part) for part in (steps[:5], steps[-5:]))
    assert 0 < last < 0.7 * first


def test_places_nearby_lie_a_step_away_to_any_side():
    rng = np.random.default_rng(0)
    steps = torch.stack([painter_batches.step_m(rng) for _ in range(500)])
    lengths = steps.norm(dim=1)
    assert painter_batches.STEP_M[0] <= float(lengths.min()) < 0.3
    assert 0.65 < float(lengths.max()) <= painter_batches.STEP_M[1]
    assert float(steps.mean(0).norm()) < 0.05


@pytest.mark.parametrize("mode", ["bilinear", "nearest"])
@pytest.mark.parametrize("zoom", [0.5, 1, 2, 4])
def test_only_windows_are_resized(narrow, zoom, mode):
    torch.manual_seed(0)
    panorama = torch.randint(0, 256, (3, 48, 96), dtype=torch.uint8)
    width, height = round(zoom * 48), round(zoom * 24)
    corners = [(5, 0), (7, height - 12), (width - 9, min(3, height - 12))]
    windows = painter_batches.resized_windows(panorama, corners, zoom, mode)
    assert windows.shape == (3, 3, 24, 64)
    around = torch.cat((panorama, panorama, panorama), dim=2)
    whole = torch.nn.functional.interpolate(
        around[None].float(), scale_factor=float(zoom), mode=mode
    )[0]
    for window, (left, top) in zip(windows, corners, strict=True):
        x = round(zoom * 96) + 2 * left
        wanted = whole[:, 2 * top : 2 * top + 24, x : x + 64]
        assert float((window.float() - wanted).abs().max()) <= (1.01 if mode == "bilinear" else 0)


@pytest.mark.parametrize(
    ("part", "values", "message"),
    [
        ("data", {"protocol": "centre"}, "protocol truth"),
        ("loss", {"l1": 0.0, "skyline": 0.0}, "l1, loss.lite0 or"),
        ("augment", {"coarse": 0.2}, "render_coarse need each other"),
        ("architecture", {"render_coarse": True}, "render_coarse need each other"),
        (
            "architecture",
            {"render_coarse": True, "render_doubling": False},
            "needs render_doubling",
        ),
        (
            "loss",
            {"l1": 0.0, "steady": 1.0},
            "loss.critic and loss.steady: judges what is painted",
        ),
        ("loss", {"matte": 1.0}, "loss.matte needs architecture.render_matte"),
    ],
)
def test_impossible_settings_are_refused(part, values, message):
    config = small()
    with pytest.raises(InputError, match=message):
        changed = dataclasses.replace(getattr(config, part), **values)
        dataclasses.replace(config, **{part: changed})


def test_shares_of_windows_over_one_are_refused():
    config = small()
    augment = dataclasses.replace(config.augment, zoom=0.7, coarse=0.4)
    architecture = dataclasses.replace(config.architecture, render_coarse=True)
    with pytest.raises(InputError, match="at most 1 together"):
        dataclasses.replace(config, augment=augment, architecture=architecture)


def test_cameras_turn_with_their_headings():
    row = np.array((0.5, 0.25, 2.0, 10.0), np.float32)
    assert painter_batches.turned_camera(Turn(), row) == Camera(0.5, 0.25, 10.0, 2.0)
    quarter = painter_batches.turned_camera(Turn(quarters=1), row)
    assert quarter == Camera(-0.25, 0.5, 100.0, 2.0)
    mirrored = painter_batches.turned_camera(Turn(mirrored=True), row)
    assert mirrored == Camera(-0.5, 0.25, 350.0, 2.0)
    picture = torch.arange(4.0).reshape(1, 1, 4)
    assert painter_batches.turned(Turn(quarters=1), picture).tolist() == picture.tolist()
    assert painter_batches.turned(Turn(mirrored=True), picture)[0, 0].tolist() == [3, 2, 1, 0]


def test_windows_go_on_around_the_panorama(narrow):
    rng = np.random.default_rng(0)
    corners = [painter_batches.corner(rng, (64, 16)) for _ in range(2000)]
    left, top = np.transpose(corners)
    assert (left.min(), left.max()) == (0, 63)
    assert (top.min(), top.max()) == (0, 4)
    whole = torch.stack(torch.meshgrid(torch.arange(16), torch.arange(64), indexing="ij"))
    window = painter_batches.windows(whole, [(0, 0), (60, 3)])[1]
    assert window.shape == (2, 12, 32)
    assert window[1, 0, :6].tolist() == [60, 61, 62, 63, 0, 1]
    assert window[0, :, 0].tolist() == list(range(3, 15))
    below = torch.cat((window, window + 1), dim=1)[None]
    assert torch.equal(painter_step.apart(below, 2), torch.stack((window, window + 1)))


def test_the_critic_sees_the_condition():
    torch.manual_seed(0)
    critic = Critic(5)
    picture, condition = torch.rand(1, 3, 32, 64), torch.rand(1, 5, 16, 32)
    scores = critic(picture, condition)
    assert scores.shape == (1, 1, 4, 8)
    assert not torch.allclose(scores, critic(picture, 1 - condition))
    assert float(hinge(torch.tensor([2.0]), True)) == 0
    assert float(hinge(torch.tensor([2.0]), False)) == 3
