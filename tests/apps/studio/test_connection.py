"""One page's websocket: what it asks for and what it gets."""

import json
import time

import pytest
from starlette.websockets import WebSocketDisconnect
from studio_clients import LIGHT, URL, Page

from sat2density.apps.studio.limits import MAX_MESSAGE_BYTES


@pytest.fixture
def page(client):
    with client.websocket_connect(URL) as socket:
        yield Page(client, socket)


def test_the_welcome_says_what_runs(page):
    welcome = page.welcome
    assert welcome["fresh"] is True
    assert welcome["weights"]["trained"] is False
    assert welcome["scene"]["extentM"] == 40
    assert "dusk" in welcome["presets"]
    assert welcome["examples"][0]["key"] == "opened"
    assert (welcome["looks"], welcome["details"]) == (["painted"], [])  # these weights tell nothing


def test_a_view_in_all_layers(page):
    tile = page.enter()
    page.say(
        do="look",
        seq=5,
        east=0.25,
        south=-0.5,
        light=LIGHT,
        need=["picture", "depth", "opacity", "colour"],
    )
    header, parts = page.hear()
    assert (header["kind"], header["seq"], header["tile"]) == ("frame", 5, tile)
    assert (header["east"], header["south"]) == (0.25, -0.5)
    assert set(parts) == {"picture", "depth", "opacity", "colour"}
    assert parts["picture"].startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"east": 3}, "from -1 to 1"),
        ({"east": "x"}, "number"),
        ({"east": None}, "number"),
        ({"light": {"a": "no-such"}}, "no light"),
        ({"light": None}, "light"),
        ({"light": {"a": "dusk", "b": "overcast", "t": 7}}, "0 to 1"),
        ({"need": "picture"}, "list"),
        ({"east": 10**30}, "from -1 to 1"),
        ({"extra": 1}, "means nothing"),
        ({"look": "comic"}, "no such look"),
        ({"look": "model"}, "tell"),
        (
            {"detail": {"yaw": 0, "pitch": 0, "fov": 90, "width": 64, "height": 32}},
            "one size only",
        ),
        ({"detail": {"yaw": 0, "pitch": 0, "fov": 90, "width": 10**5, "height": 32}}, "2048"),
    ],
)
def test_what_makes_no_sense_is_answered_in_words(page, wrong, words):
    page.enter()
    page.say(
        **{
            "do": "look",
            "seq": 1,
            "east": 0,
            "south": 0,
            "light": LIGHT,
            "need": ["picture"],
            **wrong,
        }
    )
    answer = page.hear()
    assert answer["kind"] == "error"
    assert answer["seq"] == 1
    assert words in answer["text"]


def test_looking_without_a_tile(page):
    page.say(do="look", seq=1, east=0, south=0, light=LIGHT)
    assert "tile" in page.hear()["text"]


def test_noise_on_the_line_is_answered_and_the_connection_lives(page):
    page.enter()
    noise = ("", "{", "[]", "3", '{"do": "explode"}', '{"do": ["look"]}', "[" * 5000, "NaN")
    for text in (*noise, '{"do": "shape", "x": NaN}', '{"do": "thumbs", "east": 1e999}'):
        page.socket.send_text(text)
        assert page.hear()["kind"] == "error", text
        page.socket.send_bytes(text.encode())
        assert "bytes" in page.hear()["text"]
    page.socket.send_text(json.dumps({"do": "drop", "token": "x" * MAX_MESSAGE_BYTES}))
    assert "512 kB" in page.hear()["text"]
    page.say(do="look", seq=2, east=0, south=0, light=LIGHT, need=["picture"])
    assert page.hear()[0]["seq"] == 2


def test_a_fault_of_ours_is_answered_and_the_connection_lives(page, monkeypatch, studio):
    page.enter()
    with monkeypatch.context() as patch:
        patch.setattr(studio.queue, "submit", lambda *a, **k: 1 / 0)
        page.say(do="look", seq=1, east=0, south=0, light=LIGHT, need=["picture"])
        told = page.hear()
    assert (told["kind"], told["seq"]) == ("error", 1)
    assert "went wrong" in told["text"]
    page.say(do="look", seq=2, east=0, south=0, light=LIGHT, need=["picture"])
    assert page.hear()[0]["seq"] == 2


def test_thumbnails_of_every_light_at_this_place_only(page):
    page.enter()
    page.say(do="look", seq=1, east=0.1, south=0, light=LIGHT, need=["picture"])
    page.hear()
    page.say(do="thumbs", east=0.9, south=0.9)  # somewhere else: nothing comes
    page.say(do="thumbs", east=0.1, south=0)
    lights = {page.hear()[0]["light"] for _ in page.welcome["presets"]}
    assert lights == set(page.welcome["presets"])
    page.say(do="thumbs", east=0.1, south=0, look="carved")
    assert "no such look" in page.hear()["text"]


def test_the_shape(page):
    import zlib

    page.enter()
    page.say(do="shape")
    header, parts = page.hear()
    assert header["heights"] == [64, 64]
    assert len(zlib.decompress(parts["heights"])) == 64 * 64 * 2
    layers, rows, columns = header["solid"]
    assert len(zlib.decompress(parts["solid"])) == layers * rows * columns


def test_a_page_of_another_version_is_refused(client):
    with client.websocket_connect(URL) as socket:
        socket.send_text(json.dumps({"do": "hello", "protocol": 99}))
        assert "reload" in json.loads(socket.receive_text())["text"]


def test_a_job_goes_on_while_the_page_is_away(client, studio):
    points = [[-0.5 + i / 20, 0.0] for i in range(20)]
    video = {"style": "walk", "width": 512, "fps": 10, "light": LIGHT, "points": points}
    with client.websocket_connect(URL) as socket:
        page = Page(client, socket)
        page.enter()
        page.say(do="make", what="video", **video)
        while not page.hear().get("done"):
            pass
    visitor = studio.visitors.find(page.welcome["session"])
    wait_until(lambda: visitor.results)
    with client.websocket_connect(URL) as socket:
        assert [r["name"] for r in Page(client, socket, visitor.key).welcome["results"]] == [
            "walk.mp4"
        ]


def test_coming_back_finds_the_tile(client):
    with client.websocket_connect(URL) as socket:
        first = Page(client, socket)
        tile = first.enter()
    with client.websocket_connect(URL) as socket:
        again = Page(client, socket, first.welcome["session"], "other")
        assert again.welcome["fresh"] is False
        assert again.welcome["tile"] == tile


def test_foreign_pages_cannot_connect(client):
    for headers in ({"origin": "http://evil.example"}, {"host": "evil.example"}):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(URL, headers=headers):
            pass


def test_who_comes_back_before_the_old_connection_is_noticed_keeps_everything(client, studio):
    with client.websocket_connect(URL) as new_socket:
        with client.websocket_connect(URL) as old_socket:
            old = Page(client, old_socket)
            tile = old.enter()
            key = old.welcome["session"]
            new = Page(client, new_socket, key)
            assert (new.welcome["fresh"], new.welcome["tile"]) == (False, tile)
        # the old one's end is noticed now
        visitor = studio.visitors.find(key)
        wait_until(lambda: visitor.sockets == 1)
        assert visitor.connected
        new.say(do="make", what="heights")
        kinds = {"job"}
        while "result" not in kinds:  # jobs still speak to the page that is there
            kinds.add(new.hear()["kind"])


def wait_until(condition):
    deadline = time.monotonic() + 600
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_who_does_not_say_hello_is_let_go(client, monkeypatch, studio):
    from sat2density.apps.studio import limits

    monkeypatch.setattr(limits, "HELLO_WITHIN_S", 0.1)
    with client.websocket_connect(URL) as socket:
        assert "hello" in json.loads(socket.receive_text())["text"]
    assert len(studio.visitors) == 0
