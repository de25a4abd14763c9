"""Several processes as one: who am I, whose share of the batch is mine, and averages over all."""

from __future__ import annotations

import dataclasses
import os

import torch
import torch.distributed as dist
from torch import Tensor, nn

from sat2density.errors import InputError
from sat2density.parallel import end_with_parent


@dataclasses.dataclass(frozen=True)
class ProcessGroup:
    """The processes of a run: this one's `rank` of `size`."""

    rank: int = 0
    size: int = 1

    @property
    def first(self) -> bool:
        """Whether this process writes files and talks."""
        return self.rank == 0

    def share(self, positions: range) -> range:
        """Return this process's contiguous share of a batch's positions; InputError if they don't
        divide evenly.

        Args:
            positions: of the whole batch, one after the other.

        """
        if len(positions) % self.size:
            raise InputError(
                f"a batch part of {len(positions)} scenes does not divide among {self.size} "
                f"processes"
            )
        count = len(positions) // self.size
        return range(positions.start + self.rank * count, positions.start + (self.rank + 1) * count)


def join(device: torch.device) -> ProcessGroup:
    """Join the other processes when torchrun started this one (gloo on the CPU, nccl on GPUs), else
    stand alone.

    Args:
        device: of this process.

    """
    if dist.is_initialized():
        return ProcessGroup(dist.get_rank(), dist.get_world_size())
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        return ProcessGroup()
    end_with_parent()
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return ProcessGroup(dist.get_rank(), dist.get_world_size())


def local_device(device: torch.device) -> torch.device:
    """Return the device of this process: each takes its own GPU.

    Args:
        device: as asked for; "cuda" becomes this process's own GPU.

    """
    if device.type == "cuda" and device.index is None:
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    return device


def wait(world: ProcessGroup) -> None:
    """Wait until every process is here.

    Args:
        world: the processes.

    """
    if world.size > 1:
        dist.barrier()


def leave(world: ProcessGroup) -> None:
    """Leave the group of processes.

    Args:
        world: the processes.

    """
    if world.size > 1 and dist.is_initialized():
        dist.destroy_process_group()


def average_gradients(module: nn.Module, world: ProcessGroup) -> None:
    """Replace every gradient by its mean over the processes, in one message (weights then stay
    equal everywhere).

    Args:
        module: whose parameters' gradients are replaced.
        world: the processes.

    """
    if world.size < 2:
        return
    gradients = [p.grad for p in module.parameters() if p.grad is not None]
    if not gradients:
        return
    joined = torch.cat([g.flatten() for g in gradients])
    dist.all_reduce(joined)
    joined /= world.size
    for gradient, part in zip(gradients, joined.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


def average(values: Tensor, world: ProcessGroup) -> Tensor:
    """Mean of a tensor over the processes.

    Args:
        values: any shape, on the device of the processes.
        world: the processes.

    """
    if world.size > 1:
        dist.all_reduce(values)
        values /= world.size
    return values


def agree(flag: bool, world: ProcessGroup, device: torch.device) -> bool:
    """Whether any process says so: all then act together (stop, save).

    Args:
        flag: what this process says.
        world: the processes.
        device: of this process.

    """
    if world.size < 2:
        return flag
    value = torch.tensor([float(flag)], device=device)
    dist.all_reduce(value, op=dist.ReduceOp.MAX)
    return bool(value.item())


def same_weights(module: nn.Module, world: ProcessGroup) -> None:
    """Give every process the first one's weights and buffers.

    Args:
        module: is changed in place, but for the first process.
        world: the processes.

    """
    if world.size > 1:
        for value in [*module.parameters(), *module.buffers()]:
            dist.broadcast(value.detach(), 0)
