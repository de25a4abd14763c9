"""The generator's terms, and the ReLU that can revive."""

import dataclasses
from types import SimpleNamespace

import pytest
import torch
from drawn_scenes import make_pack

from sat2density.training import objective, presets
from sat2density.training.batches import Batches, BatchRules
from sat2density.training.build import build_state
from sat2density.training.objective import Predictor, RevivingRelu


def plain():
    return torch.autocast("cpu", enabled=False)


@pytest.fixture
def batch(tmp_path):
    config = presets.PRESETS["tiny"]
    rules = BatchRules(
        0, 2, 64, config.scene.panorama_size, config.architecture.z_size, config.augment, 2
    )
    return Batches(make_pack(tmp_path / "pack", 4, ground=1, raised=2), rules).part(0, range(2))


def test_reviving_relu():
    raw = torch.tensor([-1.0, -1.0, 2.0, 2.0], requires_grad=True)
    out = RevivingRelu.apply(raw)
    assert out.tolist() == [0, 0, 2, 2]
    (out * torch.tensor([1.0, -1.0, 1.0, -1.0])).sum().backward()
    assert raw.grad.tolist() == [0, -1, 1, -1]


def test_dead_layers_come_back(batch):
    """With every layer's bias far under zero a plain ReLU gives no gradient; the reviving one
    does.
    """
    config = presets.PRESETS["tiny"]
    state = build_state(config, torch.device("cpu"))
    output = state.model.generator.density_net.trunk.output
    torch.nn.init.constant_(output.bias, -10)
    for reviving in (False, True):
        loss = dataclasses.replace(config.loss, reviving=reviving)
        prediction = Predictor(state.model, loss, plain)(batch)
        assert prediction.density.max().item() == 0
        terms = objective.generator_terms(prediction, batch, loss, 0.01, None)
        output.bias.grad = None
        terms["opacity"].backward()
        assert bool(output.bias.grad.abs().sum() > 0) == reviving


def test_training_and_looking_agree(batch):
    """The predictor's own path to the density equals the model's."""
    config = presets.PRESETS["tiny"]
    state = build_state(config, torch.device("cpu"))
    prediction = Predictor(state.model, config.loss, plain)(batch)
    torch.testing.assert_close(prediction.density, state.model.density(batch.tiles))


def test_only_terms_with_a_weight(batch):
    config = presets.PRESETS["tiny"]
    state = build_state(config, torch.device("cpu"))
    loss = dataclasses.replace(
        config.loss, views_opacity=1.0, smooth=1.0, overhang=1.0, colour=1.0, density_l1=1.0, l1=0.0
    )
    prediction = Predictor(state.model, loss, plain)(batch)
    terms = objective.generator_terms(prediction, batch, loss, 0.01, None)
    expected = {
        "l2",
        "opacity",
        "density_log",
        "density_l1",
        "views_opacity",
        "smooth",
        "overhang",
        "colour",
    }
    assert set(terms) == expected
    total = objective.weighted(terms, loss)
    assert total.item() == pytest.approx(
        sum(v.item() * getattr(loss, k) for k, v in terms.items()), rel=1e-5
    )
    assert prediction.view_opacity.shape == batch.view_skies.shape


def test_what_an_ablation_hides_is_hidden_in_training_and_in_looking(batch):
    """The switches belong to the architecture: the predictor's picture is the model's, and neither
    shows the input.
    """
    config = presets.PRESETS["tiny"]
    other = dataclasses.replace(batch, histograms=batch.histograms.flip(0) * 3)
    loss = dataclasses.replace(config.loss, kl=0.0)

    def trained_and_shown(batch, **switches):
        architecture = dataclasses.replace(config.architecture, **switches)
        state = build_state(
            dataclasses.replace(config, architecture=architecture), torch.device("cpu")
        )
        trained = Predictor(state.model, loss, plain)(batch).output.image()
        shown = state.model(
            batch.tiles, batch.histograms, batch.cameras, jitter=batch.draws.jitter
        ).image
        torch.testing.assert_close(trained, shown)
        return shown

    plain_picture = trained_and_shown(batch)
    assert not torch.equal(plain_picture, trained_and_shown(other))
    assert torch.equal(
        trained_and_shown(batch, illumination=False), trained_and_shown(other, illumination=False)
    )
    assert not torch.equal(plain_picture, trained_and_shown(batch, render_depth=False))


def test_same_crop_for_both(batch):
    seen = []

    class Judge(torch.nn.Module):
        def forward(self, picture, yaw, pitch):
            seen.append(yaw.tolist())
            return [SimpleNamespace(score=picture[:, :1], features=[])]

    directions = {"yaw_deg": torch.tensor([[1, 2], [3, 4]]), "pitch_deg": torch.zeros(2, 2)}
    batch = dataclasses.replace(batch, draws=dataclasses.replace(batch.draws, **directions))
    alike = dataclasses.replace(batch, draws=batch.draws.with_one_crop())
    for one in (batch, alike):
        objective.discriminator_terms(Judge(), one.panoramas, one, presets.PRESETS["tiny"].loss)
    assert seen == [[3, 4], [1, 2], [1, 2], [1, 2]]  # real, fake; real, fake
