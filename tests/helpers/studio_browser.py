"""A page of the studio in headless Chromium, with words for what a visitor does."""

import base64
import io
import json
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import small_proxy
from PIL import Image

from sat2density.apps.studio.packets import unpack

REPO = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
# WebGL on the CPU; --disable-gpu would switch it off altogether.
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    f"--host-resolver-rules=MAP {small_proxy.HOST} 127.0.0.1",
]
WAIT_MS = 180_000
"""Nothing takes so long, however busy the machine is."""
VIEWPORT = {"width": 1000, "height": 680}
SETTLE_S = 0.35
"""Longer than the page's own transitions."""


class Browser:
    """One Chromium for all tests; every page has a context of its own."""

    def __init__(self, playwright):
        self.chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)

    def page(self, **options):
        context = self.chromium.new_context(
            **{"viewport": VIEWPORT, "reduced_motion": "reduce", **options}
        )
        context.set_default_timeout(WAIT_MS)
        return Page(context)

    def close(self):
        self.chromium.close()


class Page:
    """A playwright page with the studio's own gestures; everything else is passed on."""

    def __init__(self, context):
        self.context = context
        self.page = context.new_page()
        self.problems, self.hosts, self.allowed, self.looks = [], set(), [], 0
        self.unanswered, self.asked = set(), {}
        self.page.on("console", lambda m: m.type in ("error", "warning") and self._problem(m.text))
        self.page.on("pageerror", lambda error: self._problem(str(error)))
        self.page.on("request", lambda request: self._requested(request.url))
        self.page.on("websocket", self._connected)

    def __getattr__(self, name):
        return getattr(self.page, name)

    def _problem(self, text):
        # SwiftShader's own remark about reading pixels, which screenshots cause
        if "GPU stall due to ReadPixels" not in text and not any(
            part in text for part in self.allowed
        ):
            self.problems.append(text)

    def _requested(self, url):
        self.hosts.add(urlsplit(url).hostname)

    def _connected(self, socket):
        self._requested(socket.url)
        self.unanswered = set()
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame):
        message = json.loads(frame) if isinstance(frame, str) else {}
        if message.get("do") in ("look", "roam"):
            self.asked = message
            self.looks += 1
            self.unanswered.add(message["seq"])

    def _received(self, frame):
        message = json.loads(frame) if isinstance(frame, str) else unpack(frame)[0]
        self.unanswered.discard(message.get("seq"))

    def finish(self):
        """Close; fail on anything the console said and on any request to another host."""
        self.context.close()
        assert self.problems == [], self.problems
        assert self.hosts <= {"127.0.0.1", small_proxy.HOST, "", None}, self.hosts

    def open(self, served):
        self.page.goto(served.entrance)
        self.page.locator(".example").first.wait_for()

    # ---- doing

    def mode(self, name):
        self.page.locator(f".map-tools label[title={name}]").click()

    def panel(self, name):
        """Open a panel of the drawer, if it is not open."""
        tab = self.page.locator(".tab", has_text=name)
        if tab.get_attribute("aria-expanded") != "true":
            tab.click()

    def layer(self, name):
        self.page.locator(f"label[title='{name}']").click()
        self.settle()

    def point(self, selector, share):
        box = self.page.locator(selector).bounding_box()
        return box["x"] + box["width"] * share[0], box["y"] + box["height"] * share[1]

    def click_tile(self, east, south):
        self.page.mouse.click(*self.point(".board", (east, south)))

    def drag(self, selector, start, end, steps=8):
        self.page.locator(selector).scroll_into_view_if_needed()
        self.page.mouse.move(*self.point(selector, start))
        self.page.mouse.down()
        self.page.mouse.move(*self.point(selector, end), steps=steps)
        self.page.mouse.up()

    def hold(self, key, seconds):
        self.page.keyboard.down(key)
        self.page.wait_for_timeout(seconds * 1000)
        self.page.keyboard.up(key)

    def drop_file(self, name, data, kind):
        """Drop a file on the page, as the system would."""
        self.page.evaluate(
            """([name, data, kind]) => {
                const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
                const transfer = new DataTransfer();
                transfer.items.add(new File([bytes], name, { type: kind }));
                const options = { dataTransfer: transfer, cancelable: true };
                window.dispatchEvent(new DragEvent("drop", options));
            }""",
            [name, base64.b64encode(data).decode(), kind],
        )

    def tab_to(self, *selectors):
        """Press Tab until one of the elements has the focus; of radio buttons only the chosen one
        gets it.
        """
        wanted = ", ".join(selectors)
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
                return
        raise AssertionError(f"{wanted} cannot be reached with Tab")

    # ---- seeing

    def where(self):
        return self.page.locator(".where").inner_text()

    def metres(self, selector):
        return float(re.search(r"([\d.]+) m", self.page.locator(selector).inner_text())[1])

    @property
    def frames(self):
        return int(self.page.locator("canvas.look").get_attribute("data-frames") or 0)

    def wait_until(self, condition, what):
        deadline = time.monotonic() + WAIT_MS / 1000
        while not condition():
            assert time.monotonic() < deadline, (
                f"waited too long for {what}; the page said {self.problems + self.notices()}"
            )
            self.page.wait_for_timeout(50)

    def notices(self):
        return self.page.locator(".notice").all_inner_texts()

    def wait_for_frame(self, after=0):
        self.wait_until(lambda: self.frames > after, "a frame")
        self.wait_for_idle()

    def wait_for_idle(self):
        """Wait until every view that was asked for has come, and no other is asked for or drawn
        for a while.
        """
        last, since = None, time.monotonic()
        deadline = since + WAIT_MS / 1000
        while time.monotonic() - since < SETTLE_S and time.monotonic() < deadline:
            self.page.wait_for_timeout(60)
            now = (self.frames, self.looks)
            if now != last or self.unanswered:
                last, since = now, time.monotonic()

    def settle(self, seconds=SETTLE_S):
        self.page.wait_for_timeout(seconds * 1000)

    def expect_text(self, selector, text):
        located = self.page.locator(selector)
        self.wait_until(
            lambda: any(text in seen for seen in located.all_inner_texts()),
            f"'{text}' in {selector}",
        )

    def pixels(self, selector):
        """What is to be seen of an element: the part of the page's view that nothing is laid over,
        neither the map nor an open panel (at `VIEWPORT`).
        """
        picture = Image.open(io.BytesIO(self.page.locator(selector).screenshot())).convert("RGB")
        width, height = picture.size
        free = (width * 3 // 10, height // 4, width * 57 // 100, height * 3 // 4)
        return np.asarray(picture.crop(free)).astype(float)

    @staticmethod
    def differ(a, b):
        return a.shape != b.shape or np.abs(a - b).mean() > 1.0
