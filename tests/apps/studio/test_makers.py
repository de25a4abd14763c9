"""Everything the studio makes, read back."""

import json
import time

import numpy as np
import pytest
from PIL import Image

from sat2density.apps.studio.jobs import Jobs
from sat2density.apps.studio.makers import MAKERS
from sat2density.errors import InputError
from sat2density.images import read_tile

LIGHT = {"a": "dusk", "b": "clear-noon", "t": 0.5}
WALK = [[-0.3, 0.2], [-0.1, 0.1], [0.1, 0.1], [0.3, -0.1]]


@pytest.fixture
def visitor(studio, tile_file):
    visitor, _ = studio.visitors.greet(None, "tab")
    studio.enter(visitor, read_tile(tile_file, 64))
    return visitor


@pytest.fixture
def told():
    return []


@pytest.fixture
def jobs(studio, visitor, told):
    jobs = Jobs(studio, MAKERS)
    jobs.listen(visitor.key, told.append)
    yield jobs
    jobs.close()


def wait(told, jobs=1):
    """Wait until so many jobs ended and return their last messages."""
    ends = ("done", "failed", "cancelled")
    for _ in range(6000):  # minutes: the machine may be busy
        ended = [m for m in list(told) if m["kind"] == "job" and m["state"] in ends]
        if len(ended) >= jobs:
            return ended
        time.sleep(0.05)
    raise AssertionError(f"not ended: {told[-3:]}")


def video(style, **options):
    return {
        "what": "video",
        "style": style,
        "width": 512,
        "fps": 10,
        "light": LIGHT,
        "points": WALK,
        **options,
    }


@pytest.mark.parametrize(
    ("style", "size"), [("walk", (512, None)), ("spherical", (512, 256)), ("ahead", (512, 288))]
)
def test_videos_have_every_frame(jobs, visitor, told, style, size):
    import av

    jobs.start(visitor, video(style))
    assert wait(told)[0]["state"] == "done", told[-1]
    result = visitor.results[0]
    with av.open(str(result.path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == len(WALK)
    assert frames[0].shape[1] == size[0]
    assert size[1] in (None, frames[0].shape[0])
    assert np.abs(frames[0].astype(int) - frames[-1]).mean() > 0.5  # it moves
    assert next(m for m in told if m["kind"] == "result")["result"] == "video"


def test_the_360_degree_video_says_so(jobs, visitor, told):
    from sat2density.export.spherical import read_spherical_metadata

    jobs.start(visitor, video("spherical"))
    wait(told)
    assert read_spherical_metadata(visitor.results[0].path)["version_2"]["projection"] == "equi"


def test_a_gif_moves(jobs, visitor, told):
    jobs.start(visitor, video("gif"))
    wait(told)
    with Image.open(visitor.results[0].path) as picture:
        assert (picture.format, picture.n_frames, picture.width) == ("GIF", len(WALK), 512)


def test_mesh_volume_and_heights(jobs, visitor, told):
    for what in ("glb", "vti", "heights"):
        jobs.start(visitor, {"what": what})
    assert [m["state"] for m in wait(told, 3)] == ["done"] * 3
    files = {result.kind: result.path for result in visitor.results}
    assert files["glb"].read_bytes()[:4] == b"glTF"
    assert b"VTKFile" in files["vti"].read_bytes()[:200]
    with Image.open(files["heights"]) as picture:
        heights = np.asarray(picture)
    np.testing.assert_allclose(heights, visitor.place.heights(), atol=1e-4)


def test_a_page_is_made_with_the_walk_and_where_one_stood(jobs, visitor, told):
    place = {"east": 0.25, "south": 0.5}
    jobs.start(
        visitor,
        {
            "what": "page",
            "light": LIGHT,
            "points": WALK,
            "place": place,
            "yaw": 90,
            "title": "</script>",
        },
    )
    assert wait(told)[0]["state"] == "done", told[-1]
    text = visitor.results[0].path.read_text()
    start = text.index('id="sat2density-page">') + len('id="sat2density-page">')
    saved = json.loads(text[start : text.index("</script>", start)])
    assert saved["title"] == "</script>"
    assert len(saved["walk"]) == len(WALK)
    assert {**place, "yaw": 90}.items() <= saved["stills"][0].items()


def test_progress_is_told_with_the_time_left(jobs, visitor, told, monkeypatch):
    monkeypatch.setattr("sat2density.apps.studio.jobs.REPORT_EVERY_S", 0)
    jobs.start(visitor, video("walk"))
    wait(told)
    running = [m for m in told if m["kind"] == "job" and m["state"] == "running" and m["done"]]
    assert [m["done"] for m in running] == [1, 2, 3, 4]
    assert all(m["total"] == 4 and m["leftS"] >= 0 for m in running)


def test_a_cancelled_film_keeps_the_frames_that_are_done(jobs, visitor, told):
    import av

    points = np.linspace([-0.9, 0], [0.9, 0], 1500).tolist()
    jobs.start(visitor, video("walk", points=points))
    while not any(m.get("done") for m in told):
        time.sleep(0.02)
    jobs.cancel(visitor, {"job": told[0]["job"]})
    (end,) = wait(told)
    assert end["state"] == "cancelled"
    assert f"walk.mp4: the {end['done']} frames that are done are kept" in end["text"]
    (result,) = visitor.results
    assert f"{end['done']} of 1500 frames" in result.note
    with av.open(str(result.path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == end["done"]


def test_cancelling_before_the_first_frame_leaves_nothing(jobs, visitor, told):
    points = np.linspace([-0.9, 0], [0.9, 0], 1500).tolist()
    jobs.start(visitor, video("walk", points=points))
    jobs.start(visitor, video("walk", points=points))
    first = told[0]["job"]
    second = next(m["job"] for m in told if m["job"] != first)
    jobs.cancel(visitor, {"job": second})  # it waits for the first one
    jobs.cancel(visitor, {"job": first})
    ended = {m["job"]: m for m in wait(told, 2)}
    assert (ended[second]["state"], ended[second]["text"]) == ("cancelled", "")
    assert len(list(visitor.folder.glob("result-*"))) == len(visitor.results)


def test_too_many_jobs_are_refused(jobs, visitor, told):
    points = np.linspace([-0.9, 0], [0.9, 0], 1500).tolist()
    for _ in range(4):
        jobs.start(visitor, video("walk", points=points))
    with pytest.raises(InputError, match="jobs"):
        jobs.start(visitor, video("walk", points=points))
    jobs.close()
    assert {m["state"] for m in wait(told, 4)} == {"cancelled"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"style": "opera"},
        {"width": 4},
        {"width": 513},
        {"width": "512"},
        {"fps": 0},
        {"fps": True},
        {"points": [[0, 0]]},
        {"light": {"a": "x"}},
        {"what": "coffee"},
    ],
)
def test_options_that_make_no_sense_are_refused_at_once(jobs, visitor, wrong):
    with pytest.raises(InputError):
        jobs.start(visitor, {**video("walk"), **wrong})
