"""A small reverse proxy on loopback, as people sit behind: HTTPS, a path of its own, which it takes
away, and websockets passed on.
"""

import contextlib
import socket
import ssl
import subprocess
import threading

HOST = "hub.example.org"
"""The name it answers to; the browser of the tests looks it up on loopback."""


class Proxy:
    """Passes `https://hub.example.org:PORT/prefix/...` on to a port of loopback.

    Args:
        to: the port.
        prefix: "/user/anna/studio"; a request for another path is answered 404.
        folder: for the certificate.

    """

    def __init__(self, to, prefix, folder):
        self.to, self.prefix = to, prefix
        certificate, key = folder / "proxy.pem", folder / "proxy.key"
        name = f"/CN={HOST}"
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        subprocess.run(
            [*make, "-subj", name, "-keyout", key, "-out", certificate],
            check=True,
            capture_output=True,
        )
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listening.getsockname()[1]
        self.upgrades, self.paths = 0, []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"https://{HOST}:{self.port}{self.prefix}/"

    def close(self):
        self.listening.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, plain):
        # The handshake is here: a browser opens connections ahead, and says nothing on them.
        with contextlib.suppress(OSError), self.context.wrap_socket(plain, True) as client:
            head = b""
            while b"\r\n\r\n" not in head:
                part = client.recv(65536)
                if not part:
                    return
                head += part
            method, path, rest = head.split(b" ", 2)
            prefix = self.prefix.encode()
            self.paths.append(path.decode())
            if not path.startswith(prefix + b"/"):
                client.sendall(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
                return
            upgrade = b"upgrade: websocket" in rest.lower()
            self.upgrades += upgrade
            if not upgrade:  # one request a connection: the next one has a head of its own
                rest = rest.replace(b"Connection: keep-alive", b"Connection: close", 1)
            with socket.create_connection(("127.0.0.1", self.to)) as server:
                server.sendall(b" ".join([method, path[len(prefix) :], rest]))
                threading.Thread(target=_pump, args=(client, server), daemon=True).start()
                _pump(server, client)


def _pump(source, target):
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
