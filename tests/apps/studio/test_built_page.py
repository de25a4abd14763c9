"""What ships is what the source builds to: checked by hashes, without Node (`npm run verify` builds
it again).
"""

import hashlib
import json

import pytest
from studio_browser import REPO

WEB = REPO / "web"
SHIPPED = REPO / "src" / "sat2density" / "assets" / "studio"
BUILT = ["index.html", "leaflet.css", "leaflet.js", "studio.css", "studio.js"]
REMEDY = "the page was not built from this source; run: npm ci && npm run build, in web/"


def digest(folder, names):
    """The hash of web/scripts/sources.mjs."""
    total = hashlib.sha256()
    for name in names:
        total.update(f"{name}\0".encode() + (folder / name).read_bytes() + b"\0")
    return total.hexdigest()


@pytest.fixture(scope="module")
def recorded():
    return json.loads((SHIPPED / "built.json").read_text())


def test_the_source_is_the_one_recorded(recorded):
    top = ["index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"]
    top += ["vite.leaflet.config.ts", "leaflet/entry.ts"]
    inside = [
        path.relative_to(WEB).as_posix() for path in (WEB / "src").rglob("*") if path.is_file()
    ]
    assert digest(WEB, sorted([*top, *inside])) == recorded["sources"], REMEDY


def test_the_shipped_files_are_the_ones_recorded(recorded):
    assert digest(SHIPPED, BUILT) == recorded["built"], REMEDY


def test_it_is_small_and_asks_nobody():
    names = {path.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("*") if path.is_file()}
    assert not any(name.endswith(".map") for name in names)
    assert sum((SHIPPED / name).stat().st_size for name in names) < 1_200_000
    page = (SHIPPED / "index.html").read_text()
    assert "//" not in page.replace("<!doctype", "")


def test_the_lock_file_names_no_registry():
    lock = json.loads((WEB / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert "//registry" not in (WEB / "package-lock.json").read_text()
