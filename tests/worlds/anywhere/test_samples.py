"""Samples of the style `anywhere` in folders and in memory: version, camera, truth."""

import json

import numpy as np
import pytest

from sat2density.data import Suburb
from sat2density.data.record import origin_of
from sat2density.errors import OutputError
from sat2density.worlds import World, generator_version
from sat2density.worlds.writing import Plan, make, plan_splits


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("anywhere") / "made"
    make(out, Plan("anywhere", plan_splits("anywhere", ["train:1"], first_seed=12)))
    return out


def test_a_version_counts_per_style():
    assert generator_version("anywhere") == "3"
    assert {generator_version(style) for style in ("suburb", "village", "town")} == {"2"}


def test_a_folder_says_where_the_panorama_was_taken(folder):
    world = World.generate("anywhere", 12)
    camera, unit = world.sample_camera, world.spec.unit_m
    with np.load(folder / "truth" / "anywhere-0000000012.npz") as truth:
        assert truth["generator_version"] == "3"
        assert truth["camera_m"] == pytest.approx((camera.east * unit, camera.south * unit))
        assert truth["camera_heading_deg"] == pytest.approx(camera.heading)
        seen = world.panorama(camera)
        assert np.array_equal(truth["panorama_classes"], seen.classes)
        assert np.array_equal(truth["classes"], world.classes())
    again = origin_of(folder, "anywhere-0000000012")
    assert (again.style, again.seed) == ("anywhere", 12)


def test_a_folder_of_another_version_is_refused(folder):
    record = folder / "world.json"
    known = json.loads(record.read_text())
    assert known["generator_version"] == "3"
    record.write_text(json.dumps({**known, "generator_version": "2"}))
    with pytest.raises(OutputError, match=r"version 2 of the generator, this is version 3"):
        make(folder, Plan("anywhere", plan_splits("anywhere", ["train:2"], first_seed=12)))
    record.write_text(json.dumps(known))


def test_samples_in_memory_are_those_of_the_folder():
    (sample,) = Suburb(style="anywhere", seeds=[12])
    view = World.generate("anywhere", 12).panorama(World.generate("anywhere", 12).sample_camera)
    assert np.array_equal((sample.panorama.numpy() * 255).round(), view.image.transpose(2, 0, 1))
    assert np.array_equal(sample.truth["depth_m"].numpy(), view.depth_m)
