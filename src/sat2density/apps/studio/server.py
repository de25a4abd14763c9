"""Serving: an address, a socket, uvicorn, and a clean end."""

from __future__ import annotations

import socket
import threading
import webbrowser

import uvicorn

from sat2density.apps.studio.guard import is_loopback
from sat2density.apps.studio.limits import MAX_MESSAGE_BYTES, PING_S
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


def address(host: str, port: int) -> str:
    """Return the URL to open for a bound host and port."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "") else host
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def announce(host: str, port: int) -> list[str]:
    """Return the lines that tell where the studio is, and how to reach it from another machine."""
    lines = [f"Studio: {address(host, port)}   (Ctrl-C ends it)"]
    if is_loopback(host):
        tunnel = f"ssh -L {port}:127.0.0.1:{port} {socket.gethostname()}"
        lines.append(f"From another machine: {tunnel}   then open http://127.0.0.1:{port}/")
    else:
        lines.append(
            f"Note: --host {host} lets every machine that reaches this one use the studio; there "
            f"is no password."
        )
    return lines


def make_server(studio: Studio, host: str) -> uvicorn.Server:
    """Build the server of a studio; `run(sockets=[...])` serves until it is told to stop."""
    config = uvicorn.Config(
        create_app(studio, host),
        log_level="warning",
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    return uvicorn.Server(config)


def close(server: uvicorn.Server, studio: Studio) -> None:
    """End the jobs, the queue and the temporary folder of a server that has stopped."""
    server.config.app.state.jobs.close()  # type: ignore[union-attr]
    studio.close()


def serve(studio: Studio, host: str, port: int, browser: bool) -> None:
    """Serve until Ctrl-C; every temporary file is gone afterwards."""
    listening = bind(host, port)
    port = listening.getsockname()[1]
    print("\n".join(announce(host, port)), flush=True)
    if browser:
        opening = threading.Timer(BROWSER_DELAY_S, webbrowser.open, [address(host, port)])
        opening.daemon = True
        opening.start()
    server = make_server(studio, host)
    studio.warm_up()
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # uvicorn has shut down in order and passes the signal on
    finally:
        close(server, studio)
        listening.close()
    print("Studio ended.")
