import copy
import dataclasses

import pytest
import torch
from golden_files import NAMES, golden, largest_difference

from sat2density import processor
from sat2density.models import inference
from sat2density.models.architecture import Architecture
from sat2density.models.convolution import PaddedConv, UpsampledConv, choose_impl
from sat2density.models.cpu import winograd
from sat2density.models.generator import Generator
from sat2density.models.inference import (
    InferenceFewOutputsConv,
    InferenceUpsampledConv,
    InferenceUpsampledProducts,
    InferenceWinogradConv,
    _normed,
    fold_for_inference,
    prepare_for_inference,
)


@pytest.mark.parametrize("padding", ["reflect", "circular", "zeros"])
@pytest.mark.parametrize("skip_channels", [0, 3])
@pytest.mark.parametrize("algorithm", [InferenceUpsampledConv, InferenceUpsampledProducts])
def test_folded_upsampling_is_exact_borders_included(padding, skip_channels, algorithm):
    torch.manual_seed(0)
    conv = (
        UpsampledConv(4, 5, 3, skip_channels=skip_channels, padding=padding, spectral=True)
        .double()
        .eval()
    )
    choose_impl(conv, "plain")
    image = torch.randn(2, 4, 3, 6, dtype=torch.float64)
    skip = torch.randn(2, 3, 6, 12, dtype=torch.float64) if skip_channels else None
    folded = algorithm(conv, with_bias=True)
    assert torch.allclose(folded(image, skip), conv(image, skip), rtol=0, atol=1e-12)


def test_folded_taps_by_hand():
    conv = UpsampledConv(1, 1, 3, padding="reflect", spectral=False)
    with torch.no_grad():
        conv.weight.copy_(torch.tensor([[0.0, 0, 0], [1, 10, 100], [0, 0, 0]]))
    folded = InferenceUpsampledConv(conv, with_bias=False)
    assert folded.weight[0, 0, 1].tolist() == [100, 110, 11, 1]
    # x = (1, 2) is 1 1 2 2 upsampled, mirrored to 1 1 1 2 2 2: columns 1+10+100, 1+10+200,
    # 1+20+200, 2+20+200.
    row = folded(torch.tensor([[[[1.0, 2.0]]]]))[0, 0, 0]
    assert row.tolist() == [111, 211, 221, 222]


@pytest.mark.parametrize("padding", ["reflect", "circular", "zeros"])
@pytest.mark.parametrize(
    ("algorithm", "side"), [(InferenceWinogradConv, 3), (InferenceFewOutputsConv, 7)]
)
def test_rearranged_convolutions_are_equal_borders_included(padding, algorithm, side):
    torch.manual_seed(0)
    conv = PaddedConv(4, 3, side, padding=padding, spectral=True).double().eval()
    image = torch.randn(2, 4, 5, 8, dtype=torch.float64)
    assert torch.allclose(algorithm(conv)(image), conv(image), rtol=0, atol=1e-12)


ARCHITECTURES = {
    "tiny": Architecture.named("tiny"),
    "spectral": dataclasses.replace(
        Architecture.named("tiny"), spectral_norm=True, render_styled=(0,)
    ),
    "mirrored": dataclasses.replace(
        Architecture.named("tiny"),
        density_padding="reflect",
        render_padding="reflect",
        render_skips=False,
    ),
}


def noisy(arch):
    """A generator in float64 whose every parameter matters (norms and slopes off their starting
    values).
    """
    torch.manual_seed(0)
    generator = Generator(arch).double().eval()
    choose_impl(generator, "plain")
    with torch.no_grad():
        for value in generator.parameters():
            value += 0.1 * torch.randn_like(value)
    return generator


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("styles", [1, 2])
@pytest.mark.parametrize("rearranged", [False, True])
@torch.no_grad()
def test_folded_networks_are_equal(name, styles, rearranged, monkeypatch):
    monkeypatch.setattr(winograd, "CHANNELS", 1)
    generator = noisy(ARCHITECTURES[name])
    folded = copy.deepcopy(generator)
    fold_for_inference(folded, rearranged)
    kinds = {type(module) for module in folded.modules()}
    assert (InferenceWinogradConv in kinds) == rearranged
    tile, rendered = torch.rand(2, 3, 32, 32).double(), torch.rand(2, 5, 16, 64).double()
    style = torch.randn(styles, 16).double()
    assert largest_difference(folded.density_net(tile), generator.density_net(tile)) < 1e-9
    assert (
        largest_difference(
            folded.render_net(rendered, style), generator.render_net(rendered, style)
        )
        < 1e-9
    )
    assert not any("weight_orig" in key for key in folded.state_dict())


# bfloat16 has 8 binary digits; these are random narrow networks, which let errors grow
# (docs/fidelity.md).
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("precision", "picture"), [("float32", 5e-5), ("bfloat16", 0.15)])
@pytest.mark.parametrize("winograd_channels", [winograd.CHANNELS, 1])
def test_golden_numbers_after_preparing(
    golden_root, name, precision, picture, winograd_channels, monkeypatch
):
    monkeypatch.setattr(winograd, "CHANNELS", winograd_channels)  # the golden networks are narrow
    gold = golden(golden_root, name)
    io = gold.io
    generator = prepare_for_inference(gold.weights.generator(), precision)
    dtype = getattr(torch, precision)
    found = generator.density_net(io["sat"])
    assert largest_difference(found, io["density"]) < 1e-5 * float(io["density"].max())
    for view in gold.painted_views:
        rendered = torch.cat(
            [io[f"view{view}_{part}"] for part in ("rgb", "opacity", "depth")], dim=1
        )
        painted = generator.render_net(rendered.to(dtype), io["style_w"].to(dtype)).float()
        assert largest_difference(painted, io[f"view{view}_pred"]) < picture


def test_norms_keep_their_digits_where_the_mean_is_large():
    torch.manual_seed(0)
    image = (torch.randn(1, 4, 64, 64) + 1000).contiguous(memory_format=torch.channels_last)
    expected = torch.nn.functional.instance_norm(image.double()).float()
    assert largest_difference(_normed(image, torch.ones(4), torch.zeros(4)), expected) < 1e-3


def test_preparing_keeps_the_light_in_float32_and_stops_gradients():
    generator = prepare_for_inference(Generator(Architecture.named("tiny")), "bfloat16")
    assert next(generator.sky_encoder.parameters()).dtype == torch.float32
    assert next(generator.density_net.parameters()).dtype == torch.float32
    assert next(generator.render_net.parameters()).dtype == torch.bfloat16
    assert not any(value.requires_grad for value in generator.parameters())


@pytest.mark.parametrize(
    ("amx", "avx512", "vendor", "gains"),
    [
        (True, True, "GenuineIntel", True),
        (False, True, "GenuineIntel", False),
        (False, True, "AuthenticAMD", True),
        (False, False, "AuthenticAMD", False),
    ],
)
def test_auto_takes_bfloat16_only_where_it_is_faster(amx, avx512, vendor, gains, monkeypatch):
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx, raising=False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: avx512, raising=False)
    monkeypatch.setattr(processor, "vendor", lambda: vendor)
    assert inference.gains_from_bfloat16(torch.device("cpu")) == gains
