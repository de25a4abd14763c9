"""A tile server on loopback, for tests: it shows `place_colours` about a place, or misbehaves."""

import contextlib
import http.server
import io
import math
import threading
import time

import numpy as np
from drawn_maps import SYDNEY, place_colours
from PIL import Image

HALF_M = math.pi * 6378137.0


def mercator(lat, lon):
    return (
        math.radians(lon) * 6378137.0,
        6378137.0 * math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)),
    )


def tile_picture(zoom, column, row, middle, side=256):
    """A tile's colours: `place_colours` of true metres (to a few per mille) about a place."""
    pixel = 2 * HALF_M / 2**zoom / side
    x0, y0 = mercator(*middle)
    scale = math.cos(math.radians(middle[0]))
    x = -HALF_M + (column * side + np.arange(side) + 0.5) * pixel - x0
    x -= 2 * HALF_M * np.round(x / (2 * HALF_M))
    y = HALF_M - (row * side + np.arange(side) + 0.5) * pixel - y0
    values = place_colours(*np.meshgrid(x * scale, y * scale))
    return np.moveaxis((values * 255).round().astype(np.uint8), 0, -1)


class Asked(list):
    """Paths that were asked for, and the addresses to ask at."""

    template = ""


@contextlib.contextmanager
def serving(answer=None, middle=SYDNEY, side=256):
    """Serve; `answer(handler)` misbehaves in place of a picture. Gives what was asked for."""
    asked = Asked()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            with contextlib.suppress(OSError):
                if answer is not None:
                    answer(self)
                    return
                zoom, column, row = map(int, self.path.split("?")[0].split(".")[0].split("/")[1:])
                data = io.BytesIO()
                picture = tile_picture(zoom, column, row, middle, side)
                Image.fromarray(picture).save(data, "PNG")
                send(self, 200, data.getvalue(), "image/png")

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    asked.template = f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}.png?key=secret"
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()


def send(handler, code, data=b"", kind="text/plain"):
    handler.send_response(code)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def trickle(handler):
    """Send a byte now and then, of many that are promised."""
    handler.send_response(200)
    handler.send_header("Content-Type", "image/png")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(60):
        handler.wfile.write(b"\x89")
        handler.wfile.flush()
        time.sleep(0.05)
