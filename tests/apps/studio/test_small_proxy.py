"""The tests' own proxy loses nothing, however many connections come and go at once."""

import http.client
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import small_proxy

BODY = b"x" * 200_000


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", str(len(BODY)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *said):
        pass


@pytest.fixture
def proxy(tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy = small_proxy.Proxy(server.server_port, "/user/anna", tmp_path)
    yield proxy
    proxy.close()
    server.shutdown()
    server.server_close()


def ask(proxy, path):
    connection = http.client.HTTPSConnection(
        "127.0.0.1", proxy.port, context=ssl._create_unverified_context(), timeout=60
    )
    try:
        connection.request("GET", path, headers={"Connection": "keep-alive"})
        answer = connection.getresponse()
        return answer.status, len(answer.read())
    finally:
        connection.close()


def test_every_answer_comes_whole(proxy):
    with ThreadPoolExecutor(6) as several:
        answers = list(several.map(lambda _: ask(proxy, "/user/anna/picture"), range(120)))
    assert set(answers) == {(200, len(BODY))}


def test_other_paths_are_not_passed_on(proxy):
    assert ask(proxy, "/picture")[0] == 404
