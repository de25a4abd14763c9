"""Every preset trains: its losses, options and precision, with networks and pictures of the
smallest sizes.
"""

import dataclasses
import math

import pytest
import torch
from drawn_folders import write_cvact, write_cvusa

from sat2density.models.architecture import Architecture
from sat2density.training import checkpoint, runlog, trainer
from sat2density.training.build import build_state
from sat2density.training.presets import PRESETS
from sat2density.training.trainer import RunOptions, train
from sat2density.weights import open_weights

FOLDERS = {"cvact": write_cvact, "cvusa": write_cvusa}
SIZES = (
    *("density_down", "density_up", "density_blocks", "density_layers", "density_stem_stride"),
    *(
        "render_down",
        "render_up",
        "render_blocks",
        "render_stem_stride",
        "render_styled",
        "disc_widths",
    ),
    *("sky_hidden", "z_size", "style_hidden", "style_layers", "style_size"),
)


def small(name, source, **optim):
    """The preset with the tiny networks' sizes and small pictures, two steps long; all else as it
    is.
    """
    config, tiny = PRESETS[name], Architecture.named("tiny")
    options = {"batch": 2, "steps": 2, "epochs": 1, **optim}
    return dataclasses.replace(
        config,
        scene=dataclasses.replace(
            config.scene, tile_size=64, panorama_size=(64, 16), samples_per_ray=8
        ),
        architecture=dataclasses.replace(
            config.architecture, **{key: getattr(tiny, key) for key in SIZES}
        ),
        data=dataclasses.replace(config.data, source=source, limit=8),
        optim=dataclasses.replace(config.optim, **options),
        run=dataclasses.replace(config.run, threads=1, log_steps=1, sheet_minutes=1000.0),
    )


@pytest.mark.parametrize(
    ("name", "optim"),
    [
        # The truth protocol has a test of its own: test_truth_step.py.
        *((name, {}) for name in PRESETS if PRESETS[name].data.protocol != "truth"),
        ("suburb", {"channels_last": True}),
        ("tiny", {"precision": "bfloat16", "channels_last": True}),
    ],
    ids=str,
)
def test_two_steps(request, tmp_path, monkeypatch, name, optim):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(
        trainer, "state_dict", lambda *_, **__: None
    )  # VGG19 at random instead of a download
    if name in FOLDERS:
        source = f"{name}:{FOLDERS[name](tmp_path / name)}"
    else:
        source = "suburb"
        request.getfixturevalue("made_up")
    config = small(name, source, **optim)
    result = train(config, RunOptions(out=tmp_path / "run", device="cpu", quiet=True))
    assert (result.step, result.finished) == (2, True)
    weighed = {
        key for key, value in vars(config.loss).items() if isinstance(value, float) and value > 0
    }
    weighed -= {
        "texture_share",
        "density_margin",
        "density_margin_ramp",
        "occupancy_below",
        "critic_from",
    }  # properties of their terms, not weights
    for line in runlog.read(tmp_path / "run", "step"):
        assert weighed | ({"d_real", "d_fake"} if config.loss.adversarial else set()) <= set(line)
        assert all(math.isfinite(value) for key, value in line.items() if key != "kind")
    assert open_weights(result.weights).info["name"] == name
    before = build_state(config, torch.device("cpu")).model.generator.named_parameters()
    after = checkpoint.load(tmp_path / "run" / runlog.CHECKPOINTS, torch.device("cpu"))[0][
        "generator"
    ]
    moved = [not torch.equal(after[key], value) for key, value in before]
    assert sum(moved) > 0.9 * len(moved)
