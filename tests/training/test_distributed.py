"""Two processes take the steps that one process with the joint batch takes."""

import dataclasses
import subprocess
import sys

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from drawn_scenes import make_pack

from sat2density.apps.cli import main
from sat2density.errors import InputError
from sat2density.training import distributed, presets, runlog, step
from sat2density.training.batches import Batches, BatchRules
from sat2density.training.build import build_state
from sat2density.training.pack_reader import Packed
from sat2density.training.schedule import Plan
from sat2density.training.step import Stepper

STEPS = 2


def adversarial_config():
    config = presets.PRESETS["tiny"]
    loss = dataclasses.replace(config.loss, gan=1.0, feature_matching=1.0, kl=0.1)
    # A large eps: Adam then is smooth near gradients of zero, where the last digit would decide the
    # sign of a step.
    optim = dataclasses.replace(
        config.optim, batch=4, accumulate=2, eps=1e-2, eps_discriminator=1e-2, steps=STEPS
    )
    return dataclasses.replace(config, loss=loss, optim=optim)


def in_float64():
    """Make this process compute in float64 throughout: what is left of a difference is then no
    rounding.
    """
    torch.set_default_dtype(torch.float64)
    torch.Tensor.float = torch.Tensor.double

    def doubled(values):
        floats = {
            name: v.double()
            for name, v in values.items()
            if torch.is_tensor(v) and v.is_floating_point()
        }
        return values | floats

    def to_device(batch, device):
        draws = dataclasses.replace(batch.draws, **doubled(vars(batch.draws)))
        return dataclasses.replace(batch, **doubled(vars(batch)) | {"draws": draws})

    step.to_device = to_device


def take_steps(folder, world):
    torch.set_num_threads(1)
    in_float64()
    config = adversarial_config()
    rules = BatchRules(
        0, 4, 64, config.scene.panorama_size, config.architecture.z_size, config.augment
    )
    state = build_state(config, torch.device("cpu"))
    distributed.same_weights(state.model, world)
    before = {name: value.clone() for name, value in state.model.generator.state_dict().items()}
    stepper = Stepper(
        config, state, Batches(Packed(folder, 8), rules), world, None, Plan(STEPS, None, 2)
    )
    reports = [stepper.run() for _ in range(STEPS)]
    stepper.loader.close()
    return reports, before, state.model.generator.state_dict(), state.discriminator.state_dict()


def process(rank, size, folder, results):
    store = results / f"store-{size}"
    if size > 1:
        dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=size)
    world = distributed.join(torch.device("cpu"))
    outcome = take_steps(folder, world)
    if rank == size - 1:
        torch.save(outcome, results / f"{size}.pt")
    distributed.leave(world)


def test_two_processes_equal_one(tmp_path):
    folder = tmp_path / "pack"
    make_pack(folder, 8)
    for size in (1, 2):
        mp.spawn(process, (size, folder, tmp_path), nprocs=size)
    alone, together = (torch.load(tmp_path / f"{size}.pt", weights_only=True) for size in (1, 2))
    for ours, theirs in zip(together[0], alone[0], strict=True):
        assert ours == pytest.approx(theirs, rel=1e-7, abs=1e-12)
    before, expected = alone[1], alone[2]
    for ours, theirs in zip(together[1:], alone[1:], strict=True):
        for name, value in theirs.items():
            torch.testing.assert_close(ours[name], value, rtol=1e-7, atol=1e-9, msg=name)
    moved = max(float((value - before[name]).abs().max()) for name, value in expected.items())
    assert moved > 1e-3


def test_shares():
    world = distributed.ProcessGroup(rank=1, size=2)
    assert world.share(range(4, 8)) == range(6, 8)
    assert not world.first
    with pytest.raises(InputError, match="does not divide"):
        world.share(range(3))


def test_alone():
    world = distributed.join(torch.device("cpu"))
    assert world == distributed.ProcessGroup()
    assert distributed.agree(True, world, torch.device("cpu"))
    assert distributed.average(torch.tensor(2.0), world) == 2


def torchrun(words):
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc-per-node",
        "2",
    ]
    done = subprocess.run(
        [*command, "-m", "sat2density.apps.cli", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.long
def test_torchrun_trains_and_resumes(words, tmp_path):
    """The launcher itself: two processes of the command, one folder, and the numbers of one
    process.
    """
    together, alone = (["--out", str(tmp_path / name)] for name in ("together", "alone"))
    said = torchrun([*words, *together, "--optim.steps", "2"])
    assert said.count("step 2: finished") == 1
    said = torchrun([*words, *together, "--optim.steps", "3", "--resume"])
    assert said.count("resumed at step 2") == 1
    assert main([*words, *alone, "--optim.steps", "3"]) == 0
    ours, theirs = (runlog.read(tmp_path / name, "step") for name in ("together", "alone"))
    assert [line["step"] for line in ours] == [1, 2, 3]
    for key in ("loss", "l1", "lr", "grad"):
        assert [line[key] for line in ours] == pytest.approx(
            [line[key] for line in theirs], rel=1e-3
        ), key
    assert (tmp_path / "together" / runlog.WEIGHTS / "tiny.safetensors").is_file()
