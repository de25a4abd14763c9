"""Places as users write them."""

import pytest

from sat2density.errors import InputError
from sat2density.maps.places import LatLon, MapXY, map_place, parse_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("-33.8568,151.2153", LatLon(-33.8568, 151.2153)),
        ("10, 20", LatLon(10, 20)),
        ("10,190", LatLon(10, -170)),
        ("10,-190", LatLon(10, 170)),
        ("0,180", LatLon(0, -180)),
        ("xy:334873.5,6252266", MapXY(334873.5, 6252266)),
    ],
)
def test_places_that_are_read(text, place):
    assert parse_place(text) == pytest.approx(place)
    assert type(parse_place(text)) is type(place)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("here", "expected LAT,LON"),
        ("1;2", "expected LAT,LON"),
        ("nan,3", "finite"),
        ("xy:1,inf", "finite"),
        ("151.2153,-33.8568", "did you mean -33.8568,151.215"),
        ("400,500", "no place on Earth"),
        ("89.95,0", "pole"),
        ("-90,0", "pole"),
    ],
)
def test_places_that_are_refused(text, said):
    with pytest.raises(InputError, match=said):
        parse_place(text)


def test_a_tile_names_a_map_and_a_place(tmp_path):
    assert map_place("sat.png") is None
    found = map_place("dir@x/area.tif@-33.5,151")
    assert (str(found.map), found.place) == ("dir@x/area.tif", LatLon(-33.5, 151))
    assert found.label == "area@-33.5000000,151.0000000"
    assert map_place("area.tif", "1,2").place == LatLon(1, 2)
    assert map_place("area.tif@xy:1,2").label == "area@xy1,2"
    with pytest.raises(InputError, match="one place only"):
        map_place("area.tif@1,2", "1,2")


def test_a_file_of_that_name_is_a_file(tmp_path):
    odd = tmp_path / "area@1,2"
    odd.write_bytes(b"x")
    assert map_place(odd) is None
    (tmp_path / "area.tif").write_bytes(b"x")
    with pytest.raises(InputError, match="expected LAT,LON"):
        map_place(tmp_path / "area.tif@here")
