"""Whatever is wrong with what a user gives: exit code 2, one sentence, nothing half-written,
nothing deleted.
"""

import errno
import os
import resource
import signal
import struct
import subprocess
import sys
import time
import zlib

import pytest
from PIL import Image

COMMANDS = {
    "render": ["render", "inputs/sat.png", "--light", "dusk"],
    "video": ["video", "inputs/sat.png", "--light", "dusk", "--path", "inputs/walk.csv"],
    "interpolate": [
        "interpolate",
        "inputs/sat.png",
        "--from",
        "dusk",
        "--to",
        "overcast",
        "--steps",
        "3",
    ],
    "matrix": ["matrix", "inputs/sat.png", "--lights", "dusk", "overcast"],
    "export": ["export", "inputs/sat.png", "--formats", "npz", "heights"],
}


def png_header(width, height):
    """A PNG that claims a size and holds no pixels."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def missing(path):
    path.unlink()


def empty(path):
    path.write_bytes(b"")


def truncated(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def text(path):
    path.write_text("I am a picture, believe me.\n")


def folder(path):
    path.unlink()
    path.mkdir()


def enormous(path):
    path.write_bytes(png_header(60000, 60000))


def not_square(path):
    Image.new("RGB", (96, 64), "green").save(path)


PICTURE_FAULTS = [missing, empty, truncated, text, folder, enormous]


def fingerprint(folder):
    """Every file below a folder with its content."""
    return {
        str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None
        for p in sorted(folder.rglob("*"))
    }


def assert_refused(result, names):
    code, out, err = result
    assert code == 2, err
    assert "Traceback" not in err
    assert out == ""
    sentences = [line for line in err.strip().splitlines() if not line.startswith("notice:")]
    assert len(sentences) == 1, err
    assert names in sentences[0]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("fault", [*PICTURE_FAULTS, not_square], ids=lambda fault: fault.__name__)
def test_a_bad_tile(place, run, command, fault):
    fault(place / "inputs" / "sat.png")
    before = fingerprint(place)
    assert_refused(run(*COMMANDS[command]), "sat.png")
    assert fingerprint(place) == before


@pytest.mark.parametrize("fault", PICTURE_FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("bad", ["photo.png", "mask.png"])
def test_a_bad_light(place, run, bad, fault):
    fault(place / "inputs" / bad)
    before = fingerprint(place)
    light = "inputs/photo.png::inputs/mask.png"
    for args in (
        ["render", "inputs/sat.png", "--light", light],
        [
            "render",
            "inputs/sat.png",
            "--light",
            "inputs/photo.png",
            "--sky-mask",
            "inputs/mask.png",
        ],
        ["video", "inputs/sat.png", "--light", light, "--path", "inputs/walk.csv"],
        ["interpolate", "inputs/sat.png", "--from", "dusk", "--to", light],
        ["matrix", "inputs/sat.png", "--lights", "dusk", light],
    ):
        assert_refused(run(*args), bad)
    assert fingerprint(place) == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x,y\n",
        b"x,y\n1,2\n",
        b"a,b\n1,2\n3,4\n",
        b"x,y\n1,nan\n2,3\n",
        b"x,y\n1,2\n999,3\n",
        b"\xff\xfe\x00PNG",
        None,
    ],
)
def test_a_bad_path(place, run, content):
    walk = place / "inputs" / "walk.csv"
    walk.unlink() if content is None else walk.write_bytes(content)
    before = fingerprint(place)
    assert_refused(run(*COMMANDS["video"]), "walk.csv")
    assert fingerprint(place) == before


@pytest.mark.parametrize(
    "fault", [missing, empty, truncated, text, folder], ids=lambda fault: fault.__name__
)
def test_bad_weights(place, run, weights, fault):
    copy = place / "inputs" / "tiny.safetensors"
    copy.write_bytes(weights.read_bytes())
    copy.with_suffix(".json").write_bytes(weights.with_suffix(".json").read_bytes())
    fault(copy)
    before = fingerprint(place)
    assert_refused(
        run(*COMMANDS["render"], "--weights", copy, "--device", "cpu", with_weights=False),
        "tiny.safetensors",
    )
    assert fingerprint(place) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_an_output_that_exists(place, run, command):
    mine = place / "results" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    before = fingerprint(place)
    assert_refused(run(*COMMANDS[command], "--out", "results"), "results: exists and is not empty")
    assert_refused(run(*COMMANDS[command], "--out", "results/mine.txt"), "mine.txt: is a file")
    assert fingerprint(place) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_overwrite_keeps_what_is_not_its_own(place, run, command):
    mine = place / "results" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    code, out, err = run(*COMMANDS[command], "--out", "results", "--overwrite")
    assert code == 0, err
    assert mine.read_text() == "mine"
    assert out.split()


@pytest.mark.parametrize("command", COMMANDS)
def test_no_permission(place, run, command):
    """A folder below a file can be made by nobody, root included."""
    (place / "file").write_text("mine")
    before = fingerprint(place)
    assert_refused(
        run(*COMMANDS[command], "--out", "file/results"), "file/results: cannot be written"
    )
    assert fingerprint(place) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk(place, run, command, monkeypatch):
    """The folder is filled in a staging place and then moved: there the disk is full."""

    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = fingerprint(place)
    monkeypatch.setattr("sat2density.files.writing._publish", full)
    assert_refused(
        run(*COMMANDS[command], "--out", "results"), "results: cannot be written: the disk is full"
    )
    assert fingerprint(place) == before


@pytest.mark.parametrize("command", ["video", "export"])
def test_a_disk_that_takes_no_more(place, run, command):
    """The system itself refuses to write more than 2000 bytes into a file, in the middle of the
    work.
    """
    before = fingerprint(place)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
    try:
        result = run(*COMMANDS[command])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert_refused(result, "cannot be written")
    assert set(fingerprint(place)) - {"out"} == set(before)


CLI = [
    sys.executable,
    "-c",
    "import sys; from sat2density.apps.cli import main; sys.exit(main(sys.argv[1:]))",
]


def test_ctrl_c_leaves_a_playable_video(place, weights):
    import av

    (place / "inputs" / "walk.csv").write_text("x,y\n28,128\n228,128\n")
    line = [
        *CLI,
        *COMMANDS["video"],
        "--frames",
        "5000",
        "--out",
        "walk",
        "--weights",
        str(weights),
        "--device",
        "cpu",
    ]
    process = subprocess.Popen(
        line, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    # The handler of Ctrl-C is there before the files are: whatever is slow, a frame is finished.
    deadline = time.monotonic() + 300
    try:
        while not any(place.glob(".walk.*.partial/**/*.mp4")):
            assert time.monotonic() < deadline, "the video never started"
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=300)
    finally:
        process.kill()  # a failed test leaves no film behind that runs for minutes
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "of 5000 frames" in err
    videos = sorted((place / "walk").glob("*.mp4"))
    assert videos
    for video in videos:
        with av.open(str(video)) as container:
            count = sum(1 for _ in container.decode(video=0))
        assert 0 < count < 5000
    assert not list(place.glob(".walk.*"))


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["render", "inputs/sat.png", "--light", "dusc"], "did you mean 'dusk'"),
        (
            ["render", "inputs/sat.png", "--light", "dusk", "--sky-mask", "inputs/mask.png"],
            "--sky-mask",
        ),
        (["render", "inputs/sat.png", "--light", "dusk", "--at", "2", "0"], "--at"),
        (
            ["interpolate", "inputs/sat.png", "--from", "dusk", "--to", "dusk", "--steps", "1"],
            "--steps",
        ),
        (
            [
                "video",
                "inputs/sat.png",
                "--light",
                "dusk",
                "--path",
                "inputs/walk.csv",
                "--fps",
                "0",
            ],
            "--fps",
        ),
        (
            [
                "video",
                "inputs/sat.png",
                "--light",
                "dusk",
                "--path",
                "inputs/walk.csv",
                "--fov",
                "180",
            ],
            "--fov",
        ),
        (
            [
                "video",
                "inputs/sat.png",
                "--light",
                "dusk",
                "--path",
                "inputs/walk.csv",
                "--frames",
                "1",
            ],
            "frames",
        ),
        (["export", "inputs/sat.png"], "--formats"),
    ],
)
def test_bad_options(place, run, args, words):
    code, out, err = run(*args)
    assert code == 2, err
    assert "Traceback" not in err
    assert words in err
    assert out == ""
    assert not (place / "out").exists()


def test_a_device_that_is_not_here(place, run, weights):
    result = run(
        *COMMANDS["render"], "--weights", weights, "--device", "cuda:77", with_weights=False
    )
    assert_refused(result, "cuda:77")


def test_bad_pictures_are_what_they_claim(place):
    """The helper that writes an enormous header is itself right: Pillow reads the size from it."""
    enormous(place / "big.png")
    with pytest.raises(Image.DecompressionBombError):
        Image.open(place / "big.png").load()


ABSURD = {
    "steps": ([*COMMANDS["interpolate"][:-1], "1000000000"], "--steps must be"),
    "fps": ([*COMMANDS["video"], "--fps", "1e12"], "--fps must be"),
    "size": (
        [*COMMANDS["video"], "--view", "perspective", "--size", "1000000", "1000000"],
        "--size: 1000000x1000000 pixels are too many",
    ),
    "frames": ([*COMMANDS["video"], "--frames", "1000000000"], "frames must be"),
    "spacing": ([*COMMANDS["video"], "--spacing-m", "1e-9"], "frames"),
    "lights": (
        ["matrix", "inputs/sat.png", "--lights", *["dusk"] * 1000],
        "sheet: 326172x192 pixels are too many",
    ),
    "pairs": (
        ["matrix", *["inputs/sat.png"] * 1000, "--lights", *["dusk"] * 1000],
        "are 1000000 pictures",
    ),
}


@pytest.mark.parametrize("kind", ABSURD)
def test_what_is_far_too_large_is_refused_at_once(place, run, kind):
    """One sentence, in no time, and nothing half-written."""
    args, words = ABSURD[kind]
    before = fingerprint(place)
    start = time.monotonic()
    assert_refused(run(*args), words)
    assert time.monotonic() - start < 20
    assert fingerprint(place) == before
