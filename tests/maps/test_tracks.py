"""Tracks on Earth, and walks on maps."""

import json

import numpy as np
import pytest

from sat2density.errors import InputError
from sat2density.maps.tracks import read_track

LINE = [(-33.8568, 151.2150), (-33.8566, 151.2152), (-33.8565, 151.2156)]


def gpx(points, kind="trk", more=""):
    tag = {"trk": "trkpt", "rte": "rtept"}[kind]
    inner = "".join(f'<{tag} lat="{lat}" lon="{lon}"/>' for lat, lon in points)
    if kind == "trk":
        inner = f"<trkseg>{inner}</trkseg>"
    space = "http://www.topografix.com/GPX/1/1"
    head = f'<gpx xmlns="{space}" version="1.1" creator="test">'
    return f"{head}{more}<{kind}>{inner}</{kind}></gpx>"


def geojson(points, **more):
    line = [[lon, lat] for lat, lon in points]
    return json.dumps({"type": "LineString", "coordinates": line, **more})


def table(points, header="lat,lon"):
    return "\n".join([header, *(f"{lat},{lon}" for lat, lon in points)])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.gpx", gpx(LINE)),
        ("route.gpx", gpx(LINE, "rte")),
        ("a.geojson", geojson(LINE)),
        ("a.csv", table(LINE)),
        ("semi.csv", table(LINE).replace(",", ";")),
    ],
)
def test_every_form(tmp_path, name, text):
    if name.endswith("gpx"):
        pytest.importorskip("gpxpy")
    (tmp_path / name).write_text(text)
    assert read_track(tmp_path / name).places == pytest.approx(np.array(LINE))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.gpx", "", "empty"),
        ("a.gpx", "<gpx></gpx", "no GPX"),
        ("a.gpx", gpx([]), "no track and no route"),
        ("a.gpx", "<html><body>log in</body></html>", "no <gpx> in it"),
        ("a.gpx", gpx([LINE[0]] * 3), "fewer than two"),
        ("a.gpx", gpx([(99, 0), (1, 1)]), "no place on Earth"),
        ("a.gpx", gpx([("nan", 0), (1, 1)]), "finite|no GPX"),
        ("a.gpx", '<!DOCTYPE a [<!ENTITY b "c">]><gpx/>', "entities"),
        ("a.geojson", geojson([(151.2, -33.8), (1, 1)]), "did you mean -33.8,151.2"),
        ("a.geojson", geojson(LINE, sat2density={"axes": "east_south_m"}), "metres on a tile"),
        ("a.geojson", '{"type": "Point", "coordinates": [1, 2]}', "no LineString"),
        ("a.geojson", geojson(LINE).replace("151.215,", ""), "expected|number"),
        ("a.csv", "x,y\n1,2\n3,4", "columns lat and lon"),
        ("a.csv", "lat,lon\n1,2\n3", "line 3"),
        ("a.csv", "lat,lon\n1,nan\n3,4", "line 2: lon must be a finite"),
        ("a.kml", "<kml/>", "ends in .gpx"),
    ],
)
def test_tracks_that_are_refused(tmp_path, name, text, said):
    if name.endswith("gpx"):
        pytest.importorskip("gpxpy")
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=said):
        read_track(tmp_path / name)


def test_gaps_and_further_lines_are_told(tmp_path):
    pytest.importorskip("gpxpy")
    pieces = gpx(LINE).replace("</trkseg>", "</trkseg><trkseg>PIECE</trkseg>")
    far = '<trkpt lat="-33.84" lon="151.2156"/>'
    (tmp_path / "a.gpx").write_text(pieces.replace("PIECE", far))
    track = read_track(tmp_path / "a.gpx")
    assert len(track.places) == 4
    assert "m apart" in track.notices[0]


def test_over_the_antimeridian(tmp_path):
    (tmp_path / "a.csv").write_text("lat,lon\n0,179.9999\n0,-179.9999")
    assert np.ptp(read_track(tmp_path / "a.csv").places[:, 1]) == pytest.approx(0.0002)


class TestWalks:
    @pytest.fixture
    def raster(self, tmp_path):
        drawn_maps = pytest.importorskip("drawn_maps")
        from sat2density.maps.raster import MapRaster

        return MapRaster(drawn_maps.draw_map(tmp_path / "area.tif", pixel_m=1.0))

    def walk(self, tmp_path, raster, points, spacing=0.5):
        from sat2density.maps.walks import walk_on

        (tmp_path / "a.csv").write_text(table(points))
        return walk_on(raster, read_track(tmp_path / "a.csv"), spacing)

    def test_even_steps_and_headings(self, tmp_path, raster):
        east = 40 / 111_320 / np.cos(np.radians(33.8568))
        walk = self.walk(tmp_path, raster, [(-33.8568, 151.2153), (-33.8568, 151.2153 + east)])
        assert np.hypot(*np.diff(walk.points, axis=0).T) == pytest.approx(0.5, abs=1e-6)
        assert walk.true_headings == pytest.approx(90.0, abs=0.01)
        assert walk.headings[0] == pytest.approx(89.0, abs=0.1)  # the grid is turned by 1 degree
        assert walk.places[0] == pytest.approx([-33.8568, 151.2153], abs=1e-8)
        assert len(walk) == pytest.approx(80, abs=1)

    def test_what_leaves_the_map_is_named(self, tmp_path, raster):
        places = [(-33.8570 + k * 1e-4, 151.2153) for k in range(20)]
        walk = self.walk(tmp_path, raster, places)
        assert walk.walked_m[-1] == pytest.approx(82.2, abs=1.5)  # to the border, 60 m north
        assert "line 10 to line 21: outside" in walk.notices[0]

    def test_a_line_between_points_far_outside_is_walked_where_it_crosses(self, tmp_path, raster):
        walk = self.walk(tmp_path, raster, [(-33.85, 151.2153), (-33.87, 151.2153)])
        assert walk.walked_m[-1] == pytest.approx(120.0, abs=2.5)
        assert walk.true_headings == pytest.approx(180.0, abs=0.1)
        assert [text.split(": ")[1] for text in walk.notices] == ["line 2", "line 3"]

    def test_the_corners_inside_are_kept(self, tmp_path, raster):
        places = [(-33.85, 151.2153), (-33.8568, 151.2153), (-33.8568, 151.30)]
        walk = self.walk(tmp_path, raster, places)
        near = np.abs(walk.places - places[1]) * 111_195
        assert near.max(1).min() < 0.5
        assert walk.walked_m[-1] == pytest.approx(120.0, abs=6.0)  # a curve rounds the corner

    @pytest.mark.parametrize(
        ("points", "spacing", "said"),
        [
            ([(-33.9, 151.2), (-33.91, 151.2)], 0.5, "line 2: lies outside the map"),
            ([(-33.8568, 151.2153), (-33.8568, 151.215301)], 0.5, "less than 1 m"),
            (LINE, 0.0, "above 0"),
            (LINE, float("nan"), "above 0"),
            (LINE, 1e-6, "frames"),
            (LINE, 500.0, "only"),
        ],
    )
    def test_walks_that_are_refused(self, tmp_path, raster, points, spacing, said):
        with pytest.raises(InputError, match=said):
            self.walk(tmp_path, raster, points, spacing)
