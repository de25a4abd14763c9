"""Tiles from tile servers: in the right place, fetched once, politely; failures in a sentence."""

import time

import numpy as np
import pytest

pytest.importorskip("drawn_maps")
import tile_server
from drawn_maps import SYDNEY, place_colours
from tile_server import send, serving, trickle

from sat2density.errors import InputError
from sat2density.maps import servers
from sat2density.maps.places import map_place
from sat2density.maps.served import ServedRaster, open_map
from sat2density.maps.servers import TileServer, server_template
from sat2density.maps.tiles import read_map_tile
from sat2density.maps.values import MapReading
from sat2density.notices import heard

EXTENT, SIZE = 40.0, 128
HERE = f"{SYDNEY[0]},{SYDNEY[1]}"
CREDITED = MapReading(zoom=19, attribution="(c) the test")

pytestmark = pytest.mark.usefixtures("cache")


def cut(template, at=HERE, reading=CREDITED):
    return read_map_tile(map_place(f"{template}@{at}"), EXTENT, SIZE, reading)


def expected():
    at = ((np.arange(SIZE) + 0.5) / SIZE - 0.5) * EXTENT
    return place_colours(*np.meshgrid(at, -at))


@pytest.mark.parametrize("side", [256, 512])
def test_a_tile_is_at_its_place_and_fetched_once(side, cache):
    with serving(side=side) as asked:
        tile = cut(asked.template)
        first = len(asked)
        assert 1 <= first <= 9
        again = cut(asked.template)
        assert len(asked) == first
    assert np.abs(tile.picture - expected()).max() < 0.02
    assert (again.picture == tile.picture).all()
    assert tile.valid.all()
    assert not any("secret" in str(path) for path in cache.rglob("*"))


@pytest.mark.parametrize("lon", [179.99999, -179.99999])
def test_across_the_antimeridian(lon):
    with serving(middle=(-17.0, lon)) as asked:
        tile = cut(asked.template, f"-17.0,{lon}")
    assert np.abs(tile.picture - expected()).max() < 0.02


def test_finer_pictures_are_averaged():
    with serving() as asked:
        tile = cut(asked.template, reading=MapReading(zoom=21, attribution="x"))
    assert np.abs(tile.picture - expected()).max() < 0.02


def test_what_is_transparent_holds_no_data():
    import io

    from PIL import Image

    def half(handler):
        data = io.BytesIO()
        pixels = np.full((256, 256, 4), 200, np.uint8)
        pixels[:, 64:, 3] = 0
        Image.fromarray(pixels).save(data, "PNG")
        send(handler, 200, data.getvalue(), "image/png")

    with serving(half) as asked, pytest.raises(InputError, match="hold data; at least 50%"):
        cut(asked.template)


def page(handler):
    send(handler, 200, b"<html>log in</html>", "text/html")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda h: send(h, 404), "answers 404: it has no picture .* zoom 19; try a smaller --zoom"),
        (lambda h: send(h, 500), "answers 500: a fault of the server"),
        (lambda h: send(h, 403), "answers 403: it lets us not in; is a key"),
        (lambda h: send(h, 429), "too many requests"),
        (lambda h: send(h, 418), "answers 418 .*is the URL right"),
        (page, "a page, not a picture"),
        (lambda h: send(h, 200), "answers with nothing"),
        (lambda h: h.connection.close(), "cannot be fetched"),
        (lambda h: send(h, 200, b"{}", "application/json"), "application/json, not a picture"),
        (lambda h: send(h, 200, b"\x89PNG\r\n\x1a\nbroken", "image/png"), "damaged"),
        (trickle, "did not answer within 0.3 s"),
        (lambda h: time.sleep(1), "did not answer within 0.3 s"),
    ],
)
def test_servers_that_fail(answer, said, cache, monkeypatch):
    monkeypatch.setattr(servers, "WITHIN_S", 0.3)
    with serving(answer) as asked, pytest.raises(InputError, match=said) as caught:
        cut(asked.template)
    assert "secret" not in str(caught.value)
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_a_server_that_leads_elsewhere_is_not_followed_into_files():
    def lead(handler):
        handler.send_response(302)
        handler.send_header("Location", "file:///etc/passwd")
        handler.end_headers()

    with serving(lead) as asked, pytest.raises(InputError, match=r"answers 302|cannot be fetched"):
        cut(asked.template)


def test_nobody_there():
    with pytest.raises(InputError, match="cannot be fetched"):
        cut("http://127.0.0.1:9/{z}/{x}/{y}.png")


@pytest.mark.parametrize(
    ("template", "reading", "said"),
    [
        ("https://a.test/{z}/{x}.png", CREDITED, "named by its URL with {z}, {x} and {y}"),
        ("https:///{z}/{x}/{y}.png", CREDITED, "names no server"),
        ("https://{s}.a.test/{z}/{x}/{y}.png", CREDITED, "{s} means nothing here"),
        ("https://a.test/{z}/{x}/{y}.png", MapReading(), "--attribution TEXT"),
        ("https://a.test/{z}/{x}/{y}.png", MapReading(zoom=30, attribution="x"), "from 0 to 24"),
        (
            "https://a.test/{z}/{x}/{y}.png",
            MapReading((1, 2, 3), attribution="x"),
            "8-bit colours",
        ),
    ],
)
def test_what_is_asked_for_wrongly(template, reading, said):
    with pytest.raises(InputError, match=said):
        cut(template, reading=reading)


@pytest.mark.parametrize("text", ["a\nb", "\x1b[2J", "\udcff", "x" * 501])
def test_attributions_that_cannot_be_written(text):
    with pytest.raises(InputError, match="--attribution: must be one line"):
        MapReading(attribution=text).check()


def test_rows_from_the_south_and_slashes_that_a_path_lost():
    server = TileServer("https://u:p@a.test/{z}/{x}/{-y}.png?k=1")
    assert server.url(3, 2, 1) == "https://u:p@a.test/3/2/6.png?k=1"
    assert server.name == "https://a.test/{z}/{x}/{-y}.png"
    assert server_template("https:/a.test/{z}") == "https://a.test/{z}"
    assert server_template("area.tif") is None


def test_requests_are_spread(monkeypatch):
    monkeypatch.setattr(servers, "REQUESTS_A_SECOND", 20.0)
    with serving() as asked:
        began = time.monotonic()
        for column in range(4):
            TileServer(asked.template).picture(4, column, 0)
    assert time.monotonic() - began > 0.14


def test_too_fine_a_zoom_is_refused_before_anything_is_fetched():
    with serving() as asked, pytest.raises(InputError, match="give a smaller zoom"):
        cut(asked.template, reading=MapReading(zoom=24, attribution="x"))
    assert not asked


def test_no_raster_where_one_is_wanted():
    with pytest.raises(InputError, match=r"no end; .*URL@LAT,LON"):
        from sat2density.maps.raster import MapRaster

        MapRaster("https:/a.test/{z}/{x}/{y}.png?key=1")
    with pytest.raises(InputError, match="say which place"):
        map_place("https:/a.test/{z}/{x}/{y}.png")
    assert isinstance(open_map("https:/a.test/{z}/{x}/{y}.png", CREDITED), ServedRaster)


def test_a_coarse_server_is_said_to_be_coarse():
    found = []
    with serving() as asked, heard(found.append):
        cut(asked.template, reading=MapReading(zoom=17, attribution="x"))
    assert "times coarser" in found[0]
    assert tile_server.HALF_M > 2e7
