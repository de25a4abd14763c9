"""Measures the page to walk in: frames a second in headless Chromium that draws on the processor.

    .venv/bin/python web/measure_walk.py out/demo/city/walk.html [--size 960 540] [--seconds 8]
        [--picture FILE]

Prints frames a second while walking and turning, the processor time of a frame (of all Chromium's
processes; it says more than the rate on a machine that others use too), and the size that was drawn:
the page makes its picture coarser where the machine is slow. --picture keeps what the page shows at
first (docs/images/walk.webp).
"""

import argparse
import io
import json
import os
import sys
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
LOOK = "canvas.walk-look"


def processor_s(root):
    """Seconds of processor time of all living descendants of a process."""
    children = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended
            seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            children.setdefault(int(fields[1]), []).append((int(entry.name), seconds))
    total, waiting = 0.0, [root]
    while waiting:
        for pid, seconds in children.get(waiting.pop(), []):
            total += seconds
            waiting.append(pid)
    return total


def measure(page, seconds):
    """Walk and turn for so long; return what was counted."""
    look = page.locator(LOOK)
    frames = lambda: int(look.get_attribute("data-frames"))  # noqa: E731
    look.focus()
    page.keyboard.down("w")
    page.keyboard.down("ArrowRight")
    page.wait_for_timeout(2000)  # the page finds out how fine it can draw
    first, began, spent = frames(), time.perf_counter(), processor_s(os.getpid())
    page.wait_for_timeout(seconds * 1000)
    count, wall = frames() - first, time.perf_counter() - began
    spent = processor_s(os.getpid()) - spent
    size = look.evaluate("(canvas) => [canvas.width, canvas.height]")
    page.keyboard.up("w")
    page.keyboard.up("ArrowRight")
    return {"fps": count / wall, "processor_ms": 1000 * spent / max(count, 1), "drawn": size}


def main():
    """Measure and print JSON."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("page", type=Path)
    options.add_argument("--size", type=int, nargs=2, default=(960, 540))
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--picture", type=Path)
    chosen = options.parse_args()
    sys.path.insert(0, str(REPO / "tests" / "helpers"))
    from PIL import Image
    from playwright.sync_api import sync_playwright
    from studio_browser import Browser

    with sync_playwright() as playwright:
        browser = Browser(playwright)
        page = browser.page(viewport=dict(zip(("width", "height"), chosen.size, strict=True)))
        page.goto(chosen.page.resolve().as_uri())
        page.wait_until(lambda: page.locator(LOOK).get_attribute("data-frames"), "a frame")
        if chosen.picture:
            page.settle(2)
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            picture.save(chosen.picture, quality=82)
        result = measure(page, chosen.seconds)
        browser.close()
    print(json.dumps({**result, "load": os.getloadavg()}))


if __name__ == "__main__":
    main()
