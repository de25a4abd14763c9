"""The GPU twin without a GPU: Triton's interpreter against the reference, and compiled ahead of
time for three GPUs.

On a CUDA machine `make gpu` runs what has "cuda" in its name.
"""

import importlib
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import interpreted_march
import pytest
import torch
from march_cases import KINDS, check_against_reference, each_tensor, random_case, with_colours

from sat2density.errors import InputError
from sat2density.render import kernels
from sat2density.render.kernels import operation

triton = pytest.importorskip("triton", reason="triton is not installed")

CUDA_CASES = 40
HALF_CUDA_CASES = 8  # fewer: triton compiles anew for most cases, seconds each
LONG = pytest.mark.long
on_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")


@pytest.fixture(scope="module")
def interpreted():
    """What the interpreter's process found wrong in each case, "" where nothing."""
    done = subprocess.run(
        [sys.executable, interpreted_march.__file__],
        env={
            **os.environ,
            "TRITON_INTERPRET": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("seed", interpreted_march.SEEDS)
def test_interpreted_kernels_agree_with_the_reference(interpreted, seed):
    assert interpreted[str(seed)] == ""


@pytest.mark.parametrize("colours", [count for count, _ in interpreted_march.COLOURS])
def test_interpreted_kernels_take_any_number_of_colours(interpreted, colours):
    assert interpreted[f"{colours} colours"] == ""


def test_interpreted_kernels_agree_with_a_golden_file(interpreted):
    assert interpreted["golden"] == ""


def test_the_interpreted_cases_hold_every_kind_and_several_programs():
    cases = {seed: interpreted_march.small_case(seed) for seed in interpreted_march.SEEDS}
    kinds = {(KINDS[seed % len(KINDS)], case[4].ground) for seed, case in cases.items()}
    assert len(kinds) == 2 * len(KINDS)
    assert all(
        bool(case[0].any()) == (KINDS[seed % len(KINDS)] != "empty") for seed, case in cases.items()
    )
    assert {case[0].dtype for case in cases.values()} == {torch.float32, torch.bfloat16}
    assert {case[2].ndim for case in cases.values()} == {2, 4}
    assert {case[5] is None for case in cases.values()} == {True, False}
    rays = [case[3].shape[1:3].numel() for case in cases.values()]
    assert min(rays) > interpreted_march.BLOCK
    assert any(count % interpreted_march.BLOCK for count in rays)
    assert any(count % interpreted_march.BLOCK == 0 for count in rays)


@pytest.mark.parametrize(
    ("name", "capability", "pad"),
    [
        *(("forward_kernel", capability, 0) for capability in (80, 90, 100)),
        ("backward_kernel", 90, 0),
        ("forward_kernel", 90, 16),
        *(
            pytest.param("backward_kernel", capability, 16 if capability == 90 else 0, marks=LONG)
            for capability in (80, 90, 100)
        ),
    ],
)
def test_compiles_ahead_of_time(name, capability, pad):
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    from sat2density.render.kernels import triton_kernels
    from sat2density.render.kernels.triton_march import BLOCK

    kernel = getattr(triton_kernels, name)
    constants = {"UNDER": 1 - capability % 20 // 10, "TILE": True, "BLOCK": BLOCK, "PAD": pad}
    floats = {"length", "step", "top", "slab", "threshold"}
    pointers = {"volume": "*bf16", "blocks": "*u8"} | dict.fromkeys(
        ("tile", "features", "origins", "directions", "jitter", "out", "gradient"), "*fp32"
    )
    pointers |= dict.fromkeys(("to_volume", "to_tile", "to_features"), "*fp32")
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


def test_an_edited_helper_is_compiled_anew(tmp_path):
    """The kernels' cache key changes with the file of the functions they call, not only with their
    own.
    """
    from sat2density.render.kernels import triton_kernels, triton_reading

    def cache_key(name, edit):
        reading = Path(triton_reading.__file__).read_text(encoding="utf-8")
        calling = Path(triton_kernels.__file__).read_text(encoding="utf-8")
        own = f"{name}_reading"
        (tmp_path / f"{own}.py").write_text(edit(reading), encoding="utf-8")
        (tmp_path / f"{name}.py").write_text(
            calling.replace(triton_reading.__name__, own), encoding="utf-8"
        )
        return importlib.import_module(name).forward_kernel.cache_key

    sys.path.insert(0, str(tmp_path))
    try:
        same = [cache_key(name, lambda text: text) for name in ("kernels_one", "kernels_two")]
        edited = cache_key("kernels_three", lambda text: text.replace("1e-12", "1e-13"))
    finally:
        sys.path.remove(str(tmp_path))
    assert edited not in same
    assert same[0] == same[1]


def test_occupied_blocks_are_those_of_the_cpu_twin():
    import numpy as np

    from sat2density.render.kernels.numba_occupancy import empty_blocks, mark_occupied
    from sat2density.render.kernels.triton_march import occupied_blocks

    generator = torch.Generator().manual_seed(0)
    for shape in ((4, 8, 12), (1, 1, 1), (7, 5, 33), (3, 16, 4)):
        for under in (0, 1):
            density = (torch.rand(1, *shape, generator=generator) > 0.97).float()
            blocks = empty_blocks(shape, under)
            mark_occupied(
                density.numpy().reshape(-1).view(np.int32), shape, blocks, under, 0, 0, len(blocks)
            )
            assert torch.equal(occupied_blocks(density, under)[0].int(), torch.from_numpy(blocks))


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=on_cuda)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", ["density", "tile"])
def test_nan_and_infinity_are_reported(monkeypatch, name, bad, dtype, device):
    if (
        device == "cpu"
    ):  # triton is refused there; the search for NaN comes before any kernel is started
        monkeypatch.setattr(kernels, "_check_impl", lambda impl, density: None)
    density, tile, *rays, settings, jitter, _ = each_tensor(
        random_case(1), lambda tensor: tensor.to(device)
    )
    {"density": density, "tile": tile}[name].view(-1)[-1] = bad
    with pytest.raises(InputError, match=f"the {name} holds NaN or infinity"):
        kernels.march(density.to(dtype), tile, *rays, settings, jitter=jitter, impl="triton")


@on_cuda
@pytest.mark.parametrize("seed", range(CUDA_CASES))
def test_on_cuda(seed):
    check_against_reference(each_tensor(random_case(seed), torch.Tensor.cuda), "triton")


@on_cuda
@pytest.mark.parametrize("colours", [1, 2, 17, 40])
@pytest.mark.parametrize("seed", [1, 2])
def test_any_number_of_colours_on_cuda(colours, seed):
    case = with_colours(random_case(seed), colours)
    check_against_reference(each_tensor(case, torch.Tensor.cuda), "triton")


@on_cuda
@pytest.mark.parametrize("seed", range(HALF_CUDA_CASES))
def test_bfloat16_on_cuda(seed):
    density, *rest = each_tensor(random_case(seed), torch.Tensor.cuda)
    check_against_reference((density.bfloat16(), *rest), "triton")


@on_cuda
@pytest.mark.parametrize("seed", [2, 10, 5], ids=["slab", "plane", "bfloat16"])
def test_opcheck_on_cuda(seed):
    density, tile, *rays, settings, jitter, _ = each_tensor(
        interpreted_march.small_case(seed), torch.Tensor.cuda
    )
    arguments = (
        density.requires_grad_(),
        tile.requires_grad_(),
        *rays,
        jitter,
        settings.packed(),
        "triton",
    )
    torch.library.opcheck(operation.march, arguments)
