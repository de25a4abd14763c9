"""Lights: where they come from, what they keep, and what they refuse."""

import contextlib
import json
import resource

import numpy as np
import pytest
import torch
from PIL import Image

from sat2density.errors import InputError, ShapeError
from sat2density.light.histogram import sky_histogram
from sat2density.light.lighting import PRESETS, Lighting
from sat2density.light.presets import preset_panorama


@pytest.fixture
def photo(tmp_path):
    """A drawn panorama of blue above brown, and its mask."""
    pixels = np.zeros((64, 128, 3), np.uint8)
    pixels[:32] = (90, 130, 210)
    pixels[32:] = (110, 95, 80)
    pixels[40::3, ::2] = (40, 60, 30)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    mask = np.zeros((64, 128), np.uint8)
    mask[:32] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    return tmp_path / "photo.png", tmp_path / "mask.png"


def test_presets_are_the_promised_ones_differ_and_serve_both_forms():
    assert PRESETS == (
        "clear-morning",
        "clear-noon",
        "golden-hour",
        "dusk",
        "light-cloud",
        "overcast",
    )
    for form in ("released", "unit"):
        codes = [Lighting.preset(name).histogram(form) for name in PRESETS]
        for i, code in enumerate(codes):
            assert code.shape == (270,)
            for other in codes[:i]:
                distance = (code / code.sum() - other / other.sum()).abs().sum()
                assert distance > 0.5


def test_presets_have_plausible_colours():
    means = {name: preset_panorama(name)[0][:61].reshape(-1, 3).mean(0) for name in PRESETS}
    for name in ("clear-morning", "clear-noon", "light-cloud"):
        assert means[name][2] > means[name][0] + 20
    assert means["dusk"].mean() < 90 < means["overcast"].mean()
    assert np.ptp(means["overcast"]) < 15
    low = preset_panorama("golden-hour")[0][58].mean(0)
    assert low[0] > low[2] + 40


def test_an_unknown_preset_suggests_the_nearest():
    with pytest.raises(InputError, match="unknown light 'clear-non'; did you mean 'clear-noon'"):
        Lighting.preset("clear-non")
    with pytest.raises(InputError, match=r"did you mean 'overcast'.*or give a photo"):
        Lighting.parse("overcst")


def test_a_photo_with_its_mask_gives_the_histogram_of_its_sky(photo):
    light = Lighting.from_photo(*photo)
    assert light.name == "photo"
    counts = light.histogram("unit").reshape(3, 90)
    assert (counts > 0.9).sum(1).tolist() == [1, 1, 1]
    assert [int(row.argmax()) for row in counts] == [
        210 * 90 // 255,
        130 * 90 // 255,
        90 * 90 // 255,
    ]


def test_files_tensors_and_the_plain_function_agree(photo):
    from sat2density.images import read_image, read_mask

    image, mask = read_image(photo[0]), read_mask(photo[1])
    for form in ("released", "unit"):
        expected = sky_histogram(image, mask, form)
        assert torch.equal(Lighting.from_photo(*photo).histogram(form), expected)
        assert torch.equal(Lighting.from_photo(image, mask).histogram(form), expected)


def test_the_sky_is_estimated_where_no_mask_is_given(photo):
    with_mask, without = (
        Lighting.from_photo(photo[0], mask).histogram("unit") for mask in (photo[1], None)
    )
    assert (with_mask - without).abs().sum() < 0.3


def test_only_the_sky_is_kept(photo):
    sky = Lighting.from_photo(*photo).sky
    assert sky is not None
    assert sky[64:].max() == 0


def test_no_sky_and_a_mask_of_another_picture_are_refused(photo, tmp_path):
    Image.new("L", (128, 64)).save(tmp_path / "none.png")
    with pytest.raises(InputError, match=r"photo\.png: its mask shows no sky"):
        Lighting.from_photo(photo[0], tmp_path / "none.png")
    woods = np.random.default_rng(0).integers(0, 120, (64, 128, 3)).astype(np.uint8)
    Image.fromarray(woods).save(tmp_path / "woods.png")
    with pytest.raises(InputError, match=r"woods\.png: no sky was found in it; give a mask"):
        Lighting.from_photo(tmp_path / "woods.png")
    Image.new("L", (64, 64), 255).save(tmp_path / "square.png")
    with pytest.raises(InputError, match=r"128x64 pixels and the mask .*square\.png 64x64"):
        Lighting.from_photo(photo[0], tmp_path / "square.png")
    with pytest.raises(ShapeError, match=r"\(2, 5, 5\)"):
        Lighting.from_photo(torch.zeros(2, 5, 5), torch.ones(1, 5, 5))


def test_a_histogram_serves_its_own_form_only():
    counts = torch.arange(270.0)
    light = Lighting.from_histogram(counts, noise=torch.ones(8))
    assert torch.equal(light.histogram("released"), counts)
    assert torch.equal(light.noise, torch.ones(8))
    with pytest.raises(InputError, match="form 'released', which cannot be turned into 'unit'"):
        light.histogram("unit")
    with pytest.raises(InputError, match="unknown histogram form"):
        light.histogram("raw")
    for bad in (torch.zeros(269), torch.full((270,), torch.nan), -torch.ones(270)):
        with pytest.raises(ShapeError, match="expected 270 finite counts"):
            Lighting.from_histogram(bad)


def test_a_mix_is_its_parts():
    a, b, c = (Lighting.preset(name) for name in PRESETS[:3])
    assert a.parts == ((a, 1.0),)
    mixed = Lighting.mix(a, b, 0.25)
    assert mixed.parts == ((a, 0.75), (b, 0.25))
    assert mixed.name == "clear-morning 75% + clear-noon 25%"
    nested = Lighting.mix(mixed, c, 0.5)
    assert nested.parts == ((a, 0.375), (b, 0.125), (c, 0.5))
    with pytest.raises(InputError, match="take those of its parts"):
        mixed.histogram("unit")
    for bad in (-0.1, 1.1, float("nan")):
        with pytest.raises(InputError, match=r"must lie in \[0, 1\]"):
            Lighting.mix(a, b, bad)


def test_save_and_load_every_kind(tmp_path, photo):
    noise = torch.tensor([0.5, -1.25])
    lights = [
        Lighting.from_photo(*photo),
        Lighting.preset("dusk"),
        Lighting.from_histogram(torch.arange(270.0) / 7, noise),
        Lighting.mix(Lighting.preset("dusk"), Lighting.from_histogram(torch.ones(270)), 0.3),
    ]
    for light in lights:
        light.save(tmp_path / "light.json")
        again = Lighting.load(tmp_path / "light.json")
        assert again.name == light.name
        for (one, weight), (two, other) in zip(light.parts, again.parts, strict=True):
            assert weight == other
            assert torch.equal(one.histogram("released"), two.histogram("released"))
            assert (one.noise is None and two.noise is None) or torch.equal(one.noise, two.noise)


def test_parse_reads_every_form(tmp_path, photo):
    image, mask = map(str, photo)
    expected = Lighting.from_photo(image, mask).histogram("released")
    assert torch.equal(Lighting.parse(f"{image}::{mask}").histogram("released"), expected)
    assert torch.equal(Lighting.parse(image, sky_mask=mask).histogram("released"), expected)
    assert Lighting.parse("dusk").name == "dusk"
    Lighting.preset("overcast").save(tmp_path / "light.json")
    assert Lighting.parse(str(tmp_path / "light.json")).name == "overcast"


def test_parse_refuses_with_one_sentence(tmp_path, photo):
    image, mask = map(str, photo)
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "other.json").write_text(json.dumps({"a": 1}))
    damaged = {"format": "sat2density light 1", "name": "x", "sky_png": "AAAA"}
    (tmp_path / "damaged.json").write_text(json.dumps(damaged))
    for text, sky_mask, words in [
        ("dusk", mask, "--sky-mask: goes with a photo"),
        (f"{image}::{mask}", mask, "already names a mask"),
        (f"{image}::", None, "expected PHOTO::MASK"),
        (str(tmp_path / "gone.png"), None, "no such file"),
        (str(tmp_path / "gone.json"), None, "there is no such file"),
        (str(tmp_path / "bad.json"), None, r"line 1: is not valid JSON"),
        (str(tmp_path / "other.json"), None, "is not a saved light"),
        (str(tmp_path / "damaged.json"), None, "damaged as a light"),
    ]:
        with pytest.raises(InputError, match=words) as caught:
            Lighting.parse(text, sky_mask)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("size", [(1, 1000), (1000, 1), (2, 30_000)])
def test_a_photograph_of_odd_proportions_is_a_light_or_refused_at_once(tmp_path, size):
    # 1 x 1000 pixels (84 bytes as a PNG) once took 17 GB
    path = tmp_path / "strip.png"
    Image.new("RGB", size, (120, 160, 230)).save(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with contextlib.suppress(InputError):
        Lighting.from_photo(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500 * 1024
