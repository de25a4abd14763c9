"""`benchmarks/gpu.py` on the CPU with a tiny preset, in a process where what a GPU machine lacks
cannot be imported.
"""

import json
import runpy
import subprocess
import sys
from pathlib import Path

from sat2density.weights import open_weights

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import runpy, sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        missing = "tyro av starlette trimesh docstring_parser".split()
        if name.partition(".")[0] in missing:
            raise ImportError(f"{name} is not on this machine")
sys.meta_path.insert(0, Missing())
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def train(out, run, *options):
    words = [
        "--device",
        "cpu",
        "--only",
        "train",
        "--preset",
        "tiny",
        "--scenes",
        "4",
        "--minutes",
        "1000",
        "--total-minutes",
        "1000",
        "--steps",
        "2",
    ]
    command = [
        sys.executable,
        "-c",
        SCRIPT,
        str(ROOT / "benchmarks" / "gpu.py"),
        *words,
        "--out",
        str(out),
    ]
    done = subprocess.run(
        [*command, "--run", str(run), *options], capture_output=True, text=True, cwd=ROOT
    )
    assert "to be continued" in done.stdout, done.stderr
    return done


def test_training_goes_on_from_call_to_call_without_the_command_line_s_packages(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    train(first, tmp_path / "run")
    files = {
        "train.jsonl",
        "train-loss.png",
        "train-sheet.png",
        "weights.safetensors",
        "weights.json",
    }
    assert {path.name for path in first.iterdir()} == files
    assert max(path.stat().st_size for path in first.iterdir()) < 16 * 2**20
    done = train(second, tmp_path / "run")
    assert "resumed at step" in done.stderr
    steps = [open_weights(out / "weights").info["steps"] for out in (first, second)]
    assert steps == [2, 4]
    lines = [json.loads(line) for line in (second / "train.jsonl").read_text().splitlines()]
    assert max(line["step"] for line in lines) == 4
    done = train(tmp_path / "third", tmp_path / "other run", "--init-from", str(first / "weights"))
    assert "starting from" in done.stderr


def test_what_is_too_large_stays_and_is_named(tmp_path, capsys):
    bring = runpy.run_path(str(ROOT / "benchmarks" / "gpu.py"), run_name="gpu")["bring"]
    source, target = tmp_path / "weights.safetensors", tmp_path / "out.safetensors"
    with source.open("wb") as file:
        file.truncate(16 * 2**20)
    bring(source, target)
    assert not target.exists()
    assert "has 16 MiB and stays there" in capsys.readouterr().out
    with source.open("wb") as file:
        file.truncate(100)
    bring(source, target)
    assert target.stat().st_size == 100
