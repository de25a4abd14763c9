"""The whole studio in a real browser: everything a visitor does, one after the other.

Console errors and requests to other hosts fail every test (fixture `page`). What a canvas shows is
read from screenshots, so that only what a visitor would see counts.
"""

import json
import re
import time

import numpy as np
import pytest
import small_proxy
import tiff_files
from PIL import Image

from sat2density.export.formats import FORMATS

pytestmark = pytest.mark.browser


PANELS = ("Light", "Path", "Shape", "Make", "Share")


def choose_tile(page):
    page.locator(".example").first.click()
    use = page.locator(".crop [value=use]")
    page.wait_until(lambda: use.count() or page.notices(), "the crop tool")
    assert page.notices() == [], "the picture of the tile did not come"
    use.click()
    page.wait_for_frame()


def test_open_look_around_and_walk(page, served):
    page.open(served)
    assert "No trained weights" in page.locator("header").inner_text()
    assert "40 m across or wider" in page.locator(".chooser").inner_text()
    choose_tile(page)
    first = page.pixels("canvas.look")
    assert first.std() > 2, "the panorama is blank"
    assert "0.0 m east, 0.0 m south" in page.where()

    page.click_tile(0.8, 0.25)
    page.wait_for_frame()
    page.expect_text(".where", "12.0 m east, 10.0 m north")
    there = page.pixels("canvas.look")
    assert page.differ(first, there), "another place looks the same"

    asked = page.looks
    wedge = page.locator(".wedge").get_attribute("d")
    page.drag("canvas.look", (0.7, 0.5), (0.3, 0.5))
    assert page.differ(there, page.pixels("canvas.look")), "dragging does not turn the view"
    assert page.locator(".wedge").get_attribute("d") != wedge, (
        "the field of view on the tile did not turn"
    )
    assert page.looks == asked, "looking around asked the server"
    page.locator(".compass").click()
    assert page.locator(".facing").inner_text() == "0° N"
    page.settle()
    assert not page.differ(there, page.pixels("canvas.look")), "north again looks different"

    page.locator("canvas.look").focus()
    frames = page.frames
    page.keyboard.down("w")
    page.wait_until(lambda: page.frames > frames + 4, "frames of the walk")
    page.keyboard.up("w")
    page.wait_for_idle()
    moved = float(page.where().split(" m east, ")[1].split(" m north")[0])
    assert moved > 10.5, "W does not walk north"
    page.hold("ArrowRight", 0.4)
    assert page.locator(".facing").inner_text() != "0° N"
    assert "ms" in page.locator(".meter").inner_text()


def test_a_path_is_drawn_edited_played_and_exchanged(page, served, tmp_path):
    page.open(served)
    choose_tile(page)
    page.mode("Draw")
    page.drag(".board", (0.2, 0.8), (0.8, 0.3), steps=12)
    length = page.metres(".length")
    assert 20 < length < 40  # the straight line is 31 m

    page.mode("Points")
    points = page.locator(".waypoint")
    count = points.count()
    points.first.focus()
    page.keyboard.press("Insert")
    assert points.count() == count + 1
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    assert points.count() == count
    page.get_by_role("button", name="Undo").click()
    assert points.count() == count + 1
    page.get_by_role("button", name="Redo").click()
    assert points.count() == count
    page.click_tile(0.5, 0.9)  # appends
    assert points.count() == count + 1
    assert page.metres(".length") > length

    before = page.pixels("canvas.look")
    scrubber = page.get_by_label("Position along the path")
    scrubber.focus()
    scrubber.fill("0.5")
    page.wait_for_idle()
    assert page.differ(before, page.pixels("canvas.look"))
    frames = page.frames
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_until(lambda: page.frames > frames + 2, "frames along the path")
    page.get_by_role("button", name="Pause").click()
    assert float(scrubber.input_value()) > 0.5

    length = page.metres(".length")
    page.panel("Path")
    page.locator(".format").select_option("geojson")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save", exact=True).click()
    path = tmp_path / "walk.geojson"
    download.value.save_as(path)
    assert json.loads(path.read_text())["sat2density"]["axes"] == "east_south_m"
    page.get_by_role("button", name="Remove the path").click()
    assert page.locator(".length").inner_text() == "none yet"
    page.get_by_label("Choose a path file").set_input_files(path)
    page.expect_text(".length", " m")
    assert page.metres(".length") == pytest.approx(length, rel=0.1)
    page.allowed = ["400 (Bad Request)"]  # Chromium's own remark on the answer
    bad = tmp_path / "bad.csv"
    bad.write_text("x,y\n1,2\n1,oops\n")
    page.get_by_label("Choose a path file").set_input_files(bad)
    page.expect_text(".notice", "line 3")


def test_light_and_layers(page, served, tmp_path):
    page.open(served)
    choose_tile(page)
    page.panel("Light")
    page.locator(".light img[src]").nth(5).wait_for()  # thumbnails of this very place
    noon = page.pixels("canvas.look")
    page.locator("[data-light=dusk]").click()
    page.wait_for_idle()
    dusk = page.pixels("canvas.look")
    assert page.differ(noon, dusk), "the light changes nothing"

    page.get_by_label("Blend with").select_option("clear-noon")
    share = page.get_by_label("Share of the second light")
    share.fill("0.4")
    page.expect_text(".light-name", "Dusk 60 % + Clear noon 40 %")
    share.fill("1")
    page.wait_for_idle()
    assert not page.differ(noon, page.pixels("canvas.look")), (
        "all of the second light is not the second light"
    )

    asked = page.looks
    seen = [page.pixels("canvas.look")]
    for layer in ("Depth", "Opacity", "Projected colour"):
        page.layer(layer)
        seen.append(page.pixels("canvas.look"))
        assert all(page.differ(seen[-1], other) for other in seen[:-1]), layer
    page.layer("Depth")
    assert "30 m" in page.locator(".legend").inner_text()
    assert page.looks == asked, "switching layers rendered again"
    page.layer("Picture")

    photo = Image.new("RGB", (256, 128), (250, 120, 40))
    photo.paste((40, 40, 40), (0, 64, 256, 128))
    photo.save(tmp_path / "sunset.png")
    mask = Image.new("L", (256, 128), 0)
    mask.paste(255, (0, 0, 256, 32))
    mask.save(tmp_path / "mask.png")
    before = page.pixels("canvas.look")
    page.get_by_label("Blend with").select_option("")
    page.get_by_label("Choose a ground photograph").set_input_files(tmp_path / "sunset.png")
    page.expect_text(".own", "Sunset: sky found in")
    page.wait_for_idle()
    assert page.differ(before, page.pixels("canvas.look"))
    page.get_by_role("button", name="Add its sky mask").click()
    page.get_by_label("Choose a sky mask").set_input_files(tmp_path / "mask.png")
    page.expect_text(".own", "the mask marks 25 %")


def test_shape_video_mesh_and_the_saved_page(page, served, tmp_path, browser):
    page.open(served)
    choose_tile(page)
    page.mode("Draw")
    page.drag(".board", (0.4, 0.7), (0.6, 0.5), steps=6)
    page.panel("Make")
    page.get_by_label("Walking").select_option("8")
    page.get_by_label("Rate").select_option("10")
    page.get_by_role("button", name="Make the video").click()

    page.panel("Shape")
    page.get_by_role("button", name="Show the shape").click()
    page.locator("canvas.shape[data-ready]").wait_for()
    page.settle()
    shape = page.pixels("canvas.shape")
    assert shape.std() > 5
    page.drag("canvas.shape", (0.55, 0.5), (0.35, 0.5))
    page.settle()
    turned = page.pixels("canvas.shape")
    assert page.differ(shape, turned), "the shape does not turn"
    page.locator("label[title=Level]").click()
    page.settle()
    assert page.differ(turned, page.pixels("canvas.shape")), "no slice is shown"

    for format_ in FORMATS.values():
        if format_.needs_things:  # the weights of this test tell none
            continue
        page.panel("Share" if format_.needs_light else "Shape")
        assert page.get_by_role("button", name=re.compile(re.escape(format_.title), re.I)).count()
    page.panel("Shape")
    with page.expect_download() as download:
        page.get_by_role("button", name="Mesh (GLB)").click()
    download.value.save_as(tmp_path / "surface.glb")
    assert (tmp_path / "surface.glb").read_bytes()[:4] == b"glTF"

    page.panel("Make")
    page.get_by_role("button", name="Play walk.mp4").click()
    video = page.locator(".stage video")
    deadline = time.monotonic() + 300
    while (played := video.evaluate("v => v.currentTime")) == 0 and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert played > 0, "the video does not play"
    assert video.evaluate("v => [v.videoWidth, v.error]") == [768, None]
    assert video.bounding_box()["width"] > 0.6 * page.viewport_size["width"], "it fills the stage"
    page.get_by_role("button", name="Close the film").click()
    assert page.locator("canvas.shape").is_visible()  # the view before it

    page.panel("Share")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save page").click()
    saved = tmp_path / "saved.html"
    download.value.save_as(saved)
    check_saved_page(browser, saved)


def check_saved_page(browser, path):
    """The saved page works from disk with the network off."""
    page = browser.page(offline=True)
    page.goto(path.as_uri())
    page.wait_for_frame()
    page.settle()
    first = page.pixels("canvas.look")
    assert first.std() > 2
    page.drag("canvas.look", (0.7, 0.5), (0.3, 0.5))
    assert page.differ(first, page.pixels("canvas.look"))
    page.get_by_label("Position along the path").fill("1")
    page.wait_for_frame()
    page.panel("Places")
    page.locator("label[title='Where you stood']").click()
    page.wait_for_frame()
    page.layer("Depth")
    assert page.differ(first, page.pixels("canvas.look"))
    page.locator("label[title=Shape]").click()
    page.settle()
    assert page.pixels("canvas.shape").std() > 5
    page.finish()


def test_a_text_file_called_png_is_refused_in_words(page, served):
    page.open(served)
    page.allowed = ["400 (Bad Request)"]  # Chromium's own remark on the answer
    page.drop_file("tile.png", b"just some words", "image/png")
    page.expect_text(".notice", "not a picture")
    assert page.locator(".notice").inner_text().startswith("tile.png: ")
    assert page.locator("dialog[open]").count() == 0
    page.drop_file("empty.png", b"", "image/png")
    page.expect_text(".notice >> nth=1", "empty.png: it is empty")


def test_a_picture_that_does_not_come_is_said_and_another_click_takes_it(page, served):
    page.open(served)
    page.allowed = ["net::ERR_FAILED", "404 (Not Found)"]  # Chromium's own remarks
    said = {"status": 404, "json": {"error": "There is no such example."}}
    asked = []
    answers = [
        lambda route: route.abort(),
        lambda route: route.fulfill(**said),
        lambda route: None,  # never
        lambda route: route.continue_(),
    ]

    def answer(route):
        asked.append(route)
        answers[len(asked) - 1](route)

    page.route(re.compile(r"/examples/opened$"), answer)
    picture = page.locator(".example").first
    for text in ("The studio does not answer.", "There is no such example."):
        picture.click()
        page.expect_text(".notice", f"crossing.png: {text}")
        page.get_by_role("button", name="Dismiss").click()
    picture.click()
    page.wait_until(lambda: len(asked) == 3, "the request that is never answered")
    choose_tile(page)


def test_the_crop_tool_turns_and_measures(page, served, tmp_path):
    wide = Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 320, 3), dtype=np.uint8))
    wide.save(tmp_path / "wide.png")
    page.open(served)
    page.get_by_label("Choose a satellite picture").set_input_files(tmp_path / "wide.png")
    page.locator("dialog.crop[open]").wait_for()
    page.expect_text(".crop .note", "200 × 200 pixels. Say how wide the picture is")
    width, use = page.get_by_label("Width of the whole picture"), page.locator(".crop [value=use]")
    for metres, said in (
        ("48", "shows 30.0 m, and these weights see 40 m: too much would have to be made up"),
        ("-5", "a number of metres from 1 to 100000"),
        ("50000", "40 m of it are 0 pixels: too few"),
    ):
        width.fill(metres)
        page.expect_text(".crop .note", said)
        assert use.is_disabled()
    width.fill("56")
    page.expect_text(".crop .note", "40 m as these weights see; the picture shows 35.0 m, and its")
    assert use.is_enabled()
    width.fill("128")  # 0.4 m a pixel: 200 pixels are 80 m, and the square is half of it
    page.expect_text(".crop .note", "100 × 100 pixels, 40 m as these weights see")
    assert page.get_by_label("Size of the square").is_disabled()
    before = page.pixels(".crop-canvas")
    page.get_by_label("Turn until north is up").fill("30")
    assert page.differ(before, page.pixels(".crop-canvas"))
    page.get_by_role("button", name="Cancel").click()
    page.locator("dialog.crop").wait_for(state="detached")
    pixels = tiff_files.page(np.asarray(wide), tags=tiff_files.place(0.3))
    tiff = tiff_files.write(tmp_path / "wide.tif", pixels)
    page.get_by_label("Choose a satellite picture").set_input_files(tiff)
    page.expect_text(".crop .note", "133 × 133 pixels, 40 m as these weights see")
    assert width.input_value() == "96"
    page.get_by_role("button", name="Use this square").click()
    page.wait_for_frame()


def test_the_server_is_restarted_under_the_page(page, serve_studio, tile_file):
    first = serve_studio(str(tile_file), "--no-token")
    page.open(first)
    choose_tile(page)
    page.click_tile(0.3, 0.6)
    page.mode("Draw")
    page.drag(".board", (0.2, 0.8), (0.8, 0.3))
    page.wait_for_idle()
    picture, length = page.pixels("canvas.look"), page.metres(".length")
    page.allowed = ["WebSocket connection", "ERR_CONNECTION_REFUSED"]
    assert first.interrupt() == 0
    assert "Studio ended." in first.output
    assert "Traceback" not in first.output
    page.expect_text(".connection", "lost")
    frames = page.frames
    serve_studio(str(tile_file), "--no-token", port=first.port)
    page.wait_for_frame(frames)
    page.locator(".connection:empty").wait_for(state="attached")
    page.settle()
    assert page.metres(".length") == length
    assert not page.differ(picture, page.pixels("canvas.look")), "it did not go on where it was"
    page.click_tile(0.8, 0.2)  # and it works on
    page.mode("Stand")
    page.click_tile(0.8, 0.2)
    page.wait_for_idle()
    assert page.differ(picture, page.pixels("canvas.look"))


def test_behind_a_proxy_a_reload_keeps_place_heading_photograph_and_results(
    browser, serve_studio, tile_file, tmp_path
):
    options = ("--root-path", "/user/anna/studio", "--allow-host", small_proxy.HOST)
    served = serve_studio(str(tile_file), *options)
    proxy = small_proxy.Proxy(served.port, "/user/anna/studio", tmp_path)
    page = browser.page(ignore_https_errors=True)
    page.goto(f"{proxy.url}?token={served.token}")
    choose_tile(page)
    page.click_tile(0.3, 0.6)
    page.locator("canvas.look").focus()
    page.hold("e", 0.3)
    photo = Image.new("RGB", (256, 128), (250, 120, 40))
    photo.paste((40, 40, 40), (0, 64, 256, 128))
    photo.save(tmp_path / "sunset.png")
    page.panel("Light")
    page.get_by_label("Choose a ground photograph").set_input_files(tmp_path / "sunset.png")
    page.expect_text(".own", "Sunset: sky found in")
    page.panel("Shape")
    with page.expect_download():
        page.get_by_role("button", name="Heights (TIFF)").click()
    page.expect_text(".notice", "is ready and is being downloaded")
    page.locator(".tab", has_text="Shape").click()  # closed again
    page.locator(".notice").wait_for(state="detached")
    page.wait_for_idle()
    page.settle(1)  # what is at rest is kept
    before = kept(page)
    picture = page.pixels("canvas.look")
    assert before[1] != "0° N"

    page.reload()
    page.wait_for_frame()
    assert kept(page) == before
    page.panel("Light")
    chosen = page.locator("input[name=light]:checked")
    assert chosen.get_attribute("value") == "own-1"
    page.locator(".tab", has_text="Light").click()
    assert not page.differ(picture, page.pixels("canvas.look"))
    page.panel("Make")
    assert page.locator(".results li").count() == 1
    assert proxy.upgrades >= 2, "each page had its websocket through the proxy"
    assert all(path.startswith("/user/anna/studio/") for path in proxy.paths), proxy.paths
    page.finish()
    proxy.close()


def kept(page):
    seen = [page.locator(selector) for selector in (".where", ".facing", ".own small")]
    return [one.text_content() for one in seen]


def test_pointing_walks_looks_and_measures_and_a_link_comes_back(page, served, tmp_path):
    page.open(served)
    page.locator(".example").nth(1).click()
    page.wait_for_frame()
    page.locator(".busy:empty").wait_for(state="attached")
    spot = page.point("canvas.look", (0.45, 0.9))
    page.mouse.move(*spot)
    label = page.locator(".view:not([hidden]) .mark-label").inner_text()
    away, *high = [float(number) for number in re.findall(r"([\d.]+) m", label)]
    page.mouse.click(*spot)
    page.wait_until(lambda: page.where() != "0.0 m east, 0.0 m south of the middle", "a walk")
    east, south = [float(number) for number in re.findall(r"([\d.]+) m", page.where())]
    level = (max(0, away**2 - (2 - (high or [0])[0]) ** 2)) ** 0.5
    assert np.hypot(east, south) == pytest.approx(level - (1.5 if high else 0), abs=0.25)

    page.mouse.dblclick(*page.point("canvas.look", (0.6, 0.4)))
    page.wait_until(lambda: page.locator(".facing").inner_text() != "0° N", "a turn")
    page.wait_for_idle()
    page.keyboard.press("m")
    page.expect_text(".view:not([hidden]) .measured", "first point")
    page.mouse.click(*page.point("canvas.look", (0.4, 0.85)))
    page.keyboard.press("Enter")
    assert re.search(r"Distance [\d.]+ m: [\d.]+ m level, [\d.]+ m (up|down)", measured(page))
    page.keyboard.press("Escape")
    assert measured(page) == ""

    page.mode("Points")
    page.click_tile(0.3, 0.3)
    page.click_tile(0.7, 0.3)
    page.keyboard.press("Control+z")
    assert page.locator(".waypoint").count() == 1
    page.keyboard.press("Control+Shift+z")
    assert page.locator(".waypoint").count() == 2
    page.keyboard.press("?")
    assert page.locator("dialog.help[open]").is_visible()
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this picture").click()
    name = download.value.suggested_filename
    download.value.save_as(tmp_path / name)
    assert Image.open(tmp_path / name).size == tuple(page.viewport_size.values())
    page.expect_text(".notice", name)
    for whole in (True, False):
        page.get_by_role("button", name="full screen").click()
        page.wait_until(
            lambda whole=whole: page.evaluate("document.fullscreenElement !== null") == whole,
            "the whole screen, and back",
        )

    page.panel("Light")
    page.locator("[data-light=dusk]").click()
    page.wait_for_idle()
    page.settle(1)
    other = page.context.new_page()
    other.goto(page.page.url)
    other.locator("input[value=dusk]:checked").wait_for(state="attached")
    for selector in (".where", ".facing"):
        assert other.locator(selector).inner_text() == page.locator(selector).inner_text()
    other.goto(f"{served.url}#own=roof.png&at=0.5,0&look=90,0,75")
    other.locator(".notice", has_text="A link does not hold the picture").wait_for()
    other.goto(f"{served.url}#tile=elsewhere&at=0,0")
    other.locator(".notice", has_text="in elsewhere, which this studio does not have").wait_for()


def measured(page):
    return page.locator(".view:not([hidden]) .measured").inner_text()


def test_painters_that_can_paint_again_at_the_size_of_the_view_and_the_model_is_drawn(
    page, serve_studio, telling_weights
):
    page.open(serve_studio(weights=telling_weights))
    page.locator(".example").first.click()
    page.wait_for_frame()
    canvas = page.locator("canvas.look[data-detailed=true]")
    canvas.wait_for()
    painted = page.pixels("canvas.look")
    small = page.locator(".light img").first
    page.wait_until(lambda: small.get_attribute("src"), "the painted thumbnails")
    before = small.get_attribute("src")
    page.locator("label[title=Drawn]").click()
    page.locator("canvas.look[data-detailed=false]").wait_for()
    canvas.wait_for()
    page.wait_for_idle()
    assert page.differ(painted, page.pixels("canvas.look"))
    page.wait_until(lambda: small.get_attribute("src") != before, "the drawn thumbnails")
    page.locator("canvas.look").focus()
    page.keyboard.press("w")
    page.locator("canvas.look[data-detailed=false]").wait_for()
    canvas.wait_for()


def test_a_duplicated_tab_gets_a_place_of_its_own(page, served):
    page.open(served)
    choose_tile(page)
    with page.context.expect_page() as opened:
        page.evaluate("() => void window.open(location.href)")
    other = opened.value
    other.locator("canvas.look").wait_for()
    sessions = [
        tab.evaluate("() => sessionStorage.getItem('sat2density.session')")
        for tab in (page.page, other)
    ]
    assert sessions[0] != sessions[1]
    assert all(sessions)


def test_the_token_does_not_stay_in_the_address(page, served):
    page.open(served)
    assert page.page.url == served.url
    assert page.locator(".example").count() > 1
    assert page.evaluate("() => document.cookie") == ""  # not for scripts


def test_without_the_token_the_page_asks_for_it(page, served):
    page.allowed = ["403 (Forbidden)"]
    page.goto(served.url)
    assert "has the token in it" in page.locator("body").inner_text()
    page.get_by_label("Token").fill("guess")
    page.get_by_role("button", name="Open").click()
    page.get_by_label("Token").fill(served.token)
    page.get_by_role("button", name="Open").click()
    page.locator(".example").first.wait_for()


def test_a_studio_with_a_new_token_says_so_and_goes_on_when_it_is_given(
    page, serve_studio, tile_file
):
    first = serve_studio(str(tile_file))
    page.open(first)
    choose_tile(page)
    page.click_tile(0.3, 0.6)
    page.wait_for_idle()
    where = page.where()
    page.allowed = ["WebSocket connection", "ERR_CONNECTION_REFUSED", "403 (Forbidden)"]
    assert first.interrupt() == 0
    page.expect_text(".connection", "lost")
    second = serve_studio(str(tile_file), port=first.port)
    page.expect_text(".connection", "another token")
    page.goto(second.entrance)
    page.wait_for_frame()
    assert page.where() == where


def test_everything_by_keyboard(page, served):
    page.open(served)
    page.tab_to("button.example")
    page.keyboard.press("Enter")
    page.locator("dialog.crop[open]").wait_for()  # the picture is fetched first
    page.tab_to("[value=use]")
    page.keyboard.press("Enter")
    page.wait_for_frame()
    page.tab_to("input[value=points]", "input[value=stand]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator("input[value=points]").is_checked()
    page.tab_to("canvas.look")
    page.hold("ArrowUp", 0.5)
    page.wait_for_idle()
    assert "0.0 m south" not in page.where()
    page.tab_to(".tab")
    page.keyboard.press("Enter")
    page.tab_to("input[value=dusk]", "input[value=clear-noon]")
    page.keyboard.press("ArrowDown")
    assert page.locator("input[name=light]:checked").get_attribute("value") == "golden-hour"
    for _ in range(30):
        assert page.evaluate(
            "() => document.activeElement.matches(':focus-visible') || document.activeElement === "
            "document.body"
        )
        page.keyboard.press("Tab")


def test_accessibility(page, served, axe):
    page.open(served)
    assert axe(page) == []
    page.get_by_role("button", name="Help").click()
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.locator(".example").first.click()
    page.locator("dialog.crop[open]").wait_for()
    assert axe(page) == []
    page.locator(".crop [value=use]").click()
    page.wait_for_frame()
    page.mode("Points")
    page.click_tile(0.3, 0.3)
    page.click_tile(0.7, 0.3)
    page.layer("Depth")
    for panel in PANELS:
        page.panel(panel)
        assert axe(page) == [], panel
    page.emulate_media(color_scheme="dark")
    assert axe(page) == []
    page.get_by_role("button", name="Other tile").click()
    assert axe(page) == []
    page.get_by_role("button", name="Back to the tile").click()
    assert page.locator("canvas.look").is_visible()


@pytest.mark.parametrize(
    ("width", "height", "phone"), [(1440, 900, False), (390, 844, True), (360, 740, True)]
)
def test_the_view_is_the_page_and_the_map_stays_in_sight(browser, served, width, height, phone):
    page = browser.page(
        viewport={"width": width, "height": height}, has_touch=phone, is_mobile=phone
    )
    page.open(served)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    choose_tile(page)
    assert page.locator("canvas.look").bounding_box() == {
        "x": 0, "y": 0, "width": width, "height": height
    }  # fmt: skip
    boxes = []
    for panel in PANELS:
        page.panel(panel)
        page.locator(".board").click(trial=True)  # nothing lies over it
        boxes.append(page.locator(".drawer-panel:visible").bounding_box())
    page.locator(".tab", has_text=PANELS[-1]).click()
    assert page.locator(".drawer-panel:visible").count() == 0
    for box in boxes:
        assert box["width"] * box["height"] < 0.42 * width * height, "a panel hides the view"
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width
        assert 0 <= box["y"] <= box["y"] + box["height"] <= height
    assert page.evaluate("() => [scrollX, scrollY]") == [0, 0]
    if phone:
        frames = page.frames
        page.get_by_role("button", name="Walk ahead").tap()
        page.wait_for_frame(frames)
    page.get_by_role("button", name="Larger map").click()
    assert page.locator(".where").is_visible()
    page.finish()
