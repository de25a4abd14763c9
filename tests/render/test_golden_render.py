"""The golden files' projections, views from above and density gradients, with every
implementation.
"""

import pytest
from golden_files import NAMES
from golden_files import golden as golden_case

from sat2density.render import cameras, volume
from sat2density.scene_spec import RELEASED
from sat2density.views import Camera


@pytest.fixture(params=NAMES)
def golden(request: pytest.FixtureRequest, golden_root):
    return golden_case(golden_root, request.param)


def rays_at(spec, origin_south_east):
    south, east = origin_south_east.tolist()
    return cameras.equirectangular_rays(spec, RELEASED, Camera(east=east, south=south))


@pytest.mark.parametrize("view", [0, 1, 2])
def test_views(golden, view, impl):
    golden.needs(f"view{view}_rgb")
    io, spec = golden.io, golden.spec
    rays = rays_at(spec, io[f"view{view}_origin_south_east"])
    seen = volume.render_rays(io["density"], io["sat"], rays, spec, RELEASED, impl=impl)
    assert (seen.colour - io[f"view{view}_rgb"]).abs().max() <= 2e-5
    assert (seen.opacity - io[f"view{view}_opacity"]).abs().max() <= 1e-5
    assert (seen.depth - io[f"view{view}_depth"]).abs().max() <= 2e-5


def test_top_down(golden, impl):
    io, spec = golden.io, golden.spec
    seen = volume.top_down(io["density"], io["sat"], spec, RELEASED, impl=impl)
    assert (seen.opacity - io["topdown_opacity"]).abs().max() <= 1e-5
    assert (seen.depth - io["topdown_depth"]).abs().max() <= 1e-5


def test_density_gradient(golden, impl):
    golden.needs("grad_density")
    io, spec = golden.io, golden.spec
    density = io["density"].clone().requires_grad_()
    rays = rays_at(spec, io["grad_origin_south_east"])
    seen = volume.render_rays(density, io["sat"], rays, spec, RELEASED, impl=impl)
    weighted = zip(
        (seen.colour, seen.opacity, seen.depth),
        (io["grad_weight_rgb"], io["grad_weight_opacity"], io["grad_weight_depth"]),
        strict=True,
    )
    sum((value * weight).sum() for value, weight in weighted).backward()
    wanted = io["grad_density"]
    assert wanted.abs().max() > 0
    found = density.grad[:, :, golden.inner, golden.inner]
    assert (found - wanted).abs().max() <= 1e-4 * wanted.abs().max()
