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
