"""The studio on a map: the server's side."""

import io

import numpy as np
import pytest

pytest.importorskip("drawn_maps")
import pyproj
from drawn_maps import SYDNEY, UTM56S, draw_map, place_colours, xy_of
from PIL import Image
from studio_clients import LIGHT, URL, Page, make_client
from tile_server import mercator, send, serving

from sat2density.apps.cli import main
from sat2density.apps.studio.roaming import REACH_M, StudioMap
from sat2density.errors import InputError
from sat2density.maps.values import MapReading

HALF_M = np.pi * 6378137.0


@pytest.fixture
def area(tmp_path):
    return draw_map(tmp_path / "area.tif", side_m=150.0)


@pytest.fixture
def mapped(studio_model, area, tmp_path, decoders):
    """A studio on a map, in this process."""
    from sat2density.apps.studio.studio import Studio

    studio = Studio(studio_model, None, tmp_path, decoders, StudioMap(area, studio_model))
    yield studio
    studio.close()


@pytest.fixture
def page(mapped):
    with make_client(mapped) as client, client.websocket_connect(URL) as socket:
        yield Page(client, socket)


def north_of(metres):
    lon, lat, _ = pyproj.Geod(ellps="WGS84").fwd(SYDNEY[1], SYDNEY[0], 0.0, metres)
    return {"lat": lat, "lon": lon}


def test_the_welcome_says_where_the_map_lies(page):
    told = page.welcome["map"]
    south, west, north, east = told["bounds"]
    assert south < SYDNEY[0] < north
    assert west < SYDNEY[1] < east
    assert told["middle"] == pytest.approx(SYDNEY, abs=1e-5)
    assert told["name"] == "area.tif"
    assert 10 < told["minZoom"] < told["maxZoom"] <= 20


def test_a_walk_goes_on_from_window_to_window(page):
    seen = []
    for step, metres in enumerate((0.0, 1.0, 30.0)):
        page.say(do="roam", seq=step, light=LIGHT, need=["picture"], **north_of(metres))
        header, parts = page.hear()
        assert (header["kind"], header["seq"]) == ("frame", step)
        assert (header["lat"], header["lon"]) == tuple(north_of(metres).values())
        assert max(abs(header["east"]), abs(header["south"])) < 0.05
        assert parts["picture"][1]
        seen.append(header["tile"])
    assert seen[0] < seen[1] < seen[2]
    page.say(do="roam", seq=9, light={"a": "dusk"}, **north_of(30.0))
    assert page.hear()[0]["tile"] == seen[2]
    page.say(do="thumbs", east=header["east"], south=header["south"])
    assert page.hear()[0]["kind"] == "thumb"


def test_the_middle_of_the_panorama_looks_to_true_north(mapped):
    crs = mapped.map.crs
    for place in (SYDNEY, tuple(north_of(60.0).values())):
        camera = mapped.map.stand(*place).camera
        x0, y0 = xy_of(*place, crs)
        x1, y1 = xy_of(place[0] + 1e-3, place[1], crs)
        assert camera.heading == pytest.approx(np.degrees(np.arctan2(x1 - x0, y1 - y0)), abs=0.01)
        assert abs(camera.heading) < 0.01


def test_what_is_exported_says_where_the_window_lies(mapped):
    place = tuple(north_of(20.0).values())
    scene, camera = mapped.map.stand(*place)
    unit = scene.spec.unit_m
    x, y = pyproj.Transformer.from_crs(4326, scene.earth.crs_wkt, always_xy=True).transform(
        *place[::-1]
    )
    assert (x, y) == pytest.approx((camera.east * unit, -camera.south * unit), abs=0.01)


def test_the_model_lies_about_the_place(telling_model, area, tmp_path, decoders):
    from sat2density.apps.studio.studio import Studio

    studio = Studio(telling_model, None, tmp_path, decoders, StudioMap(area, telling_model))
    with make_client(studio) as client, client.websocket_connect(URL) as socket:
        headers = Page(client, socket).headers
        middles = set()
        for metres in (0.0, 20.0):
            at = north_of(metres)
            answer = client.post("/api/model", params=at, headers=headers)
            assert answer.content[:4] == b"glTF"
            lat, lon = (float(word) for word in answer.headers["x-studio-middle"].split(","))
            away = pyproj.Geod(ellps="WGS84").inv(at["lon"], at["lat"], lon, lat)[2]
            assert away <= 10 * np.sqrt(2) + 0.01  # models lie half a tile of 40 m apart
            middles.add((lat, lon))
        assert len(middles) == 2
        for asked, words in (
            ({"lat": 0.0, "lon": 0.0}, "outside the map"),
            ({"lat": "nan", "lon": 1.0}, "no place on Earth"),
            ({"lat": 1.0}, "two numbers"),
        ):
            answer = client.post("/api/model", params=asked, headers=headers)
            assert answer.status_code == 400
            assert words in answer.json()["error"]
    studio.close()


def test_weights_that_tell_no_things_have_no_model(mapped):
    with pytest.raises(InputError, match=r"things|stands where"):
        mapped.map.model(*SYDNEY)


def test_places_that_are_none(page, mapped):
    page.say(do="roam", seq=1, lat=-33.9, lon=151.2, light=LIGHT)
    answer = page.hear()
    assert answer["kind"] == "error"
    assert "lies outside the map, which spans latitude" in answer["text"]
    page.say(do="roam", seq=1, lat=91, lon=151.2, light=LIGHT)
    assert "lat must be a number from -90 to 90" in page.hear()["text"]
    with pytest.raises(InputError, match="outside"):
        mapped.map.stand(45.0, 7.0)


def test_pictures_of_the_map(page, mapped):
    zoom = mapped.map.describe()["maxZoom"]
    x, y = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(*SYDNEY[::-1])
    side = 2 * HALF_M / 2**zoom
    column, row = int((x + HALF_M) // side), int((HALF_M - y) // side)
    answer = page.client.get(f"/map/{zoom}/{column}/{row}")
    assert answer.headers["content-type"] == "image/jpeg"
    pixels = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB")) / 255
    at = (np.arange(256) + 0.5) / 256 * side
    east, north = np.meshgrid(column * side - HALF_M + at, HALF_M - row * side - at)
    into = pyproj.Transformer.from_crs(3857, UTM56S, always_xy=True)
    mx, my = into.transform(east, north)
    x0, y0 = xy_of(*SYDNEY)
    expected = np.moveaxis(place_colours(mx - x0, my - y0), 0, -1)
    assert np.abs(pixels - expected).mean() < 0.02
    far = page.client.get(f"/map/{zoom}/3/4")
    assert np.asarray(Image.open(io.BytesIO(far.content)))[..., 3].max() == 0
    whole = page.client.get("/map/0/0/0")
    assert whole.status_code == 200
    assert page.client.get(f"/map/{zoom}/{2**zoom}/0").status_code == 404
    assert page.client.get("/map/99/0/0").status_code == 404


def column_row(zoom, lat, lon):
    x, y = mercator(lat, lon)
    side = 2 * HALF_M / 2**zoom
    return int((x + HALF_M) // side), int((HALF_M - y) // side)


def served_studio(model, template, tmp_path, decoders, zoom=19):
    from sat2density.apps.studio.studio import Studio

    reading = MapReading(zoom=zoom, attribution="(c) the test")
    begin = f"{template}@{SYDNEY[0]},{SYDNEY[1]}"
    return Studio(model, None, tmp_path, decoders, StudioMap(begin, model, reading))


@pytest.mark.usefixtures("cache")
def test_the_map_of_a_tile_server(studio_model, tmp_path, decoders):
    column, row = column_row(19, *SYDNEY)
    with serving() as asked:
        studio = served_studio(studio_model, asked.template, tmp_path, decoders)
        with make_client(studio) as client, client.websocket_connect(URL) as socket:
            page = Page(client, socket)
            told = page.welcome["map"]
            assert told["middle"] == pytest.approx(SYDNEY)
            assert (told["name"], told["attribution"]) == ("127.0.0.1", "(c) the test")
            assert told["maxZoom"] == 19
            south, _, _, east = told["bounds"]
            for lat, lon in ((south, SYDNEY[1]), (SYDNEY[0], east)):
                away = pyproj.Geod(ellps="WGS84").inv(*SYDNEY[::-1], lon, lat)[2]
                assert away == pytest.approx(REACH_M, rel=0.01)
            for at in (north_of(0.0), north_of(1.0)):
                page.say(do="roam", seq=1, light=LIGHT, need=["picture"], **at)
                assert page.hear()[0]["kind"] == "frame"
            before = len(asked)
            assert 1 <= before <= 16
            assert len(set(asked)) == before, "each is asked for once"
            answer = client.get(f"/map/19/{column}/{row}")
            assert answer.headers["content-type"] == "image/png"
            assert len(asked) == before, "the scene has asked for it already"
            client.get(f"/map/15/{column >> 4}/{row >> 4}")
            client.get(f"/map/15/{column >> 4}/{row >> 4}")
            assert len(asked) == before + 1
            page.say(do="roam", seq=2, lat=SYDNEY[0] + 0.2, lon=SYDNEY[1], light=LIGHT)
            assert "more than 20 km from where this map was begun" in page.hear()["text"]
        studio.close()


def ending_east_of(column):
    """A server that has no pictures to the east of a column."""

    def answer(handler):
        asked = int(handler.path.split("/")[2])
        picture = io.BytesIO()
        Image.new("RGB", (256, 256), (90, 110, 70)).save(picture, "PNG")
        send(handler, *((404,) if asked > column else (200, picture.getvalue(), "image/png")))

    return answer


@pytest.mark.usefixtures("cache")
def test_where_a_tile_server_has_no_pictures(studio_model, tmp_path, decoders):
    column, row = column_row(19, *SYDNEY)
    with serving(ending_east_of(column)) as asked:
        studio = served_studio(studio_model, asked.template, tmp_path, decoders)
        with make_client(studio) as client, client.websocket_connect(URL) as socket:
            page = Page(client, socket)
            page.say(do="roam", seq=1, light=LIGHT, need=["picture"], **north_of(0.0))
            assert page.hear()[0]["kind"] == "frame"
            page.say(do="roam", seq=2, lat=SYDNEY[0], lon=SYDNEY[1] + 0.01, light=LIGHT)
            said = page.hear()["text"]
            assert "127.0.0.1 has no pictures of -33.8" in said
            assert "smaller --zoom" in said
            answer = client.get(f"/map/19/{column + 5}/{row}")
            assert np.asarray(Image.open(io.BytesIO(answer.content)))[..., 3].max() == 0
            count = len(asked)
            client.get(f"/map/19/{column + 5}/{row}")
            assert len(asked) == count
        studio.close()


@pytest.mark.usefixtures("cache")
def test_a_tile_server_that_fails_is_said(studio_model, tmp_path, decoders):
    with serving(lambda handler: send(handler, 500)) as asked:
        studio = served_studio(studio_model, asked.template, tmp_path, decoders)
        with make_client(studio) as client, client.websocket_connect(URL) as socket:
            page = Page(client, socket)
            page.say(do="roam", seq=1, light=LIGHT, need=["picture"], **north_of(0.0))
            assert "a fault of the server" in page.hear()["text"]
            answer = client.get("/map/5/3/3")
            assert answer.status_code == 502
            assert "a fault of the server" in answer.json()["error"]
            assert "secret" not in answer.text
        studio.close()


def test_the_place_where_one_stands_first(studio_model, area):
    at = north_of(50.0)
    map_ = StudioMap(f"{area}@{at['lat']},{at['lon']}", studio_model)
    assert map_.describe()["middle"] == pytest.approx(list(at.values()))
    map_.close()
    with pytest.raises(InputError, match="outside the map"):
        StudioMap(f"{area}@45,7", studio_model)


def test_a_studio_without_a_map(client):
    assert client.get("/map/1/0/0").status_code == 404
    with client.websocket_connect(URL) as socket:
        page = Page(client, socket)
        assert page.welcome["map"] is None
        page.say(do="roam", seq=1, lat=0, lon=0, light=LIGHT)
        assert "without a map" in page.hear()["text"]


def test_words_that_are_refused(area, tile_file, capsys):
    assert main(["studio", str(tile_file), "--map", str(area)]) == 2
    assert "no tile beside it" in capsys.readouterr().err
    assert main(["studio", "--map", "none.tif", "--no-browser"]) == 2
    assert "no such file" in capsys.readouterr().err
    server = "https://tiles.example.org/{z}/{x}/{y}.png"
    assert main(["studio", "--map", server, "--attribution", "(c)", "--no-browser"]) == 2
    assert "say which place: URL@LAT,LON" in capsys.readouterr().err
    assert main(["studio", "--map", f"{server}@1,2", "--no-browser"]) == 2
    assert "--attribution TEXT" in capsys.readouterr().err
