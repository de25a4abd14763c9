"""Files, names, numbers and command lines that nobody means well with, made from a seed.

The commands and their options are read from the command line's own help, so that a new command or
option is tried, too.
"""

import contextlib
import dataclasses
import functools
import io
import json
import os
import random
import re
import zlib
from pathlib import Path
from unittest import mock

import numpy as np
import tiff_files
from PIL import Image

from sat2density.apps import cli

NUMBERS = ("nan", "inf", "-inf", "1e400", "abc", "", "0x10", "1,5", "1e", "--")
"""No number that an option could mean."""

ODD_NUMBERS = (
    *("-1", "0", "1", "2", "-0.0", "1e-300", "1e30", "1e308", "-1e308", "0.5", "3.7", "1000000"),
    *("9" * 20, "9" * 400, "-" + "9" * 30, "2147483648", "-2147483649", "١"),
)
"""Numbers that may be refused or not."""

TEXTS = (
    *("", " ", "-", "~nobody/x", "~", "../../..", "/", ".", "%s%n", "$(id)", "a" * 300, "b" * 5000),
    *("\x1b[31mred", "two\nlines", "\u202etxt.png", "caf\udce9", "::", "a::b::c", "::x", "x::"),
    *("http://127.0.0.1:9/x.png", "suburb:", "suburb:nowhere", "cvact:", "pairs", ":", "None"),
    *("dusk", "tiny", "suburb", "cvact", "cuda:99", "meta", "\u0000".replace("\0", "\ufffd")),
)

HEAVY = ("world make", "world preview", "world town", "doctor", "demo", "train tiny")
"""Commands that take seconds when nothing is wrong: tried less often."""

LINE = re.compile(r"^\W*(?:-\w, )?--([\w.-]+)(?:, -\w)?(?: +([^│\n]*?))?\s*│?$", flags=re.M)


@dataclasses.dataclass(frozen=True)
class Case:
    """One command line.

    Attributes:
        command: the command and its sub-command.
        args: what follows.
        refused: whether it must not succeed.

    """

    command: str
    args: tuple
    refused: bool

    @property
    def line(self):
        return [*self.command.split(), *self.args]


@functools.cache
def help_of(command):
    text = io.StringIO()
    wide = mock.patch.dict(os.environ, {"COLUMNS": "300"})
    with wide, contextlib.redirect_stdout(text):
        assert cli.main([*command.split(), "--help"]) == 0
    return text.getvalue()


@functools.cache
def leaves():
    """Every command that can be run, sub-commands included."""
    found = []
    for command in cli.COMMANDS:
        usage = re.search(r"usage:[^\n]*\{([^}]+)\}", help_of(command))
        found += [f"{command} {child}" for child in usage[1].split(",")] if usage else [command]
    return tuple(found)


@functools.cache
def options(command):
    """The options of a command with what stands for their values: {"--fps": "INT"}."""
    named = {f"--{name}": (kind or "").strip() for name, kind in LINE.findall(help_of(command))}
    return {name: kind for name, kind in named.items() if name != "--help"}


def base(command, weights):
    """A line of a command that is well; for a command that is not known here, a tile."""
    model = ["--weights", weights, "--device", "cpu"]
    known = {
        "render": ["inputs/sat.png", "--light", "dusk", *model],
        "video": ["inputs/sat.png", "--light", "dusk", "--path", "inputs/walk.csv", *model],
        "interpolate": [
            "inputs/sat.png",
            "--from",
            "dusk",
            "--to",
            "overcast",
            "--steps",
            "2",
            *model,
        ],
        "matrix": ["inputs/sat.png", "--lights", "dusk", *model],
        "export": ["inputs/sat.png", "--formats", "heights", *model],
        "studio": ["inputs/sat.png", "--no-browser", *model],
        "demo": ["--out", "inputs/sat.png", *model],  # a file: refused before the minutes begin
        "weights list": [],
        "weights fetch": ["cvact", "--url", "http://127.0.0.1:9/x.zip"],
        "weights show": [weights],
        "weights convert": [weights, "out/converted"],
        "world make": ["--split", "train:1", "--out", "out/world"],
        "world preview": ["--out", "out/preview", "--count", "1", "--style", "suburb"],
        "world town": ["--size-m", "100", "--pixel-m", "0.5", "--out", "out/town"],
        "heights": ["inputs/area.tif", "--workers", "1", *model],
        "evaluate-heights": ["inputs/dsm.tif", "inputs/dsm.tif"],
        "data check": ["inputs/pairs"],
        "data sky": ["inputs/pairs"],
        "data complete": ["inputs/photo.png", "--top-deg", "60", "--bottom-deg", "-60"],
        "train tiny": ["--optim.steps", "1", "--data.source", "inputs/pairs", "--device", "cpu"],
        "evaluate": [weights, "inputs/pairs", "--jobs", "1", "--limit", "1", "--device", "cpu"],
        "doctor": [],
    }
    if command.startswith("bench"):
        return []
    if command.startswith("train ") and command not in known:
        return ["--optim.steps", "0", "--data.source", "inputs/pairs", "--device", "cpu"]
    return list(known.get(command, ["inputs/sat.png"]))


def cases(seed, count, files, weights):
    """Yield `count` cases; `files`: the names of hostile files, by their role."""
    rng = random.Random(seed)
    commands = [c for c in leaves() for _ in range(1 if c in HEAVY else 4)]
    every = [(command, option) for command in leaves() for option in options(command)]
    rng.shuffle(every)
    for number in range(count):
        # Every option comes in turn; between them positional arguments and texts.
        if number % 3 < 2 and every:
            command, option = every[number % len(every)]
            if command in HEAVY and rng.random() < 0.5:
                command = rng.choice(commands)
                option = rng.choice(list(options(command)) or [""])
            yield _with_option(rng, command, option, files, weights)
        else:
            # Every command comes once, then whichever.
            turn = number // 3
            command = leaves()[turn] if turn < len(leaves()) else rng.choice(commands)
            yield _with_words(rng, command, files, weights)


def _with_option(rng, command, option, files, weights):
    args = base(command, weights)
    kind = options(command).get(option, "")
    refused = False
    if kind.startswith("{") or ("|" in kind and kind.isupper() is False and "{" in kind):
        values, refused = [rng.choice(TEXTS[:12])], True
    elif re.search(r"\b(INT|FLOAT)\b", kind):
        refused = rng.random() < 0.5
        values = [rng.choice(NUMBERS if refused else ODD_NUMBERS) for _ in range(len(kind.split()))]
    elif kind:
        values = [rng.choice(files if rng.random() < 0.7 else TEXTS)]
    else:
        values = []
    if option in args:
        at = args.index(option)
        args[at : at + 2] = []
    changed = command.split()[0] in ("bench", "studio", "doctor")  # stubbed, or read only in part
    return Case(command, (*args, option, *values), refused and not changed)


def _with_words(rng, command, files, weights):
    args = base(command, weights)
    for _ in range(rng.randint(1, 2)):
        what = rng.random()
        if what < 0.6 and args:
            args[rng.randrange(len(args))] = rng.choice(files)
        elif what < 0.8 and args:
            args[rng.randrange(len(args))] = rng.choice(TEXTS)
        elif what < 0.9 and args:
            del args[rng.randrange(len(args))]
        else:
            args.insert(rng.randint(0, len(args)), rng.choice(files + list(TEXTS)))
    return Case(command, tuple(args), False)


def png(width, height, mode=2):
    """A PNG of zeros that is small on disk and large in memory."""

    def chunk(name, data):
        check = zlib.crc32(name + data)
        return len(data).to_bytes(4, "big") + name + data + check.to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, mode, 0, 0, 0])
    packer, row = zlib.compressobj(9), bytes(1 + width * (3 if mode == 2 else 1))
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def write_files(folder, weights):
    """Write the hostile files and return their names, `h/...`."""
    folder.mkdir()
    whole = io.BytesIO()
    Image.fromarray(tiff_files.quadrants(64)).save(whole, "JPEG")
    scene = {"extent_m": 40, "tile_size": 64, "panorama_size": [64, 32], "samples_per_ray": 12}
    light = {"format": "sat2density light 1", "name": "\x1b[31m"}
    texts = {
        "deep.json": "[" * 100_000,
        "deep2.json": '{"a":' * 200 + "1" + "}" * 200,
        "double.json": '{"extent_m": 40, "extent_m": 50}',
        "nan.json": '{"extent_m": NaN}',
        "digits.json": '{"extent_m": ' + "9" * 5000 + "}",
        "array.json": "[1, 2]",
        "null.json": "null",
        "lone.json": '{"extent_m": "\\ud800"}',
        **{
            f"scene{k}.json": json.dumps({**scene, **change})
            for k, change in enumerate(
                (
                    {"extent_m": 1e30},
                    {"extent_m": -1},
                    {"tile_size": 10**9},
                    {"samples_per_ray": 10**12},
                    {"panorama_size": [10**6, 10**6]},
                    {"panorama_size": [0, 0]},
                    {"vertical_fov_deg": 1e-300},
                    {"max_height_m": 10**30},
                )
            )
        },
        "light.json": '{"format": "sat2density light 1", "name": "x", "sky_png": "AAAA"}',
        "light2.json": json.dumps({**light, "form": "unit", "histogram": [1] * 9}),
        "mix.json": '{"format": "sat2density light 1", "name": "x", "mix": []}',
        "path.json": '{"unit": "m", "points": [{"east": 1e308, "south": 0}]}',
        "path.geojson": '{"type": "LineString", "coordinates": [[8.5, 47.3], [8.6, 47.4]]}',
        "one.csv": "x,y\n1,2\n",
        "wide.csv": ",".join(f"c{k}" for k in range(20_000)) + "\n",
        "long.csv": "x,y\n" + "1,1\n2,2\n" * 60_000,
        "far.csv": "x,y\n1e308,1\n2,2\n",
        "lonlat.csv": "X,Y\n8.541694,47.376887\n8.541754,47.376927\n",
        "track.gpx": "<gpx/>",
        "page.png": "<!doctype html><html>404</html>",
        "pointer.png": "version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
        "list.txt": "../../etc/passwd\n\x1b[31m\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", errors="surrogatepass")
    raw = {
        "empty.png": b"",
        "empty.json": b"",
        "noise.png": random.Random(1).randbytes(2000),
        "noise.safetensors": random.Random(2).randbytes(2000),
        "noise.npz": b"PK\x03\x04" + random.Random(3).randbytes(500),
        "utf16.csv": "x,y\n1,1\n2,2\n".encode("utf-16"),
        "latin.csv": b"x,y\n1,\xe9\n",
        "cut.png": png(64, 64)[:60],
        "cut.jpg": whole.getvalue()[:300],
        "large.png": png(11_000, 11_000, mode=0),
        "claims.png": png(8, 8)[:16] + b"\x7f\xff\xff\xff" * 2 + png(8, 8)[24:],
        "thin.png": png(1, 1000),
        "flat.png": png(4000, 1),
        "one.png": png(1, 1),
        "black.png": png(64, 64),
        "a.gif": b"GIF89a" + bytes(40),
        "a.heic": b"\0\0\0\x18ftypheic" + bytes(40),
        "caf\udce9.png": whole.getvalue(),
        "\x1b[31m.png": whole.getvalue(),
        "two\nlines.png": whole.getvalue(),
        "good.jpg": whole.getvalue(),
    }
    for name, data in raw.items():
        (folder / name).write_bytes(data)
    page = tiff_files.page(tiff_files.quadrants().astype(np.uint16))
    tiff_files.write(folder / "deep16.tif", page)
    tags, strips = page
    tiff_files.write(folder / "lzw.tif", ({**tags, 259: (tiff_files.SHORT, (5,))}, strips))
    huge = {**tags, 256: (tiff_files.LONG, (10**5,)), 257: (tiff_files.LONG, (1300,))}
    tiff_files.write(folder / "claims.tif", (huge, strips))
    with (folder / "sparse.json").open("wb") as file:
        file.truncate(2**36)
    (folder / "folder.png").mkdir()
    for suffix in ("png", "csv", "json", "safetensors"):
        os.mkfifo(folder / f"pipe.{suffix}")
        (folder / f"circle.{suffix}").symlink_to(f"circle.{suffix}")
        (folder / f"zero.{suffix}").symlink_to("/dev/zero")
    _write_weights(folder, Path(weights))
    return [f"h/{path.name}" for path in sorted(folder.iterdir())] + ["/dev/zero", "/dev/full", "h"]


def _write_weights(folder, weights):
    """Weights whose description is not true."""
    tensors = weights.read_bytes()
    text = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    changes = {
        "channels": {"architecture": {**text["architecture"], "sky_hidden": 10**9}},
        "scene": {"scene": {**text["scene"], "tile_size": 10**8}},
        "rules": {"rules": {"pixel_rule": ["centre"]}},
        "info": {"info": {"name": "\x1b]0;owned\x07", "trained_on": "x" * 10**5}},
        "short": {"bytes": 1},
        "none": {"architecture": None},
    }
    for name, change in changes.items():
        (folder / f"w-{name}.safetensors").write_bytes(tensors)
        description = json.dumps({**text, **change})
        (folder / f"w-{name}.json").write_text(description, encoding="utf-8")
    (folder / "w-alone.safetensors").write_bytes(tensors)
