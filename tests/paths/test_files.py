import json
import os
from pathlib import Path

import numpy as np
import pytest

from sat2density.errors import InputError, OutputError
from sat2density.paths.trajectory import Trajectory
from sat2density.scene_spec import SceneSpec

CVACT = SceneSpec.named("cvact")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "paths"


@pytest.fixture
def read(tmp_path):
    """Write text (or bytes) to a file of that name and read it as a path."""

    def write_and_read(text, name="walk.csv", **options):
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / name).write_bytes(data)
        return Trajectory.read(tmp_path / name, CVACT, **options)

    return write_and_read


# ---- what is accepted


@pytest.mark.parametrize(
    "name", ["pixels.csv", "metres.csv", "successor.csv", "metres.json", "metres.geojson"]
)
def test_every_example_file_is_the_same_walk(name):
    path = Trajectory.read(EXAMPLES / name, CVACT)
    assert path.points == pytest.approx(
        Trajectory.read(EXAMPLES / "pixels.csv", CVACT).points, abs=0.005 / 15
    )
    assert len(path) == 9
    expected = (
        [0, 0, 0, 5, 15, 35, 55, 75, 90] if name in ("metres.csv", "metres.json") else [0] * 9
    )
    assert path.headings == pytest.approx(expected)


def test_pixels_are_those_of_a_256_tile_whatever_the_scene(read):
    assert read("x,y\n128,128\n256,0\n").points.tolist() == [[0, 0], [1, -1]]
    path = Trajectory.read(EXAMPLES / "pixels.csv", SceneSpec(tile_size=512, extent_m=55))
    assert path.points == pytest.approx(Trajectory.read(EXAMPLES / "pixels.csv", CVACT).points)


def test_metres_are_east_and_south_of_the_middle(read):
    path = read("east_m,south_m\n0,0\n-15,7.5\n")
    assert path.points.tolist() == [[0, 0], [-1, 0.5]]
    assert path.notices == ()


def test_other_columns_are_ignored_with_a_notice(read):
    path = read("angle,x,y\n12,128,128\n13,130,128\n")
    assert path.headings.tolist() == [0, 0]
    assert len(path.notices) == 1
    assert "ignored columns: angle" in path.notices[0]


def test_the_successors_angle_is_read_only_when_told_how(read):
    text = "w,h,angle\n128,128,1.5707963267948966\n140,128,0\n"
    silent = read(text)
    assert silent.headings.tolist() == [0, 0]
    assert "--angle degrees" in silent.notices[0]
    assert read(text, angle="radians").headings == pytest.approx([90, 0])
    assert read(text, angle="degrees").headings == pytest.approx([1.5707963, 0])
    assert read("w,h\n128,128\n140,128\n").notices == ()


def test_byte_order_mark_blank_lines_spaces_and_windows_line_ends_are_fine(read):
    path = read("\ufeff X , y \r\n\r\n128, 128\r\n\r\n 192,64\r\n")
    assert path.points.tolist() == [[0, 0], [0.5, -0.5]]


def test_consecutive_equal_points_are_merged_with_a_notice(read):
    path = read("x,y\n128,128\n128,128\n130,128\n130,128\n128,128\n")
    assert len(path) == 3
    assert "2 points" in path.notices[0]
    assert "line 3" in path.notices[0]


def test_json_headings_may_be_left_out(read):
    points = [{"east": 0, "south": 0}, {"east": 3, "south": 0, "heading": 90}]
    path = read(json.dumps({"unit": "m", "points": points}), "walk.json")
    assert path.points.tolist() == [[0, 0], [0.2, 0]]
    assert path.headings.tolist() == [0, 90]


@pytest.mark.parametrize("name", ["walk.geojson", "walk.json"])
def test_geojson_as_collection_feature_or_geometry(read, name):
    ours = {"sat2density": {"axes": "east_south_m"}}
    line = {"type": "LineString", "coordinates": [[0, 0, 5], [3, 0, 5]]}
    feature = {"type": "Feature", "properties": None, "geometry": line}
    for value in (line, feature, {"type": "FeatureCollection", "features": [feature]}):
        path = read(json.dumps({**value, **ours}), name)
        assert path.points.tolist() == [[0, 0], [0.2, 0]]
        assert "height" in path.notices[0]


def test_the_documentations_python_runs(tmp_path, monkeypatch, capsys):
    root = EXAMPLES.parents[1]
    text = (root / "docs" / "paths.md").read_text().split("## In Python")[1]
    code = "\n".join(line[4:] for line in text.splitlines() if line.startswith("    "))
    assert "Trajectory.read" in code
    (tmp_path / "examples").symlink_to(root / "examples")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/paths.md", "exec"), {})
    assert capsys.readouterr().out.startswith("14.")  # metres along the bend
    assert {file.name for file in tmp_path.iterdir()} == {"examples", "walk.json", "walk.csv"}


# ---- written back


@pytest.mark.parametrize("suffix", [".csv", ".json", ".geojson"])
def test_written_and_read_back(tmp_path, suffix):
    path = Trajectory.arc((0, 0), 0.7, 0, 300, frames=40).along_path()
    path.write(tmp_path / f"walk{suffix}", CVACT)
    back = Trajectory.read(tmp_path / f"walk{suffix}", CVACT)
    assert back.points == pytest.approx(path.points, abs=1e-7)
    assert back.headings == pytest.approx(path.headings, abs=1e-6)
    assert back.notices == ()
    assert os.listdir(tmp_path) == [f"walk{suffix}"]


def test_written_as_the_released_tool_writes(tmp_path):
    path = Trajectory.straight((0, 0), (1, -1), frames=3).along_path()
    path.write(tmp_path / "walk.csv", CVACT, unit="px")
    assert (tmp_path / "walk.csv").read_text().splitlines()[:2] == ["x,y", "128.000000,128.000000"]
    assert Trajectory.read(tmp_path / "walk.csv", CVACT).points == pytest.approx(path.points)


def test_a_walk_around_the_border_survives_the_rounding(tmp_path):
    spec = SceneSpec(extent_m=100 / 3)
    path = Trajectory.from_pixels(np.array([[0, 0], [256, 0], [256, 256], [0, 256]]))
    path.write(tmp_path / "walk.csv", spec)
    assert Trajectory.read(tmp_path / "walk.csv", spec).points == pytest.approx(
        path.points, abs=1e-6
    )


def test_writing_is_refused_where_it_cannot_work(tmp_path):
    path = Trajectory.straight((0, 0), (1, 0))
    with pytest.raises(InputError, match=r"\.csv, \.json or \.geojson"):
        path.write(tmp_path / "walk.txt", CVACT)
    with pytest.raises(InputError, match="'px'"):
        path.write(tmp_path / "walk.json", CVACT, unit="px")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        path.write(tmp_path / "file" / "walk.csv", CVACT)


# ---- what is refused

CSV_REFUSED = [
    ("", "empty"),
    (" \n\n", "empty"),
    ("x,y\n", "fewer than two different points"),
    ("x,y\n128,128\n", "fewer than two different points"),
    ("x,y\n1,1\n1,1\n", "fewer than two different points"),
    ("x,y\n1,1\nnan,2\n", "line 3: x must be a finite number"),
    ("x,y\n1,1\n2,inf\n", "line 3: y must be a finite number"),
    ("x,y\n1,1\n2,1e999\n", "line 3: y must be a finite number"),
    ("x,y\n1,1\n2,two\n", "line 3: y must be a number, not 'two'"),
    ("x,y\n1,1\n2,1_0\n", "line 3: y must be a number"),
    ("x,y\n1,1\n\n2,\n", "line 4: y is missing"),
    ("x,y\n1,1\n2\n", "line 3: 1 values where the header has 2"),
    ("x,y\n1,1\n2,3,4\n", "line 3: 3 values where the header has 2"),
    ("x,y\n1,1\n2,257\n", r"line 3: \(2, 257\) lies outside the tile \(0 to 256 pixels\)"),
    (
        "east_m,south_m\n0,0\n0,15.01\n",
        r"line 3: .*outside the tile \(-15 to 15 m of a tile of 30 m\)",
    ),
    ("east_m,south_m,heading\n0,0,0\n0,1,nan\n", "line 3: heading must be a finite number"),
    ("x\n1\n2\n", "line 1: the column 'y' is missing"),
    ("south_m,heading\n1,2\n2,3\n", "line 1: the column 'east_m' is missing"),
    ("1,2\n3,4\n", "line 1: '1,2' is not a header; expected x,y"),
    ("x;y\n1;2\n3;4\n", "commas"),
    ("x,y,east_m,south_m\n1,2,0,0\n", "mixes two forms"),
    ("x,y,x\n1,2,3\n", "appears twice"),
    ('x,y\n1,"2\n', "line 2: not comma-separated values"),
    ("x,y\n1,1\n2,\xe9\n".encode("latin-1"), "line 3: is not UTF-8 text"),
    ("x,y\n1,1\n2,2\n".encode("utf-16"), "is UTF-16 text"),
    ("x,y\n1,1\n2,2\n".encode("utf-16-le"), "not a text file"),
]


@pytest.mark.parametrize(("text", "says"), CSV_REFUSED)
def test_csv_files_that_are_refused(read, text, says):
    with pytest.raises(InputError, match=says) as caught:
        read(text)
    assert "walk.csv: " in str(caught.value)


@pytest.mark.parametrize(
    "text", ["x,y,angle\n1,1,0\n2,2,0\n", "w,h\n1,1\n2,2\n", "east_m,south_m\n1,1\n2,2\n"]
)
def test_angle_is_refused_where_there_is_none_to_read(read, text):
    with pytest.raises(InputError, match="--angle is only for"):
        read(text, angle="degrees")


JSON_REFUSED = [
    ("[]", "expected"),
    ("{", "line 1: is not valid JSON"),
    ('{"unit": "m",\n "points": [}', "line 2: is not valid JSON"),
    ("[" * 100_000, "nested deeper"),
    ('{"points": []}', '"unit" must be "m"'),
    ('{"unit": "ft", "points": []}', "not 'ft'"),
    ('{"unit": "m", "points": {}}', "must be a list"),
    ('{"unit": "m", "points": []}', "fewer than two"),
    ('{"unit": "m", "point": []}', "unknown member 'point'; did you mean 'points'"),
    ('{"unit": "m", "points": [[0, 1]]}', "point 1: expected"),
    ('{"unit": "m", "points": [{"east": 0}]}', "point 1: south is missing"),
    ('{"unit": "m", "points": [{"east": "0", "south": 1}]}', "point 1: east must be a number"),
    ('{"unit": "m", "points": [{"east": true, "south": 1}]}', "point 1: east must be a number"),
    ('{"unit": "m", "points": [{"east": 0, "south": NaN}]}', "NaN"),
    ('{"unit": "m", "points": [{"east": 1e999, "south": 0}]}', "too long or too large"),
    (
        '{"unit": "m", "points": [{"east": 0, "south": 0}, {"east": 0, "south": -16}]}',
        "point 2: .*outside the tile",
    ),
    (
        '{"unit": "m", "points": [{"east": 0, "south": 0, "headng": 1}]}',
        "point 1: unknown member .*'heading'",
    ),
]


@pytest.mark.parametrize(("text", "says"), JSON_REFUSED)
def test_json_files_that_are_refused(read, text, says):
    with pytest.raises(InputError, match=says):
        read(text, "walk.json")


OURS = '"sat2density": {"axes": "east_south_m"}'
GEOJSON_REFUSED = [
    ('{"type": "LineString", "coordinates": [[0, 0], [1, 1]]}', "longitude and latitude"),
    (
        '{"type": "LineString", "sat2density": {"axes": "north"}, "coordinates": [[0, 0], [1, 1]]}',
        "east_south_m",
    ),
    (
        f'{{"type": "Point", {OURS}, "coordinates": [0, 0]}}',
        "expected a LineString geometry, not 'Point'",
    ),
    (f'{{"type": "FeatureCollection", {OURS}, "features": []}}', "expected one feature"),
    (f'{{"type": "Feature", {OURS}, "geometry": null}}', "expected a LineString"),
    (f'{{"type": "LineString", {OURS}, "coordinates": 3}}', "must be a list"),
    (
        f'{{"type": "LineString", {OURS}, "coordinates": [[0, 0], [1]]}}',
        r"point 2: expected \[east_m, south_m\]",
    ),
    (
        f'{{"type": "LineString", {OURS}, "coordinates": [[0, 0], [1, "a"]]}}',
        "point 2: south must be a number",
    ),
    (
        f'{{"type": "Feature", {OURS}, "properties": {{"headings": [1]}}, '
        '"geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}}',
        "one number for each of the 2 points",
    ),
]


@pytest.mark.parametrize(("text", "says"), GEOJSON_REFUSED)
def test_geojson_files_that_are_refused(read, text, says):
    with pytest.raises(InputError, match=says):
        read(text, "walk.geojson")


def test_files_that_are_no_files(tmp_path, read):
    with pytest.raises(InputError, match="no such file"):
        Trajectory.read(tmp_path / "none.csv", CVACT)
    with pytest.raises(InputError, match=r"ends in \.csv"):
        Trajectory.read(tmp_path / "none.txt", CVACT)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        Trajectory.read(tmp_path / "folder.csv", CVACT)
    with open(tmp_path / "huge.csv", "wb") as file:
        file.truncate(40 * 2**20)
    with pytest.raises(InputError, match="larger than 32 MB"):
        Trajectory.read(tmp_path / "huge.csv", CVACT)
    with pytest.raises(InputError, match="at most 100000"):
        read("x,y\n" + "1,1\n2,2\n" * 50_001)


def test_angle_must_be_a_known_unit(read):
    with pytest.raises(InputError, match="degrees or radians"):
        read("w,h,angle\n1,1,0\n2,2,0\n", angle="turns")
