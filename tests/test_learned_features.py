"""The head "learned": features that rays bring along and the painter's losses teach."""

import dataclasses

import pytest
import torch

from sat2density.errors import InputError
from sat2density.models.architecture import Architecture
from sat2density.models.skyline_net import skyline_of
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera

SPEC = SceneSpec(
    extent_m=40.0, max_height_m=24.0, tile_size=64, panorama_size=(128, 32), samples_per_ray=24
)
CLASSES = ("sky", "road", "building")
WITHOUT = dataclasses.replace(
    Architecture.named("tiny"),
    heads=("classes",),
    class_names=CLASSES,
    density_activation="softplus",
    skyline=True,
    skyline_border=True,
    render_features=True,
    render_directions=False,
    render_padding="zeros",
)
WITH = dataclasses.replace(WITHOUT, heads=("classes", "learned"))


@pytest.fixture
def tiles():
    return torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))


def test_gradients_pass_through_rays_and_end_at_the_head(tiles):
    model = Sat2Density.random(WITH, SPEC, seed=3)
    generator = model.generator
    for part in (generator.density_net, generator.tile_heads, generator.skyline_net):
        part.requires_grad_(False)
    generator.tile_heads.learned.requires_grad_(True)
    density, features = model.describe(tiles)
    assert not density.requires_grad
    features.retain_grad()
    seen = model.render_panoramas(density, tiles, [Camera()] * 2, features=features)
    model.generate_image(seen, torch.rand(1, WITH.style_size)).square().mean().backward()
    count = len(CLASSES)
    learned = features.grad[:, count:-1]
    assert learned.shape[1] == 8
    assert all(channel.abs().max() > 0 for channel in learned.unbind(1))
    told = {name for name, values in generator.named_parameters() if values.grad is not None}
    told = {name for name in told if not name.startswith(("render_net", "style_mlp"))}
    assert told == {"tile_heads.learned.weight", "tile_heads.learned.bias"}
    assert generator.tile_heads.learned.weight.grad.abs().max() > 0


def test_it_changes_nothing_beside_it(tiles):
    plain, more = (Sat2Density.random(arch, SPEC, seed=3) for arch in (WITHOUT, WITH))
    state = plain.generator.state_dict()
    assert not any("learned" in name for name in state)
    geometry = {k: v for k, v in state.items() if not k.startswith("render_net")}
    missing = more.generator.load_state_dict(geometry, strict=False).missing_keys
    assert {name for name in missing if not name.startswith("render_net")} == {
        "tile_heads.learned.weight",
        "tile_heads.learned.bias",
    }
    with torch.no_grad():
        (density, features), (same, further) = plain.describe(tiles), more.describe(tiles)
        lines = [
            skyline_of(model.generator.skyline_net, tiles, values)
            for model, values in ((plain, features), (more, further))
        ]
    count = len(CLASSES)
    assert further.shape[1] == features.shape[1] + 8
    assert torch.equal(density, same)
    assert torch.equal(features, torch.cat((further[:, :count], further[:, -1:]), 1))
    assert further[:, count:-1].abs().max() <= 1
    assert torch.equal(*lines)


def test_it_needs_rays_that_bring_features():
    with pytest.raises(InputError, match="head 'learned' needs render_features"):
        dataclasses.replace(WITH, render_features=False, skyline=False, skyline_border=False)
