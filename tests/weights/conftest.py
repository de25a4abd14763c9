"""Fixtures of files of weights, made by `released_files`."""

import pytest
import torch
from released_files import released_checkpoint, zipped

from sat2density.models.architecture import Architecture
from sat2density.models.generator import Generator
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.weights.own import save_weights


@pytest.fixture(scope="session")
def checkpoint():
    return released_checkpoint()


@pytest.fixture(scope="session")
def pth(checkpoint, tmp_path_factory):
    path = tmp_path_factory.mktemp("released") / "model.pth"
    torch.save(checkpoint, path)
    return path


@pytest.fixture(scope="session")
def release(pth):
    return zipped(pth, pth.with_name("release.zip"))


@pytest.fixture
def own(tmp_path):
    """Stem of a pair in our own format."""
    torch.manual_seed(0)
    stem = tmp_path / "mine.v1"
    info = {"name": "mine", "trained_on": "suburb", "licence": "Apache-2.0", "step": 7}
    save_weights(
        stem, Generator(Architecture.named("tiny")), SceneSpec.named("suburb"), Rules(), info
    )
    return stem
