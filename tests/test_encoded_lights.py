"""Lights are encoded once, and painted as before."""

import dataclasses

import pytest
import torch

from sat2density import SceneSpec
from sat2density.encoded_lights import EncodedLights, LightsInTurn
from sat2density.errors import InputError
from sat2density.light.lighting import Lighting
from sat2density.models.architecture import Architecture
from sat2density.pipeline import Sat2Density
from sat2density.sky import Lit, Sky

DUSK, NOON = Lighting.preset("dusk"), Lighting.preset("clear-noon")
SPEC = SceneSpec(tile_size=32, panorama_size=(64, 16), samples_per_ray=8)


@pytest.fixture(scope="module")
def tiny():
    """Random weights that show the light's own sky."""
    arch = dataclasses.replace(Architecture.named("tiny"), light_sky=True)
    return Sat2Density.random(arch, SPEC)


def test_a_style_is_the_model_s_bit_for_bit(tiny):
    for seed in (None, 4):
        encoded = EncodedLights(tiny, seed)
        for light in (DUSK, Lighting.mix(DUSK, NOON, 0.3), NOON):
            assert torch.equal(encoded.lit(light).style, tiny.style(light, seed))


def test_every_part_is_encoded_once(tiny, encodings):
    encoded = EncodedLights(tiny)
    for step in range(11):
        encoded.lit(Lighting.mix(DUSK, NOON, step / 10))
    assert len(encodings) == 2


def test_a_light_for_each_picture_is_encoded_once_however_it_is_given(tiny, encodings):
    given = ["dusk", "clear-noon", "dusk", NOON, Lighting.mix(NOON, DUSK, 0.5), tiny.lit(DUSK)]
    given.append(tiny.style(NOON))
    encodings.clear()
    lights = LightsInTurn(tiny, given)
    assert len(lights) == len(given)
    # two names, two lights of our own
    assert len(encodings) == 4
    for lit, light in zip(lights, [DUSK, NOON, DUSK, NOON, given[4], DUSK, NOON], strict=True):
        assert torch.equal(lit.style, tiny.style(light))
    assert [lit.sky is None for lit in lights] == [False] * 6 + [True]


def test_skies_are_made_when_they_are_asked_for(tiny, monkeypatch):
    """They are megabytes each: a walk of a thousand lights must not hold a thousand."""
    made = []
    real = Sky.of
    monkeypatch.setattr(Sky, "of", lambda light: made.append(light.name) or real(light))
    lights = LightsInTurn(tiny, ["dusk"] * 3 + ["clear-noon"])
    assert made == []
    assert all(isinstance(lit, Lit) for lit in lights[:3])
    assert made == ["dusk"]
    assert lights[3].sky is not None
    assert made == ["dusk", "clear-noon"]


def test_what_is_no_light_is_refused_by_its_number(tiny):
    with pytest.raises(InputError, match=r"light 2: .*did you mean 'dusk'"):
        LightsInTurn(tiny, ["dusk", "dus"])
