"""Thousands of messages and requests that no page would send: each is answered, none ends the
connection, none leaves a fault of ours in the terminal. Seeded; the long form has the numbers of
the attack
that found the first faults.
"""

import json
import logging
import random

import pytest
from odd_messages import LIGHT, MEANT, odd_message
from studio_clients import URL, Page

from sat2density.apps.studio import connection, limits, messages
from sat2density.apps.studio.routes import SESSION_HEADER


def fuzz_messages(client, studio, monkeypatch, caplog, count, seed):
    monkeypatch.setattr(limits, "MESSAGES_PER_S", 1e9)
    rng = random.Random(seed)
    caplog.set_level(logging.WARNING)
    answered = 0
    with client.websocket_connect(URL) as socket:
        page = Page(client, socket)
        page.enter()
        for number in range(count):
            text = odd_message(rng)
            socket.send_text(text)
            if number % 25 == 24:  # a message that is meant is still answered
                page.say(do="look", seq=10**6 + number, east=0, south=0, light=LIGHT, need=[])
                answered += until(page, 10**6 + number)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
    assert len(studio.visitors) == 1
    return answered


def until(page, seq):
    """Hear everything up to the frame with this number; return how many errors there were."""
    errors = 0
    while True:
        heard = page.hear()
        header = heard[0] if isinstance(heard, tuple) else heard
        if header.get("seq") == seq:
            assert header["kind"] == "frame", header
            return errors
        errors += header["kind"] == "error"
        assert header.get("text") != connection.UNFORESEEN


PATHS = [
    "/",
    "/ws",
    "/assets/studio.js",
    "/assets/..%2f..%2fpipeline.py",
    "/assets/%00",
    "/examples/opened",
    "/examples/%2e%2e",
    "/results/x/y",
    "/results/%ff/%ff",
    "/api/tile",
    "/api/tile?example=opened",
    "/api/tile?example=%00",
    "/api/decode",
    "/api/light?key=own-1",
    "/api/light?key=own-1&mask=1",
    "/api/light?key=../x",
    "/api/path/read?format=csv",
    "/api/path/read?format=json",
    "/api/path/read?format=geojson",
    "/api/path/read?format=../csv",
    "/api/path/write?format=csv",
    "/api/path/write?format=exe",
    "/nothing",
    "//x",
    "/api//tile",
]
BODIES = [
    b"",
    b"x",
    b"\x89PNG\r\n\x1a\n" + bytes(64),
    b"\xff\xd8\xff\xe0" + bytes(64),
    b"II*\x00\x08\x00\x00\x00\xff\xff" + bytes(64),
    b"x,y\n1,2\n3,4\n",
    b"x,y\n" + b"9" * 5000 + b",1\n",
    b"x,y\nnan,inf\n",
    b'{"unit": "m", "points": 3}',
    b'{"points": [[0, 0], [1, ' + b"9" * 400 + b"]]}",
    b'{"points": [[0, 0], [0.5, 0.5]]}',
    b'{"type": "FeatureCollection"}',
    b"[" * 20_000,
    b"\xff\xfe" + bytes(100),
]
METHODS = ["GET", "POST", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]
HEADERS = [
    {},
    {},
    {},
    {"host": "evil.example"},
    {"host": "127.0.0.1:1:2"},
    {"origin": "null"},
    {"range": "bytes=5-1,,"},
    {"range": "bytes=0-999999999999999999999"},
    {"content-length": "9" * 30},
    {"cookie": "a=b; =; ;;"},
    {"cookie": "x" * 3000},
    {"if-none-match": "*"},
    {"content-type": "multipart/form-data"},
]


def fuzz_requests(client, studio, caplog, count, seed):
    rng = random.Random(seed)
    caplog.set_level(logging.WARNING)
    visitor, _ = studio.visitors.greet(None, "tab")
    statuses = set()
    for _ in range(count):
        headers = {SESSION_HEADER: visitor.key if rng.random() < 0.9 else "guess"}
        headers |= rng.choice(HEADERS)
        answer = client.request(
            rng.choice(METHODS), rng.choice(PATHS), content=rng.choice(BODIES), headers=headers
        )
        statuses.add(answer.status_code)
        assert answer.status_code < 500, (answer.url, answer.text)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert str(studio.root) not in answer.text
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
    assert {200, 400, 403, 404, 405} <= statuses
    left = {path.name for path in visitor.folder.iterdir()}
    assert left <= {"own-1"}
    assert list(studio.root.glob("path-*")) == []


def test_some_odd_messages(client, studio, monkeypatch, caplog):
    assert fuzz_messages(client, studio, monkeypatch, caplog, 400, seed=1) > 100


def test_some_odd_requests(client, studio, caplog):
    fuzz_requests(client, studio, caplog, 150, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3])
def test_two_thousand_odd_messages(client, studio, monkeypatch, caplog, seed):
    assert fuzz_messages(client, studio, monkeypatch, caplog, 2000, seed) > 500


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3])
def test_nine_hundred_odd_requests(client, studio, caplog, seed):
    fuzz_requests(client, studio, caplog, 900, seed)


def test_every_message_that_a_page_sends_passes_the_door():
    for message in MEANT:
        assert messages.check(messages.parse(json.dumps(message))) == message["do"]
