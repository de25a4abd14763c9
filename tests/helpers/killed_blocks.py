"""A worker of an area that dies once, as one short of memory does; for pools of processes."""

import os
import signal

from sat2density.maps import blocks, engine


class KilledOnce(blocks.BlockWorker):
    def __call__(self, number):
        mark = self.job.folder / "died"
        if number == 4 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(number)


def begin(job):
    engine._worker = KilledOnce(job)


class RayKilledOnce:
    """The same for an actor of Ray."""

    def __init__(self, job):
        self.work = KilledOnce(job)

    def __call__(self, batch):
        import numpy as np

        statuses = [self.work(int(number)) for number in batch["block"]]
        return {name: np.array([s[name] for s in statuses]) for name in ("block", "tiles")}
