"""`PairedDataset`: the one way in which pairs of pictures are found, verified and read. Data sets
differ by facts.

Order of verification: the folder, the list of the split, the pairs' files, and, when a sample is
read, its pictures. A pair with a missing file is skipped and counted; a data set in which nothing
is left is an error that says so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, ClassVar, Self

import torch
from torch.utils.data import Dataset

from sat2density.data.sample import Sample
from sat2density.data.truth import read_truth, world_of
from sat2density.errors import InputError, near_matches
from sat2density.images import SUFFIXES, read_image, read_mask, read_tile
from sat2density.scene_spec import SceneSpec

if TYPE_CHECKING:
    from sat2density.worlds import World

DEFAULT_SPLITS = ("test", "val", "train")
"""Without a split, the first of these that a data set has is taken."""


@dataclasses.dataclass(frozen=True)
class PairFiles:
    """Where a sample's files lie; `truth` is None where there is none."""

    tile: Path
    panorama: Path
    sky: Path
    truth: Path | None = None


class PairedDataset(Dataset[Sample]):
    """Satellite tiles with the panoramas taken in their middle, in a folder.

    Args:
        root: the data set's folder.
        split: one of its splits; None takes the first of test, val, train that exists.
        limit: at most so many samples, from the list's start.
        spec: scale and sizes; None takes those of the data set.
        truth: whether truth is read where there is some.

    Attributes:
        label: what to call the data set in messages.
        identities: the samples' names, in the list's order.
        skipped: (identity, what is missing) of each pair left out.

    Raises:
        InputError: no such folder or split, an empty or damaged list, or not one complete pair.

    """

    name: ClassVar[str]
    layout: ClassVar[str]
    """What the folder must hold, in one line, for error messages."""
    tile_pattern: ClassVar[str]
    panorama_pattern: ClassVar[str]
    sky_pattern: ClassVar[str]
    truth_pattern: ClassVar[str | None] = None
    splits: ClassVar[tuple[str, ...]] = ("train", "val", "test")
    released_scene: ClassVar[str | None] = None
    """Name of the scene of a folder that has no scene.json; None where it must have one."""
    panorama_aspects: ClassVar[tuple[float, ...]] = ()
    """Proportions (width / height) of its panoramas beside those that follow from the field of
    view.
    """

    def __init__(
        self,
        root: str | Path,
        split: str | None = None,
        limit: int | None = None,
        spec: SceneSpec | None = None,
        truth: bool = True,
    ) -> None:
        self.root = Path(root)
        if not self.root.is_dir():
            what = (
                "is a file, not the folder of a data set"
                if self.root.exists()
                else "there is no such folder"
            )
            raise InputError(f"{self.root}: {what}; {self.name} needs {self.layout}")
        if limit is not None and limit < 1:
            raise InputError(f"limit: must be at least 1, not {limit}")
        self.label = str(self.root)
        self.split = self._choose_split(split)
        self.spec = spec if spec is not None else self.read_spec()
        self.with_truth = truth
        listed = self.read_split(self.split)
        if not listed:
            raise InputError(
                f"{self.split_file(self.split)}: the split '{self.split}' is empty; choose another "
                f"--split"
            )
        self.skipped: list[tuple[str, str]] = []
        self.identities: list[str] = []
        for identity in listed:
            if limit is not None and len(self.identities) == limit:
                break
            self._admit(identity)
        if not self.identities:
            identity, missing = self.skipped[0]
            masks = "; 'sat2density data sky' estimates sky masks" if "sky mask" in missing else ""
            raise InputError(
                f"{self.root}: not one of the {len(listed)} pairs of the split '{self.split}' is "
                f"complete "
                f"({identity} lacks {missing}); {self.name} needs {self.layout}{masks}"
            )

    def _choose_split(self, split: str | None) -> str:
        present = [name for name in self.splits if self.split_file(name).is_file()]
        if split is None:
            for name in DEFAULT_SPLITS:
                if name in present:
                    return name
            raise InputError(
                f"{self.split_file(self.splits[-1])}: is missing; {self.name} needs {self.layout}"
            )
        if split not in self.splits:
            raise InputError(
                f"split '{split}': {self.name} has none of that "
                f"name{near_matches(split, self.splits)} "
                f"(choices: {', '.join(self.splits)})"
            )
        if split not in present:
            raise InputError(
                f"{self.split_file(split)}: is missing; {self.name} needs {self.layout}"
            )
        return split

    def _admit(self, identity: str) -> None:
        for kind, pattern in self.patterns():
            if self._find(pattern, identity) is None:
                self.skipped.append((identity, f"its {kind} {pattern.format(id=identity)}"))
                return
        self.identities.append(identity)

    @classmethod
    def unverified(cls, root: str | Path) -> Self:
        """Return a data set without samples, to look for what is wrong with its folder
        (`data.check`).
        """
        dataset = cls.__new__(cls)
        dataset.root, dataset.label = Path(root), str(root)
        dataset.identities, dataset.skipped = [], []
        return dataset

    @classmethod
    def patterns(cls) -> tuple[tuple[str, str], ...]:
        """Return (kind of file, its place with {id} for the identity)."""
        return (
            ("tile", cls.tile_pattern),
            ("panorama", cls.panorama_pattern),
            ("sky mask", cls.sky_pattern),
        )

    def _find(self, pattern: str, identity: str) -> Path | None:
        return find_picture(self.root, pattern.format(id=identity))

    def partners(self, identity: str) -> dict[str, Path | None]:
        """Return where a pair's tile, panorama and sky mask are, None for what is missing."""
        return {kind: self._find(pattern, identity) for kind, pattern in self.patterns()}

    def split_file(self, split: str) -> Path:
        """Return the file that lists a split."""
        raise NotImplementedError

    def read_split(self, split: str) -> list[str]:
        """Return the identities of a split, in the file's order; InputError for a damaged list."""
        raise NotImplementedError

    def read_spec(self) -> SceneSpec:
        """Return the scale and sizes of the scenes: scene.json (SceneSpec's fields), else the
        released constants.
        """
        path = self.root / "scene.json"
        if self.released_scene is not None and not path.exists():
            return SceneSpec.named(self.released_scene)
        return SceneSpec.read(path)

    def world(self, index: int) -> World | None:
        """Return the procedural world a sample was made from, to see it from elsewhere; None for
        photographs.

        Raises:
            InputError: it was made by another version of the generator, which the installed one
                cannot repeat.

        """
        return world_of(self.root, self.identities[index])

    def files(self, index: int) -> PairFiles:
        """Return where a sample's files lie."""
        identity = self.identities[index]
        tile, panorama, sky = self.partners(identity).values()
        if tile is None or panorama is None or sky is None:
            raise InputError(
                f"{self.root}: a file of {identity} has gone since the data set was opened; open "
                f"it again"
            )
        truth = None
        if self.truth_pattern is not None and self.with_truth:
            candidate = self.root / self.truth_pattern.format(id=identity)
            truth = candidate if candidate.is_file() else None
        return PairFiles(tile, panorama, sky, truth)

    def __len__(self) -> int:
        return len(self.identities)

    def __getitem__(self, index: int) -> Sample:
        """Read a sample; InputError that names the file which cannot be used."""
        files = self.files(index)
        return Sample(
            tile=read_tile(files.tile, self.spec.tile_size),
            panorama=read_image(files.panorama, size=self.spec.panorama_size),
            sky=(read_mask(files.sky, self.spec.panorama_size) >= 0.5).to(torch.float32),
            spec=self.spec,
            identity=self.identities[index],
            truth=None if files.truth is None else read_truth(files.truth, self.spec),
        )

    def samples(
        self, skip_bad: bool = False, report: Callable[[str], None] = print
    ) -> Iterator[Sample]:
        """Read all samples in order.

        Args:
            skip_bad: leave out samples that cannot be read, with one line each and a count at the
                end (`--skip-bad`).
            report: where those lines go.

        Raises:
            InputError: a file cannot be read (without `skip_bad`); nothing could be read.

        """
        bad = 0
        for index in range(len(self)):
            try:
                sample = self[index]
            except InputError as error:
                if not skip_bad:
                    raise InputError(
                        f"{error} (or say --skip-bad to leave such samples out)"
                    ) from error
                bad += 1
                report(f"skipped {self.identities[index]}: {error}")
                continue
            yield sample
        if bad:
            report(f"skipped {bad} of {len(self)} samples that cannot be read")
        if bad == len(self):
            raise InputError(
                f"{self.label}: not one of its {bad} samples can be read; run 'sat2density data "
                f"check' on it"
            )

    def notice(self) -> str | None:
        """Say in one line how many pairs were left out, None where none was."""
        if not self.skipped:
            return None
        identity, missing = self.skipped[0]
        return (
            f"{self.name} {self.split}: {len(self.skipped)} pairs left out (first: {identity} "
            f"lacks {missing})"
        )


@cache
def _listing(folder: Path, stamp: int) -> dict[str, str]:
    """Map the stem of every picture in a folder to its file name, .png first; `stamp` is its time
    of change.
    """
    names = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    by_stem: dict[str, str] = {}
    for suffix in SUFFIXES:
        for name in names:
            if name.lower().endswith(suffix):
                by_stem.setdefault(name[: -len(suffix)], name)
    return by_stem


def find_picture(root: Path, relative: str) -> Path | None:
    """Return the picture at `relative`, or one of the same stem in another format; None where there
    is none.
    """
    wanted = PurePosixPath(relative)
    folder = root / wanted.parent
    try:
        stamp = folder.stat().st_mtime_ns
    except OSError:
        return None
    found = _listing(folder, stamp).get(wanted.stem)
    return None if found is None else folder / found


def identities_in(root: Path, pattern: str) -> list[str]:
    """Return the sorted identities of the pictures that fit a pattern such as
    `streetview/{id}_grdView.png`.
    """
    folder, _, name = pattern.rpartition("/")
    before, _, after = name.partition("{id}")
    after = Path(f"x{after}").stem[1:]
    stems = {path.stem for path in (root / folder).glob("*") if path.suffix.lower() in SUFFIXES}
    fitting = (
        s
        for s in stems
        if s.startswith(before) and s.endswith(after) and len(s) > len(before) + len(after)
    )
    return sorted(stem[len(before) : len(stem) - len(after)] for stem in fitting)
