"""Takes the pictures of the studio for README and docs: `.venv/bin/python web/screenshots.py [--weights NAME|FILE]`.

Writes docs/images/studio-{wide,dark,phone,shape,page}.webp, each under 150 kB.
"""

import argparse
import io
import signal
import sys
import tempfile
from pathlib import Path

from PIL import Image

REPO = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPO / "web"), str(REPO / "tests" / "helpers")]

from measure import start  # noqa: E402
from studio_browser import Browser  # noqa: E402

FOLDER = REPO / "docs" / "images"
MOST_BYTES = 150_000
WIDE = {"width": 1440, "height": 860}


def shoot(page, name):
    """Save what is to be seen as WebP, at the best quality that keeps it small."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for quality in range(88, 30, -8):
        stream = io.BytesIO()
        picture.save(stream, "WEBP", quality=quality, method=6)
        if stream.tell() < MOST_BYTES:
            break
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"studio-{name}.webp").write_bytes(stream.getvalue())
    print(f"studio-{name}.webp", picture.size, stream.tell(), "bytes")


def walk_in(page, url, example):
    """Enter an example and draw a walk."""
    page.goto(url)
    page.locator(".example").nth(example).click()
    page.wait_for_frame()
    page.mode("Draw")
    page.drag(".board", (0.3, 0.85), (0.7, 0.2), steps=14)
    page.mode("Stand")
    page.click_tile(0.45, 0.6)
    page.wait_for_frame(page.frames)
    page.locator(".light img[src]").nth(5).wait_for()
    page.settle(2)


def main():
    """Take all pictures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--weights", default="anywhere-small")
    options.add_argument("--example", type=int, default=0)
    chosen = options.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        process, url, entry = start(chosen.weights)
        browser = Browser(playwright)
        try:
            take(browser, f"{url}?token={entry['authorization'].split()[1]}", chosen.example, Path(folder))
        finally:
            browser.close()
            process.send_signal(signal.SIGINT)
            process.wait(60)


def take(browser, url, example, folder):
    """Wide, dark with depth, shape, saved page, phone."""
    page = browser.page(viewport=WIDE, color_scheme="light")
    walk_in(page, url, example)
    shoot(page, "wide")
    page.get_by_role("button", name="Show the shape").click()
    page.locator("canvas.shape[data-ready]").wait_for()
    page.settle(1)
    shoot(page, "shape")
    with page.expect_download(timeout=300_000) as download:
        page.get_by_role("button", name="Save page").click()
    download.value.save_as(folder / "saved.html")
    page.finish()
    page = browser.page(viewport=WIDE, color_scheme="dark")
    walk_in(page, url, example)
    page.layer("Depth")
    page.settle(1)
    shoot(page, "dark")
    page.finish()
    page = browser.page(viewport=WIDE, color_scheme="light", offline=True)
    page.goto((folder / "saved.html").as_uri())
    page.wait_for_frame()
    page.settle(1)
    shoot(page, "page")
    page.finish()
    page = browser.page(viewport={"width": 390, "height": 1180}, is_mobile=True, has_touch=True)
    walk_in(page, url, example)
    shoot(page, "phone")
    page.finish()


if __name__ == "__main__":
    main()
