"""Heights of one area by every engine: equal bytes, tiles a second, memory; with kills.

    python benchmarks/areas.py AREA.tif --out FOLDER [--weights NAME] [--block-tiles N] [--only ...]

Each row runs `sat2density heights` as a user does. "worker killed" ends one working process with
SIGKILL after a tenth of the blocks; "command killed" ends the whole command after a third, and runs
it again. Memory is the sum of the proportional set sizes (Linux) of all its processes, the largest
sum seen; processor seconds are those of all its processes, as last seen.
"""

import argparse
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

RUNS = {
    "plain, 1 worker": ("plain", 1, None),
    "plain, 2 workers": ("plain", 2, None),
    "Ray, 1 worker": ("ray", 1, None),
    "Ray, 2 workers": ("ray", 2, None),
    "plain, 2 workers, a worker killed": ("plain", 2, "worker"),
    "Ray, 2 workers, a worker killed": ("ray", 2, "worker"),
    "plain, 2 workers, the command killed and resumed": ("plain", 2, "command"),
}
TICK_S = os.sysconf("SC_CLK_TCK")


def descendants(root):
    """All processes below one, by /proc."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
    found, new = {root}, {root}
    while new:
        new = {pid for pid, parent in parents.items() if parent in new} - found
        found |= new
    return found


class Watched:
    """A running command: its memory and processor time, as far as seen."""

    def __init__(self, words):
        self.process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        self.cpu, self.peak_mb = {}, 0.0

    def look(self):
        total = 0.0
        for pid in descendants(self.process.pid):
            with contextlib.suppress(OSError, IndexError, StopIteration):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                self.cpu[pid] = (int(fields[11]) + int(fields[12])) / TICK_S
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                total += int(next(line for line in rollup if line.startswith("Pss:")).split()[1])
        self.peak_mb = max(self.peak_mb, total / 1024)

    def workers(self):
        """The processes that load the most: those with the weights."""
        sizes = {}
        for pid in descendants(self.process.pid) - {self.process.pid}:
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{pid}/cmdline").read_bytes()
                if b"spawn_main" in text or b"RayWorker" in text or b"MapWorker" in text:
                    sizes[pid] = self.cpu.get(pid, 0.0)
        return sorted(sizes, key=lambda pid: -sizes[pid])


def run(name, options, out):
    engine, workers, kill = RUNS[name]
    words = [sys.executable, "-m", "sat2density.apps.cli", "heights", options.area]
    words += ["--out", str(out), "--engine", engine, "--workers", str(workers)]
    words += ["--device", "cpu", "--block-tiles", str(options.block_tiles)]
    words += ["--weights", options.weights] if options.weights else []
    began = time.perf_counter()
    watched = Watched(words)
    work, killed, cpu = out / "unfinished", False, 0.0
    while watched.process.poll() is None:
        watched.look()
        done = len(list(work.glob("block-*.json")))
        if kill and not killed and done >= options.blocks * (0.1 if kill == "worker" else 0.33):
            killed = True
            if kill == "worker":
                os.kill(watched.workers()[0], signal.SIGKILL)
            else:
                for pid in descendants(watched.process.pid):
                    os.kill(pid, signal.SIGKILL)
                watched.process.wait()
                assert not (out / "heights.tif").exists()
                cpu, peak = sum(watched.cpu.values()), watched.peak_mb
                watched = Watched(words)
                watched.peak_mb = peak
        time.sleep(0.5)
    wall = time.perf_counter() - began
    told = watched.process.stderr.read()
    if watched.process.returncode:
        return {"run": name, "failed": told.strip()[-300:]}
    made = int(next(line for line in told.splitlines() if " tiles in " in line).split()[0])
    summary = json.loads((out / "heights.json").read_text())
    cpu += sum(watched.cpu.values())
    return {
        "run": name,
        "sha256": hashlib.sha256((out / "heights.tif").read_bytes()).hexdigest()[:16],
        "tiles": summary["tiles"],
        "tiles_worked_out": made,
        "seconds": round(wall, 1),
        "tiles_a_second": round(made / wall, 1),
        "cpu_seconds": round(cpu, 1),
        "peak_mb": round(watched.peak_mb),
        "killed": killed,
    }


def block_count(area, weights, block_tiles):
    from sat2density.maps.grid import area_grid
    from sat2density.maps.raster import MapRaster
    from sat2density.weights import default_weights, open_weights

    loaded = open_weights(weights or default_weights(), None)
    spec, stride = loaded.spec, loaded.architecture.density_stride
    raster = MapRaster(area)
    grid = area_grid(raster, spec.extent_m, spec.tile_size, 0.5, stride, block_tiles)
    return grid.block_count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("area")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--weights")
    parser.add_argument("--block-tiles", type=int, default=8)
    parser.add_argument("--only", nargs="*", default=list(RUNS))
    options = parser.parse_args()
    options.blocks = block_count(options.area, options.weights, options.block_tiles)
    for name in options.only:
        folder = options.out / name.replace(", ", "-").replace(" ", "-")
        print(json.dumps({"blocks": options.blocks, **run(name, options, folder)}), flush=True)


if __name__ == "__main__":
    main()
