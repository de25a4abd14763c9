"""A scene of a random tiny model, small enough to render in a moment."""

import dataclasses

import pytest
import torch

from sat2density.conventions import CLASSES
from sat2density.models.architecture import Architecture
from sat2density.paths.trajectory import Trajectory
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec

SPEC = SceneSpec(
    extent_m=40, max_height_m=12, tile_size=32, panorama_size=(64, 16), samples_per_ray=12
)


@pytest.fixture(scope="session")
def tiny():
    """A random tiny model, which nobody changes."""
    return Sat2Density.random("tiny", SPEC).eval().requires_grad_(False)


@pytest.fixture(scope="session")
def tile():
    return torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(2))


@pytest.fixture(scope="session")
def scene(tiny, tile):
    return tiny.reconstruct(tile)


@pytest.fixture(scope="session")
def telling(tile):
    """A scene of random weights with all heads: they tell something of every place."""
    heads = ("classes", "trees", "vehicles", "poles", "edges", "slope", "ground")
    arch = dataclasses.replace(Architecture.named("tiny"), heads=heads, class_names=CLASSES)
    model = Sat2Density.random(arch, SPEC).eval().requires_grad_(False)
    return model.reconstruct(tile)


@pytest.fixture
def walk():
    """Five frames from the south-west to the north-east, looking ahead."""
    return Trajectory.straight((-0.5, 0.5), (0.5, -0.5), frames=5).along_path()


@pytest.fixture
def told():
    """A `progress` that remembers what it was told: `told.steps`."""

    class Told:
        def __init__(self):
            self.steps = []

        def __call__(self, done, total):
            self.steps.append((done, total))

    return Told()
