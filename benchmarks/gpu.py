"""`make gpu`: the kernels' tests on CUDA and the benchmarks, into one folder (8 files of 16 MB at most).

Needs torch, triton, numpy, numba, scipy, pillow, safetensors, rich and pytest as found there; installs nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KERNEL_TESTS = "tests/render/kernels/test_triton_march.py"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/gpu"))
    parser.add_argument("--minutes", type=float, default=5.0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    import torch

    if not torch.cuda.is_available():
        print("make gpu: this machine has no CUDA device; on the CPU: sat2density bench", file=sys.stderr)
        return 2
    deadline = time.monotonic() + 60 * options.minutes
    failed = run_tests(options.out)
    for arch in ("small", "released"):
        if time.monotonic() < deadline:
            bench(options.out / f"bench-{arch}.json", arch)
    return failed


def run_tests(out: Path) -> int:
    """Run the kernels' tests on CUDA; their output goes to kernel-tests.txt."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", "cuda", KERNEL_TESTS]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    (out / "kernel-tests.txt").write_text(done.stdout + done.stderr)
    print(done.stdout[-600:])
    return done.returncode


def bench(path: Path, arch: str) -> None:
    """Run every suite on CUDA (the start-up needs the command line's packages and is left out) and write the record."""
    import torch

    from sat2density.engine.bench import Effort, describe_machine
    from sat2density.engine.bench_suites import SUITES, Setting

    device = torch.device("cuda")
    record: dict = {**describe_machine(device), "arch": arch, "results": []}
    for name in ("render", "frame", "train"):
        for measured in SUITES[name](Setting(device, arch, Effort(rounds=10, seconds=1.0))):
            record["results"].append(measured.to_dict())
            print(f"{measured.name:<58} {measured.median:9.2f} ms")
    path.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
