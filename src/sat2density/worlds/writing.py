"""Writing folders of samples: resumable, complete or absent, the same bytes whatever the number of
jobs.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import io
import json
import os
import resource
import time
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from sat2density.conventions import WorldLayout
from sat2density.errors import InputError, OutputError
from sat2density.files import atomic_path, is_empty, locked, reason, remove_partial
from sat2density.parallel import worker_pool
from sat2density.reading import read_json, read_text
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera
from sat2density.worlds.layouts import LAYOUTS, check_splits, save_picture
from sat2density.worlds.sample import sample_of
from sat2density.worlds.seeds import SPLITS, reserved_split, split_seeds
from sat2density.worlds.world import CLASSES, World, generator_version

RECORD: Final = "world.json"
"""What a folder holds: style, generator version, layout, and the seeds of each split."""

DEPTH_STEP: Final = 1.0 / 1024.0
"""Depth and heights are rounded to this many metres in files, which halves their size."""


@dataclasses.dataclass(frozen=True)
class Job:
    """One sample to write: where, which world, and what it is called."""

    folder: Path
    layout: WorldLayout
    style: str
    seed: int

    @property
    def identity(self) -> str:
        """Name of the sample: style and seed."""
        return sample_name(self.style, self.seed)

    def files(self) -> dict[str, Path]:
        """Return the sample's files by kind; the truth comes last, as the sign that the sample is
        complete.
        """
        name = self.identity
        places = LAYOUTS[self.layout].places(name)
        return {
            **{k: self.folder / p for k, p in places.items()},
            "truth": self.folder / "truth" / f"{name}.npz",
        }


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a folder shall hold: the seeds of each split, in order."""

    style: str
    splits: dict[str, range]
    layout: WorldLayout = "pairs"

    def record(self) -> dict[str, object]:
        """Return the plan as it is written to the folder (JSON values)."""
        seeds = {
            name: {"first": seeds.start, "count": len(seeds)} for name, seeds in self.splits.items()
        }
        return {
            "made_by": "sat2density world make",
            "generator_version": generator_version(self.style),
            "style": self.style,
            "layout": self.layout,
            "splits": seeds,
            "classes": list(CLASSES),
        }


def sample_name(style: str, seed: int) -> str:
    """Return the identity of a sample.

    Args:
        style: a style's name.
        seed: a whole number from 0.

    Example:
        >>> sample_name("suburb", 7)
        'suburb-0000000007'

    """
    return f"{style}-{seed:010d}"


def plan_splits(
    style: str, counts: Sequence[str], first_seed: int | None = None
) -> dict[str, range]:
    """Return the seeds for texts such as ``train:4000``.

    Args:
        style: a style's name.
        counts: one text per split, NAME:COUNT.
        first_seed: seeds N, N+1, ... for the one split named, outside the reserved ranges.

    Raises:
        InputError: a text that cannot be read, a split named twice, too many samples, seeds of
            another split.

    """
    out: dict[str, range] = {}
    for text in counts:
        name, _, number = text.partition(":")
        if not number.isdigit() or int(number) == 0:
            raise InputError(f"--split {text}: write NAME:COUNT, such as train:4000")
        if name in out:
            raise InputError(f"--split {text}: '{name}' is named twice")
        reserved = split_seeds(style, name)
        if int(number) > len(reserved):
            raise InputError(
                f"--split {text}: only {len(reserved)} seeds are reserved for '{name}'"
            )
        out[name] = reserved[: int(number)]
    if first_seed is None:
        return out
    if len(out) != 1:
        raise InputError("--first-seed: name exactly one --split with it")
    name, seeds = next(iter(out.items()))
    if first_seed < 0:
        raise InputError("--first-seed: must be 0 or more")
    own = range(first_seed, first_seed + len(seeds))
    for seed in (own[0], own[-1]):
        if reserved_split(seed) not in (None, name):
            raise InputError(
                f"--first-seed {first_seed}: seed {seed} is reserved for the split "
                f"'{reserved_split(seed)}'; "
                f"take seeds below {min(first for first, _ in SPLITS.values())}"
            )
    return {name: own}


def make(
    folder: Path,
    plan: Plan,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> dict[str, float]:
    """Write the samples of a plan that a folder lacks.

    Each sample's files appear one by one under their names, the truth last; a split's list appears
    only when all its samples do, so that a stopped run leaves no split that is half there. A second
    run continues.

    Args:
        folder: new, or one of the same plan; made where it is missing.
        plan: what it shall hold.
        jobs: processes that work at once; the bytes do not depend on it.
        progress: told (samples done, all of them).

    Returns:
        How many were written and found, seconds and rate.

    Raises:
        InputError: a split that the layout does not know.
        OutputError: the folder holds something else, or samples of another generator version, style
            or layout.

    """
    folder = Path(folder)
    check_splits(plan.layout, plan.splits)
    _check_folder(folder, plan)
    with locked(folder):
        return _make(folder, plan, jobs, progress)


def _make(
    folder: Path, plan: Plan, jobs: int, progress: Callable[[int, int], None]
) -> dict[str, float]:
    _check_folder(folder, plan)
    todo, found = [], 0
    for seeds in plan.splits.values():
        for seed in seeds:
            job = Job(folder, plan.layout, plan.style, seed)
            if all(path.exists() for path in job.files().values()):
                found += 1
            else:
                todo.append(job)
    _prepare(folder, plan)
    start = time.perf_counter()
    for done, _ in enumerate(_run(todo, jobs), 1):
        progress(done, len(todo))
    seconds = time.perf_counter() - start
    _write_lists(folder, plan)
    peak = (
        max(
            resource.getrusage(who).ru_maxrss
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        / 1024
    )
    rate = len(todo) / seconds if todo else 0.0
    result = {
        "written": len(todo),
        "found": found,
        "seconds": seconds,
        "per_second": rate,
        "jobs": jobs,
        "peak_mb": peak,
    }
    _write_json(folder / "run.json", result)
    return result


def write_sample(job: Job) -> str:
    """Make the world of a job and write its files; return its identity.

    Args:
        job: what to make, and where.

    Raises:
        OutputError: a file cannot be written.

    """
    pixel_rule = LAYOUTS[job.layout].pixel_rule
    names = ("depth_m", "heights_m", "ground_m", "classes", "occupancy")
    world = World.generate(job.style, job.seed)
    made = sample_of(world, SceneSpec.named(job.style), names, pixel_rule)
    view, paths = made.view, job.files()
    for kind, picture in (
        ("sat", made.tile),
        ("pano", view.image),
        ("sky", view.sky.astype(np.uint8) * 255),
    ):
        with atomic_path(paths[kind]) as path:
            save_picture(path, picture)
    truth = {
        name: _rounded(values) if name.endswith("_m") else values
        for name, values in made.truth.items()
    }
    truth |= {
        "panorama_classes": view.classes,
        "style": np.array(job.style),
        "seed": np.array(job.seed),
        "generator_version": np.array(generator_version(job.style)),
    }
    camera, unit = world.sample_camera, world.spec.unit_m
    if camera != Camera():
        truth["camera_m"] = np.array([camera.east * unit, camera.south * unit])
        truth["camera_heading_deg"] = np.array(camera.heading)
    with atomic_path(paths["truth"]) as path:
        _save_npz(path, truth)
    return job.identity


def _rounded(metres: np.ndarray) -> np.ndarray:
    return (np.round(metres / DEPTH_STEP) * DEPTH_STEP).astype(np.float32)


def _save_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write an .npz whose bytes depend on the arrays alone (no clock), lightly compressed for
    speed.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.asarray(array, order="C"), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, buffer.getvalue(), compresslevel=1)


def _run(todo: list[Job], jobs: int) -> Iterable[str]:
    """Write all jobs, in this process or in `jobs` others; yields as they finish."""
    if jobs <= 1 or len(todo) < 2:
        yield from map(write_sample, todo)
        return
    with worker_pool(jobs) as pool:
        try:
            waiting = [pool.submit(write_sample, job) for job in todo]
            for future in concurrent.futures.as_completed(waiting):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _check_folder(folder: Path, plan: Plan) -> None:
    """Refuse a folder with other contents; it may be absent, empty, or hold an earlier run of this
    generator.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}: is a file; --out names a folder")
    record = folder / RECORD
    if not record.exists():
        if folder.is_dir() and not is_empty(folder):
            raise OutputError(
                f"{folder}: is not empty and was not made by `world make`; choose another --out"
            )
        return
    try:
        known = read_json(record)
        version, style, layout = known["generator_version"], known["style"], known["layout"]
    except (InputError, KeyError, TypeError) as error:
        raise OutputError(f"{record}: cannot be read; choose another --out") from error
    if version != generator_version(style):
        raise OutputError(
            f"{folder}: was made by version {version} of the generator, this is version "
            f"{generator_version(style)}; "
            f"remake it elsewhere: {remake_command(known, 'NEW_DIR')}"
        )
    if (style, layout) != (plan.style, plan.layout):
        raise OutputError(
            f"{folder}: holds style '{style}' in layout '{layout}'; choose another --out"
        )
    for name, seeds in plan.splits.items():
        first = known["splits"].get(name, {}).get("first", seeds.start)
        if first != seeds.start:
            raise OutputError(
                f"{folder}: its split '{name}' begins at seed {first}; choose another --out"
            )


def remake_command(record: dict, folder: str) -> str:
    """Return the command that makes a folder with this record again, with the installed generator.

    Args:
        record: a folder's `world.json`, read.
        folder: as the command shall name it.

    """
    splits = " ".join(
        f"--split {name}:{value['count']}" for name, value in record["splits"].items()
    )
    own = [
        v["first"]
        for name, v in record["splits"].items()
        if name not in SPLITS or v["first"] != SPLITS[name][0]
    ]
    first = f" --first-seed {own[0]}" if own else ""
    layout = "" if record["layout"] == "pairs" else f" --layout {record['layout']}"
    return (
        f"sat2density world make --style {record['style']} {splits}{first}{layout} --out {folder}"
    )


def _prepare(folder: Path, plan: Plan) -> None:
    """Write the folder's record and scene; splits of earlier runs stay in the record, a longer run
    grows them.
    """
    record = plan.record()
    path = folder / RECORD
    if path.exists():
        known = read_json(path)["splits"]
        merged = {**known, **record["splits"]}  # type: ignore[dict-item]
        for name, value in known.items():
            if value["count"] > merged[name]["count"]:
                merged[name] = value
        record["splits"] = {name: merged[name] for name in sorted(merged)}
    else:
        record["splits"] = dict(sorted(record["splits"].items()))  # type: ignore[attr-defined]
    _write_json(path, record)
    _write_json(folder / "scene.json", SceneSpec.named(plan.style).to_dict())
    remove_partial(folder)


def _write_lists(folder: Path, plan: Plan) -> None:
    """Write the lists of the splits of this plan, one identity a line; longer lists of earlier runs
    stay.
    """
    for name, seeds in plan.splits.items():
        lines = "".join(f"{sample_name(plan.style, seed)}\n" for seed in seeds)
        path = folder / "splits" / f"{name}.txt"
        if path.exists() and len(read_text(path)) >= len(lines):
            continue
        with atomic_path(path) as temporary:
            temporary.write_text(lines, encoding="utf-8")
    LAYOUTS[plan.layout].write_index(folder)


def _write_json(path: Path, content: dict) -> None:
    with atomic_path(path) as temporary:
        try:
            temporary.write_text(json.dumps(content, indent=2) + os.linesep, encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {reason(error)}") from error
