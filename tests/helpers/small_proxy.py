"""A small reverse proxy on loopback, as people sit behind: HTTPS, a path of its own, which it takes
away, and websockets passed on.
"""

import asyncio
import contextlib
import ssl
import subprocess
import threading

HOST = "hub.example.org"
"""The name it answers to; the browser of the tests looks it up on loopback."""


class Proxy:
    """Passes `https://hub.example.org:PORT/prefix/...` on to a port of loopback.

    One event loop in a thread of its own holds all connections: a TLS connection that one thread
    reads, another one writes and a third one closes mixes up its bytes with those of others.

    Args:
        to: the port.
        prefix: "/user/anna/studio"; a request for another path is answered 404.
        folder: for the certificate.

    """

    def __init__(self, to, prefix, folder):
        self.to, self.prefix = to, prefix
        self.upgrades, self.paths = 0, []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*_certificate(folder))
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.listening = self._there(
            asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.context, backlog=64)
        )
        self.port = self.listening.sockets[0].getsockname()[1]

    @property
    def url(self):
        return f"https://{HOST}:{self.port}{self.prefix}/"

    def close(self):
        """End what is under way, too."""
        self._there(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def _there(self, work):
        """Have something done in the thread of the connections."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    async def _end(self):
        self.listening.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader, writer):
        # a browser opens connections ahead, says nothing on them and leaves
        ended = (OSError, asyncio.IncompleteReadError, asyncio.CancelledError)
        with contextlib.suppress(*ended), contextlib.closing(writer):
            head = await reader.readuntil(b"\r\n\r\n")
            method, path, rest = head.split(b" ", 2)
            prefix = self.prefix.encode()
            self.paths.append(path.decode())
            if not path.startswith(prefix + b"/"):
                writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
                return
            upgrade = b"upgrade: websocket" in rest.lower()
            self.upgrades += upgrade
            if not upgrade:  # one request a connection: the next one has a head of its own
                rest = rest.replace(b"Connection: keep-alive", b"Connection: close", 1)
            there, back = await asyncio.open_connection("127.0.0.1", self.to)
            with contextlib.closing(back):
                back.write(b" ".join([method, path[len(prefix) :], rest]))
                await _either(_pump(reader, back), _pump(there, writer))


def _certificate(folder):
    certificate, key = folder / "proxy.pem", folder / "proxy.key"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    named = ["-subj", f"/CN={HOST}", "-keyout", key, "-out", certificate]
    subprocess.run([*make, *named], check=True, capture_output=True)
    return certificate, key


async def _either(*pumps):
    """Run both ways until one of them has ended."""
    ways = [asyncio.ensure_future(pump) for pump in pumps]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _pump(source, target):
    while part := await source.read(65536):
        target.write(part)
        await target.drain()
