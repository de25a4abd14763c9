import http.server
import json
import re
import socket
import threading

import pytest

from sat2density.errors import InputError, OutputError, WeightsError
from sat2density.notices import heard
from sat2density.weights import KNOWN, open_weights
from sat2density.weights.digest import sha256
from sat2density.weights.fetching import fetch, read_record, record_path

ITEM = KNOWN["cvact"]


class Server(http.server.ThreadingHTTPServer):
    """Serves `content` at any path, with ranges; `stop_after` cuts answers short; `ranges` may be
    switched off.
    """

    def __init__(self, content):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.etag, self.stop_after, self.ranges, self.status, self.asked = (
            content,
            '"1"',
            None,
            True,
            None,
            [],
        )

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/weights.zip"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server, start = self.server, 0
        asked = self.headers.get("Range")
        server.asked.append(asked)
        if server.status:
            self.send_error(server.status)
            return
        if asked and server.ranges and self.headers.get("If-Range") == server.etag:
            start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1])
            if start >= len(server.content):
                self.send_error(416)
                return
        body = server.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("ETag", server.etag)
        self.send_header("Content-Length", str(len(body)))
        if start:
            self.send_header(
                "Content-Range", f"bytes {start}-{len(server.content) - 1}/{len(server.content)}"
            )
        self.end_headers()
        self.wfile.write(body[: server.stop_after])

    def log_message(self, *_):
        pass


@pytest.fixture
def server(release, tmp_path, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    with Server(release.read_bytes()) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_a_download_is_recorded_and_opens(server):
    seen = []
    done = fetch("2u87bj8w", server.url, lambda got, total: seen.append((got, total)))
    size = len(server.content)
    assert (done.path, done.bytes, done.before) == (ITEM.path, size, False)
    assert seen[-1] == (size, size)
    record = json.loads(record_path(ITEM).read_text())
    assert (record["bytes"], record["sha256"], record["licence"]) == (
        size,
        sha256(ITEM.path),
        "CC BY-NC 4.0",
    )
    assert open_weights("cvact").info["epoch"] == 3
    assert {path.name for path in ITEM.path.parent.iterdir()} == {ITEM.file, record_path(ITEM).name}
    again = fetch("cvact", server.url)
    assert again.before
    assert len(server.asked) == 1


def test_a_download_that_ends_early_goes_on_where_it_was(server):
    server.stop_after = 5000
    with pytest.raises(
        WeightsError,
        match=rf"ended after 5000 of {len(server.content)} bytes; run it again to go on",
    ):
        fetch("cvact", server.url)
    assert not ITEM.path.exists()
    server.stop_after = None
    fetch("cvact", server.url)
    assert server.asked == [None, "bytes=5000-"]
    assert ITEM.path.read_bytes() == server.content


def test_two_downloads_at_once_make_one(server):
    begun, done = threading.Event(), []
    waiting = threading.Event()

    def first(got, total):
        begun.set()
        waiting.wait(10)

    thread = threading.Thread(target=lambda: done.append(fetch("cvact", server.url, first)))
    thread.start()
    begun.wait(10)
    with heard(lambda text: waiting.set()):
        done.append(fetch("cvact", server.url))
    thread.join()
    assert sorted(one.before for one in done) == [False, True]
    assert len(server.asked) == 1
    assert ITEM.path.read_bytes() == server.content


@pytest.mark.parametrize("change", ["other version", "no ranges"])
def test_two_versions_are_never_joined(server, change):
    server.stop_after = 5000
    with pytest.raises(WeightsError):
        fetch("cvact", server.url)
    server.stop_after = None
    if change == "no ranges":
        server.ranges = False
    else:
        server.etag = '"2"'
    fetch("cvact", server.url)
    assert ITEM.path.read_bytes() == server.content


def test_a_part_longer_than_the_file_is_thrown_away(server):
    server.stop_after = 5000
    with pytest.raises(WeightsError):
        fetch("cvact", server.url)
    part = ITEM.path.with_name(ITEM.file + ".part")
    part.write_bytes(bytes(len(server.content) + 5))
    server.stop_after = None
    fetch("cvact", server.url)
    assert ITEM.path.read_bytes() == server.content


def test_another_file_than_the_recorded_one_is_refused(server):
    fetch("cvact", server.url)
    ITEM.path.unlink()
    first = read_record(ITEM)
    server.content = server.content + b"more"
    with pytest.raises(WeightsError, match=r"are not the file fetched first .*nothing was kept"):
        fetch("cvact", server.url)
    assert not ITEM.path.exists()
    assert read_record(ITEM) == first


def test_a_damaged_file_in_the_cache_is_noticed(server):
    fetch("cvact", server.url)
    ITEM.path.write_bytes(server.content[:-1] + b"x")
    with pytest.raises(WeightsError, match=f"remove {ITEM.path} and fetch again"):
        fetch("cvact", server.url)


def test_what_is_no_zip_is_not_kept(server):
    server.content = b"<html>Sorry</html>"
    with pytest.raises(WeightsError, match="is not a zip file; nothing was kept"):
        fetch("cvact", server.url)
    assert not list(ITEM.path.parent.glob("*.zip*part"))


@pytest.mark.parametrize("status", [404, 500])
def test_a_server_that_refuses(server, status):
    server.status = status
    with pytest.raises(WeightsError, match=f"the server says {status}"):
        fetch("cvact", server.url)


def test_no_network(monkeypatch, tmp_path):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path))
    # Bound, but nobody listens: the port is nobody else's, and every call is refused.
    with (
        socket.socket() as closed,
        pytest.raises(WeightsError, match=r"\(.*refused.*\); check the connection"),
    ):
        closed.bind(("127.0.0.1", 0))
        fetch("cvact", f"http://127.0.0.1:{closed.getsockname()[1]}/weights.zip")


def test_names_and_addresses_that_cannot_be_fetched(tmp_path):
    with pytest.raises(InputError, match="unknown weights 'cvat'; did you mean 'cvact'"):
        fetch("cvat")
    with pytest.raises(WeightsError, match="ship with the package"):
        fetch("anywhere-small")
    with pytest.raises(WeightsError, match="not an http or https address"):
        fetch("cvact", (tmp_path / "a.zip").as_uri())


def test_a_cache_that_cannot_be_made(server, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(OutputError, match="cannot be written"):
        fetch("cvact", server.url)
