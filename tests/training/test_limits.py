"""What a training run cannot be told: each number out of bounds is a sentence with its name."""

import dataclasses
import math

import pytest

from sat2density.apps.cli import main
from sat2density.errors import InputError
from sat2density.training import config_file, limits
from sat2density.training.presets import PRESETS

FIELDS = [*limits.COUNTS, *limits.NUMBERS, "loss.gan", "loss.kl"]


def told(dotted, value):
    config = PRESETS["tiny"]
    room, _, name = dotted.rpartition(".")
    if not room:
        return dataclasses.replace(config, **{name: value})
    part = dataclasses.replace(getattr(config, room), **{name: value})
    return dataclasses.replace(config, **{room: part})


@pytest.mark.parametrize("value", [-1, math.nan, math.inf, 1e300, 10**400], ids=repr)
@pytest.mark.parametrize("field", FIELDS)
def test_absurd_numbers_are_refused_by_name(field, value):
    with pytest.raises(InputError, match=field.replace(".", r"\.")) as caught:
        told(field, value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("field", ["optim.steps", "optim.minutes", "optim.batch", "optim.lr"])
def test_nothing_is_no_run(field):
    with pytest.raises(InputError, match=f"{field} must be"):
        told(field, 0)


def test_every_number_has_its_bounds():
    """A new option without bounds is noticed."""
    numbers = {
        name
        for name, value in config_file.flat(PRESETS["tiny"]).items()
        if not name.startswith(("scene.", "architecture.", "rules.", "loss."))
        and (value is None or isinstance(value, int | float))
        and not isinstance(value, bool)
    }
    assert numbers - {"data.panorama_size"} <= {*limits.COUNTS, *limits.NUMBERS}


def test_presets_are_within(tmp_path):
    for preset in PRESETS.values():
        limits.check_limits(preset)


def test_the_command_says_it_and_writes_nothing(tmp_path, capsys):
    out = tmp_path / "run"
    assert main(["train", "tiny", "--optim.steps", "0", "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert "optim.steps must be a whole number from 1 to 1000000000, not 0" in said
    assert not out.exists()
