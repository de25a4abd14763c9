"""Hostile inputs over all commands: no traceback, no hang, no gigabytes, no wrong exit code, and
nothing left behind.
"""

import importlib.util
import json
import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import hostile_inputs
import numpy as np
import pytest

from sat2density.apps import cli

pytest.importorskip("uvicorn", reason="the attack knows every command: extra studio")
pytest.importorskip("trimesh", reason="the attack knows every format: extra mesh")

HELPERS = Path(hostile_inputs.__file__).parent
SECONDS = 20
MEGABYTES = 2048
SHORT, LONG = 540, 3000

EXIT_CODES = {0, 2}
"""What any command may answer; checks may also answer 1: something was found."""

CHECKS = ("data check", "doctor")


FOREIGN = ("torchinductor_",)
"""What others leave in the temporary folder: torch's own cache."""


class Worker:
    """A process that runs commands (`hostile_worker`), started again after one that hangs."""

    def __init__(self, home):
        self.home = home
        self.process = None

    def _start(self):
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(HELPERS), os.environ.get("PYTHONPATH", "")]),
            "SAT2DENSITY_CACHE": str(self.home / "cache"),
            "TMPDIR": str(self.home / "tmp"),
            "OMP_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hostile_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    def run(self, folder, args):
        """Return the answer; {"broken": ...} where there is none in time."""
        fresh = self.process is None
        if fresh:
            self._start()
        task = json.dumps({"folder": str(folder), "args": args}) + "\n"
        self.process.stdin.write(task.encode())
        self.process.stdin.flush()
        # Importing is slow on a busy machine; the seconds that count are the worker's own.
        ready, _, _ = select.select([self.process.stdout], [], [], 180 if fresh else 90)
        line = self.process.stdout.readline() if ready else b""
        if line:
            return json.loads(line)
        self.close()
        return {"broken": "the process died" if ready else "no answer in time"}

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


@pytest.fixture(scope="session")
def hostile_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("hostile")
    for name in ("tmp", "cache", "work"):
        (home / name).mkdir()
    return home


@pytest.fixture(scope="session")
def inputs(tmp_path_factory):
    """What is well: a tile, a photo, a mask, a walk and a small data set."""
    from drawn_folders import draw, save, write_pairs

    folder = tmp_path_factory.mktemp("well") / "inputs"
    tile, panorama, mask = draw(1)
    for name, pixels in (("sat.png", tile), ("photo.png", panorama), ("mask.png", mask)):
        save(folder / name, pixels)
    (folder / "walk.csv").write_text("x,y\n112,160\n120,140\n")
    write_rasters(folder)
    write_pairs(folder / "pairs", {"train": [1, 2], "test": [3]})
    return folder


def write_rasters(folder):
    """Write a map of 60 m and heights of it, where the extra for maps is installed."""
    if importlib.util.find_spec("rasterio") is None:
        return
    import rasterio
    from rasterio.transform import from_origin

    rng = np.random.default_rng(1)
    place = {"crs": "EPSG:32633", "transform": from_origin(500_000, 5_300_000, 0.5, 0.5)}
    sizes = {"driver": "GTiff", "width": 120, "height": 120}
    with rasterio.open(folder / "area.tif", "w", count=3, dtype="uint8", **sizes, **place) as out:
        out.write(rng.integers(0, 255, (3, 120, 120), np.uint8))
    with rasterio.open(folder / "dsm.tif", "w", count=1, dtype="float32", **sizes, **place) as out:
        out.write(rng.random((1, 120, 120)).astype(np.float32))


@pytest.fixture(scope="session")
def small_weights(tmp_path_factory):
    from drawn_folders import SPEC

    from sat2density.pipeline import Sat2Density
    from sat2density.scene_spec import SceneSpec
    from sat2density.weights import save_weights

    spec = SceneSpec.from_dict(SPEC)
    model = Sat2Density.random("tiny", spec)
    stem = tmp_path_factory.mktemp("weights") / "tiny"
    save_weights(stem, model.generator, spec, model.rules, model.info)
    return str(stem.with_suffix(".safetensors"))


@pytest.fixture(scope="session")
def files(hostile_home, small_weights):
    return hostile_inputs.write_files(hostile_home / "h", small_weights)


@pytest.fixture(scope="session")
def worker(hostile_home):
    worker = Worker(hostile_home)
    yield worker
    worker.close()


def content(folder):
    """Every file with its bytes, but for the shared hostile ones."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if not path.is_symlink()
    }


def faults(case, answer, before, after, temporary):
    """What is wrong with the end of a case, in words."""
    if "broken" in answer:
        return [answer["broken"]]
    code, err = answer["code"], answer["err"]
    allowed = EXIT_CODES | ({1} if case.command in CHECKS else set())
    found = []
    if code not in allowed:
        found.append(f"exit code {code}: {err[-1500:]}")
    if case.refused and code == 0:
        found.append("was not refused")
    if "Traceback" in err + answer["out"]:
        found.append("a traceback")
    if any(letter in err + answer["out"] for letter in "\x1b\x07\x9b\u202e"):
        found.append("text that a terminal obeys")
    if code == 2 and not err.strip():
        found.append("refused without a word")
    if len(err) > 20_000:
        found.append(f"a message of {len(err)} characters")
    if answer["seconds"] > SECONDS:
        found.append(f"took {answer['seconds']:.0f} s")
    if answer["megabytes"] > MEGABYTES:
        found.append(f"took {answer['megabytes']} MB")
    if code == 2 and before != after:
        changed = {k for k in before.keys() | after.keys() if before.get(k) != after.get(k)}
        found.append(f"refused, but left {sorted(changed)[:5]}")
    left = [name for name in after if ".partial" in name or Path(name).name.startswith(".tmp")]
    left += [name for name in temporary if not name.startswith(FOREIGN)]
    return found + [f"left behind: {name}" for name in left]


def run_case(case, worker, home, inputs):
    """Run a case in a folder of its own and return its faults."""
    folder = home / "work" / "case"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(inputs, folder / "inputs")
    (folder / "h").symlink_to(home / "h")
    before = content(folder)
    answer = worker.run(folder, case.line)
    temporary = sorted(path.name for path in (home / "tmp").iterdir())
    for report in (home / "tmp").glob("sat2density-fault-*"):
        answer["err"] += report.read_text()[-1500:]
    for name in temporary:
        path = home / "tmp" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return faults(case, answer, before, content(folder), temporary)


def attack(seed, count, worker, home, inputs, files, weights):
    wrong = []
    for case in hostile_inputs.cases(seed, count, files, weights):
        for fault in run_case(case, worker, home, inputs):
            wrong.append(f"{case.line!r:.300}: {fault}")
    assert not wrong, f"{len(wrong)} of {count}:\n" + "\n".join(wrong[:40])


@pytest.mark.parametrize("part", range(2))
def test_short(part, worker, hostile_home, inputs, files, small_weights):
    attack(part, SHORT // 2, worker, hostile_home, inputs, files, small_weights)


@pytest.mark.long
@pytest.mark.parametrize("part", range(100, 106))
def test_long(part, worker, hostile_home, inputs, files, small_weights):
    attack(part, LONG // 6, worker, hostile_home, inputs, files, small_weights)


@pytest.mark.parametrize("command", [c for c in hostile_inputs.leaves() if c not in ("demo",)])
def test_every_command_is_well_when_nothing_is_wrong(
    command, worker, hostile_home, inputs, files, small_weights
):
    """Else the attack would only ever see the first refusal."""
    if "heights" in command.split()[0] and importlib.util.find_spec("rasterio") is None:
        pytest.skip("needs the extra maps")
    well = hostile_inputs.base(command, small_weights)
    case = hostile_inputs.Case(command, tuple(well), False)
    folder = hostile_home / "work" / "case"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(inputs, folder / "inputs")
    answer = worker.run(folder, case.line)
    large = command.startswith("train ") and command != "train tiny"
    refused = command == "weights fetch" or large
    expected = {2} if refused else {0, 1} if command in hostile_inputs.HEAVY + CHECKS else {0}
    assert answer.get("code") in expected, answer
    shutil.rmtree(hostile_home / "tmp")
    (hostile_home / "tmp").mkdir()


def test_every_command_and_option_is_tried(files, small_weights):
    tried = list(hostile_inputs.cases(0, SHORT // 2, files, small_weights))
    tried += list(hostile_inputs.cases(1, SHORT // 2, files, small_weights))
    commands = {case.command for case in tried}
    assert set(hostile_inputs.leaves()) == commands
    assert {command.split()[0] for command in commands} == set(cli.COMMANDS)
    assert len(tried) >= 500
    assert sum(case.refused for case in tried) > 50
    assert len({word for case in tried for word in case.args if word in files}) > len(files) * 0.8


def with_weights():
    """The commands that read weights; those that render many pictures are long."""
    for command in hostile_inputs.leaves():
        if "W" in hostile_inputs.base(command, "W") and command not in ("demo", "evaluate"):
            many = command in ("video", "interpolate", "matrix", "studio")
            yield pytest.param(command, marks=[pytest.mark.long] if many else [])


@pytest.mark.parametrize("command", with_weights())
def test_commands_work_on_what_ships(command, worker, hostile_home, inputs, files):
    """`weights show anywhere-small` once did not."""
    from sat2density.weights import DEFAULT, weights_ship

    if not weights_ship():
        pytest.skip("no weights ship")
    line = [*command.split(), *hostile_inputs.base(command, DEFAULT)]
    folder = hostile_home / "work" / "ships"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(inputs, folder / "inputs")
    answer = worker.run(folder, line)
    assert answer.get("code") == 0, answer


def test_a_command_that_breaks_would_be_seen():
    case = hostile_inputs.Case("render", (), True)
    well = {"code": 2, "out": "", "err": "sat2density render: no", "seconds": 1, "megabytes": 300}
    assert not faults(case, well, {}, {}, [])
    for change in (
        {"code": 0},
        {"code": 70},
        {"code": 1},
        {"err": ""},
        {"err": "Traceback (most recent call last)"},
        {"err": "a\x1b[31m"},
        {"seconds": 21},
        {"megabytes": 2500},
        {"broken": "died"},
    ):
        assert faults(case, {**well, **change}, {}, {}, []), change
    assert faults(case, well, {}, {"out/x": b""}, [])
    assert faults(case, well, {}, {}, ["tmpabc"])
