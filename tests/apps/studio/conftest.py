"""A small studio: in this process for the server's tests, and as the real command for the
browser's.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from studio_browser import CHROMIUM, REPO, Browser
from studio_clients import make_client

from sat2density.scene_spec import SceneSpec

SPEC = SceneSpec(
    extent_m=40, max_height_m=12, tile_size=64, panorama_size=(128, 32), samples_per_ray=24
)


def drawn_tile(size=128, seed=0):
    """Two roads, a roof and some trees, different on every side."""
    rng = np.random.default_rng(seed)
    pixels = np.full((size, size, 3), (96, 120, 72), np.int16)
    pixels[:, size // 2 - size // 12 : size // 2 + size // 12] = 110
    pixels[size // 3 : size // 2] = 120
    pixels[size * 5 // 8 : size * 7 // 8, size // 10 : size // 3] = (180, 80, 60)
    pixels += rng.integers(-14, 14, pixels.shape, dtype=np.int16)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="session")
def studio_model():
    """A random tiny model on a small scene, whose light shows: the style's layer is made
    stronger.
    """
    import torch

    from sat2density.pipeline import Sat2Density

    model = Sat2Density.random("tiny", SPEC)
    with torch.no_grad():
        model.generator.render_net.style.weight.mul_(12)
    return model


@pytest.fixture(scope="session")
def studio_weights(studio_model, tmp_path_factory):
    """The same model as a file."""
    return saved(studio_model, tmp_path_factory)


def saved(model, tmp_path_factory):
    from sat2density.weights import save_weights

    stem = tmp_path_factory.mktemp("studio-weights") / "tiny"
    save_weights(stem, model.generator, SPEC, model.rules, model.info)
    return stem.with_suffix(".safetensors")


@pytest.fixture(scope="session")
def telling_model():
    """A random tiny model that tells things, and whose painter paints at any size."""
    import dataclasses

    from sat2density.conventions import CLASSES
    from sat2density.models.architecture import Architecture
    from sat2density.pipeline import Sat2Density

    architecture = dataclasses.replace(
        Architecture.named("tiny"),
        heads=("classes", "trees", "vehicles", "poles", "edges", "slope", "ground"),
        class_names=CLASSES,
        heads_width=4,
        render_features=True,
        render_doubling=True,
    )
    return Sat2Density.random(architecture, SPEC)


@pytest.fixture(scope="session")
def telling_weights(telling_model, tmp_path_factory):
    """The same model as a file."""
    return saved(telling_model, tmp_path_factory)


@pytest.fixture(scope="session")
def tile_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("tiles") / "crossing.png"
    drawn_tile().save(path)
    return path


@pytest.fixture(scope="session")
def decoders():
    """Children that read uploads, shared: each takes seconds to start."""
    from sat2density.apps.studio.decoders import Decoders

    decoders = Decoders()
    yield decoders
    decoders.close()


@pytest.fixture
def studio(studio_model, tile_file, tmp_path, decoders):
    """A studio in this process, with one tile opened."""
    from sat2density.apps.studio.studio import Studio

    studio = Studio(studio_model, tile_file, tmp_path, decoders)
    yield studio
    studio.close()


@pytest.fixture
def client(studio):
    """A client of the studio in this process, which lets everybody in."""
    with make_client(studio) as client:
        yield client


@pytest.fixture
def tab(studio, client):
    """The same client as a visitor whom the studio knows: `tab.visitor`."""
    from sat2density.apps.studio.routes import SESSION_HEADER

    client.visitor, _ = studio.visitors.greet(None, "tab")
    client.headers[SESSION_HEADER] = client.visitor.key
    return client


class Served:
    """The command `sat2density studio` as a process of its own."""

    def __init__(self, weights, *options, port=0):
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(REPO / "src"),
            "PYTHONUNBUFFERED": "1",
        }
        start = "from sat2density.apps.cli import main; raise SystemExit(main())"
        command = [sys.executable, "-c", start, "studio", "--weights", str(weights), "--no-browser"]
        self.process = subprocess.Popen(
            [*command, "--port", str(port), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        self.lines = []
        self.url = ""
        while not self.url:
            line = self.process.stdout.readline()
            assert line, f"the studio did not start: {''.join(self.lines)}"
            self.lines.append(line)
            found = re.search(r"Studio: (http://\S+/)(?:\?token=(\S+))?", line)
            self.url, self.token = found.groups() if found else ("", None)
        self.port = int(self.url.rstrip("/").rsplit(":", 1)[1])
        self._reading = threading.Thread(
            target=lambda: self.lines.extend(self.process.stdout), daemon=True
        )
        self._reading.start()

    @property
    def entrance(self):
        """The address that was printed, with its token."""
        return f"{self.url}?token={self.token}" if self.token else self.url

    @property
    def headers(self):
        """What lets a program in."""
        return {"authorization": f"Bearer {self.token}"} if self.token else {}

    @property
    def output(self):
        return "".join(self.lines)

    def interrupt(self):
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(600)
        self._reading.join()
        return code

    def memory_mb(self):
        """Resident memory of the process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


@pytest.fixture(scope="session")
def serve_studio(studio_weights):
    """Start studios that are ended after the tests, whatever happens."""
    with contextlib.ExitStack() as stack:

        def start(*options, port=0, weights=studio_weights):
            served = Served(weights, *options, port=port)
            stack.callback(lambda: served.process.poll() is None and served.process.kill())
            return served

        yield start


@pytest.fixture(scope="session")
def served(serve_studio, tile_file):
    """One studio that several tests share."""
    return serve_studio(str(tile_file))


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; what is missing is said where a test is skipped."""

    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is missing: pip install playwright"
    )
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    with playwright.sync_playwright() as running:
        browser = Browser(running)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A page of a visitor; console errors and requests to other hosts fail the test."""
    page = browser.page()
    yield page
    page.finish()


@pytest.fixture(scope="session")
def axe():
    """A function that lists what axe-core finds wrong on a page: (rule, what is wrong, where)."""
    script = REPO / "web" / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        pytest.skip("axe-core is missing: run 'npm ci' in web/")
    source = script.read_text(encoding="utf-8")

    def check(page):
        page.evaluate(source)
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            (v["id"], v["help"], node["target"]) for v in found["violations"] for node in v["nodes"]
        ]

    return check
