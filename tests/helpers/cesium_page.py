"""A folder of 3D Tiles in CesiumJS's own viewer, served on loopback."""

import contextlib
import http.server
import threading
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[1] / "tools" / "cesium"
BUILD = TOOLS / "node_modules" / "cesium" / "Build" / "Cesium"


@contextlib.contextmanager
def served(tiles):
    """Serve the page, Cesium and a folder of tiles; gives the address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def translate_path(self, path):
            path = path.split("?")[0]
            for prefix, folder in (("/cesium/", BUILD), ("/tiles/", tiles)):
                if path.startswith(prefix):
                    return str(folder / path[len(prefix) :])
            return str(TOOLS / "page.html")

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
