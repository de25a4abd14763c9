"""Fill in the sky masks that a data set lacks, with the estimator; what is there is never
touched.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sat2density.data.folder import FolderDataset
from sat2density.data.large import LargeReader
from sat2density.data.listing import find_picture, identities_in
from sat2density.errors import InputError
from sat2density.images import read_image, save_image
from sat2density.light.sky_estimator import estimate_sky


@dataclasses.dataclass(frozen=True)
class Filled:
    """What was done: masks written, masks that were there already, and (file, reason) of pictures
    left out.
    """

    written: int
    present: int
    bad: tuple[tuple[str, str], ...]


def fill_sky_masks(
    dataset: FolderDataset,
    jobs: int = 1,
    skip_bad: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Filled:
    """Write a mask for every panorama of a data set's folder that has none; run again, it
    continues.

    Args:
        dataset: where the files lie (`FolderDataset.unverified`); splits do not matter.
        jobs: threads.
        skip_bad: go on after a panorama that cannot be read, and report it.
        progress: called with (panoramas done, panoramas in all).

    Raises:
        InputError: there is no panorama, or one cannot be read (without `skip_bad`).
        OutputError: a mask cannot be written.

    """
    names = identities_in(dataset.root, dataset.panorama_pattern)
    if not names:
        folder = Path(dataset.panorama_pattern).parent
        raise InputError(
            f"{dataset.root / folder}: holds no panoramas; {dataset.name} needs {dataset.layout}"
        )
    missing = [
        name
        for name in names
        if find_picture(dataset.root, dataset.sky_pattern.format(id=name)) is None
    ]

    def fill(name: str) -> tuple[str, str] | None:
        source = find_picture(dataset.root, dataset.panorama_pattern.format(id=name))
        if source is None:
            return None  # deleted since it was listed
        target = dataset.root / dataset.sky_pattern.format(id=name)
        try:
            reader.call(write_mask, source, target, pictures=[source])
        except InputError as error:
            if not skip_bad:
                raise InputError(f"{error} (or say --skip-bad to go on without it)") from error
            return str(source), str(error)
        return None

    bad = []
    with LargeReader(jobs) as reader, ThreadPoolExecutor(max(1, jobs)) as pool:
        tasks = [pool.submit(fill, name) for name in missing]
        try:
            for done, task in enumerate(tasks, 1):
                failure = task.result()
                if failure is not None:
                    bad.append(failure)
                if progress is not None:
                    progress(done, len(missing))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return Filled(len(missing) - len(bad), len(names) - len(missing), tuple(bad))


def write_mask(source: Path, target: Path) -> None:
    """Estimate the sky of a panorama, and write it as a mask.

    Args:
        source: the panorama's file.
        target: the mask's.

    Raises:
        InputError: the panorama cannot be read.
        OutputError: the mask cannot be written.

    """
    save_image(target, estimate_sky(read_image(source)))
