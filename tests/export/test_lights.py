"""What was looked at before, painted in another light."""

import torch

from sat2density.encoded_lights import EncodedLights
from sat2density.export.lights import relit
from sat2density.light.lighting import Lighting
from sat2density.views import Camera

DUSK = Lighting.preset("dusk")


def test_a_style_paints_what_its_light_does(scene):
    view = scene.project(Camera(0.2, 0.1))
    by_light = scene.relight(view, DUSK, 4).image
    by_style = relit(scene, view, EncodedLights(scene.model, 4).lit(DUSK))
    assert torch.equal(by_light, by_style)
    assert torch.equal(relit(scene, view, DUSK), scene.relight(view, DUSK).image)
    style = scene.model.style(DUSK)
    both = [scene.render(Camera(), light).image for light in (DUSK, style)]
    assert torch.equal(*both)
