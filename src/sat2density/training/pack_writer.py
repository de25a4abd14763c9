"""Packing a data set for training: once per data and views, in the package's cache; later runs open
what is there.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sat2density import images
from sat2density.code_digest import code_digest
from sat2density.data import open_dataset
from sat2density.data.paired import PairedDataset
from sat2density.data.registry import with_split
from sat2density.data.suburb import generator_code
from sat2density.errors import InputError
from sat2density.files import locked, output_folder
from sat2density.light import histogram
from sat2density.parallel import worker_pool
from sat2density.scene_spec import SceneSpec
from sat2density.training import (
    config_file,
    distributed,
    pack_left_out,
    painter_maker,
    scene_makers,
    truth_maker,
    view_sampling,
)
from sat2density.training.config import TrainConfig
from sat2density.training.pack_reader import (
    PACK_FORMAT,
    SHARD,
    Mixed,
    Packed,
    Shard,
    shard_folder,
)
from sat2density.training.scene_makers import Maker, maker_of
from sat2density.weights import cache_folder

Say = Callable[[str], None]


def open_packed(
    config: TrainConfig, world: distributed.ProcessGroup, dry_run: bool, say: Say
) -> Packed | Mixed:
    """Open the pack of a run's data, or of all its data sets as one; see `open_one`.

    Args:
        config: of the run.
        world: the processes of the run; the first one packs, the others wait.
        dry_run: pack one batch of each only.
        say: is told what is packed, left out, or taken from the cache.

    """
    first = open_one(config, world, dry_run, say)
    if not config.data.further:
        return first
    packs = [first]
    for source in config.data.further:
        data = dataclasses.replace(
            config.data, source=source, limit=config.data.further_limit, further=()
        )
        packs.append(open_one(dataclasses.replace(config, data=data), world, dry_run, say))
    return Mixed(packs)


def open_one(
    config: TrainConfig, world: distributed.ProcessGroup, dry_run: bool, say: Say
) -> Packed:
    """Open the pack of a run's data; the first process makes what is missing of it.

    A dry run packs no more than one batch, and knows how many scenes the data has.

    Args:
        config: of the run.
        world: the processes of the run; the first one packs, the others wait.
        dry_run: pack one batch only.
        say: is told what is packed, left out, or taken from the cache.

    Raises:
        InputError: the data cannot be used: no masks or empty ones, another scale than the run's,
            views asked of photographs.

    """
    dataset = open_training_data(config)
    folder = pack_folder(config, dataset)
    if world.first and dataset.notice():
        say(f"notice: {dataset.notice()}")
    if config.data.skip_bad:
        if world.first:
            pack_left_out.find_unreadable(dataset, sources_of(dataset), folder, say)
        distributed.wait(world)
        pack_left_out.leave_out(dataset, folder)
    scenes = min(config.optim.batch, len(dataset)) if dry_run else len(dataset)
    if world.first:
        pack(dataset, config, folder, say, scenes)
    distributed.wait(world)
    packed = Packed(folder, scenes, len(dataset))
    if config.data.protocol != "truth":
        _check_masks(packed, dataset.label)
    return packed


def open_training_data(config: TrainConfig) -> PairedDataset:
    """Open a run's data set and check that the run can be trained on it.

    Args:
        config: of the run.

    Raises:
        InputError: the data cannot be used, is of another scale, or lacks the views asked for.

    """
    data = config.data
    dataset = open_dataset(*with_split(data.source, data.split), data.limit, truth=False)
    _check_scale(dataset, config.scene)
    if (data.further_views or data.protocol == "truth") and dataset.origin(0) is None:
        what = "the truth is known" if data.protocol == "truth" else "views off the centre exist"
        raise InputError(
            f"{dataset.label}: {what} for procedural data only; set --data.protocol centre"
        )
    if dataset.origin(0) is not None:
        spec = dataset.spec
        size = data.panorama_size or spec.panorama_size
        dataset.spec = dataclasses.replace(
            spec, tile_size=data.tile_size or spec.tile_size, panorama_size=size
        )
    return dataset


def _check_scale(dataset: PairedDataset, scene: SceneSpec) -> None:
    """Refuse data seen at another scale than the run's, or higher than its volume (a higher volume
    stays empty).
    """
    spec = dataset.spec
    fixed = [
        name
        for name in config_file.SCALE
        if name != "max_height_m" or spec.max_height_m > scene.max_height_m
    ]
    wrong = config_file.to_set("scene", spec, scene, fixed)
    if wrong:
        raise InputError(
            f"{dataset.label}: its scenes have another scale than the run's; set {', '.join(wrong)}"
        )


def _check_masks(packed: Packed, label: str) -> None:
    """Refuse data without a mask of any use in its first shard; a scene here and there may well
    show no sky.
    """
    skies = packed.shards[0].arrays["skies"][: len(packed)]
    if all(sky.min() == sky.max() for sky in skies):
        raise InputError(
            f"{label}: the sky masks of its first {len(skies)} scenes are of one colour; they must "
            f"be white where sky "
            "is and black elsewhere: delete them and run 'sat2density data sky', or look with "
            "'sat2density data check'"
        )


def pack_folder(config: TrainConfig, dataset: PairedDataset) -> Path:
    """Return the folder of a run's pack: its name stands for `pack_key`.

    Args:
        config: of the run.
        dataset: opened for it.

    """
    key = json.dumps(pack_key(config, dataset), sort_keys=True)
    label = Path(dataset.label).name.replace(":", "-") or "data"
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return Path(cache_folder()) / "packs" / f"{label}-{digest}"


def pack_key(config: TrainConfig, dataset: PairedDataset) -> dict[str, Any]:
    """Return what all of a pack depends on; each scene keeps what it is made of (`sources_of`).

    Two projects may each have a folder `data` with the same names: the key has its whole path.

    Args:
        config: of the run.
        dataset: opened for it.

    """
    data = config.data
    return {
        "format": PACK_FORMAT,
        "data": dataset.place,
        "split": dataset.split,
        "first": dataset.identities[0],
        "spec": dataset.spec.to_dict(),
        "views": [data.ground_views, data.raised_views, data.low_views, *view_sampling.VIEW_SIZE],
        "arrays": maker_of(dataset, config).arrays(1),
        "camera_height_m": config.scene.camera_height_m,
        "histogram": config.rules.histogram,
        "pixel_rule": config.rules.pixel_rule,
        "code": _code() if dataset.origin(0) is None else [_code(), generator_code()],
    }


@functools.cache
def _code() -> str:
    """Stand for the code that makes a scene's arrays from its sample."""
    makers = (painter_maker, scene_makers, truth_maker, view_sampling)
    return code_digest((histogram, images, sys.modules[__name__], *makers))


def sources_of(dataset: PairedDataset) -> list[str]:
    """Stand for what each sample is made of: files by path, size and time of change, or a seed.

    Args:
        dataset: opened; all its samples count.

    Returns:
        Sixteen hexadecimal digits a sample.

    """
    prints = (dataset.fingerprint(index) for index in range(len(dataset)))
    return [hashlib.sha256(json.dumps(one).encode()).hexdigest()[:16] for one in prints]


def pack(dataset: PairedDataset, config: TrainConfig, folder: Path, say: Say, scenes: int) -> None:
    """Make the shards of a pack's first `scenes` that are missing or were made of other files, on
    all cores; each appears only when it is whole.

    A last shard of fewer scenes is kept under its own name and made again when more scenes are
    asked for.

    Args:
        dataset: opened for training.
        config: of the run.
        folder: of the pack.
        say: is told what is packed, and what is taken from the cache.
        scenes: how many, from the first.

    """
    maker = maker_of(dataset, config)
    shards = _shards(dataset.identities[:scenes], sources_of(dataset)[:scenes])
    with locked(folder, lambda: say(f"waiting for another run that packs into {folder}")):
        _pack_missing(shards, maker, folder, say)


def _pack_missing(shards: list[_Job], maker: Maker, folder: Path, say: Say) -> None:
    dataset, scenes = maker.dataset, sum(len(job.indices) for job in shards)
    jobs = [job for job in shards if _missing(folder, job)]
    todo = sum(len(job.indices) for job in jobs)
    if todo < scenes:
        say(f"{scenes - todo} scenes of {dataset.place} are taken from the cache ({folder})")
    if not jobs:
        return
    say(f"packing {todo} scenes of {dataset.label} (once; kept in {folder})")
    workers = min(os.cpu_count() or 1, len(jobs))
    if workers == 1:
        for job in jobs:
            _fill(folder, maker, job)
        return
    with worker_pool(workers) as pool:
        for done, _ in enumerate(
            pool.map(_fill, [folder] * len(jobs), [maker] * len(jobs), jobs), 1
        ):
            say(f"packed {done} of {len(jobs)} shards of {SHARD} scenes")


@dataclasses.dataclass(frozen=True)
class _Job:
    number: int
    indices: range
    names: list[str]
    sources: list[str]


def _shards(names: list[str], sources: list[str]) -> list[_Job]:
    ranges = [range(start, min(start + SHARD, len(names))) for start in range(0, len(names), SHARD)]
    return [
        _Job(number, r, names[r.start : r.stop], sources[r.start : r.stop])
        for number, r in enumerate(ranges)
    ]


def _missing(folder: Path, job: _Job) -> bool:
    place = shard_folder(folder, job.number)
    if not place.is_dir():
        return True
    shard, count = Shard(place), len(job.names)
    return (shard.names[:count], shard.sources[:count]) != (job.names, job.sources)


def _fill(folder: Path, maker: Maker, job: _Job) -> None:
    target = shard_folder(folder, job.number)
    if target.is_dir():
        shutil.rmtree(target)
    with output_folder(target) as staging:
        shard = Shard.create(staging, maker.arrays(len(job.names)), job.names, job.sources)
        for place, index in enumerate(job.indices):
            shard.put(place, maker(index))
