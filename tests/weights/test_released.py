import json

import pytest
import torch
from golden_files import KEPT

from sat2density.errors import WeightsError
from sat2density.models.architecture import Architecture
from sat2density.models.discriminator import Discriminator
from sat2density.models.generator import Generator
from sat2density.weights import released
from sat2density.weights.loaded import expected_shapes


@pytest.fixture(scope="module")
def shapes():
    return json.loads((KEPT / "released_state_dict_shapes.json").read_text())


@pytest.mark.parametrize(("name", "views"), [("sat2density_cvact", 3), ("sat2density_cvusa", 2)])
def test_released_keys_and_shapes(shapes, name, views):
    listed = {key: tuple(value) for key, value in shapes[name]["netG"].items()}
    disc = {key: tuple(value) for key, value in shapes[name]["netD"].items()}
    arch = released.read_architecture(listed, disc)
    assert arch == Architecture.named("released")
    expected = expected_shapes(Generator, arch)
    names = released.renamed(expected, released.generator_keys(arch))
    assert {key: expected[ours] for key, ours in names.items()} == listed
    assert len(names) == 324
    assert released.discriminator_views(disc) == views
    expected = expected_shapes(Discriminator, arch, views)
    names = released.renamed(expected, released.discriminator_keys(views))
    assert {key: expected[ours] for key, ours in names.items()} == disc
    assert len(names) == {3: 84, 2: 56}[views]


def test_released_parameter_count(shapes):
    with torch.device("meta"):
        generator = Generator(Architecture())
    assert sum(value.numel() for value in generator.parameters()) == 215_171_181


@pytest.mark.parametrize(
    "key",
    [
        "depth_model.up0_b.layers.conv.weight_orig",
        "denoise_model.up_end.layers.conv.weight",
        "style_encode.fc_mu.layers.conv.weight",
    ],
)
def test_a_missing_width_is_named(shapes, key):
    listed = {k: tuple(v) for k, v in shapes["sat2density_cvact"]["netG"].items() if k != key}
    if key.startswith("denoise_model.up_end"):
        assert released.read_architecture(
            listed
        )  # its widths are known from elsewhere: found by the full comparison
    else:
        with pytest.raises(WeightsError, match=f"missing key '{key}'"):
            released.read_architecture(listed)
