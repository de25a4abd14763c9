"""The frames of a walk on a map."""

import numpy as np
import pytest


def test_a_credit_stands_below_the_frame():
    pytest.importorskip("pyproj")
    import torch

    from sat2density.export.look import Look
    from sat2density.maps.walk_layout import MapLayout
    from sat2density.maps.walks import MapWalk
    from sat2density.scene_spec import SceneSpec
    from sat2density.views import View

    spec = SceneSpec(extent_m=16.0, tile_size=64, panorama_size=(64, 32), samples_per_ray=12)
    line = np.column_stack([np.zeros(5), np.arange(5.0)])
    walk = MapWalk(None, line, np.zeros(5), line, np.zeros(5))
    image, plane = torch.full((3, 32, 64), 0.5), torch.ones(1, 32, 64)
    view = View(image, image, plane, plane, 8.0)
    with_, without = (
        MapLayout(walk, spec, Look(), credit).frame(2, view, image[:, :, :32], (0.0, 2.0))
        for credit in ("(c) the test", "")
    )
    changed = np.flatnonzero((with_ != without).any((1, 2)))
    assert len(changed) > 5
    assert changed.min() > with_.shape[0] * 0.9
