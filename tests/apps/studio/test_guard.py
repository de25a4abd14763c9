"""Other hosts' pages, other users and odd requests cannot drive the studio."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.datastructures import Headers
from starlette.websockets import WebSocketDisconnect
from studio_clients import make_client

from sat2density.apps.studio.access import Access
from sat2density.apps.studio.guard import SECURITY_HEADERS, Door, Guard, is_loopback

WS = "ws://127.0.0.1/ws"


def refused(headers, bound_to="127.0.0.1", **door):
    return Guard(None, Door(bound_to, **door)).refusal(Headers(headers)) is not None


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost:9", "[::1]:8000", "LOCALHOST", "127.0.0.1"]
)
def test_loopback_names_pass_at_any_port(host):
    # any port: an SSH tunnel may listen on another one
    assert not refused({"host": host})


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "127.0.0.1.evil.example:80",
        "10.0.0.7:80",
        "[::1",
        "::1",
        "a@127.0.0.1",
        "a@127.0.0.1.x",
        "127.0.0.1:80:90",
        "127.0.0.1:",
        "127.0.0.1:99999",
        "127.0.0.1:-1",
        "127.0.0.1:8x",
        "127.0.0.1/evil",
        "127.0.0.1?evil",
        "127.0.0.1#evil",
        "127.0.0.1 evil",
        "127.0.0.1,evil.example",
        "localhost.",
        "127.1",
        "0x7f000001",
        "2130706433",
        "[::ffff:127.0.0.1]",
        "[127.0.0.1]x",
        "http://127.0.0.1",
        "\tlocalhost",
        "localhost\xa0",
    ],
)
def test_other_hosts_and_odd_forms_are_refused_on_loopback(host):
    assert refused({"host": host})


def test_two_hosts_or_two_origins_are_refused():
    own = (b"host", b"localhost")
    origin = (b"origin", b"http://localhost")
    guard = Guard(None)
    assert guard.refusal(Headers(raw=[own, origin])) is None
    assert guard.refusal(Headers(raw=[own, own])) is not None
    assert guard.refusal(Headers(raw=[])) is not None
    assert guard.refusal(Headers(raw=[own, origin, origin])) is not None


def test_an_open_studio_answers_to_addresses_but_not_to_foreign_names():
    assert not refused({"host": "192.168.1.5:8000"}, "0.0.0.0")
    assert not refused({"host": "[fe80::1]:8000"}, "::")
    assert not refused({"host": "lab.example:80"}, "lab.example")
    assert refused({"host": "evil.example"}, "0.0.0.0")


def test_the_origin_must_be_the_page_itself():
    host = "127.0.0.1:8000"
    assert not refused({"host": host, "origin": "http://127.0.0.1:8000"})
    for origin in ("http://evil.example", "http://127.0.0.1:9000", "null", "http://localhost:8000"):
        assert refused({"host": host, "origin": origin}), origin


def test_a_proxy_is_let_in_by_its_name():
    proxied = {"host": "127.0.0.1:8000", "origin": "https://hub.example.org"}
    assert refused(proxied)
    assert not refused(proxied, allowed_hosts=("hub.example.org",))
    assert not refused({"host": "hub.example.org"}, allowed_hosts=("hub.example.org",))
    assert refused({"host": "evil.hub.example.org"}, allowed_hosts=("hub.example.org",))


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("x", False)],
)
def test_what_is_loopback(host, expected):
    assert is_loopback(host) is expected


# ---- the token


@pytest.fixture
def access():
    return Access()


@pytest.fixture
def locked(studio, access):
    """A client of a studio that asks for its token."""
    with make_client(studio, Door(access=access)) as client:
        yield client


PATHS = ("/", "/assets/studio.js", "/examples/opened", "/results/x/y", "/nothing", "/ws")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", ["", "?token=", "?token=guess", "?token=%ff%fe", "?token=ü"])
def test_without_the_token_nothing_is_served(locked, path, token):
    answer = locked.get(path + token)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cookie": "studio-00000000=x"},
        {"authorization": "Bearer guess"},
        {"authorization": "Basic eDp5"},
        {"authorization": "Bearer"},
    ],
)
def test_without_the_token_no_socket_and_no_upload(locked, headers, studio):
    with (
        pytest.raises(WebSocketDisconnect),
        locked.websocket_connect(WS, headers=headers),
    ):
        pass
    answer = locked.post("/api/tile?example=opened", headers=headers)
    assert answer.status_code == 403
    assert "token" in answer.json()["error"]
    assert len(studio.visitors) == 0


def test_the_token_in_the_address_gives_a_cookie_that_opens_everything(locked, access):
    answer = locked.get(f"/?token={access.token}")
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert locked.get("/assets/studio.js").status_code == 200
    with locked.websocket_connect(WS) as socket:
        socket.send_text('{"do": "hello", "protocol": 1, "tab": "t", "session": ""}')
        assert "welcome" in socket.receive_text()


def test_a_program_sends_the_token_as_a_header(locked, access):
    headers = {"authorization": f"Bearer {access.token}"}
    assert locked.get("/examples/opened", headers=headers).status_code == 200
    with locked.websocket_connect(WS, headers=headers) as socket:
        socket.send_text('{"do": "hello", "protocol": 1, "tab": "t"}')
        assert "welcome" in socket.receive_text()


def test_the_browser_that_is_opened_gets_a_token_that_works_once(locked, access):
    once = access.once()
    assert once != access.token
    assert locked.get("/nothing?token=" + once).status_code == 403  # only the page opens
    locked.cookies.clear()
    assert locked.get("/?token=" + once).status_code == 200
    locked.cookies.clear()
    assert locked.get("/?token=" + once).status_code == 403


def test_the_page_without_its_token_says_what_to_do(locked):
    page = locked.get("/")
    assert "address that the command printed" in page.text
    assert page.headers["content-type"].startswith("text/html")


def test_two_starts_have_two_tokens_and_two_cookies(access):
    assert len(access.token) >= 32
    assert access.token != Access().token
    assert access.cookie != Access().cookie


# ---- headers


def test_every_answer_has_the_same_headers_and_is_not_stored(client, studio, access):
    locked = make_client(studio, Door(access=access))
    answers = [
        client.get("/"),
        client.get("/nothing"),
        client.get("/examples/opened"),
        client.get("/", headers={"host": "evil.example"}),
        client.post("/"),
        client.post("/api/tile", headers={"x-studio-session": "guess"}),
        locked.get("/"),
        locked.get("/assets/studio.js"),
        locked.post("/api/tile"),
    ]
    for answer in answers:
        for name, value in SECURITY_HEADERS:
            assert answer.headers.get_list(name.decode()) == [value.decode()], answer.url
        if "assets" not in str(answer.url):
            assert answer.headers["cache-control"] == "no-store", answer.url
    assert {answer.status_code for answer in answers} == {200, 400, 403, 404, 405}


def test_a_fault_of_ours_has_them_too_and_is_one_sentence(client, studio, monkeypatch):
    visitor, _ = studio.visitors.greet(None, "tab")
    monkeypatch.setattr(studio.decoders, "submit", lambda *a, **k: 1 / 0)
    headers = {"x-studio-session": visitor.key}
    answer = client.post("/api/tile?example=opened", headers=headers)
    assert answer.status_code == 500
    assert "went wrong" in answer.json()["error"]
    assert answer.headers["x-content-type-options"] == "nosniff"


# ---- behind a proxy


@pytest.mark.parametrize("prefix", ["", "/user/anna/studio"], ids=["taken away", "left there"])
def test_under_a_path_of_a_proxy(studio, access, prefix):
    door = Door(access=access, allowed_hosts=("hub.example.org",), root_path="/user/anna/studio")
    with make_client(studio, door) as client:
        page = client.get(f"{prefix}/?token={access.token}")
        assert page.status_code == 200
        assert "Path=/user/anna/studio" in page.headers["set-cookie"]
        headers = {"authorization": f"Bearer {access.token}", "origin": "https://hub.example.org"}
        assert client.get(f"{prefix}/assets/studio.js", headers=headers).status_code == 200
        with client.websocket_connect(f"ws://127.0.0.1{prefix}/ws", headers=headers) as socket:
            socket.send_text('{"do": "hello", "protocol": 1, "tab": "t"}')
            assert "welcome" in socket.receive_text()


def test_a_request_that_the_end_interrupts_is_told_so():
    async def endless(scope, receive, send):
        await asyncio.sleep(3600)

    async def interrupted():
        sent = []

        async def send(message):
            sent.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
        }
        serving = asyncio.create_task(Guard(endless)(scope, None, send))
        await asyncio.sleep(0)
        serving.cancel()
        await serving
        return sent

    with ThreadPoolExecutor(1) as pool:  # the browser tests leave a loop running in this thread
        sent = pool.submit(asyncio.run, interrupted()).result()
    assert sent[0]["status"] == 503
