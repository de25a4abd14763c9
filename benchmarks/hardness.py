"""What harder, or softer, densities would score: every density times a factor when looking, all
else as it is.

    python benchmarks/hardness.py suburb-small --factors 1 2 4 --scenes 30

Weights whose best factor is far from 1 are too soft, or too hard, for their own geometry. Measured
on `suburb:val`, so that what is chosen by it does not know the test scenes.
"""

import argparse

from sat2density.data import open_dataset
from sat2density.evaluation.evaluator import EvaluationSettings, evaluate
from sat2density.loading import load

SHOWN = (
    "depth.absrel_above",
    "depth.absrel_below",
    "heights.rmse",
    "heights.bias",
    "heights.rmse_building",
)
SHOWN += ("heights.rmse_tree", "heights.rmse_ground", "sky.iou", "structure.iou", "image.psnr")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights")
    parser.add_argument("--factors", type=float, nargs="+", default=[1.0, 2.0, 4.0])
    parser.add_argument("--scenes", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    settings, rows = EvaluationSettings(views=False, flicker_scenes=0), []
    for factor in options.factors:
        model = load(options.weights)
        model.generator.density_net.gain *= factor
        report = evaluate(
            model, open_dataset("suburb:val", limit=options.scenes), settings, jobs=options.jobs
        )
        rows.append(report.rows["model"])
    print("| factor | " + " | ".join(f"{factor:g}" for factor in options.factors) + " |")
    print("|---" * (len(rows) + 1) + "|")
    for key in SHOWN:
        print(f"| {key} | " + " | ".join(f"{row[key]:.4f}" for row in rows) + " |")


if __name__ == "__main__":
    main()
