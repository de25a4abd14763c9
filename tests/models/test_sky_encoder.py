import pytest
import torch

from golden_files import NAMES, golden, largest_difference
from sat2density.errors import ShapeError
from sat2density.models.architecture import Architecture
from sat2density.models.generator import Generator
from sat2density.models.sky_encoder import SkyEncoder, StyleMLP


@pytest.mark.parametrize("name", NAMES)
def test_golden_code_and_style(shared, name):
    gold = golden(shared, name)
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
