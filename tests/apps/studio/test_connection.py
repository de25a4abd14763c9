"""One page's websocket: what it asks for and what it gets."""

import json
import time

import pytest
from starlette.websockets import WebSocketDisconnect

from sat2density.apps.studio.packets import unpack

URL = "ws://127.0.0.1/ws"
LIGHT = {"a": "clear-noon", "b": None, "t": 0}


class Page:
    """What a page does on its websocket."""

    def __init__(self, client, socket, session="", tab="t"):
        self.client, self.socket = client, socket
        self.say(do="hello", protocol=1, session=session, tab=tab)
        self.welcome = self.hear()
        self.headers = {"x-studio-session": self.welcome.get("session", "")}

    def say(self, **message):
        self.socket.send_text(json.dumps(message))

    def hear(self):
        message = self.socket.receive()
        if message.get("bytes") is not None:
            return unpack(message["bytes"])
        if message["type"] == "websocket.close":
            raise WebSocketDisconnect(message["code"])
        return json.loads(message["text"])

    def enter(self):
        answer = self.client.post("/api/tile?example=opened", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["tile"]


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
        ({"east": 3}, "outside"),
        ({"east": "x"}, "numbers"),
        ({"east": float("nan")}, "finite"),
        ({"light": {"a": "no-such"}}, "no light"),
        ({"light": None}, "light"),
        ({"light": {"a": "dusk", "b": "overcast", "t": 7}}, "0 to 1"),
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


def test_noise_on_the_line_is_ignored(page):
    page.enter()
    for text in ("", "{", "[]", "3", '{"do": "explode"}', '{"do": ["look"]}', "[" * 5000):
        page.socket.send_text(text)
        page.socket.send_bytes(text.encode())
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
    deadline = time.monotonic() + 60
    while not visitor.results and time.monotonic() < deadline:
        time.sleep(0.05)
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
