import os
import pickle
import random
import shutil
import subprocess
import sys
import zipfile

import pytest
import torch
from released_files import NARROW, RUN, zipped

from sat2density.errors import InputError, WeightsError
from sat2density.scene_spec import RELEASED, SCENES, SceneSpec
from sat2density.weights import KNOWN, open_weights
from sat2density.weights.loaded import LoadedWeights


def same(first, second):
    return first.keys() == second.keys() and all(
        torch.equal(first[key], second[key]) for key in first
    )


def test_a_released_file_and_its_zip_give_the_same(pth, release):
    plain, inside = open_weights(pth, "cvact"), open_weights(release, "cvact")
    assert plain.architecture == inside.architecture == NARROW
    assert plain.rules == RELEASED
    assert plain.spec == SCENES["cvact"]
    assert plain.info["epoch"] == 3
    assert same(plain.generator_state, inside.generator_state)
    assert same(plain.discriminator_state, inside.discriminator_state)
    assert len(plain.discriminator().views) == 2
    network = plain.generator()
    assert same(network.state_dict(), plain.generator_state)
    assert network.density_net(torch.rand(1, 3, 16, 16)).shape == (1, 6, 16, 16)


def test_a_released_file_needs_its_scene(pth):
    with pytest.raises(WeightsError, match=r"does not say its scene; give --scene \(cvact, cvusa"):
        open_weights(pth)
    wide = SceneSpec(extent_m=77, panorama_size=(256, 64))
    weights = open_weights(pth, wide)
    assert (weights.spec, weights.rules) == (wide, RELEASED)  # the rules belong to the weights


@pytest.mark.parametrize("name", ["cvact", "2u87bj8w", "cvusa", "2cqv8uh4"])
def test_released_names_come_from_the_cache_or_say_how_to_get_there(
    name, release, tmp_path, monkeypatch
):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    with pytest.raises(WeightsError, match=f"sat2density weights fetch {KNOWN[name].name}"):
        open_weights(name)
    KNOWN[name].path.parent.mkdir()
    shutil.copy(release, KNOWN[name].path)
    weights = open_weights(name)
    assert weights.spec == SCENES[KNOWN[name].name]
    assert weights.info["licence"] == "CC BY-NC 4.0"
    assert open_weights(name, "town").spec == SCENES["town"]


def test_names_and_files_that_are_not_there(tmp_path):
    with pytest.raises(
        WeightsError, match=r"no such file or name of weights; did you mean 'cvact'"
    ):
        open_weights("cvatc")
    with pytest.raises(InputError, match="unknown scene 'cvat'"):
        open_weights("cvact", "cvat")
    with pytest.raises(WeightsError, match="is a folder"):
        open_weights(tmp_path, "cvact")


@pytest.mark.parametrize("suffix", ["", ".safetensors", ".json"])
def test_our_own_pair_by_any_of_its_names(own, suffix):
    weights = open_weights(own.with_name(own.name + suffix))
    assert isinstance(weights, LoadedWeights)
    assert weights.spec == SCENES["suburb"]
    assert weights.info["step"] == 7


def test_our_own_scene_is_not_replaced(own):
    assert open_weights(own, "suburb").spec == SCENES["suburb"]
    with pytest.raises(WeightsError, match="carries its own scene"):
        open_weights(own, "town")


def change(checkpoint, part, key, value):
    changed = {**checkpoint, part: dict(checkpoint[part])}
    if value is None:
        del changed[part][key]
    else:
        changed[part][key] = value
    return changed


WEIGHT = "denoise_model.model.0.layers.conv.weight_orig"


@pytest.mark.parametrize(
    ("part", "key", "value", "message"),
    [
        ("netG", "style_model.fc_out.bias", None, "missing key 'style_model.fc_out.bias'"),
        (
            "netG",
            "depth_model.up1_b.layers.conv.weight_orig",
            None,
            "missing key 'depth_model.up1_b.layers.conv",
        ),
        (
            "netG",
            WEIGHT,
            torch.zeros(4, 5, 5, 5),
            rf"key '{WEIGHT}' has shape \(4, 5, 5, 5\), expected \(4, 5, 7, 7\)",
        ),
        ("netG", WEIGHT, torch.zeros(4), rf"key '{WEIGHT}' has shape \(4,\)"),
        ("netG", WEIGHT, torch.zeros(4, 5, 7, 7, dtype=torch.int32), "expected floating-point"),
        ("netG", WEIGHT, torch.full((4, 5, 7, 7), torch.nan), "not finite"),
        ("netG", "extra.weight", torch.zeros(2), "key 'extra.weight' is left over"),
        ("netG", WEIGHT, "text", f"key '{WEIGHT}' does not hold a tensor"),
        (
            "netG",
            WEIGHT,
            torch.zeros(1).expand(4, 5, 7, 7),
            "claims more numbers than the file holds",
        ),
        (
            "netD",
            "model.discriminators.1.layer4.0.layers.conv.bias",
            None,
            "missing key 'model.discriminators.1",
        ),
    ],
)
def test_the_first_wrong_key_is_named(checkpoint, tmp_path, part, key, value, message):
    path = tmp_path / "changed.pth"
    torch.save(change(checkpoint, part, key, value), path)
    with pytest.raises(WeightsError, match=message) as caught:
        open_weights(path, "cvact")
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [[1, 2], {"epoch": 1}, {"netG": 3}, {"netG": {}}, torch.zeros(3)])
def test_other_contents_are_refused(tmp_path, value):
    path = tmp_path / "other.pth"
    torch.save(value, path)
    with pytest.raises(WeightsError, match=r"missing key|not a dictionary of tensors"):
        open_weights(path, "cvact")


class Hostile:
    """Unpickling this would make a folder."""

    def __init__(self, mark):
        self.mark = str(mark)

    def __reduce__(self):
        return os.mkdir, (self.mark,)


@pytest.mark.parametrize("form", ["torch", "torch inside a zip", "legacy torch", "pickle"])
def test_code_in_a_file_is_never_run(checkpoint, tmp_path, form):
    mark, path = tmp_path / "mark", tmp_path / "hostile.pth"
    hostile = {**checkpoint, "epoch": Hostile(mark)}
    if form == "pickle":
        path.write_bytes(pickle.dumps(hostile))
    else:
        torch.save(hostile, path, _use_new_zipfile_serialization="legacy" not in form)
    if "inside" in form:
        path = zipped(path, tmp_path / "hostile.zip")
    with pytest.raises(WeightsError, match=r"code is never loaded|damaged"):
        open_weights(path, "cvact")
    assert not mark.exists()


@pytest.mark.parametrize(
    "member", ["../../escaped/files/checkpoint/model.pth", "/abs/files/checkpoint/model.pth"]
)
def test_members_cannot_leave_the_target(pth, tmp_path, member, monkeypatch):
    inside = tmp_path / "in" / "here"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    before = sorted(tmp_path.rglob("*"))
    path = zipped(pth, tmp_path / "slip.zip", member)
    assert (
        open_weights(path, "cvact").architecture == NARROW
    )  # read, but only ever into a place of our own
    assert sorted(tmp_path.rglob("*")) == [*before, path]


def test_zips_without_or_with_two_checkpoints(pth, tmp_path):
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(WeightsError, match="holds no files"):
        open_weights(empty, "cvact")
    two = zipped(pth, tmp_path / "two.zip")
    with zipfile.ZipFile(two, "a") as archive:
        archive.write(pth, f"{RUN}2/files/checkpoint/model.pth")
    with pytest.raises(WeightsError, match="holds 2 files"):
        open_weights(two, "cvact")


def test_an_enormous_member_is_refused_before_it_is_unpacked(pth, tmp_path, monkeypatch):
    monkeypatch.setattr("sat2density.weights.torchfile.LARGEST", 1000)
    with pytest.raises(WeightsError, match="claims to be over"):
        open_weights(zipped(pth, tmp_path / "big.zip"), "cvact")


@pytest.mark.parametrize("kind", ["pth", "release", "legacy"])
def test_truncated_and_flipped_files_give_one_sentence(pth, release, checkpoint, tmp_path, kind):
    source = {"pth": pth, "release": release, "legacy": tmp_path / "legacy.pth"}[kind]
    if kind == "legacy":
        torch.save(checkpoint, source, _use_new_zipfile_serialization=False)
    whole, draw = source.read_bytes(), random.Random(kind)
    good = open_weights(source, "cvact").generator_state
    path = tmp_path / "damaged"
    sentences = []
    for case in range(40):
        data = bytearray(whole)
        if case % 2:
            data = data[: draw.randrange(len(data))]
        else:
            for _ in range(draw.choice((1, 8, 200))):
                data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(data)
        try:
            state = open_weights(path, "cvact").generator_state
        except WeightsError as error:
            sentences.append(str(error))
        else:
            # The flip hit a place that does not matter, or (legacy: no checksum) one number.
            assert kind == "legacy" or same(state, good)
    assert len(sentences) > 20
    assert all(str(path) in sentence and "\n" not in sentence for sentence in sentences)


def test_checking_does_not_import_torchs_compiler(pth):
    code = (
        f"import sys; from sat2density.weights import open_weights; open_weights({str(pth)!r}, "
        f"'cvact').generator()"
    )
    code += "; print('torch._dynamo' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
