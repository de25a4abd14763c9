"""Configurations on disk, and the presets."""

import dataclasses

import pytest

from sat2density.errors import InputError
from sat2density.models.architecture import Architecture
from sat2density.scene_spec import RELEASED, SceneSpec
from sat2density.training import config_file
from sat2density.training.config import DataConfig, LossConfig, OptimConfig, TrainConfig
from sat2density.training.presets import PRESETS


@pytest.mark.parametrize("name", PRESETS)
def test_round_trip(name, tmp_path):
    path = tmp_path / "config.json"
    config_file.save(PRESETS[name], path)
    assert config_file.read(path) == PRESETS[name]
    assert PRESETS[name].preset == name


@pytest.mark.parametrize("name", ["cvact", "cvusa"])
def test_released_recipe(name):
    """Method, section 6."""
    config = PRESETS[name]
    assert config.architecture == Architecture.named("released")
    assert (config.scene, config.rules) == (SceneSpec.named(name), RELEASED)
    optim, loss = config.optim, config.loss
    assert (optim.epochs, optim.batch, optim.lr, optim.lr_discriminator) == (30, 16, 5e-5, 5e-5)
    assert (optim.beta1, optim.beta2, optim.eps, optim.eps_discriminator) == (0, 0.999, 1e-7, 1e-8)
    assert (loss.gan, loss.feature_matching, loss.perceptual, loss.l2) == (1, 10, 10, 10)
    assert (loss.l1, loss.kl, loss.opacity) == (1, 0.1, 1)
    assert optim.eval_mode_fake
    own = ("r1", "density_l1", "density_log", "overhang", "smooth", "colour", "views_opacity")
    assert not any(getattr(loss, term) for term in own)
    assert not loss.reviving
    assert (optim.clip, optim.ema, optim.warmup, config.data.protocol) == (0, 0, 0, "centre")


def test_unknown_key_names_the_nearest(tmp_path):
    values = config_file.to_dict(TrainConfig())
    values["optim"]["learning_rate"] = 1
    with pytest.raises(InputError, match=r"optim: unknown field 'learning_rate'"):
        config_file.from_dict(values, "x.json")
    values = config_file.to_dict(TrainConfig())
    values["optm"] = {}
    with pytest.raises(InputError, match="did you mean 'optim'"):
        config_file.from_dict(values)
    with pytest.raises(InputError, match="there is no such file"):
        config_file.read(tmp_path / "none.json")
    with pytest.raises(InputError, match="JSON object"):
        config_file.from_dict([1])


def test_wrong_value_is_named():
    values = config_file.to_dict(TrainConfig())
    values["optim"]["lr"] = "fast"
    with pytest.raises(InputError, match="lr"):
        config_file.from_dict(values, "x.json")


def test_impossible_settings():
    with pytest.raises(InputError, match="accumulate"):
        dataclasses.replace(PRESETS["tiny"], optim=OptimConfig(batch=5, accumulate=2))
    with pytest.raises(InputError, match="protocol free"):
        dataclasses.replace(PRESETS["tiny"], data=DataConfig(ground_views=1))
    with pytest.raises(InputError, match=r"loss\.l1"):
        dataclasses.replace(
            PRESETS["tiny"], loss=dataclasses.replace(PRESETS["tiny"].loss, l1=-1.0)
        )
    for wrong in ({"density_margin": 0.5}, {"density_margin_ramp": 1.5}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            dataclasses.replace(PRESETS["tiny"], loss=LossConfig(**wrong))


def test_the_reserve_grows_geometrically_over_its_share_of_the_run():
    loss = LossConfig(density_margin=16.0, density_margin_ramp=0.5)
    assert [loss.at(share).density_margin for share in (0, 0.25, 0.5, 1)] == [1, 4, 16, 16]
    at_once = LossConfig(density_margin=16.0)
    assert at_once.at(0) is at_once


def test_differences_leave_out_what_may_change():
    config = PRESETS["tiny"]
    free = dataclasses.replace(config, run=dataclasses.replace(config.run, log_steps=77))
    assert config_file.differences(config, free) == []
    other = dataclasses.replace(config, optim=dataclasses.replace(config.optim, lr=1.0, steps=7))
    assert config_file.differences(config, other) == [("optim.lr", 0.002, 1.0)]
    assert "optim.lr  saved 0.002, now 1.0" in config_file.table(
        config_file.differences(config, other)
    )
