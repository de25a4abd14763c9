"""A doctor for data sets: looks at every list and every file, says what is wrong, and changes
nothing.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from sat2density.data.examine import PairFacts, examine_pair
from sat2density.data.finding import Finding
from sat2density.data.folder import FolderDataset
from sat2density.data.large import LargeReader
from sat2density.data.listing import identities_in, same_name
from sat2density.data.registry import DATASETS, detect_layout
from sat2density.errors import InputError
from sat2density.notices import heard
from sat2density.scene_spec import SceneSpec

KINDS: Final[dict[str, tuple[str, str]]] = {
    "scene": ("error", "mend scene.json: the fields of SceneSpec (docs/own-data.md)"),
    "split": ("error", "mend the list of the split"),
    "missing": (
        "error",
        "fetch the file, take the name off the list, or (sky masks) run 'sat2density data sky'",
    ),
    "unreadable": ("error", "fetch or copy the file again"),
    "not square": ("error", "cut a square with the camera in its middle"),
    "scale": (
        "error",
        "cut or fetch the scene's extent around the camera, or mend extent_m in scene.json",
    ),
    "proportions": (
        "error",
        "say its field of view in scene.json, or complete it (docs/own-data.md)",
    ),
    "cut": (
        "error",
        "complete the panorama above and below (docs/own-data.md), or say its field of view",
    ),
    "cut sides": (
        "error",
        "a panorama must show the whole turn: fetch it whole, or leave the pair out",
    ),
    "heading": (
        "error",
        "turn it as docs/own-data.md says, or remove its tags where that is done already",
    ),
    "projection": (
        "error",
        "convert it to equirectangular: columns of longitude, rows of latitude",
    ),
    "mask": (
        "error",
        "give the mask of this picture, white = sky, or delete it and run 'sat2density data sky'",
    ),
    "truth": ("error", "make the truth again for this scene"),
    "leakage": ("error", "keep a place in one split only"),
    "duplicate": ("error", "keep one of them"),
    "blank": ("error", "replace the picture"),
    "doubtful mask": (
        "warning",
        "look at it; replace it, or delete it and run 'sat2density data sky'",
    ),
    "tilted": ("warning", "make it upright: the horizon must lie in its middle row"),
    "assumed": ("warning", "harmless where it is right; else save the picture in 8 bits, RGB"),
    "sizes": ("warning", "harmless, as every picture is resized; but is it the same source?"),
    "unlisted": ("warning", "harmless; name it in a split if it is to be used"),
}
"""Kind of finding -> (how bad, what to do)."""


@dataclasses.dataclass(frozen=True)
class Report:
    """What the doctor found.

    Attributes:
        layout: key of `data.registry.DATASETS`.
        root: the folder.
        counts: split -> number of names listed.
        sizes: kind of file -> sizes in pixels (width, height) -> how many.
        findings: everything wrong, in the order of `KINDS`.

    """

    layout: str
    root: Path
    counts: dict[str, int]
    sizes: dict[str, dict[tuple[int, int], int]]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """Number of findings that are no mere warnings."""
        return sum(KINDS[finding.kind][0] == "error" for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        sizes = {
            kind: {f"{w}x{h}": n for (w, h), n in counted.items()}
            for kind, counted in self.sizes.items()
        }
        findings = [
            {**dataclasses.asdict(finding), "severity": KINDS[finding.kind][0]}
            for finding in self.findings
        ]
        return {"layout": self.layout, "splits": self.counts, "sizes": sizes, "findings": findings}


def check_folder(
    root: str | Path,
    layout: str | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Look at a data set.

    Args:
        root: its folder.
        layout: key of `data.registry.DATASETS`; None detects it.
        jobs: threads that read pictures.
        progress: called with (pairs done, pairs in all).

    Raises:
        InputError: the folder has no known layout; everything else is a finding.

    """
    layout = layout or detect_layout(root)
    dataset = DATASETS[layout].unverified(root)
    findings: list[Finding] = []
    spec = _read_scene(dataset, findings)
    lists = _read_lists(dataset, findings)
    splits_of: dict[str, list[str]] = defaultdict(list)
    for split, names in lists.items():
        for name in dict.fromkeys(names):
            splits_of[name].append(split)
    told: list[str] = []
    with heard(told.append):
        facts = _examine_all(dataset, list(splits_of), spec, jobs, progress)
    findings += _assumed(dataset, list(splits_of), told)
    for fact in facts:
        findings += fact.findings
    findings += _across_splits(splits_of)
    findings += _duplicates(facts, splits_of)
    findings += _equal_masks(facts)
    findings += _unlisted(dataset, set(splits_of))
    sizes: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    for fact in facts:
        for kind, size in fact.sizes.items():
            sizes[kind][size] += 1
    findings += _mixed_sizes(sizes)
    order = list(KINDS)
    findings.sort(key=lambda finding: (order.index(finding.kind), finding.subject))
    counts = {split: len(names) for split, names in lists.items()}
    return Report(
        layout,
        Path(root),
        counts,
        {k: dict(v.most_common()) for k, v in sizes.items()},
        tuple(findings),
    )


def _read_scene(dataset: FolderDataset, findings: list[Finding]) -> SceneSpec | None:
    try:
        return dataset.read_spec()
    except InputError as error:
        findings.append(Finding("scene", "scene.json", str(error)))
        return None


def _read_lists(dataset: FolderDataset, findings: list[Finding]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    present = [split for split in dataset.splits if dataset.split_file(split).is_file()]
    if not present:
        file = dataset.split_file(dataset.splits[-1]).relative_to(dataset.root)
        findings.append(Finding("split", "none", f"no list of a split is there, such as {file}"))
    for split in present:
        try:
            names = [same_name(name) for name in dataset.listed(split)]
        except InputError as error:
            findings.append(Finding("split", split, str(error)))
            continue
        lists[split] = names
        if not names:
            findings.append(Finding("split", split, "the list is empty"))
        for name, count in Counter(names).items():
            if count > 1:
                findings.append(Finding("split", split, f"{name} is listed {count} times"))
    return lists


def _examine_all(
    dataset: FolderDataset,
    names: list[str],
    spec: SceneSpec | None,
    jobs: int,
    progress: Callable[[int, int], None] | None,
) -> list[PairFacts]:
    aspects = () if spec is None else _allowed_aspects(dataset, spec)

    def examine(name: str) -> PairFacts:
        files = dataset.partners(name)
        truth = dataset.truth_file(name)
        there = [path for path in files.values() if path is not None]
        try:
            return reader.call(examine_pair, name, files, truth, spec, aspects, pictures=there)
        except InputError as error:  # a limit was met; what is wrong with files is in the facts
            return PairFacts(name, {}, {}, (Finding("unreadable", name, str(error)),))

    facts = []
    with LargeReader(jobs) as reader, ThreadPoolExecutor(max(1, jobs)) as pool:
        for done, fact in enumerate(pool.map(examine, names), 1):
            facts.append(fact)
            if progress is not None:
                progress(done, len(names))
    return facts


def _allowed_aspects(dataset: FolderDataset, spec: SceneSpec) -> tuple[float, ...]:
    """Square pixels for the field of view, the proportions of the model's own panorama, and the
    data set's own.
    """
    width, height = spec.panorama_size
    return (360 / spec.vertical_fov_deg, width / height, *dataset.panorama_aspects)


def _assumed(dataset: FolderDataset, names: list[str], told: list[str]) -> Iterable[Finding]:
    """What was said while pictures were read; each notice begins with the file's name."""
    if not told:
        return
    owner = {
        str(path): (name, kind)
        for name in names
        for kind, path in dataset.partners(name).items()
        if path is not None
    }
    for text in dict.fromkeys(told):
        ends = [match.start() for match in re.finditer(": ", text)]
        end = next((end for end in ends if text[:end] in owner), None)
        if end is None:
            yield Finding("assumed", "a picture", text)
        else:
            name, kind = owner[text[:end]]
            yield Finding("assumed", name, f"the {kind} {text[end + 2 :]}")


def _across_splits(splits_of: dict[str, list[str]]) -> Iterable[Finding]:
    for name, splits in splits_of.items():
        if len(splits) > 1:
            yield Finding("leakage", name, f"is in {' and '.join(splits)}")


def _duplicates(facts: list[PairFacts], splits_of: dict[str, list[str]]) -> Iterable[Finding]:
    """Pictures with equal pixels: a leak where they are in different splits, a duplicate
    otherwise.
    """
    for kind in ("tile", "panorama"):
        for first, others in _equal(facts, kind):
            for name in others:
                apart = set(splits_of[name]) != set(splits_of[first])
                where = f" ({splits_of[name][0]} and {splits_of[first][0]})" if apart else ""
                yield Finding(
                    "leakage" if apart else "duplicate",
                    name,
                    f"has the same {kind} as {first}{where}",
                )


def _equal_masks(facts: list[PairFacts]) -> Iterable[Finding]:
    """Equal masks of different panoramas: one of them cannot be right."""
    panoramas = {fact.identity: fact.digests.get("panorama") for fact in facts}
    for first, others in _equal(facts, "sky mask"):
        for name in others:
            if panoramas[name] != panoramas[first]:
                yield Finding(
                    "doubtful mask", name, f"has the same sky mask as {first}, but another panorama"
                )


def _equal(facts: list[PairFacts], kind: str) -> Iterable[tuple[str, list[str]]]:
    """Group pairs by equal pixels of one kind of file: (the first, the others)."""
    groups: dict[str, list[str]] = defaultdict(list)
    for fact in facts:
        if kind in fact.digests:
            groups[fact.digests[kind]].append(fact.identity)
    for first, *others in groups.values():
        yield first, others


def _unlisted(dataset: FolderDataset, listed: set[str]) -> Iterable[Finding]:
    listed = {same_name(name) for name in listed}
    for kind, pattern in dataset.patterns():
        strangers = [name for name in identities_in(dataset.root, pattern) if name not in listed]
        if strangers:
            detail = f"{len(strangers)} files for a {kind} are in no list (first: {strangers[0]})"
            yield Finding("unlisted", pattern.rpartition("/")[0], detail)


def _mixed_sizes(sizes: dict[str, Counter[tuple[int, int]]]) -> Iterable[Finding]:
    for kind, counted in sizes.items():
        if len(counted) > 1:
            shown = ", ".join(f"{n} of {w}x{h}" for (w, h), n in counted.most_common(3))
            yield Finding("sizes", kind, f"{len(counted)} different sizes ({shown})")
