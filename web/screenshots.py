"""Takes the pictures of the studio for README and docs: `.venv/bin/python web/screenshots.py [--weights NAME|FILE]`.

Writes docs/images/studio-{tiles,crop,painted,wide,measure,model,shape,film,page,dark,phone,map,map-model}.webp, each under 150 kB.
`--take roaming` takes those of a map only.
"""

import argparse
import contextlib
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
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
MEASURED = ((0.62, 0.62), (0.62, 0.25))
"""Two spots of the view between which is measured: the foot and the top of a tree."""
STOOD = "-34.4998278, 153.0000512"
"""Where one stands in the town."""
TRACK = ((0.1, 0.83), (0.4, 0.85), (0.5, 0.45), (0.54, 0.1))
"""Spots of a track on the map around it."""


def shoot(page, name):
    """Save what is to be seen."""
    save(Image.open(io.BytesIO(page.screenshot())).convert("RGB"), name)


def save(picture, name):
    """Save a picture as WebP, at the best quality that keeps it small."""
    for quality in range(88, 30, -8):
        stream = io.BytesIO()
        picture.save(stream, "WEBP", quality=quality, method=6)
        if stream.tell() < MOST_BYTES:
            break
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"studio-{name}.webp").write_bytes(stream.getvalue())
    print(f"studio-{name}.webp", picture.size, stream.tell(), "bytes")


def enter(page, url, example):
    """Enter an example and stand on its road."""
    page.goto(url)
    page.locator(".example").nth(example).click()
    page.wait_for_frame()
    page.click_tile(0.45, 0.6)
    page.wait_for_frame(page.frames)


def drawn(page):
    """Look at the drawn view, at the size of the window."""
    page.locator("label[title=Drawn]").click()
    page.locator("canvas.look[data-detailed=false]").wait_for()
    page.locator("canvas.look[data-detailed=true]").wait_for()


def draw_walk(page):
    """Draw a walk on the map."""
    page.mode("Draw")
    page.drag(".board", (0.3, 0.85), (0.7, 0.2), steps=14)
    page.mode("Stand")


def thumbs(page):
    """Wait for the pictures of this place in other lights."""
    page.panel("Light")
    page.locator(".light img[src]").nth(5).wait_for()
    page.settle(2)


def main():
    """Take all pictures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--weights", default="anywhere-small")
    options.add_argument("--example", type=int, default=0)
    options.add_argument("--take", nargs="+", choices=sorted(TAKES), default=list(TAKES), help="only some of them")
    chosen = options.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = Browser(playwright)
        try:
            on_map = [name for name in chosen.take if TAKES[name] is roaming]
            on_tile = [name for name in chosen.take if TAKES[name] is not roaming]
            for names, more in ((on_tile, ()), (on_map, ("--map", str(Path(folder) / "town" / "area.tif")))):
                if names and more:
                    make_town(Path(folder) / "town")
                if names:
                    with studio(chosen.weights, *more) as url:
                        for name in names:
                            TAKES[name](browser, url, chosen.example, Path(folder))
        finally:
            browser.close()


@contextlib.contextmanager
def studio(weights, *more):
    """Run a studio; give the address that lets in."""
    process, url, entry = start(weights, *more)
    try:
        yield f"{url}?token={entry['authorization'].split()[1]}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def make_town(folder):
    """Make a town to walk on."""
    from sat2density.apps.cli import main as command

    code = command(["world", "town", "--style", "suburb", "--size-m", "200", "--seed", "1", "--out", str(folder)])
    assert code == 0, "the town was not made"


def choosing(browser, url, example, folder):
    """The chooser, and the crop tool with a picture whose width is said."""
    page = browser.page(viewport=WIDE, color_scheme="light")
    page.goto(url)
    page.locator(".example img").last.wait_for()
    page.settle(1)
    shoot(page, "tiles")
    page.get_by_label("Choose a satellite picture").set_input_files(area(folder / "area.png"))
    page.locator("dialog.crop[open]").wait_for()
    page.get_by_label("Width of the whole picture").fill("80")
    page.get_by_label("Turn until north is up").fill("8")
    page.settle(1)
    shoot(page, "crop")
    page.finish()


def area(path):
    """Draw 80 m of the procedural world."""
    from sat2density.worlds import World, split_seeds

    world = World.generate("suburb", split_seeds("suburb", "test")[8])
    Image.fromarray(world.tile(640, extent_m=80.0)).save(path)
    return path


def standing(browser, url, example, folder):
    """The view painted and drawn, measuring, the shape."""
    page = browser.page(viewport=WIDE, color_scheme="light")
    enter(page, url, example)
    thumbs(page)
    shoot(page, "painted")
    drawn(page)
    draw_walk(page)
    thumbs(page)
    shoot(page, "wide")
    page.locator(".tab", has_text="Light").click()
    page.locator("canvas.look").focus()
    page.keyboard.press("m")
    page.locator("canvas.look[data-detailed=true]").wait_for()
    for spot in MEASURED:
        page.mouse.click(*page.point("canvas.look", spot))
    page.mouse.move(*page.point("canvas.look", (0.42, 0.75)))
    page.settle(1)
    shoot(page, "measure")
    page.keyboard.press("Escape")
    page.panel("Shape")
    page.get_by_role("button", name="Show the shape").click()
    page.locator("canvas.shape[data-ready]").wait_for()
    page.settle(1)
    shoot(page, "shape")
    page.finish()


def model(browser, url, example, folder):
    """The same place as a model to walk through, beside the panel of the path."""
    page = browser.page(viewport=WIDE, color_scheme="light")
    enter(page, url, example)
    draw_walk(page)
    page.locator("label[title=Model]").click()
    page.locator("canvas.model-look[data-frames]").wait_for()
    page.panel("Path")
    page.settle(3)
    shoot(page, "model")
    page.finish()


def made(browser, url, example, folder):
    """A film in the stage, and the page that was saved."""
    page = browser.page(viewport=WIDE, color_scheme="light")
    enter(page, url, example)
    draw_walk(page)
    page.panel("Make")
    page.get_by_label("Walking").select_option("8")
    page.get_by_label("Rate").select_option("10")
    page.get_by_label("Width").select_option("1536")
    page.get_by_role("button", name="Make the video").click()
    page.get_by_role("button", name="Play walk.mp4").click(timeout=300_000)
    page.locator(".stage video").evaluate("video => { video.pause(); video.currentTime = 1.4; }")
    page.locator(".notice").wait_for(state="detached")
    page.settle(2)
    shoot(page, "film")
    page.get_by_role("button", name="Close the film").click()
    page.panel("Share")
    page.settle(1)
    with page.expect_download(timeout=300_000) as download:
        page.get_by_role("button", name="Save page").click()
    download.value.save_as(folder / "saved.html")
    page.finish()
    page = browser.page(viewport=WIDE, color_scheme="light", offline=True)
    page.goto((folder / "saved.html").as_uri())
    page.wait_for_frame()
    page.panel("Places")
    page.settle(1)
    shoot(page, "page")
    page.finish()


def dark(browser, url, example, folder):
    """Dark, with the depth."""
    page = browser.page(viewport=WIDE, color_scheme="dark")
    enter(page, url, example)
    page.layer("Depth")
    page.panel("Share")
    page.settle(1)
    shoot(page, "dark")
    page.finish()


def phone(browser, url, example, folder):
    """A phone, with and without an open panel, side by side."""
    page = browser.page(viewport=PHONE, is_mobile=True, has_touch=True)
    enter(page, url, example)
    drawn(page)
    pictures = [page.screenshot()]
    thumbs(page)
    pictures.append(page.screenshot())
    page.finish()
    both = Image.new("RGB", (2 * PHONE["width"] + 20, PHONE["height"]), "white")
    for index, data in enumerate(pictures):
        picture = Image.open(io.BytesIO(data)).resize((PHONE["width"], PHONE["height"]))
        both.paste(picture, (index * (PHONE["width"] + 20), 0))
    save(both, "phone")


def roaming(browser, url, example, folder):
    """On a map: a place beside a track, and the model of things around it."""
    page = browser.page(viewport=WIDE, color_scheme="light")
    page.goto(url)
    page.wait_for_selector(".slippy .leaflet-tile-loaded")
    page.wait_for_selector("canvas.look[data-frames]")
    page.fill(".coordinates", STOOD)
    page.press(".coordinates", "Enter")
    page.wait_for_idle()
    page.click(".map-tools label:has-text('Track')")
    for spot in TRACK:
        page.mouse.click(*page.point(".slippy", spot))
        page.settle()  # two clicks at once are a double click
    before = page.frames
    page.locator("label[title=Drawn]").click()
    page.wait_for_frame(after=before)
    page.locator("canvas.look[data-detailed=true]").wait_for()
    thumbs(page)
    page.wait_for_idle()
    shoot(page, "map")
    page.locator(".tab", has_text="Light").click()
    page.locator("label[title=Model]").click()
    page.locator(".model-view[data-middle]").wait_for()
    page.settle(10)
    shoot(page, "map-model")
    page.finish()


TAKES = {
    "choosing": choosing,
    "standing": standing,
    "model": model,
    "made": made,
    "dark": dark,
    "phone": phone,
    "roaming": roaming,
}
"""What can be taken by itself."""


if __name__ == "__main__":
    main()
