import dataclasses

import pytest
import torch
from golden_files import NAMES, golden, largest_difference

from sat2density.errors import ShapeError
from sat2density.models.architecture import Architecture
from sat2density.models.generator import Generator
from sat2density.models.sky_encoder import QUANTILES, SkyEncoder, StyleMLP, quantiles


@pytest.mark.parametrize("name", NAMES)
def test_golden_code_and_style(golden_root, name):
    gold = golden(golden_root, name)
    with torch.no_grad():
        code = gold.generator.sky_encoder(gold.io["sky_histogram"], gold.io["style_noise"])
        style = gold.generator.style_mlp(code.z)
    for key, value in (("mu", code.mu), ("logvar", code.logvar), ("z", code.z), ("w", style)):
        assert largest_difference(value, gold.io[f"style_{key}"]) < 1e-5, key


def test_without_noise_the_code_is_mu_and_nothing_is_random():
    torch.manual_seed(0)
    generator = Generator(Architecture.named("tiny"))
    histogram = torch.rand(2, 270)
    code = generator.sky_encoder(histogram)
    assert torch.equal(code.z, code.mu)
    assert torch.equal(generator.style(histogram), generator.style(histogram))
    assert not torch.equal(generator.style(histogram, torch.ones(2, 8)), generator.style(histogram))


def test_only_the_direction_of_z_matters_and_zero_stays_finite():
    mlp, z = StyleMLP(Architecture.named("tiny")), torch.randn(1, 8)
    assert torch.allclose(mlp(z), mlp(7 * z), atol=1e-6)
    assert mlp(torch.zeros(1, 8)).isfinite().all()


def test_a_histogram_of_another_length_is_refused():
    with pytest.raises(ShapeError, match=r"\(batch, 270\), not \(1, 300\)"):
        SkyEncoder(Architecture.named("tiny"))(torch.zeros(1, 300))


def test_quantiles_of_known_histograms():
    histogram = torch.zeros(2, 270)
    histogram[0, 0] = 1  # blue: all pixels in the first bin
    histogram[0, 90:180] = 1 / 90  # green: evenly spread
    histogram[0, 269] = 3  # red: the last bin, in counts of any scale
    blue, green, red = quantiles(histogram)[0].chunk(3)
    asked = torch.tensor(QUANTILES)
    assert torch.allclose(blue, asked / 90, atol=1e-6)
    assert torch.allclose(green, asked, atol=1e-5)
    assert torch.allclose(red, (89 + asked) / 90, atol=1e-6)
    assert torch.equal(quantiles(histogram)[1], torch.zeros(51))  # no sky at all


def test_an_encoder_of_quantiles_sees_a_shifted_sky_as_a_near_one():
    arch = dataclasses.replace(Architecture.named("tiny"), histogram_quantiles=True)
    torch.manual_seed(0)
    encoder, histogram = SkyEncoder(arch), torch.zeros(3, 3, 90)
    for row, bin_ in enumerate((40, 41, 80)):
        histogram[row, :, bin_] = 1
    mu = encoder(histogram.flatten(1)).mu.detach()
    assert float((mu[1] - mu[0]).norm()) < 0.1 * float((mu[2] - mu[0]).norm())


@pytest.mark.parametrize("by_quantiles", [False, True])
def test_without_illumination_every_sky_is_the_empty_one(by_quantiles):
    torch.manual_seed(0)
    arch = dataclasses.replace(Architecture.named("tiny"), histogram_quantiles=by_quantiles)
    lit, dark = Generator(arch), Generator(dataclasses.replace(arch, illumination=False))
    dark.load_state_dict(lit.state_dict())
    skies = torch.rand(2, 270)
    styles = dark.style(skies)
    assert torch.allclose(styles[0], styles[1], atol=1e-6)
    assert torch.equal(styles, lit.style(torch.zeros_like(skies)))
    assert not torch.allclose(*lit.style(skies), atol=1e-5)
