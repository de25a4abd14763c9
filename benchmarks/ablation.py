"""The ablation table: every row trained under the same small budget, evaluated on the same scenes, losses included.

    python benchmarks/ablation.py --minutes 8 --scenes 100 --out out/ablation [--rows base no-opacity ...]

Each row is the `suburb-small` preset at half size (tile 128, panorama 256x64) with a few overrides. Rows already in
--out are kept, so that the table can be made over several days; `table.md` and `table.json` are written after each row.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

HALF = ["--scene.tile-size", "128", "--architecture.density-stem-stride", "1", "--run.sheet-minutes", "1000"]
CENTRE = [
    "--data.protocol",
    "centre",
    "--data.ground-views",
    "0",
    "--data.raised-views",
    "0",
    "--loss.views-opacity",
    "0",
]
ROWS = {
    "base (free)": [],
    "centre views only": CENTRE,
    "no opacity loss": ["--loss.opacity", "0", "--loss.views-opacity", "0", "--loss.likelihood", "0"],
    "no illumination": ["--loss.no-illumination"],
    "no depth input": ["--loss.no-depth-input"],
    "L1 opacity alone": ["--loss.likelihood", "0", "--loss.opacity", "2", "--loss.views-opacity", "2"],
    "plain ReLU": ["--loss.no-reviving"],
    "softplus": ["--architecture.density-activation", "softplus", "--architecture.density-bias", "-2"],
    "no fog penalty": ["--loss.density-log", "0"],
    "no solidity": ["--loss.overhang", "0"],
    "no smoothness": ["--loss.smooth", "0"],
    "no jitter": ["--augment.no-jitter"],
    "16 layers": ["--architecture.density-layers", "16"],
    "48 layers": ["--architecture.density-layers", "48"],
}
SHOWN = ("image.psnr", "view5m.psnr", "sky.iou", "structure.iou", "depth.absrel_above", "depth.absrel_below")
SHOWN += ("heights.rmse", "heights.rmse_10m", "heights.rmse_building", "heights.rmse_tree", "image.sharpness")


def command(*words):
    subprocess.run([sys.executable, "-m", "sat2density.apps.cli", *map(str, words)], check=True)


def measure(name, options):
    """Train and evaluate one row; return the evaluation's JSON."""
    folder = options.out / name.replace(" ", "-").replace("(", "").replace(")", "")
    result = folder / "evaluation.json"
    if not result.is_file():
        schedule = ["--optim.minutes", options.minutes, "--out", folder / "run"]
        command("train", "suburb-small", *HALF, *options.override, *ROWS[name], *schedule)
        weights = folder / "run" / "weights" / "suburb-small"
        measured = ["--limit", options.scenes, "--flicker-scenes", 0, "--json", result]
        command("evaluate", weights, "suburb:test", *measured)
    return json.loads(result.read_text())


def table(rows):
    """Lay the rows out in Markdown, the trivial predictors of the first row on top."""
    first = next(iter(rows.values()))
    lines = {name: first[name] for name in ("flat", "mean", "ceiling")} | {n: row["model"] for n, row in rows.items()}
    head = ["| row | " + " | ".join(SHOWN) + " |", "|---" * (len(SHOWN) + 1) + "|"]
    body = [
        f"| {name} | " + " | ".join("-" if row[key] is None else f"{row[key]:.3f}" for key in SHOWN) + " |"
        for name, row in lines.items()
    ]
    return "\n".join([*head, *body]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--scenes", type=int, default=100)
    parser.add_argument("--out", type=Path, default=Path("out/ablation"))
    parser.add_argument("--rows", nargs="*", default=list(ROWS), choices=list(ROWS), metavar="ROW")
    parser.add_argument("override", nargs="*", help="options of every row, after --")
    options = parser.parse_args()
    rows = {}
    for name in options.rows:
        rows[name] = measure(name, options)
        (options.out / "table.json").write_text(json.dumps(rows, indent=1))
        (options.out / "table.md").write_text(table(rows))
        print(table(rows))


if __name__ == "__main__":
    main()
