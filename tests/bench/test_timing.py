"""Measuring: medians, quartiles, ratios, records; every suite runs."""

import dataclasses
import json
import subprocess
import sys

import pytest
import torch

from sat2density.apps.bench import Bench
from sat2density.bench import memory, rendering_cases, suites, timing
from sat2density.errors import OutputError
from sat2density.scene_spec import SceneSpec

CPU = torch.device("cpu")
SPEC = SceneSpec(tile_size=32, panorama_size=(32, 16), samples_per_ray=8)
QUICK = timing.Effort(rounds=3, seconds=0.0, most=3, warm_up=1)
SETTING = suites.Setting(CPU, "tiny", QUICK, SPEC, side=32)


def test_median_and_quartiles_by_hand():
    measured = timing.Measured("x", (1.0, 2.0, 3.0, 4.0, 10.0), 5.0)
    assert measured.median == 3.0
    assert measured.spread == (2.0, 4.0)


def test_calls_are_timed_in_turn_after_warming_up():
    order = []
    calls = {"a": lambda: order.append("a"), "b": lambda: order.append("b")}
    results = timing.compare(
        calls, timing.Effort(rounds=3, seconds=0, most=3, warm_up=1), CPU, reference="b"
    )
    assert order == ["a", "b", *"ababab"]
    assert [len(r.milliseconds) for r in results] == [3, 3]
    assert results[0].ratio == pytest.approx(results[1].median / results[0].median)
    assert results[1].ratio is None


def test_more_rounds_until_the_time_is_up():
    (result,) = timing.compare(
        {"a": lambda: None}, timing.Effort(rounds=2, seconds=0.02, most=10**6, warm_up=0), CPU
    )
    assert len(result.milliseconds) > 2


def test_extra_memory_sees_an_array():
    # In a process of its own: what earlier tests gave back would be handed out again, unseen.
    code = (
        "import torch; from sat2density.bench import timing; "
        "print(timing.extra_memory_mb(lambda: torch.ones(16 * 2**20), torch.device('cpu')))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    if done.stdout.strip() == "None":
        pytest.skip("this system has no high-water mark")
    assert 50 < float(done.stdout) < 200


def test_the_record_names_machine_versions_and_commit():
    record = timing.describe_machine(CPU)
    assert record["versions"]["torch"] == torch.__version__
    assert record["cores"] >= 1
    assert record["auto_precision"] in ("float32", "bfloat16")
    assert record["date"].startswith("20")
    assert record["device"]
    json.dumps(record)


def test_fewer_rounds_where_a_round_is_slow():
    effort = timing.Effort(rounds=7, seconds=0, slow_s=0.0)
    (result,) = timing.compare({"a": lambda: None}, effort, CPU)
    assert len(result.milliseconds) == timing.SLOW_ROUNDS


def test_memory_of_rendering_and_training_is_measured_apart():
    spec = SPEC.to_dict()
    # Large enough that the reference's megabytes stand out from the pages a process has at hand.
    large = dataclasses.replace(SPEC, panorama_size=(256, 64), samples_per_ray=64)
    rendering = memory.measure_apart("render", spec=large.to_dict(), side=32)
    if not rendering:
        pytest.skip("this system has no high-water mark")
    assert rendering["fog, slab: reference"] > rendering["fog, slab: numba"] + 5
    training = memory.measure_apart(
        "train", path="reference", architecture="tiny", spec=spec, batch=2
    )
    assert training["beyond_mb"] > 0


@pytest.mark.parametrize("name", ["render", "frame", "train", "load"])
def test_suites_run(name):
    results = suites.SUITES[name](SETTING)
    assert all(result.median > 0 for result in results)
    assert any(result.ratio is not None for result in results) or name == "load"
    assert len({result.name for result in results}) == len(results)


def test_a_brief_look_renders_over_the_plane_without_memory():
    results = suites.render_suite(dataclasses.replace(SETTING, brief=True))
    assert len(results) == 8  # forward and both ways, street and fog, fast and reference
    assert all(", plane: " in result.name and not result.extra for result in results)


def test_start_up_is_quick_to_help():
    results = {result.name: result for result in suites.start_suite(SETTING)}
    assert (
        results["start: sat2density --help"].milliseconds[0]
        > results["start: python alone"].milliseconds[0]
        > 1
    )


def test_opaque_scene_is_solid_and_has_air():
    volume = rendering_cases.opaque_scene(SceneSpec.named("cvact"), 16, 64)
    assert 0.5 < float((volume == 0).float().mean()) < 0.98
    assert float((volume >= 20).float().mean()) > 0.02


def test_a_record_is_not_written_over(tmp_path):
    path = tmp_path / "bench.json"
    path.write_text("{}")
    with pytest.raises(OutputError, match="exists"):
        Bench("render", json=path).run()
