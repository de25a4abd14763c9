import json
import os
from pathlib import Path

import numpy as np
import pytest

from sat2density.errors import InputError, OutputError
from sat2density.notices import Notice
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
    ("x;y\n1;2;3\n3;4\n", "line 2: 3 values where the header has 2"),
    ("x;y\n1,5,2;2\n3;4\n", "line 2: x must be a number"),
    ("# only words\n", "holds no columns"),
    ("sep=;\n", "holds no columns"),
    ("lon,lat\n8.5,47.3\n8.6,47.4\n", "longitude and latitude.*map"),
    ("X,Y,fid\n8.541694,47.376887,1\n8.541754,47.376927,2\n", "longitude and latitude"),
    ("x,y\n-122.41942,37.77493\n-122.41931,37.77505\n", "longitude and latitude"),
    ("x,y\n128,128\n128.001,128\n", r"whole path is [\d.]+ mm long"),
    ("east_m,south_m\n0,0\n0.004,0.003\n", "whole path is 5 mm long"),
    ("x,y,yaw\n1,1,0\n9,9,0\n", "'yaw' does not say its unit; add --angle degrees"),
    ("x,y,yaw,heading\n1,1,0,0\n9,9,0,0\n", "both say where to look"),
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


WALK = [[-8, 4, 90], [0, 0.5, 90], [8, -4, 270.5]]

HEADER = "east_m,south_m,heading"
POINTS = "-8,4,90\n0,0.5,90\n8,-4,270.5\n"


def cut(text, separator, decimal="."):
    return text.replace(".", "@").replace(",", separator).replace("@", decimal)


AS_PEOPLE_HAVE_THEM = {
    "semicolons and decimal commas": cut(f"{HEADER}\n{POINTS}", ";", ","),
    "semicolons and points": cut(f"{HEADER}\n{POINTS}", ";"),
    "tabs": cut(f"{HEADER}\n{POINTS}", "\t"),
    "tabs and decimal commas": cut(f"{HEADER}\n{POINTS}", "\t", ","),
    "excel's line": "sep=;\r\n" + cut(f"{HEADER}\n{POINTS}", ";", ",").replace("\n", "\r\n"),
    "excel's line, commas": f"sep=,\n{HEADER}\n{POINTS}",
    "trailing commas": f"{HEADER}\n{POINTS}".replace("\n", ",,\n"),
    "ragged trailing commas": f"{HEADER}\n{POINTS}".replace("90\n", "90,,\n"),
    "comments": f"# a walk; in metres\n{HEADER}\n#,,\n{POINTS}  # the end\n",
    "quotes and spaces": '"east_m", "south_m", "heading"\n"-8", "4", "90"\n'
    '0, "0.5", 90\n8, -4, 270.5\n',
    "another name": f"East_M,South_M,heading_deg\n{POINTS}",
}


@pytest.mark.parametrize("kind", AS_PEOPLE_HAVE_THEM)
def test_tables_as_people_have_them(read, kind):
    path = read(AS_PEOPLE_HAVE_THEM[kind])
    np.testing.assert_allclose(np.column_stack([path.metres(CVACT), path.headings]), WALK)
    assert path.notices == ()


@pytest.mark.parametrize("name", ["walk.tsv", "walk.txt"])
def test_other_endings_of_tables(read, name):
    assert len(read("x\ty\n1\t1\n9\t9\n", name)) == 2


def test_a_heading_beside_pixels_is_read(read):
    assert read("x,y,heading\n1,1,90\n9,9,45\n").headings.tolist() == [90, 45]
    assert read("w,h,heading\n1,1,90\n9,9,45\n").headings.tolist() == [90, 45]


def test_yaw_is_read_when_its_unit_is_said(read):
    text = "x,y,yaw\n1,1,0\n9,9,1.5707963267948966\n"
    np.testing.assert_allclose(read(text, angle="radians").headings, [0, 90])
    np.testing.assert_allclose(read(text, angle="degrees").headings, [0, np.pi / 2])
    np.testing.assert_allclose(read(text.replace("yaw", "yaw_rad")).headings, [0, 90])
    assert read("x,y,yaw_deg\n1,1,0\n9,9,30\n").headings.tolist() == [0, 30]


def test_whole_pixels_close_together_are_no_degrees(read):
    assert len(read("x,y\n8,47\n8.25,47.25\n")) == 2


def test_a_multi_line_of_one_part_is_a_line(read):
    feature = (
        '{"type": "Feature", "properties": {}, '
        '"geometry": {"type": "MultiLineString", "coordinates": [[[-8, 4], [0, 0], [8, -4]]]}}'
    )
    one = f'{{"type": "FeatureCollection", {OURS}, "features": [{feature}]}}'
    assert read(one, "walk.geojson").metres(CVACT).tolist() == [[-8, 4], [0, 0], [8, -4]]
    two = one.replace("[0, 0], [8, -4]", "[0, 0]], [[1, 1], [8, -4]")
    with pytest.raises(InputError, match="expected a LineString geometry, not 'MultiLineString'"):
        read(two, "walk.geojson")


def test_the_shared_cases(shared):
    folder = shared / "cases"
    if not folder.is_dir():
        pytest.skip("the cases are not here")
    for path in sorted((folder / "P02").iterdir()):
        assert len(Trajectory.read(path, CVACT)) >= 2
    assert len(Trajectory.read(folder / "P04" / "multiline.geojson", CVACT)) == 3
    for name in ("P03/qgis_asxy_lonlat.csv", "P04/lonlat.geojson", "P06/track.gpx"):
        with pytest.raises(InputError, match="longitude and latitude"):
            Trajectory.read(folder / name, CVACT)


def test_notices_are_told(tmp_path):
    (tmp_path / "walk.csv").write_text("x,y,speed\n1,1,0\n9,9,0\n")
    with pytest.warns(Notice, match="ignored columns: speed"):
        Trajectory.read(tmp_path / "walk.csv", CVACT)


def test_files_that_are_no_files(tmp_path, read):
    with pytest.raises(InputError, match="no such file"):
        Trajectory.read(tmp_path / "none.csv", CVACT)
    with pytest.raises(InputError, match=r"ends in \.csv"):
        Trajectory.read(tmp_path / "none.doc", CVACT)
    (tmp_path / "track.gpx").write_text("<gpx/>")
    with pytest.raises(InputError, match="GPX file are longitude and latitude, which need a map"):
        Trajectory.read(tmp_path / "track.gpx", CVACT)
    with pytest.raises(InputError, match="no such file"):
        Trajectory.read(tmp_path / "none.gpx", CVACT)
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
    with pytest.raises(InputError, match="one of degrees, radians"):
        read("w,h,angle\n1,1,0\n2,2,0\n", angle="turns")
