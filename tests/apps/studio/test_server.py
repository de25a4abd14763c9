"""Addresses, and what is printed."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sat2density.apps.studio.guard import Door
from sat2density.apps.studio.server import address, announce, bind, serve
from sat2density.apps.studio_command import StudioCommand
from sat2density.errors import InputError


def test_a_free_port_is_taken_and_a_taken_one_refused():
    with bind("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        assert port > 0
        with pytest.raises(InputError, match="--port"):
            bind("127.0.0.1", port)
    with pytest.raises(InputError, match="--host"):
        bind("no.such.host.invalid", 0)


def test_addresses():
    assert address("127.0.0.1", 8000) == "http://127.0.0.1:8000/"
    assert address("::1", 8000) == "http://[::1]:8000/"
    assert address("0.0.0.0", 8000) == "http://127.0.0.1:8000/"
    assert address("::", 8000) == "http://[::1]:8000/"
    assert address("127.0.0.1", 8000, "abc") == "http://127.0.0.1:8000/?token=abc"


def test_loopback_tells_of_the_tunnel_and_an_open_host_of_the_risk():
    local = "\n".join(announce("127.0.0.1", 8123, "abc"))
    assert "ssh -L 8123:127.0.0.1:8123" in local
    assert socket.gethostname() in local
    assert local.count("?token=abc") == 2
    assert "--no-token" not in local
    assert "unencrypted" in "\n".join(announce("0.0.0.0", 8123, "abc"))


def test_an_address_of_version_6():
    lines = announce("::1", 8123, "abc")
    assert "http://[::1]:8123/?token=abc" in lines[0]
    assert "ssh -L 8123:[::1]:8123" in lines[1]


def test_from_a_running_event_loop_it_is_said_how(studio):
    async def notebook():
        serve(studio, Door(), 0, False)

    # a thread: a browser's tests leave a loop running in this one
    with ThreadPoolExecutor(1) as pool, pytest.raises(InputError, match="!sat2density studio"):
        pool.submit(lambda: asyncio.run(notebook())).result()


def test_no_token_says_what_it_means():
    assert "every user and program of this machine" in announce("127.0.0.1", 8123)[-1]
    assert "every such machine" in announce("0.0.0.0", 8123)[-1]


def test_options_that_make_no_sense():
    for wrong in (
        {"allow_host": ("http://hub.example.org",)},
        {"allow_host": ("a b",)},
        {"root_path": "/user?x"},
        {"port": 99999},
        {"extent_m": 40.0},
        {"extent_m": -1.0, "sat": Path("tile.png")},
    ):
        with pytest.raises(InputError, match="--"):
            StudioCommand(**wrong).run()
