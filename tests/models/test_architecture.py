import dataclasses
import json

import pytest
import torch

from sat2density.errors import InputError
from sat2density.models.architecture import ARCHITECTURES, Architecture
from sat2density.models.generator import Generator


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_survives_json(name):
    arch = Architecture.named(name)
    assert Architecture.from_dict(json.loads(json.dumps(arch.to_dict()))) == arch


def count(name):
    with torch.device("meta"):
        return sum(value.numel() for value in Generator(Architecture.named(name)).parameters())


def test_small_weighs_under_16_mb_in_half_precision():
    assert count("small") * 2 <= 16 * 2**20
    assert count("tiny") < 50_000


def test_strides():
    assert (Architecture().density_halvings, Architecture().density_stride) == (4, 1)
    small = Architecture.named("small")
    assert (small.density_halvings, small.density_stride, small.render_halvings) == (4, 2, 4)


def test_unknown_names_and_keys_say_the_nearest():
    with pytest.raises(InputError, match="did you mean 'small'"):
        Architecture.named("smal")
    with pytest.raises(
        InputError,
        match=r"file\.json: unknown field 'density_layer'; did you mean 'density_layers'",
    ):
        Architecture.from_dict({"density_layer": 3}, "file.json")
    with pytest.raises(InputError, match="JSON object"):
        Architecture.from_dict([1])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("density_layers", 0),
        ("density_layers", 64.0),
        ("density_layers", True),
        ("density_down", (32, 64)),
        ("density_down", ()),
        ("density_up", (0, 1, 2)),
        ("density_up", "32"),
        ("density_stem_stride", 3),
        ("density_activation", "tanh"),
        ("density_padding", "mirror"),
        ("density_gain", "2"),
        ("render_up", (384, 384, 384)),
        ("render_styled", (1, 4)),
        ("render_blocks", -1),
        ("stem_kernel", 4),
        ("spectral_norm", 1),
        ("disc_widths", (64, 128)),
    ],
)
def test_bad_values_are_refused_by_name(field, value):
    with pytest.raises(InputError, match=f"architecture: .*{field}"):
        dataclasses.replace(Architecture(), **{field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("render_down", (64, 10**9)),
        ("density_up", (10**30,)),
        ("density_down", (8,) * 40),
        ("density_blocks", 10**6),
        ("density_layers", 10**9),
        ("style_layers", 10**6),
        ("z_size", 10**12),
        ("stem_kernel", 10**9 + 1),
        ("density_bias", float("-inf")),
        ("density_gain", float("nan")),
        ("histogram_gain", 1e300),
    ],
)
def test_absurd_sizes_are_one_sentence_before_memory_is_touched(field, value):
    with pytest.raises(InputError, match=f"architecture: .*{field}") as caught:
        dataclasses.replace(Architecture(), **{field: value})
    assert len(str(caught.value)) < 200


def test_too_many_weights_together_are_refused():
    wide = {"render_down": (64, 8192, 8192, 8192, 8192), "render_blocks": 256}
    with pytest.raises(InputError, match=r"architecture: about 3\.\de\+11 weights are too many"):
        dataclasses.replace(Architecture(), **wide)


def test_weights_are_about_those_of_the_networks():
    for arch in ARCHITECTURES.values():
        if arch == Architecture():
            continue  # 215 million: too slow to build here
        count = sum(value.numel() for value in Generator(arch).parameters())
        assert 0.3 * count < arch.weights < 3 * count
    assert 1e8 < Architecture().weights < 4e8
