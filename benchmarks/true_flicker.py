"""Flicker of the true pictures themselves, measured as a model's is: what no model has to stay
under.

    python benchmarks/true_flicker.py --scenes 20

Leaves and cut edges change from frame to frame in any picture of pixels, however right its depth
is.
"""

import argparse

import torch

from sat2density.data import open_dataset
from sat2density.evaluation.baselines import PredictedView
from sat2density.evaluation.ground_truth import TrueScene
from sat2density.evaluation.kept import truth_cache
from sat2density.evaluation.metrics import Tally
from sat2density.evaluation.scene_measures import Measures
from sat2density.images import from_bytes


class TruthItself:
    """Predicts what is true (pictures alone)."""

    heights = occupied = None

    def __init__(self, truth):
        self.world, self.spec = truth.world, truth.spec

    def view(self, camera):
        view = self.world.panorama(camera, self.spec.panorama_size, self.spec.vertical_fov_deg)
        return PredictedView(
            from_bytes(view.image), torch.from_numpy(view.depth_m).isfinite()[None].float(), None
        )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default="suburb:test")
    parser.add_argument("--scenes", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(1)
    dataset = open_dataset(options.data, limit=options.scenes)
    cache, tally = truth_cache(dataset), Tally()
    for index in range(len(dataset)):
        truth = TrueScene(dataset, index, cache)
        tally.add_sums(Measures(views=False, walk=True, distances={}).of(TruthItself(truth), truth))
        print(f"flicker of {index + 1} scenes: {tally.result()['flicker']:.2f}", flush=True)


if __name__ == "__main__":
    main()
