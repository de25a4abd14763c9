"""Eight visitors of a studio at once, each on a websocket of its own."""

import asyncio
import json
import random
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import websockets

from sat2density.apps.studio.packets import unpack

VISITORS = 8
LEAST_FRAMES = 3
"""Everybody stays until so many frames have come, however busy the machine is."""
PATIENCE_S = 600


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
            while time.monotonic() < end or self.frames < LEAST_FRAMES:
                await self.hear(await asyncio.wait_for(self.socket.recv(), PATIENCE_S))

    def enter(self, session):
        url = f"{self.served.url}api/tile?example=opened"
        request = urllib.request.Request(
            url, method="POST", headers={"x-studio-session": session, **self.served.headers}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
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
