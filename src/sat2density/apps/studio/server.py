"""Serving: an address, a socket, uvicorn, and a clean end."""

from __future__ import annotations

import asyncio
import socket
import threading
import webbrowser

import uvicorn

from sat2density.apps.studio.guard import Door, is_loopback
from sat2density.apps.studio.limits import MAX_FRAME_BYTES, PING_S
from sat2density.apps.studio.protocol import BoundedProtocol
from sat2density.apps.studio.routes import create_app
from sat2density.apps.studio.studio import Studio
from sat2density.errors import InputError

BROWSER_DELAY_S = 0.5


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one.

    Raises:
        InputError: the address is not this machine's, or the port is taken.

    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(64)
    except (OSError, OverflowError) as error:
        raise InputError(
            f"--host {host} --port {port}: cannot listen there ({error}); try --port 0"
        ) from error
    return listening


def address(host: str, port: int, token: str | None = None) -> str:
    """Return the URL to open for a bound host and port, with the token where there is one."""
    shown = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)
    shown = f"[{shown}]" if ":" in shown else shown
    return f"http://{shown}:{port}/" + (f"?token={token}" if token else "")


def announce(host: str, port: int, token: str | None = None) -> list[str]:
    """Return the lines that tell where the studio is, and how to reach it from another machine."""
    lines = [f"Studio: {address(host, port, token)}   (Ctrl-C ends it)"]
    if is_loopback(host):
        there = f"[{host}]" if ":" in host else "127.0.0.1"
        tunnel = f"ssh -L {port}:{there}:{port} {socket.gethostname()}"
        here = address("127.0.0.1", port, token)
        lines.append(f"From another machine: {tunnel}   then open {here}")
    else:
        lines.append(
            f"Note: --host {host} lets every machine that reaches this one talk to the studio, "
            f"unencrypted."
        )
    if token is None:
        who = "user and program of this machine" if is_loopback(host) else "such machine"
        lines.append(
            f"Note: --no-token: every {who} can open this tile, take places and fetch results."
        )
    return lines


def make_server(studio: Studio, door: Door) -> uvicorn.Server:
    """Build the server of a studio; `run(sockets=[...])` serves until it is told to stop."""
    config = uvicorn.Config(
        create_app(studio, door),
        http=BoundedProtocol,
        log_level="warning",
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME_BYTES,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        ws_per_message_deflate=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    return uvicorn.Server(config)


def close(server: uvicorn.Server, studio: Studio) -> None:
    """End the jobs, the queue and the temporary folder of a server that has stopped."""
    server.config.app.app.state.jobs.close()  # type: ignore[union-attr]
    studio.close()


def check_no_loop() -> None:
    """Refuse to serve where an event loop runs already, as in a notebook.

    Raises:
        InputError: it says how to start the studio there.

    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise InputError(
        "The studio needs an event loop of its own, and one is running here already (a notebook?): "
        "start 'sat2density studio' in a terminal, or here as '!sat2density studio --no-browser'"
    )


def serve(studio: Studio, door: Door, port: int, browser: bool) -> None:
    """Serve until Ctrl-C; every temporary file is gone afterwards.

    Raises:
        InputError: an event loop runs here already, or the address cannot be listened on.

    """
    host = door.bound_to
    access = door.access
    try:
        check_no_loop()
        listening = bind(host, port)
    except InputError:
        studio.close()
        raise
    port = listening.getsockname()[1]
    print("\n".join(announce(host, port, access.token if access else None)), flush=True)
    if browser:
        url = address(host, port, access.once() if access else None)
        opening = threading.Timer(BROWSER_DELAY_S, webbrowser.open, [url])
        opening.daemon = True
        opening.start()
    server = make_server(studio, door)
    studio.warm_up()
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # uvicorn has shut down in order and passes the signal on
    finally:
        close(server, studio)
        listening.close()
    print("Studio ended.")
