"""Eight visitors at once: no error, bounded memory, fair turns. A minute of it is `make long`'s."""

import asyncio
import json
import random
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

websockets = pytest.importorskip("websockets")

from sat2density.apps.studio.packets import unpack  # noqa: E402

VISITORS = 8
GROWTH_MB = 200
"""Eight scenes and their encoders; it must not depend on how long they stay."""


class Visitor:
    """Walks at random, two requests under way; changes the light, asks for thumbnails, makes and
    cancels a video.
    """

    def __init__(self, served, number):
        self.served, self.random = served, random.Random(number)
        self.frames, self.dropped, self.errors, self.delays = 0, 0, [], []
        self.sent = {}

    async def stay(self, seconds, together):
        async with websockets.connect(
            self.served.url.replace("http", "ws") + "ws",
            max_size=None,
            additional_headers=self.served.headers,
        ) as self.socket:
            await self.say(do="hello", protocol=1, session="", tab="t")
            welcome = json.loads(await self.socket.recv())
            self.lights = welcome["presets"]
            await asyncio.to_thread(self.enter, welcome["session"])
            await together.wait()
            end = time.monotonic() + seconds
            for seq in (1, 2):
                await self.look(seq)
            while time.monotonic() < end:
                await self.hear(await asyncio.wait_for(self.socket.recv(), 60))

    def enter(self, session):
        url = f"{self.served.url}api/tile?example=opened"
        request = urllib.request.Request(
            url, method="POST", headers={"x-studio-session": session, **self.served.headers}
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            assert answer.status == 200

    async def say(self, **message):
        await self.socket.send(json.dumps(message))

    async def look(self, seq):
        self.sent[seq] = time.monotonic()
        self.place = {"east": self.random.uniform(-1, 1), "south": self.random.uniform(-1, 1)}
        light = {
            "a": self.random.choice(self.lights),
            "b": self.random.choice(self.lights),
            "t": self.random.random(),
        }
        await self.say(do="look", seq=seq, light=light, need=["picture", "depth"], **self.place)

    async def hear(self, message):
        if isinstance(message, bytes):
            header, _ = unpack(message)
            if header["kind"] == "frame":
                self.frames += 1
                self.delays.append(time.monotonic() - self.sent.pop(header["seq"]))
                await self.look(header["seq"] + 2)
                await self.sometimes()
            return
        told = json.loads(message)
        if told["kind"] == "dropped":
            self.dropped += 1
            await self.look(told["seq"] + 2)
        elif told["kind"] == "error" or told.get("state") == "failed":
            self.errors.append(told)
        elif told["kind"] == "job" and told["done"] >= 2:
            await self.say(do="cancel", job=told["job"])

    async def sometimes(self):
        if self.frames % 7 == 3:
            await self.say(do="thumbs", **self.place)
        if self.frames % 20 == 5:
            await self.say(do="shape")
        if self.frames == 4:
            points = [[-0.5 + i / 200, 0.0] for i in range(200)]
            light = {"a": "dusk", "b": None, "t": 0}
            await self.say(
                do="make", what="video", style="walk", width=512, fps=10, light=light, points=points
            )


async def crowd(served, seconds):
    together = asyncio.Barrier(VISITORS)
    visitors = [Visitor(served, number) for number in range(VISITORS)]
    await asyncio.gather(*(visitor.stay(seconds, together) for visitor in visitors))
    return visitors


def run_apart(coroutine):
    """Run in a thread of its own: in this one the browser tests of the same worker may have left a
    running loop.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def check(serve_studio, tile_file, seconds):
    served = serve_studio(str(tile_file))
    run_apart(crowd(served, 2))  # everything is loaded and compiled once
    before = served.memory_mb()
    visitors = run_apart(crowd(served, seconds))
    after = served.memory_mb()
    frames = [visitor.frames for visitor in visitors]
    delays = sorted(delay for visitor in visitors for delay in visitor.delays)
    print(
        f"\n{VISITORS} visitors, {seconds} s: {sum(frames) / seconds:.1f} frames/s in all, each "
        f"{min(frames)} to "
        f"{max(frames)}; median delay {delays[len(delays) // 2] * 1000:.0f} ms; memory "
        f"{before:.0f} -> {after:.0f} MB"
    )
    assert [visitor.errors for visitor in visitors] == [[]] * VISITORS
    assert min(frames) >= 2
    assert min(frames) >= 0.6 * max(frames) - 2, f"turns are not fair: {frames}"
    assert after - before < GROWTH_MB
    assert served.interrupt() == 0
    assert "Traceback" not in served.output


def test_eight_visitors(serve_studio, tile_file):
    check(serve_studio, tile_file, 5)


@pytest.mark.long
def test_eight_visitors_for_a_minute(serve_studio, tile_file):
    check(serve_studio, tile_file, 60)
