"""Released checkpoints as other programs hand them on."""

import pytest
import torch
from released_files import released_checkpoint

from sat2density.errors import WeightsError
from sat2density.notices import heard
from sat2density.weights import open_weights


@pytest.fixture
def told():
    texts = []
    with heard(texts.append):
        yield texts


def opened(tmp_path, values):
    # A file of its own: what was opened before is still mapped into memory.
    path = tmp_path / f"model-{len(list(tmp_path.iterdir()))}.pth"
    torch.save(values, path)
    return open_weights(path, "cvact")


def renamed(state, rename):
    return {rename(key): value for key, value in state.items()}


def test_as_released_without_a_word(tmp_path, told):
    assert opened(tmp_path, released_checkpoint()).discriminator_state
    assert told == []


@pytest.mark.parametrize(
    "rename",
    [
        lambda key: f"module.{key}",
        lambda key: f"_orig_mod.{key}",
        lambda key: f"module._orig_mod.{key}",
        lambda key: key.replace("depth_model.", "depth_model._orig_mod."),
    ],
)
def test_wrapped_names(tmp_path, told, rename):
    plain = released_checkpoint()
    wrapped = {**plain, "netG": renamed(plain["netG"], rename)}
    found = opened(tmp_path, wrapped)
    (text,) = told
    assert "netG was wrapped" in text
    for key, value in opened(tmp_path, plain).generator_state.items():
        assert torch.equal(found.generator_state[key], value)


@pytest.mark.parametrize("absent", [{}, {"netD": None}])
def test_no_discriminator(tmp_path, told, absent):
    found = opened(tmp_path, {"netG": released_checkpoint()["netG"], **absent})
    assert found.discriminator_state is None
    (text,) = told
    assert "holds no discriminator" in text


def test_the_generator_alone(tmp_path, told):
    state = renamed(released_checkpoint()["netG"], lambda key: f"module.{key}")
    assert opened(tmp_path, state).generator_state
    assert len(told) == 2


def test_other_things_beside_it_are_left_aside(tmp_path, told):
    others = {f"optimizer_{number}": {"lr": 0.1} for number in range(9)}
    assert opened(tmp_path, {**released_checkpoint(), **others}).info["epoch"] == 3
    (text,) = told
    assert "holds optimizer_0, optimizer_1" in text
    assert text.endswith("... beside netG: left aside")


def test_one_layer_twice(tmp_path):
    state = released_checkpoint()["netG"]
    with pytest.raises(WeightsError, match="same layers twice"):
        opened(tmp_path, {"netG": {**state, **renamed(state, lambda key: f"module.{key}")}})


@pytest.mark.parametrize("name", ["cvact.zip", "own.safetensors", "model.pth"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", r"is a web page \(HTML\), not a"),
        (b"version https://git-lfs.github.com/spec/v1\noid x\n", "run: git lfs pull"),
        (b"Not Found\n", "is a text file, not a file of weights"),
        (b"<?xml version='1.0'?><Error/>", "is an XML file, not a file of weights"),
    ],
)
def test_a_page_saved_as_weights_is_called_one(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=words):
        open_weights(path, "cvact" if name != "own.safetensors" else None)
