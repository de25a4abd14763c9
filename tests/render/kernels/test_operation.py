"""The fast twins as a torch operation: opcheck, compilers, choice of implementation, gradients that
arrive.
"""

import subprocess
import sys

import pytest
import torch

from sat2density.errors import InputError, ShapeError
from sat2density.render import cameras, kernels, volume
from sat2density.render.kernels import operation
from sat2density.render.kernels.settings import March
from sat2density.scene_spec import RELEASED, Rules, SceneSpec
from sat2density.views import Camera

SPEC = SceneSpec(
    extent_m=20.0, max_height_m=6.0, tile_size=16, panorama_size=(18, 8), samples_per_ray=20
)
RAYS = cameras.equirectangular_rays(SPEC, Rules(), [Camera(0.1, 0.2), Camera(-0.4, 0.3)])


def scene(requires_grad=True):
    generator = torch.Generator().manual_seed(0)
    density = torch.rand(2, 4, 8, 9, generator=generator) * 3
    tile = torch.rand(2, 3, 6, 7, generator=generator)
    return density.requires_grad_(requires_grad), tile.requires_grad_(requires_grad)


@pytest.mark.parametrize("rules", [RELEASED, Rules()], ids=["slab", "plane"])
@pytest.mark.parametrize("jitter", [None, torch.zeros(2, 8, 18)], ids=["plain", "jitter"])
def test_opcheck(rules, jitter):
    density, tile = scene()
    arguments = (
        density,
        tile,
        RAYS.origins,
        RAYS.directions,
        jitter,
        March.along(SPEC, rules).packed(),
        "numba",
    )
    torch.library.opcheck(operation.march, arguments)


def test_opcheck_of_the_backward_operation():
    density, tile = scene(requires_grad=False)
    arguments = (torch.rand(2, 5, 8, 18), [density, tile, RAYS.origins, RAYS.directions])
    for tile_wanted in (True, False):
        numbers = March.along(SPEC, Rules()).packed()
        torch.library.opcheck(operation.march_backward, (*arguments, numbers, "numba", tile_wanted))


@pytest.mark.parametrize("colours", [1, 17])
def test_opcheck_with_any_number_of_colours(colours):
    density, tile = scene()
    tile = torch.rand(2, colours, *tile.shape[2:]).requires_grad_()
    numbers = March.along(SPEC, Rules()).packed()
    arguments = (density, tile, RAYS.origins, RAYS.directions, None, numbers, "numba")
    torch.library.opcheck(operation.march, arguments)


@pytest.mark.parametrize("impl", ["reference", "numba"])
def test_a_tile_without_colours_is_refused(impl):
    density, _ = scene(requires_grad=False)
    with pytest.raises(ShapeError, match=r"no dimension may be empty; got .*tile \(1, 0, 4, 4\)"):
        kernels.march(
            density,
            torch.zeros(1, 0, 4, 4),
            RAYS.origins,
            RAYS.directions,
            March.along(SPEC, Rules()),
            impl=impl,
        )


def test_compiles_as_one_graph():
    density, tile = scene()

    def loss(density, tile, origins, directions):
        seen = volume.render_rays(density, tile, cameras.Rays(origins, directions), SPEC, Rules())
        return (seen.colour * seen.opacity).sum() + seen.depth.mean()

    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
    plain = loss(density, tile, RAYS.origins, RAYS.directions)
    wanted = torch.autograd.grad(plain, (density, tile))
    got = compiled(density, tile, RAYS.origins, RAYS.directions)
    assert torch.allclose(got, plain)
    for one, two in zip(torch.autograd.grad(got, (density, tile)), wanted, strict=True):
        assert torch.allclose(one, two)


def test_auto_is_numba_on_the_cpu_and_the_reference_in_float64():
    density, tile = scene(requires_grad=False)
    auto = volume.render_rays(density, tile, RAYS, SPEC, Rules()).stacked
    assert torch.equal(
        auto, volume.render_rays(density, tile, RAYS, SPEC, Rules(), impl="numba").stacked
    )
    assert kernels.choose_impl("cpu") == "numba"
    assert (
        volume.render_rays(density.double(), tile, RAYS, SPEC, Rules()).stacked.dtype
        == torch.float64
    )


def test_choice_explains_itself(monkeypatch):
    assert kernels.explain_choice("cpu") == "numba: fast kernels for cpu"
    assert "no fast kernels for mps" in kernels.explain_choice("mps")
    monkeypatch.setattr(kernels.importlib.util, "find_spec", lambda name: None)
    assert (
        kernels.explain_choice("cpu")
        == "reference: numba is not available (the package numba is not installed)"
    )
    assert kernels.choose_impl("cuda") == "reference"
    assert kernels.available_impls() == ("reference",)


@pytest.mark.parametrize(
    ("impl", "reason"),
    [
        ("numbas", "did you mean 'numba'"),
        ("triton", "impl 'triton' cannot be used: .*take 'auto' or 'reference'"),
    ],
)
def test_what_cannot_run_is_refused_with_the_reason(impl, reason):
    if impl == "triton" and torch.cuda.is_available():
        pytest.skip("triton can run here")
    density, tile = scene(requires_grad=False)
    with pytest.raises(InputError, match=reason):
        volume.render_rays(density, tile, RAYS, SPEC, Rules(), impl=impl)


def test_numba_in_float64_is_refused():
    density, tile = scene(requires_grad=False)
    with pytest.raises(InputError, match="works in float32, the density is float64"):
        volume.render_rays(density.double(), tile, RAYS, SPEC, Rules(), impl="numba")


def test_tensors_on_another_device_are_refused():
    density, tile = scene(requires_grad=False)
    with pytest.raises(
        InputError, match="'numba' cannot be used: it works on cpu tensors, these are on meta"
    ):
        volume.render_rays(density.to("meta"), tile.to("meta"), RAYS, SPEC, Rules(), impl="numba")


@pytest.mark.parametrize("wanted", [(True, False), (False, True), (True, True)])
def test_gradients_go_where_they_are_asked_for(wanted):
    density, tile = (
        t.requires_grad_(w) for t, w in zip(scene(requires_grad=False), wanted, strict=True)
    )
    volume.render_rays(density, tile, RAYS, SPEC, Rules(), impl="numba").stacked.sum().backward()
    for tensor, asked in zip((density, tile), wanted, strict=True):
        assert (tensor.grad is not None) == asked
        assert not asked or tensor.grad.abs().max() > 0


def test_importing_the_renderer_imports_neither_numba_nor_triton():
    code = (
        "import sys, sat2density.render.volume; print(sorted({'numba', 'triton'} & "
        "set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("rules", [RELEASED, Rules()], ids=["slab", "plane"])
def test_a_plain_call_gives_the_operations_numbers(rules):
    density, tile = scene()
    jitter = torch.rand(2, 8, 18, generator=torch.Generator().manual_seed(1)) - 0.5
    settings = March.along(SPEC, rules)
    followed, plain = (
        operation.run(d, t, RAYS.origins, RAYS.directions, jitter, settings, "numba")
        for d, t in ((density, tile), (density.detach(), tile.detach()))
    )
    assert followed.requires_grad
    assert not plain.requires_grad
    assert torch.equal(followed, plain)


def test_looking_at_a_scene_does_not_import_torchs_compiler():
    code = (
        "import sys, torch; from sat2density import Camera; "
        "from sat2density.pipeline import Sat2Density; model = Sat2Density.random('tiny'); "
        "side = model.spec.tile_size; "
        "model.reconstruct(torch.rand(3, side, side)).render(Camera(), 'clear-noon'); "
        "print('torch._dynamo' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
