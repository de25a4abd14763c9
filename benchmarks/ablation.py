"""The ablation table: every row trained under the same small budget, evaluated on the same scenes,
losses included.

    python benchmarks/ablation.py --minutes 8 --scenes 100 --jobs 2 --out out/ablation [--rows base
    no-opacity ...]

Each row is the `suburb-small` preset at half size (tile 128, panorama 256x64) with a few overrides,
trained for the minutes given by one process of one thread; `--jobs` rows run beside each other.
With `--protocol truth` it is the `geometry` preset at half size too, on scenes of the suburb, begun
from nothing: what each loss and each head does to the others. `--steps` gives each row as many
steps instead, where other work on the machine would make minutes unequal.
Rows already in --out are kept, so that the table can be made over several days; `table.md` and
`table.json` are written after each row.
"""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HALF = [
    "--scene.tile-size",
    "128",
    "--architecture.density-stem-stride",
    "1",
    "--run.sheet-minutes",
    "1000",
]
HALF += ["--optim.batch", "4", "--run.threads", "1", "--data.limit", "1024"]
CENTRE = [
    "--data.protocol",
    "centre",
    "--data.ground-views",
    "0",
    "--data.raised-views",
    "0",
    "--data.low-views",
    "0",
]
CENTRE += ["--data.raised-share", "0", "--loss.views-opacity", "0"]
SMOOTH = ["--architecture.no-render-noise-gain", "--loss.texture", "0"]
ROWS = {
    "base (free)": [],
    "centre views only": CENTRE,
    "no opacity loss": [
        "--loss.opacity",
        "0",
        "--loss.views-opacity",
        "0",
        "--loss.opacity-bce",
        "0",
    ],
    "no illumination": ["--architecture.no-illumination"],
    "no depth input": ["--architecture.no-render-depth"],
    "no low views": ["--data.low-views", "0"],
    "no noise gain, no texture loss": SMOOTH,
    "texture loss on the picture itself": ["--architecture.no-render-noise-gain"],
    "sky's bins, not quantiles": [
        "--architecture.no-histogram-quantiles",
        "--architecture.histogram-gain",
        "10",
    ],
    "no density margin": ["--loss.density-margin", "1"],
    "the whole density margin at once": ["--loss.density-margin-ramp", "0"],
    "no skyline": ["--architecture.no-skyline"],
    "discriminator": ["--loss.gan", "0.1", "--loss.feature-matching", "1"],
    "L1 opacity alone": [
        "--loss.opacity-bce",
        "0",
        "--loss.opacity",
        "2",
        "--loss.views-opacity",
        "2",
    ],
    "no priors on density": [
        "--loss.density-log",
        "0",
        "--loss.overhang",
        "0",
        "--loss.smooth",
        "0",
    ],
    "no pictures from above": ["--data.raised-share", "0"],
    "smoothness x 10": ["--loss.smooth", "0.2"],
    "density gain 30": ["--architecture.density-gain", "30"],
    "softplus": [
        "--architecture.density-activation",
        "softplus",
        "--architecture.density-bias",
        "-2",
    ],
    "plain ReLU": ["--loss.no-reviving"],
    "16 layers": ["--architecture.density-layers", "16"],
    "48 layers": ["--architecture.density-layers", "48"],
}
TRUTH = ["--data.source", "suburb", "--data.limit", "1024", "--run.sheet-minutes", "1000"]
TRUTH += ["--scene.tile-size", "128", "--data.tile-size", "128"]
TRUTH += ["--run.threads", "1", "--optim.ema", "0.99", "--optim.warmup", "20"]
VIEWS = ["--data.ground-views", "2", "--data.raised-views", "1", "--data.low-views", "1"]
HEADS = ("classes", "trees", "vehicles", "poles", "edges", "slope", "ground")
TRUTH_ROWS = {
    "all heads (truth)": [],
    "density alone": [word for head in HEADS for word in (f"--loss.{head}", "0")],
    **{f"no {head}": [f"--loss.{head}", "0"] for head in HEADS},
    "no sides": ["--loss.sides", "0"],
    "views too": ["--loss.views", "1", *VIEWS],
    "no surface": ["--loss.surface", "0"],
    "Adam, not Muon": ["--optim.method", "adam"],
    "no blocks after doublings": ["--architecture.density-refine"],
}
FAMILIES = {
    "free": ("suburb-small", HALF, ROWS),
    "truth": ("geometry", TRUTH, TRUTH_ROWS),
}
TRUTHS = (
    "classes.accuracy",
    "classes.iou_building",
    "classes.iou_tree",
    "classes.iou_vehicle",
    "things.f1_building",
    "things.f1_tree",
)
SHOWN = (
    "image.psnr",
    "view5m.psnr",
    "sky.iou",
    "structure.iou",
    "depth.absrel_above",
    "depth.absrel_below",
)
SHOWN += (
    "heights.rmse",
    "heights.rmse_10m",
    "heights.rmse_building",
    "heights.rmse_tree",
    "image.sharpness",
)


def command(*words, log):
    alone = os.environ | {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    with open(log, "w", encoding="utf-8") as handle:
        call = [sys.executable, "-m", "sat2density.apps.cli", *map(str, words)]
        subprocess.run(call, check=True, env=alone, stdout=handle, stderr=subprocess.STDOUT)


def measure(name, options):
    """Train and evaluate one row; return the evaluation's JSON, with the samples that were seen."""
    preset, small, family = FAMILIES[options.protocol]
    folder = options.out / "".join(c for c in name.replace(" ", "-") if c.isalnum() or c == "-")
    folder.mkdir(parents=True, exist_ok=True)
    result, weights = folder / "evaluation.json", folder / "run" / "weights" / preset
    if not weights.with_suffix(".json").is_file():
        length = ["--optim.minutes", options.minutes]
        if options.steps is not None:
            length = ["--optim.steps", options.steps]
        schedule = [*length, "--out", folder / "run"]
        rows = [*small, *options.override, *family[name]]
        command("train", preset, *rows, *schedule, log=folder / "train.log")
    if not result.is_file():
        measured = ["--limit", options.scenes, "--flicker-scenes", 0, "--json", result]
        command("evaluate", weights, "suburb:test", *measured, log=folder / "evaluate.log")
    row = json.loads(result.read_text())
    row["model"]["samples"] = json.loads(weights.with_suffix(".json").read_text())["info"][
        "samples"
    ]
    return row


def table(rows):
    """Lay the rows out in Markdown, the trivial predictors of the first row on top."""
    first = next(iter(rows.values()))
    lines = {name: first[name] for name in ("flat", "mean", "ceiling")} | {
        n: row["model"] for n, row in rows.items()
    }
    keys = [
        key for key in ("samples", *SHOWN, *TRUTHS) if any(key in row for row in lines.values())
    ]
    head = ["| row | " + " | ".join(keys) + " |", "|---" * (len(keys) + 1) + "|"]
    body = [
        f"| {name} | " + " | ".join(shown(row.get(key)) for key in keys) + " |"
        for name, row in lines.items()
    ]
    return "\n".join([*head, *body]) + "\n"


def shown(value):
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--steps", type=int, help="of each row, instead of minutes")
    parser.add_argument("--scenes", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("out/ablation"))
    parser.add_argument("--protocol", choices=list(FAMILIES), default="free")
    parser.add_argument("--rows", nargs="*", metavar="ROW", help="of the family; all of them")
    parser.add_argument("override", nargs="*", help="options of every row, after --")
    options = parser.parse_args()
    known = FAMILIES[options.protocol][2]
    options.rows = options.rows or list(known)
    if wrong := set(options.rows) - set(known):
        parser.error(f"--rows: no {', '.join(sorted(wrong))}; choose from {', '.join(known)}")
    rows = {}
    with ThreadPoolExecutor(options.jobs) as pool:
        waiting = {name: pool.submit(measure, name, options) for name in options.rows}
        for name, row in waiting.items():
            rows[name] = row.result()
            (options.out / "table.json").write_text(json.dumps(rows, indent=1))
            (options.out / "table.md").write_text(table(rows))
            print(table(rows))


if __name__ == "__main__":
    main()
