"""Memory of the studio on a long walk over a map: of the server, and of the page in Chromium.

    python benchmarks/studio_memory.py AREA.tif [--weights NAME] [--looks painted model]
        [--tiles 5 15 30] [--tile-m 40]

For each look a page of its own, at a studio of its own, goes to and fro over the map as a visitor
does who types coordinates: a tile's side a step, in rows a tile and a half apart, so that what each
step shows is not there yet. After so many steps it prints a line of JSON, in MiB: resident memory
of the server, and its most so far; the page's JavaScript heap after a collection of garbage, its
nodes and listeners; resident memory of Chromium's process of the page, all answers that the page
has got, and resident memory of the process that draws (where there is no graphics card it holds the
textures). Chromium keeps the answers in the page's process for whoever inspects it, as this script
does, up to 100 MB; and the field in which coordinates are typed keeps a node for each, to undo it.
"""

import argparse
import contextlib
import json
import math
import re
import signal
import sys
from pathlib import Path

import rasterio
from playwright.sync_api import sync_playwright
from rasterio.warp import transform_bounds

REPO = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPO / "web"), str(REPO / "tests" / "helpers")]

from measure import start  # noqa: E402
from studio_browser import Browser  # noqa: E402

METRES_A_DEGREE = 111_320.0
LOOKS = ("painted", "model")


def places(bounds, tile_m, steps):
    """Return where one stands, (latitude, longitude), at the beginning and after every step.

    Args:
        bounds: of the map: west, south, east, north, degrees.
        tile_m: a step, metres; one stays so far from the map's border.
        steps: how many are gone.

    """
    west, south, east, north = bounds
    lat_m = METRES_A_DEGREE
    lon_m = lat_m * math.cos(math.radians((south + north) / 2))
    columns = int((east - west) * lon_m / tile_m) - 1
    rows = int(((north - south) * lat_m / tile_m - 2) / 1.5) + 1
    if columns < 2 or rows < 2:
        raise SystemExit(f"the map is too small: it needs 3 x 4 tiles of {tile_m:g} m")
    found = []
    for number in range(steps // columns + 1):
        row = number % rows
        order = range(columns) if number % 2 == 0 else reversed(range(columns))
        lat = south + (1 + 1.5 * row) * tile_m / lat_m
        found += [(lat, west + (1 + column) * tile_m / lon_m) for column in order]
    return found[: steps + 1]


def memory(pid):
    """Return a process's resident memory and its most so far, MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return [
        round(int(re.search(rf"{key}:\s+(\d+)", status)[1]) / 1024) for key in ("VmRSS", "VmHWM")
    ]


class Meter:
    """Reads the numbers of a page and its server.

    Args:
        browser: of the tests.
        page: one of its pages.
        server: process number of the studio.

    """

    def __init__(self, browser, page, server):
        self.server = server
        self.answers = 0
        page.on("response", self._count)
        self.page = page.context.new_cdp_session(page.page)
        self.page.send("Performance.enable")
        self.browser = browser.chromium.new_browser_cdp_session()

    def _count(self, response):
        self.answers += int(response.headers.get("content-length", 0))

    def read(self):
        """Collect the page's garbage, and return the numbers by name."""
        self.page.send("HeapProfiler.collectGarbage")
        told = self.page.send("Performance.getMetrics")["metrics"]
        page = {metric["name"]: metric["value"] for metric in told}
        processes = {}
        for process in self.browser.send("SystemInfo.getProcessInfo")["processInfo"]:
            with contextlib.suppress(OSError):  # it has ended
                found = memory(process["id"])[0]
                processes[process["type"]] = max(found, processes.get(process["type"], 0))
        now, most = memory(self.server)
        return {
            "server": now,
            "server_most": most,
            "heap": round(page["JSHeapUsedSize"] / 2**20, 1),
            "nodes": int(page["Nodes"]),
            "listeners": int(page["JSEventListeners"]),
            "page_process": processes.get("renderer"),
            "answers": round(self.answers / 2**20, 1),
            "drawing_process": processes.get("GPU"),
        }


def go(page, look, place):
    """Go to a place by its coordinates, and wait until it is seen."""
    model = page.locator(".model-view")
    before = model.get_attribute("data-middle") if look == "model" else page.frames
    page.fill(".coordinates", f"{place[0]:.7f}, {place[1]:.7f}")
    page.press(".coordinates", "Enter")
    if look == "model":
        page.wait_until(lambda: model.get_attribute("data-middle") != before, "the next model")
        page.settle(1)
    else:
        page.wait_for_frame(after=before)


def walk(browser, area, weights, look, on, tiles):
    """Walk over a map with one look; print a line after each number of steps in `tiles`."""
    process, url, entry = start(weights, "--map", str(area))
    try:
        page = browser.page(viewport={"width": 960, "height": 540})
        page.goto(f"{url}?token={entry['authorization'].split()[1]}")
        page.wait_for_selector(".slippy .leaflet-tile-loaded")
        page.wait_for_selector("canvas.look[data-frames]")
        if look == "model":
            page.locator("label[title=Model]").click()
            page.locator(".model-view[data-middle]").wait_for()
        meter = Meter(browser, page, process.pid)
        for step, place in enumerate(on):
            go(page, look, place)
            if step in tiles:
                print(json.dumps({"look": look, "tiles": step, **meter.read()}), flush=True)
        page.finish()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def main():
    """Walk with every look."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("area", type=Path)
    options.add_argument("--weights", default="anywhere-small")
    options.add_argument("--looks", nargs="+", choices=LOOKS, default=list(LOOKS))
    options.add_argument("--tiles", nargs="+", type=int, default=[1, 5, 15, 30])
    options.add_argument("--tile-m", type=float, default=40.0)
    given = options.parse_args()
    with rasterio.open(given.area) as raster:
        bounds = transform_bounds(raster.crs, 4326, *raster.bounds)
    on = places(bounds, given.tile_m, max(given.tiles))
    with sync_playwright() as playwright:
        browser = Browser(playwright)
        try:
            for look in given.looks:
                walk(browser, given.area, given.weights, look, on, given.tiles)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
