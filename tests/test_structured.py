"""The one reader of dataclasses from plain values."""

import dataclasses
import json
import math

import pytest

from sat2density.errors import InputError
from sat2density.models.architecture import Architecture
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.structured import (
    DROPPED,
    FORMER_NAMES,
    check_choice,
    check_choices,
    from_values,
)
from sat2density.training.config import LossConfig, OptimConfig, TrainConfig

CLASSES = {"Architecture": Architecture, "LossConfig": LossConfig}


def test_missing_fields_keep_their_defaults_and_parts_are_built():
    config = from_values(TrainConfig, {"seed": 3, "optim": {"lr": 1, "batch": 4}}, "c.json")
    assert config == TrainConfig(seed=3, optim=OptimConfig(lr=1, batch=4))
    assert from_values(SceneSpec, {"panorama_size": [64, 16]}, "s").panorama_size == (64, 16)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1], "c.json: expected a JSON object with TrainConfig's fields"),
        ({"optm": {}}, "unknown field 'optm'; did you mean 'optim'"),
        ({"optim": {"learning": 1}}, "c.json: optim: unknown field 'learning'"),
        ({"optim": {"lr": "fast"}}, "c.json: optim: lr must be a number, not 'fast'"),
        ({"optim": {"lr": math.nan}}, "lr must be a number, not nan"),
        ({"optim": {"steps": 1.5}}, "steps must be a whole number"),
        ({"optim": {"decay": "cosin"}}, "decay must be one of .* did you mean 'cosine'"),
        ({"optim": {"channels_last": 1}}, "channels_last must be true or false"),
        ({"data": {"source": 7}}, "source must be a text"),
        ({"scene": {"panorama_size": [64]}}, "panorama_size must be a list of 2 values"),
        ({"architecture": {"density_up": [1, "2"]}}, "density_up must be a whole number"),
        ({"optim": None}, "expected a JSON object with OptimConfig's fields"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(values, message):
    with pytest.raises(InputError, match=message):
        from_values(TrainConfig, values, "c.json")


@pytest.mark.parametrize("name", FORMER_NAMES)
def test_former_names_load_as_todays(name):
    cls = CLASSES[name]
    defaults = dataclasses.asdict(cls())
    for old, new in FORMER_NAMES[name].items():
        assert new in defaults, "an alias leads to a field that exists"
        other = not defaults[new] if isinstance(defaults[new], bool) else defaults[new] + 1.0
        if (name, new) == ("Architecture", "render_noise_gain"):
            values = {old: other, "render_noise": True}
        else:
            values = {old: other}
        assert getattr(from_values(cls, values, "w.json"), new) == other
    with pytest.raises(InputError, match="former name"):
        from_values(cls, {old: other, new: other}, "w.json")


@pytest.mark.parametrize("name", DROPPED)
def test_dropped_keys_are_passed_over(name):
    cls = CLASSES[name]
    assert from_values(cls, dict.fromkeys(DROPPED[name], 1), "w.json") == cls()


def test_choices_bind_in_python_too():
    with pytest.raises(InputError, match="rules: pixel_rule must be one of corner, centre"):
        Rules(pixel_rule="center")
    with pytest.raises(InputError, match=r"optim: precision must be one of .*not 'fp16'"):
        TrainConfig(optim=OptimConfig(precision="fp16"))
    check_choices(Rules(), "rules")


def test_a_whole_configuration_survives():
    config = TrainConfig()
    assert (
        from_values(TrainConfig, json.loads(json.dumps(dataclasses.asdict(config))), "c") == config
    )


@pytest.mark.parametrize(
    ("value", "near"), [("fp16", "bfloat16"), ("Float32", "float32"), ("AUTO", "auto")]
)
def test_one_value_is_checked_against_its_choices(value, near):
    from sat2density.conventions import Precision

    with pytest.raises(InputError, match=f"precision must be one of .*did you mean '{near}'"):
        check_choice("precision", value, Precision)


@pytest.mark.parametrize("value", [None, 3, ["float32"], {}])
def test_what_is_no_choice_at_all_is_refused(value):
    with pytest.raises(InputError, match="kind must be one of a, b"):
        check_choice("kind", value, ("a", "b"))


def test_choices_are_taken():
    from sat2density.conventions import Precision

    for value in ("auto", "float32", "bfloat16"):
        check_choice("precision", value, Precision)
    check_choice("kind", None, Precision | None)
