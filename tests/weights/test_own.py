import dataclasses
import json
import os

import pytest
import torch

from sat2density.errors import InputError, OutputError, WeightsError
from sat2density.light.lighting import Lighting
from sat2density.loading import load
from sat2density.models.architecture import Architecture
from sat2density.models.generator import Generator
from sat2density.models.inference import fold_for_inference
from sat2density.render.volume import RenderedRays
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.weights import open_weights
from sat2density.weights.own import own_pair, save_weights

SPEC, RULES = SceneSpec.named("village"), Rules(ground="slab")


def generator():
    torch.manual_seed(0)
    return Generator(Architecture.named("tiny"))


def test_a_round_trip_in_full_precision_is_exact(tmp_path):
    network = generator()
    save_weights(tmp_path / "a", network, SPEC, RULES, {"name": "a"}, half=False)
    weights = open_weights(tmp_path / "a")
    assert (weights.architecture, weights.spec, weights.rules) == (
        network.architecture,
        SPEC,
        RULES,
    )
    assert all(
        torch.equal(value, weights.generator_state[key])
        for key, value in network.state_dict().items()
    )


def test_half_precision_halves_matrices_and_keeps_vectors(tmp_path):
    network = generator()
    full, _ = save_weights(tmp_path / "full", network, SPEC, RULES, {}, half=False)
    half, _ = save_weights(tmp_path / "half", network, SPEC, RULES, {}, half=True)
    assert half.stat().st_size < 0.6 * full.stat().st_size
    state = open_weights(half).generator_state
    assert {value.dtype for value in state.values() if value.ndim > 1} == {torch.float16}
    assert {value.dtype for value in state.values() if value.ndim == 1} == {torch.float32}
    assert next(open_weights(half).generator().parameters()).dtype == torch.float32


def test_a_folded_or_broken_generator_is_not_written(tmp_path):
    with pytest.raises(WeightsError, match=r"missing key 'density_net\.trunk\.down\.0"):
        save_weights(tmp_path / "a", fold_for_inference(generator()), SPEC, RULES, {})
    network = generator()
    with torch.no_grad():
        network.render_net.style.weight[0, 0] = 1e6  # too large for half precision
    with pytest.raises(
        WeightsError, match=r"'render_net\.style\.weight' holds numbers that are not finite"
    ):
        save_weights(tmp_path / "a", network, SPEC, RULES, {})
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        save_weights(tmp_path / "file" / "a", generator(), SPEC, RULES, {})


def test_ablations_are_saved_and_seen_by_a_loaded_model(tmp_path):
    torch.manual_seed(0)
    arch = dataclasses.replace(Architecture.named("tiny"), render_depth=False, illumination=False)
    save_weights(tmp_path / "blind", Generator(arch), SPEC, RULES, {}, half=False)
    model = load(tmp_path / "blind", device="cpu")
    noon, dusk = (model.style(Lighting.preset(name)) for name in ("clear-noon", "dusk"))
    assert torch.equal(noon, dusk)
    near = torch.rand(1, 5, 16, 64)
    far = near * torch.tensor([1, 1, 1, 1, 2])[:, None, None]
    assert torch.equal(
        model.generate_image(RenderedRays(near), noon),
        model.generate_image(RenderedRays(far), noon),
    )


def test_weights_from_before_the_ablations_see_everything(own):
    _, meta = own_pair(own)
    architecture = json.loads(meta.read_text())["architecture"]
    del architecture["render_depth"], architecture["illumination"]
    edit(own, architecture=architecture)
    loaded = open_weights(own).architecture
    assert (loaded.render_depth, loaded.illumination) == (True, True)


def edit(own, **changes):
    _, meta = own_pair(own)
    values = {**json.loads(meta.read_text()), **changes}
    meta.write_text(json.dumps({key: value for key, value in values.items() if value is not None}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "other"}, "does not describe weights of sat2density"),
        ({"format_version": 2}, "format_version 2 is not 1; update sat2density"),
        ({"format_version": "1"}, "format_version '1'"),
        ({"scene": None}, "missing member 'scene'"),
        ({"scene": {"extent": 3}}, "unknown field 'extent'; did you mean 'extent_m'"),
        ({"scene": {"extent_m": -3}}, "extent_m must be 1 to 100000 metres"),
        ({"architecture": {"density_layer": 3}}, "unknown field 'density_layer'"),
        ({"architecture": {"density_layers": 0}}, "density_layers must be a whole number from 1"),
        ({"architecture": {}}, r"key 'density_net\.trunk\.down\.0\.conv\.\w+' "),
        ({"rules": {"ground": "sea"}}, "ground must be one of slab, plane"),
        ({"rules": {"grounds": "slab"}}, "unknown field 'grounds'; did you mean 'ground'"),
        ({"rules": [1]}, "expected a JSON object"),
        ({"bytes": 5}, "not what its .json says"),
        ({"sha256": "00"}, "its sha256 is not the one"),
    ],
)
def test_a_description_that_does_not_fit(own, changes, message):
    edit(own, **changes)
    with pytest.raises(WeightsError, match=message) as caught:
        open_weights(own)
    assert str(own) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_either_file_missing(own):
    tensors, meta = own_pair(own)
    meta.rename(meta.with_name("elsewhere"))
    with pytest.raises(WeightsError, match=r"mine\.v1\.json: not found; our weights are a pair"):
        open_weights(tensors)


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "[" * 100_000])
def test_a_description_that_is_no_description(own, text):
    own_pair(own)[1].write_text(text)
    words = r"not valid JSON|does not describe|not UTF-8 text|nested deeper"
    with pytest.raises(WeightsError, match=words):
        open_weights(own)


def test_damage_is_noticed_anywhere(own):
    tensors, _ = own_pair(own)
    whole = tensors.read_bytes()
    for place in (0, 9, len(whole) // 2, len(whole) - 1):
        tensors.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(WeightsError, match="its sha256 is not"):
            open_weights(own)
    tensors.write_bytes(whole[:-1])
    with pytest.raises(WeightsError, match=r"not what its \.json says"):
        open_weights(own)


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="needs a user whose permissions count"
)
def test_a_file_that_may_not_be_read(own):
    own_pair(own)[0].chmod(0)
    with pytest.raises(WeightsError, match="cannot be read: Permission denied"):
        open_weights(own)


@pytest.mark.parametrize("name", [".", "/", ""])
def test_a_name_that_is_a_folder(name):
    with pytest.raises(InputError, match="is a folder"):
        own_pair(name)
    with pytest.raises(WeightsError):
        open_weights(name)
