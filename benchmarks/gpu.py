"""`make gpu`: kernel tests on CUDA, benchmarks, then training for the minutes that are left; 8
files into one folder.

    make gpu OUT=out/gpu MINUTES=9                  # everything
    make gpu ARGS="--only train --total-minutes 25" # further calls go on with the training where
    the last one stopped

The run lies in --run (kept between calls while the machine is). On a fresh machine start from the
weights that came back: --init-from OUT/weights. Needs torch, triton, numpy, numba, scipy, pillow,
safetensors, rich and pytest as found there; installs nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KERNEL_TESTS = "tests/render/kernels/test_triton_march.py"
LOG, SHEET, CURVE, WEIGHTS = "train.jsonl", "train-sheet.png", "train-loss.png", "weights"
MOST_BYTES = 16 * 2**20
"""Larger files do not come back from a lent machine: they are left out, and that is said."""
TRAINING_BATCHES = (2, 16)


def main() -> int:
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    import torch

    if options.device == "cuda" and not torch.cuda.is_available():
        print(
            "make gpu: this machine has no CUDA device; on the CPU: sat2density bench",
            file=sys.stderr,
        )
        return 2
    deadline = time.monotonic() + 60 * options.minutes
    failed = 0
    if options.only in ("all", "tests"):
        failed = run_tests(options.out)
    if options.only in ("all", "bench"):
        for arch, suites in (
            ("small", ("render", "frame", "train", "load")),
            ("released", ("frame", "train", "load")),
        ):
            if time.monotonic() < deadline:
                bench(options.out / f"bench-{arch}.json", arch, suites, options.device)
    if options.only in ("all", "train"):
        train(options, max(0.05, (deadline - time.monotonic()) / 60))
    return failed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--out", type=Path, default=Path("out/gpu"), help="folder for what comes back"
    )
    parser.add_argument("--minutes", type=float, default=9.0, help="of this call")
    parser.add_argument("--only", choices=("all", "tests", "bench", "train"), default="all")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument(
        "--run", type=Path, default=Path("runs/gpu"), help="the training's own folder"
    )
    parser.add_argument("--preset", default="suburb-small")
    parser.add_argument(
        "--total-minutes", type=float, default=20.0, help="of training, all calls together"
    )
    parser.add_argument(
        "--scenes", type=int, help="scenes to train on; the preset's number by default"
    )
    parser.add_argument("--batch", type=int, help="scenes a step; the preset's by default")
    parser.add_argument("--steps", type=int, help="train at most so many steps in this call")
    parser.add_argument("--init-from", help="weights to start a new run from")
    return parser.parse_args()


def run_tests(out: Path) -> int:
    """Run the kernels' tests on CUDA; their output goes to kernel-tests.txt."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", "cuda", KERNEL_TESTS]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    (out / "kernel-tests.txt").write_text(done.stdout + done.stderr)
    print(done.stdout[-600:])
    return done.returncode


def bench(path: Path, arch: str, suites: tuple[str, ...], device_name: str) -> None:
    """Run suites (start-up needs the command line's packages and is left out) and write the
    record.
    """
    import torch

    from sat2density.bench.suites import SUITES, Setting
    from sat2density.bench.timing import Effort, describe_machine

    device = torch.device(device_name)
    record: dict = {**describe_machine(device), "arch": arch, "results": []}
    setting = Setting(device, arch, Effort(rounds=10, seconds=1.0))
    for name in suites:
        runs = [{"batch": batch} for batch in TRAINING_BATCHES] if name == "train" else [{}]
        for measured in itertools.chain.from_iterable(
            SUITES[name](setting, **extra) for extra in runs
        ):
            record["results"].append(measured.to_dict())
            print(measured.line(), flush=True)
    path.write_text(json.dumps(record, indent=1) + "\n")


def train(options: argparse.Namespace, minutes: float) -> None:
    """Train, or go on training, for so many minutes; copy log, curve, last sheet and weights to the
    output folder.
    """
    from sat2density.training.presets import PRESETS
    from sat2density.training.trainer import RunOptions
    from sat2density.training.trainer import train as run

    config = PRESETS[options.preset]
    data = (
        config.data
        if options.scenes is None
        else dataclasses.replace(config.data, limit=options.scenes)
    )
    batch = options.batch or config.optim.batch
    optim = dataclasses.replace(
        config.optim,
        batch=batch,
        minutes=options.total_minutes,
        channels_last=options.device == "cuda",
    )
    resume = (options.run / "checkpoints").is_dir()
    wanted = RunOptions(
        out=options.run,
        max_minutes=minutes,
        max_steps=options.steps,
        resume=resume,
        init_from=None if resume else options.init_from,
        device=options.device,
    )
    result = run(dataclasses.replace(config, data=data, optim=optim), wanted)
    print(
        f"step {result.step}, {'the whole run' if result.finished else 'to be continued'}",
        flush=True,
    )
    bring(options.run / "log.jsonl", options.out / LOG)
    lines = [json.loads(line) for line in (options.run / "log.jsonl").read_text().splitlines()]
    draw_curve(
        [(line["step"], line["loss"]) for line in lines if "loss" in line], options.out / CURVE
    )
    sheets = sorted((options.run / "sheets").glob("*.png"))
    if sheets:
        bring(sheets[-1], options.out / SHEET)
    for suffix in (".safetensors", ".json"):
        bring(result.weights.with_suffix(suffix), options.out / f"{WEIGHTS}{suffix}")


def bring(source: Path, target: Path) -> None:
    """Copy a file that may come back; say so where it is too large."""
    if source.stat().st_size < MOST_BYTES:
        shutil.copy(source, target)
    else:
        print(
            f"notice: {source} has {source.stat().st_size / 2**20:.0f} MiB and stays there (limit "
            f"16)",
            flush=True,
        )


def draw_curve(
    points: list[tuple[int, float]], path: Path, size: tuple[int, int] = (800, 400)
) -> None:
    """Draw the loss over the steps, least to greatest value, with the four numbers at the axes'
    ends.
    """
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    if len(points) > 1:
        (low_x, high_x), (low_y, high_y) = ((min(v), max(v)) for v in zip(*points, strict=True))
        wide, tall = (
            (size[0] - 40) / max(high_x - low_x, 1),
            (size[1] - 40) / max(high_y - low_y, 1e-9),
        )
        pen.line(
            [(20 + (x - low_x) * wide, size[1] - 20 - (y - low_y) * tall) for x, y in points],
            "navy",
        )
        pen.text((2, 2), f"loss {high_y:.4g}", "black")
        pen.text((2, size[1] - 14), f"{low_y:.4g}, step {low_x}", "black")
        pen.text((size[0] - 80, size[1] - 14), f"step {high_x}", "black")
    picture.save(path)


if __name__ == "__main__":
    raise SystemExit(main())
