"""Other hosts' pages cannot drive the studio."""

import pytest
from starlette.datastructures import Headers

from sat2density.apps.studio.guard import Guard, is_loopback


def refused(headers, bound_to="127.0.0.1"):
    return Guard(None, bound_to).refusal(Headers(headers)) is not None


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost:9", "[::1]:8000", "LOCALHOST", "127.0.0.1"]
)
def test_loopback_names_pass_at_any_port(host):
    # any port: an SSH tunnel may listen on another one
    assert not refused({"host": host})


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "127.0.0.1.evil.example:80", "10.0.0.7:80", "[::1", "a@127.0.0.1.x"],
)
def test_other_hosts_are_refused_on_loopback(host):
    assert refused({"host": host})


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


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("x", False)],
)
def test_what_is_loopback(host, expected):
    assert is_loopback(host) is expected
