import math

import pytest
import torch

from sat2density import Camera, SceneSpec, View
from sat2density.errors import InputError

SPEC = SceneSpec.named("cvact")


def test_a_camera_by_metres_and_by_pixels():
    assert Camera.from_metres(SPEC, 7.5, -15) == Camera(0.5, -1.0)
    assert Camera.from_pixels(128, 128) == Camera(0, 0)
    assert Camera.from_pixels(192, 64, heading=90) == Camera(0.5, -0.5, 90)


@pytest.mark.parametrize(
    "values", [{"east": math.nan}, {"south": math.inf}, {"heading": math.nan}, {"height_m": 0}]
)
def test_a_camera_of_no_number_is_refused(values):
    with pytest.raises(InputError, match=next(iter(values))):
        Camera(**values)


def test_depth_in_metres_by_hand():
    opacity = torch.tensor([1.0, 0.5, 0.25]).reshape(1, 1, 3)
    depth = torch.tensor([0.4, 0.1, 0.1]).reshape(1, 1, 3)
    view = View(None, torch.zeros(3, 1, 3), opacity, depth, unit_m=15.0)
    metres = view.depth_m.flatten()
    assert metres[:2].tolist() == pytest.approx([6.0, 3.0])
    assert math.isnan(metres[2])


def test_one_view_of_a_batch():
    view = View(
        torch.rand(2, 3, 4, 8),
        torch.rand(2, 3, 4, 8),
        torch.rand(2, 1, 4, 8),
        torch.rand(2, 1, 4, 8),
        20.0,
    )
    assert torch.equal(view[1].image, view.image[1])
    assert view[1].depth.shape == (1, 4, 8)
