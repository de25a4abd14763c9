"""Weights that a run may start from, and those it may not."""

import dataclasses

import pytest
import torch

from sat2density.errors import WeightsError
from sat2density.training import initial_weights
from sat2density.training.build import build_state
from sat2density.training.presets import PRESETS
from sat2density.weights import save_weights


def start(tmp_path, scene=None, rules=None):
    """Start the tiny preset from weights of the same networks, of another scene or with other
    rules.
    """
    tiny = PRESETS["tiny"]
    state = build_state(tiny, torch.device("cpu"))
    spec = dataclasses.replace(tiny.scene, **(scene or {}))
    stem = tmp_path / "weights"
    save_weights(
        stem,
        state.model.generator,
        spec,
        dataclasses.replace(tiny.rules, **(rules or {})),
        {"name": "made"},
    )
    initial_weights.start_from(state, str(stem))
    return state


@pytest.mark.parametrize(
    "scene",
    [{}, {"panorama_size": (128, 32)}, {"tile_size": 128}, {"samples_per_ray": 10}],
    ids=str,
)
def test_other_sizes_are_welcome(tmp_path, scene):
    assert start(tmp_path, scene).parent == {"name": "made"}


@pytest.mark.parametrize(
    ("scene", "rules", "option"),
    [
        ({"extent_m": 30.0}, {}, "--scene.extent-m 30.0 (not 40.0)"),
        ({"camera_height_m": 1.6}, {}, "--scene.camera-height-m 1.6 (not 2.0)"),
        ({"max_height_m": 8.0}, {}, "--scene.max-height-m 8.0 (not 12.0)"),
        ({"vertical_fov_deg": 90.0}, {}, "--scene.vertical-fov-deg 90.0 (not 180.0)"),
        ({}, {"pixel_rule": "corner"}, "--rules.pixel-rule corner (not centre)"),
        ({}, {"histogram": "released"}, "--rules.histogram released (not unit)"),
        ({}, {"ground": "slab"}, "--rules.ground slab (not plane)"),
    ],
    ids=str,
)
def test_another_scale_or_rule_is_refused(tmp_path, scene, rules, option):
    with pytest.raises(WeightsError) as error:
        start(tmp_path, scene, rules)
    assert str(error.value).endswith(
        f"weights: was trained at another scale or by other rules than this run; set {option}"
    )


def test_parts_that_fit_are_taken_over_by_another_architecture(tmp_path):
    tiny = PRESETS["tiny"]
    first = build_state(tiny, torch.device("cpu"))
    save_weights(tmp_path / "weights", first.model.generator, tiny.scene, tiny.rules, {"name": "m"})
    wider = dataclasses.replace(tiny.architecture, render_down=(8, 24))
    config = dataclasses.replace(tiny, architecture=wider, seed=1)
    state = build_state(config, torch.device("cpu"))
    said = initial_weights.start_from_parts(state, str(tmp_path / "weights"))
    assert said.startswith("starting from ")
    own = state.model.generator.state_dict()
    for name, values in first.model.generator.density_net.state_dict().items():
        assert torch.allclose(own[f"density_net.{name}"], values, atol=1e-3)  # kept in float16
    assert state.parent == {"name": "m"}
