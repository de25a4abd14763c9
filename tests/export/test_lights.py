"""Lights are encoded once, and painted as before."""

import torch

from sat2density.export.lights import EncodedLights, relit
from sat2density.light.lighting import Lighting
from sat2density.views import Camera

DUSK, NOON = Lighting.preset("dusk"), Lighting.preset("clear-noon")


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


def test_a_style_paints_what_its_light_does(scene):
    view = scene.project(Camera(0.2, 0.1))
    by_light = scene.relight(view, DUSK, 4).image
    by_style = relit(scene, view, EncodedLights(scene.model, 4).lit(DUSK))
    assert torch.equal(by_light, by_style)
    assert torch.equal(relit(scene, view, DUSK), scene.relight(view, DUSK).image)
    style = scene.model.style(DUSK)
    both = [scene.render(Camera(), light).image for light in (DUSK, style)]
    assert torch.equal(*both)
