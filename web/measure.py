"""Measures the studio: from click to picture, and frames a second while walking.

    .venv/bin/python web/measure.py [--weights FILE|NAME] [--arch small] [--browser]

Without weights a random network of the named architecture is measured: speed does not depend on the numbers in it.
The studio runs as a process of its own; the visitor is a websocket client (what the server costs) or, with --browser,
headless Chromium, which draws on the same processor (what a visitor without a graphics card would feel).
"""

import argparse
import asyncio
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
CLICKS = 20
WALK_S = 6
LIGHT = {"a": "clear-noon", "b": None, "t": 0}


def random_weights(arch, folder):
    """Save untrained weights of an architecture on the suburb's scene."""
    from sat2density.pipeline import Sat2Density
    from sat2density.weights import save_weights

    model = Sat2Density.random(arch)
    save_weights(folder / arch, model.generator, model.spec, model.rules, model.info)
    return folder / f"{arch}.safetensors"


def start(weights, *options):
    """Start the command; return (process, url, the headers that let a program in)."""
    code = "from sat2density.apps.cli import main; raise SystemExit(main())"
    command = [sys.executable, "-c", code, "studio", "--weights", str(weights), "--no-browser", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    for line in process.stdout:
        found = re.search(r"Studio: (http://\S+)", line)
        if found:
            url, _, token = found[1].partition("?token=")
            return process, url, {"authorization": f"Bearer {token}"}
    raise SystemExit("the studio did not start")


async def frame(socket, seq):
    """Wait for a frame of this number, or a later one."""
    from sat2density.apps.studio.packets import unpack

    while True:
        message = await asyncio.wait_for(socket.recv(), 120)
        if isinstance(message, bytes):
            header, _ = unpack(message)
            if header["kind"] == "frame" and header["seq"] >= seq:
                return header["seq"]


async def client(url, entry):
    """Click, change the light, and walk, as the page does; return milliseconds and frames a second."""
    import websockets

    address = url.replace("http", "ws") + "ws"
    async with websockets.connect(address, max_size=None, additional_headers=entry) as socket:
        say = lambda **message: socket.send(json.dumps(message))  # noqa: E731
        await say(do="hello", protocol=1, session="", tab="m")
        welcome = json.loads(await socket.recv())
        key = welcome["examples"][0]["key"]
        request = urllib.request.Request(
            f"{url}api/tile?example={key}", method="POST", headers={"x-studio-session": welcome["session"], **entry}
        )
        began = time.perf_counter()
        await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=300).read())
        result = {"tile_ms": (time.perf_counter() - began) * 1000}
        seq = 0

        async def ask(place, light=LIGHT, need=("picture",)):
            nonlocal seq
            seq += 1
            await say(do="look", seq=seq, **place, light=light, need=list(need))
            return seq

        await frame(socket, await ask({"east": 0, "south": 0}))  # whatever is done once is done
        everything = ("picture", "colour", "depth", "opacity")
        places = [{"east": -0.5 + i / CLICKS, "south": 0.3} for i in range(CLICKS)]
        result["click_ms"] = [await timed(socket, ask, place, LIGHT, everything) for place in places]
        lights = [{"a": "clear-noon", "b": "dusk", "t": i / CLICKS} for i in range(CLICKS)]
        result["light_ms"] = [await timed(socket, ask, places[-1], light) for light in lights]
        result["walk_fps"] = await walk(socket, ask)
        return result


async def timed(socket, ask, *wish):
    """Milliseconds from asking to having."""
    began = time.perf_counter()
    await frame(socket, await ask(*wish))
    return (time.perf_counter() - began) * 1000


async def walk(socket, ask):
    """Frames a second with two requests under way, as `web/src/streamer.ts` keeps them."""
    began, count = time.perf_counter(), 0
    step = lambda: {"east": -0.5 + count / 1000, "south": 0.1}  # noqa: E731
    await ask(step())
    last = await ask({"east": 0.5, "south": 0.1})
    while time.perf_counter() - began < WALK_S:
        await frame(socket, last - 1)
        count += 1
        last = await ask(step())
    return count / (time.perf_counter() - began)


def browse(url, entry):
    """The same in headless Chromium: from the click on the tile to the frame that is drawn."""
    sys.path.insert(0, str(REPO / "tests" / "helpers"))
    from playwright.sync_api import sync_playwright
    from studio_browser import Browser

    with sync_playwright() as playwright:
        browser = Browser(playwright)
        page = browser.page()
        page.goto(f"{url}?token={entry['authorization'].split()[1]}")
        page.locator(".example").first.click()
        page.wait_for_frame()
        page.settle(3)
        delays = []
        for i in range(CLICKS):
            frames = page.frames
            page.click_tile(0.2 + 0.6 * i / CLICKS, 0.6)
            page.wait_until(lambda frames=frames: page.frames > frames, "a frame")
            page.settle(0.5)
            delays.append(float(re.search(r"([\d.]+) ms", page.locator(".meter").inner_text())[1]))
        page.locator("canvas.look").focus()
        frames, began = page.frames, time.perf_counter()
        page.hold("w", WALK_S / 2)
        page.hold("s", WALK_S / 2)
        fps = (page.frames - frames) / (time.perf_counter() - began)
        browser.close()
        return {"browser_click_ms": delays, "browser_walk_fps": fps}


def main():
    """Measure and print medians (and the spread) as JSON."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--weights")
    options.add_argument("--arch", default="small")
    options.add_argument("--browser", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        process, url, entry = start(chosen.weights or random_weights(chosen.arch, Path(folder)))
        try:
            time.sleep(1)
            result = asyncio.run(client(url, entry))
            if chosen.browser:
                result |= browse(url, entry)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
    for name, value in result.items():
        if isinstance(value, list):
            value = {"median": statistics.median(value), "fastest": min(value), "slowest": max(value)}
        print(name, json.dumps(value, default=float))
    print("load average", os.getloadavg())


if __name__ == "__main__":
    main()
