"""What rays shall bring to the painter: classes, learned features, or both.

    python benchmarks/painter_features.py [--steps 800] [--scenes 24] [--out out/painter-features]

The painter's stage of `anywhere-small` three times, from the same weights (its geometry and light;
RenderNet from nothing), the same batches, steps and seed; rays meet what truly stands there. Then
the pictures at 512x128 of the first scenes of `suburb:val`, as `evaluate` measures them. One
process, one thread a row; rows that are in --out are kept.
"""

import argparse
import dataclasses
import json
import os
from pathlib import Path

import torch

from sat2density import Sat2Density, features, load
from sat2density.data import open_dataset
from sat2density.evaluation.evaluator import EvaluationSettings, evaluate
from sat2density.training.presets import PRESETS
from sat2density.training.trainer import RunOptions, train
from sat2density.weights import open_weights
from sat2density.weights.own import save_weights

ROWS = ("classes", "learned", "classes and learned")
MEASURES = ("image.lite0", "image.lite0_frechet", "image.sharpness", "image.psnr")


def configured(name, options):
    """Return the run of a row."""
    config = PRESETS["painter"]
    heads = (*config.architecture.heads, *(["learned"] if "learned" in name else []))
    return dataclasses.replace(
        config,
        architecture=dataclasses.replace(
            config.architecture,
            heads=heads,
            render_fronts=False,
            render_matte=False,
            render_coarse=False,
        ),
        augment=dataclasses.replace(config.augment, coarse=0.0, zoom=0.35),
        data=dataclasses.replace(config.data, limit=1024, further=("suburb",), further_limit=1024),
        loss=dataclasses.replace(
            config.loss, skyline=0.0, steady=0.0, matte=0.0, critic=0.4, critic_from=0.3
        ),
        optim=dataclasses.replace(config.optim, steps=options.steps, ema=0.99),
        run=dataclasses.replace(config.run, threads=1, sheet_minutes=1000.0),
    )


def start(folder):
    """Write the shipped weights with a RenderNet that knows nothing yet; return their path."""
    shipped = open_weights("anywhere-small")
    fresh = Sat2Density.random(shipped.architecture, shipped.spec, shipped.rules, seed=1).generator
    known = {k: v for k, v in shipped.generator_state.items() if not k.startswith("render_net.")}
    fresh.load_state_dict(fresh.state_dict() | known)
    save_weights(folder / "start", fresh, shipped.spec, shipped.rules, shipped.info)
    return str(folder / "start")


def without_classes(told):
    """Return `features.feature_maps` with likelihoods that say nothing."""
    return lambda density, likely, *others: told(density, torch.zeros_like(likely), *others)


def measured(name, begin, options):
    """Train and measure a row."""
    config, out = configured(name, options), options.out / name.replace(" ", "-")
    told = features.feature_maps
    if "classes" not in name:
        features.feature_maps = without_classes(told)
    try:
        resume = (out / "config.json").is_file()
        run = train(config, RunOptions(out, resume=resume, init_from=begin, init_parts=True))
        model = load(run.weights)
        data = open_dataset("suburb:val", limit=options.scenes)
        settings = EvaluationSettings(views=False, flicker_scenes=0)
        row = evaluate(model, data, settings).rows["model"]
    finally:
        features.feature_maps = told
    return {key: row[key] for key in MEASURES}


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=800)
    parser.add_argument("--scenes", type=int, default=24)
    parser.add_argument("--out", type=Path, default=Path("out/painter-features"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    os.environ["NUMBA_NUM_THREADS"] = "1"
    kept = options.out / "rows.json"
    rows = json.loads(kept.read_text()) if kept.is_file() else {}
    begin = start(options.out)
    for name in ROWS:
        if name not in rows:
            rows[name] = measured(name, begin, options)
            kept.write_text(json.dumps(rows, indent=1))
    print("| rays bring | " + " | ".join(MEASURES) + " |")
    print("|---" * (len(MEASURES) + 1) + "|")
    for name in ROWS:
        print(f"| {name} | " + " | ".join(f"{rows[name][key]:.3f}" for key in MEASURES) + " |")


if __name__ == "__main__":
    main()
