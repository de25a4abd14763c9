"""The GPU twin without a GPU: Triton's interpreter against the reference, and compiled ahead of time for three GPUs.

On a CUDA machine `make gpu` runs `test_on_cuda`.
"""

import os
import subprocess
import sys

import pytest
import torch

from march_cases import random_case
from sat2density.render import kernels
from sat2density.render.kernels.settings import March

triton = pytest.importorskip("triton", reason="triton is not installed")

INTERPRETED_CASES = 4
CUDA_CASES = 40


def small_case(seed):
    """A few rays through a few cells: the interpreter takes milliseconds for every operation."""
    generator = torch.Generator().manual_seed(seed)
    density = torch.rand(1 + seed % 2, 3, 4, 5, generator=generator)
    if seed >= 2:
        density = torch.where(density > 0.7, density * 30, torch.zeros(()))
    if seed == 1:
        density = density.bfloat16()
    tile = torch.rand(2, 3, 3, 4, generator=generator)
    places = torch.tensor([[0.1, -0.8, -0.2], [1.05, -0.7, 0.9]])
    if seed == 3:
        places = torch.rand(2, 3, 7, 3, generator=generator) * 2 - 1
    directions = torch.nn.functional.normalize(torch.rand(2, 3, 7, 3, generator=generator) - 0.5, dim=-1)
    jitter = torch.rand(2, 3, 7, generator=generator) - 0.5 if seed == 1 else None
    settings = March(1.2, 5, -0.4, "slab" if seed % 2 else "plane")
    return density, tile, places, directions, settings, jitter, torch.randn(2, 5, 3, 7, generator=generator)


def exact(case):
    """Return the reference's result and gradients in float64."""
    density, tile, places, directions, settings, jitter, weights = (
        t.double() if isinstance(t, torch.Tensor) else t for t in case
    )
    density.requires_grad_(), tile.requires_grad_()
    seen = kernels.march(density, tile, places, directions, settings, jitter=jitter, impl="reference")
    seen.mul(weights).sum().backward()
    return seen.detach(), density.grad, tile.grad


def check(case, tolerance=1e-4):
    """Compare the Triton kernels with the reference; run where they can run."""
    from sat2density.render.kernels import triton_march

    density, tile, places, directions, settings, jitter, weights = case
    seen = triton_march.forward(density, tile, places, directions, jitter, settings)
    gradients = triton_march.backward(weights, density, tile, places, directions, jitter, settings, True)
    wanted, *wanted_gradients = exact(tuple(t.cpu() if isinstance(t, torch.Tensor) else t for t in case))
    assert (seen.cpu() - wanted).abs().max() < 2e-5
    for got, want in zip(gradients, wanted_gradients, strict=True):
        scale = max(1.0, float(want.abs().max()))
        allowed = tolerance + (4e-3 if got.dtype == torch.bfloat16 else 0)  # half a last place of bfloat16
        assert (got.cpu().double() - want).abs().max() < allowed * scale
        assert not ((want.abs() > 1e-3 * scale) & (got.cpu() == 0)).any()


def test_interpreted_kernels_agree_with_the_reference():
    """In another process: triton decides when it is imported whether it interprets."""
    done = subprocess.run(
        [sys.executable, __file__],
        env={**os.environ, "TRITON_INTERPRET": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.split()[-1] == str(INTERPRETED_CASES)


@pytest.mark.parametrize(
    ("name", "capability"),
    [
        *(("forward_kernel", capability) for capability in (80, 90, 100)),
        ("backward_kernel", 90),
        *(pytest.param("backward_kernel", capability, marks=pytest.mark.long) for capability in (80, 100)),
    ],
)
def test_compiles_ahead_of_time(name, capability):
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    from sat2density.render.kernels import triton_kernels
    from sat2density.render.kernels.triton_march import BLOCK

    kernel = getattr(triton_kernels, name)
    constants = {"UNDER": 1 - capability % 20 // 10, "TILE": True, "BLOCK": BLOCK}
    floats = {"length", "step", "top", "slab", "threshold"}
    pointers = {"volume": "*bf16", "blocks": "*u8"} | dict.fromkeys(
        ("tile", "origins", "directions", "jitter", "out", "gradient", "to_volume", "to_tile"), "*fp32"
    )
    signature = {
        argument: "constexpr"
        if argument in constants
        else pointers.get(argument, "fp32" if argument in floats else "i32")
        for argument in kernel.arg_names
    }
    used = {name: value for name, value in constants.items() if name in kernel.arg_names}
    source = ASTSource(fn=kernel, signature=signature, constexprs=used)
    compiled = triton.compile(source, target=GPUTarget("cuda", capability, 32))
    assert f"sm_{capability}" in compiled.asm["ptx"]
    assert len(compiled.asm["cubin"]) > 1000
    if name == "backward_kernel":
        assert "red." in compiled.asm["ptx"] or "atom." in compiled.asm["ptx"]


def test_occupied_blocks_are_those_of_the_cpu_twin():
    import numpy as np

    from sat2density.render.kernels.numba_occupancy import empty_blocks, mark_occupied
    from sat2density.render.kernels.triton_march import occupied_blocks

    generator = torch.Generator().manual_seed(0)
    for shape in ((4, 8, 12), (1, 1, 1), (7, 5, 33), (3, 16, 4)):
        for under in (0, 1):
            density = (torch.rand(1, *shape, generator=generator) > 0.97).float()
            blocks = empty_blocks(shape, under)
            mark_occupied(density.numpy().reshape(-1).view(np.int32), shape, blocks, under, 0, len(blocks))
            assert torch.equal(occupied_blocks(density, under)[0].int(), torch.from_numpy(blocks))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("seed", range(CUDA_CASES))
def test_on_cuda(seed):
    check(tuple(t.cuda() if isinstance(t, torch.Tensor) else t for t in random_case(seed)))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for number in range(INTERPRETED_CASES):
        check(small_case(number))
    print(INTERPRETED_CASES)
