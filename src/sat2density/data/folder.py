"""`FolderDataset`: the one way in which pairs of pictures are found, verified and read. Data sets
differ by facts.

Order of verification: the folder, the list of the split, the pairs' files, and, when a sample is
read, its pictures. A pair with a missing file is skipped and counted; a data set in which nothing
is left is an error that says so.
"""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from sat2density.data.listing import find_file, find_picture, plain_name
from sat2density.data.paired import DEFAULT_SPLITS, SPLITS, Origin, PairedDataset, check_limit
from sat2density.data.record import origin_of
from sat2density.errors import InputError, near_matches
from sat2density.scene_spec import SceneSpec

if TYPE_CHECKING:
    from sat2density.data.sample import Sample


@dataclasses.dataclass(frozen=True)
class PairFiles:
    """Where a sample's files lie; `truth` is None where there is none."""

    tile: Path
    panorama: Path
    sky: Path
    truth: Path | None = None

    def all(self) -> list[Path]:
        """Return the files that there are."""
        return [p for p in (self.tile, self.panorama, self.sky, self.truth) if p is not None]


class FolderDataset(PairedDataset):
    """Satellite tiles with the panoramas taken in their middle, in a folder.

    A data set is a subclass with facts, `recognised`, `split_file` and `read_split`, and a line in
    `data.registry`.

    Args:
        root: the data set's folder.
        split: one of its splits; None takes the first of test, val, train that exists.
        limit: at most so many samples, from the list's start.
        spec: scale and sizes; None takes those of the data set.
        truth: whether truth is read where there is some.
        verify: False looks at nothing and has no samples: for looking after the folder.

    Attributes:
        root: as given.

    Raises:
        InputError: no such folder or split, an empty or damaged list, or not one complete pair.

    """

    key: ClassVar[str]
    """What stands before the folder in `DATA` (``cvact:DIR``)."""
    name: ClassVar[str]
    help: ClassVar[str]
    """What it is, in a few words, for help texts."""
    layout: ClassVar[str]
    """What the folder must hold, in one line, for error messages."""
    tile_pattern: ClassVar[str]
    panorama_pattern: ClassVar[str]
    sky_pattern: ClassVar[str]
    truth_pattern: ClassVar[str] = "truth/{id}.npz"
    splits: ClassVar[tuple[str, ...]] = SPLITS
    scene: ClassVar[str | None] = None
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
        verify: bool = True,
    ) -> None:
        self.root = Path(root)
        self.with_truth = truth
        if not verify:
            super().__init__(str(root), "", spec or SceneSpec())
            return
        if not self.root.is_dir():
            file = self.root.exists()
            what = "is a file, not the folder of a data set" if file else "there is no such folder"
            raise InputError(f"{self.root}: {what}; {self.name} needs {self.layout}")
        check_limit(limit)
        split = self._choose_split(split)
        super().__init__(str(self.root), split, spec if spec is not None else self.read_spec())
        self.place = str(self.root.resolve())
        self._admit(self.listed(split), limit)

    @classmethod
    def unverified(cls, root: str | Path) -> Self:
        """Return a data set without samples, to look for what is wrong with its folder
        (`data.check`).

        Args:
            root: the folder; it may be absent.

        """
        return cls(root, verify=False)

    @classmethod
    def recognised(cls, root: Path) -> bool:
        """Say whether a folder has this layout, by what lies in it.

        Args:
            root: an existing folder.

        """
        raise NotImplementedError

    def split_file(self, split: str) -> Path:
        """Return the file that lists a split.

        Args:
            split: one of `splits`.

        """
        raise NotImplementedError

    def read_split(self, split: str) -> list[str]:
        """Return the identities of a split, in the file's order; InputError for a damaged list.

        Args:
            split: one of `splits`.

        Raises:
            InputError: the list is damaged; the message says how and what it must hold.

        """
        raise NotImplementedError

    def listed(self, split: str) -> list[str]:
        """Return `read_split`'s names, once it is sure that each stays in the folder.

        Args:
            split: one of `splits`.

        Raises:
            InputError: a damaged list, or a name with folders in it.

        """
        names = self.read_split(split)
        for name in names:
            if not plain_name(name):
                raise InputError(
                    f"{self.split_file(split)}: names {name!r}, which leads out of the data set's "
                    f"folder; write names without folders"
                )
        return names

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

    def _admit(self, listed: list[str], limit: int | None) -> None:
        """Take the pairs that are complete, from the list's start; remember the others."""
        if not listed:
            raise InputError(
                f"{self.split_file(self.split)}: the split '{self.split}' is empty; choose another "
                f"split"
            )
        for identity in listed:
            if limit is not None and len(self.identities) == limit:
                break
            missing = self._missing(identity)
            if missing is None:
                self.identities.append(identity)
            else:
                self.skipped.append((identity, missing))
        if not self.identities:
            identity, missing = self.skipped[0]
            masks = "; 'sat2density data sky' estimates sky masks" if "sky mask" in missing else ""
            raise InputError(
                f"{self.root}: not one of the {len(listed)} pairs of the split '{self.split}' is "
                f"complete "
                f"({identity} lacks {missing}); {self.name} needs {self.layout}{masks}"
            )

    def _missing(self, identity: str) -> str | None:
        for kind, pattern in self.patterns():
            if self._find(pattern, identity) is None:
                return f"its {kind} {pattern.format(id=identity)}"
        return None

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
        """Return where a pair's tile, panorama and sky mask are, None for what is missing.

        Args:
            identity: the pair's name.

        """
        return {kind: self._find(pattern, identity) for kind, pattern in self.patterns()}

    def truth_file(self, identity: str) -> Path | None:
        """Return where a pair's truth is, None where there is none.

        Args:
            identity: the pair's name.

        """
        return find_file(self.root, self.truth_pattern.format(id=identity))

    def read_spec(self) -> SceneSpec:
        """Return the scale and sizes of the scenes: scene.json (SceneSpec's fields), else those of
        the scene that the data set names.
        """
        path = self.root / "scene.json"
        if self.scene is not None and not path.exists():
            return SceneSpec.named(self.scene)
        return SceneSpec.read(path)

    def origin(self, index: int) -> Origin | None:
        """Return what a sample was made from, by the folder's record of 'world make'; None without
        one.

        Args:
            index: number of the sample, from 0.

        """
        return origin_of(self.root, self.identities[index])

    def files(self, index: int) -> PairFiles:
        """Return where a sample's files lie.

        Args:
            index: place in `identities`.

        Raises:
            InputError: one has gone since the data set was opened.

        """
        identity = self.identities[index]
        tile, panorama, sky = self.partners(identity).values()
        if tile is None or panorama is None or sky is None:
            raise InputError(
                f"{self.root}: a file of {identity} has gone since the data set was opened; open "
                f"it again"
            )
        return PairFiles(
            tile, panorama, sky, self.truth_file(identity) if self.with_truth else None
        )

    def made_by(self) -> None:
        """Return None: samples are read from files."""

    def fingerprint(self, index: int) -> list[Any]:
        """Return the resolved path, size and time of change of each of a sample's files.

        Args:
            index: number of the sample, from 0.

        Raises:
            OSError: a file is not there any more.

        """
        found: list[Any] = []
        for path in self.files(index).all():
            status = path.stat()
            found.append([str(path.resolve()), status.st_size, status.st_mtime_ns])
        return found

    def opened_as(self, split: str, limit: int | None = None) -> Self:
        """Open another split of the folder, with the same sizes.

        Args:
            split: one of the data set's splits.
            limit: at most so many samples, from the list's start.

        """
        return type(self)(self.root, split, limit, self.spec, self.with_truth)

    def __getitem__(self, index: int) -> Sample:
        """Read a sample; InputError that names the file which cannot be used."""
        try:
            return self._read(index)
        except InputError as error:
            raise InputError(f"{error} (or say --skip-bad to leave such pairs out)") from error

    def leave_out_unreadable(self, jobs: int = 1) -> list[tuple[str, str]]:
        """Read every sample, and leave out those that cannot be read (``--skip-bad``).

        Args:
            jobs: threads that read.

        Returns:
            (identity, why) of each that was left out.

        Raises:
            InputError: not one can be read.

        """
        with ThreadPoolExecutor(max(1, jobs)) as pool:
            reasons = list(pool.map(self._why_unreadable, range(len(self))))
        bad = {index: reason for index, reason in enumerate(reasons) if reason is not None}
        if len(bad) == len(self):
            raise InputError(
                f"{self.label}: not one of its {len(bad)} samples can be read ({bad[0]}); run "
                f"'sat2density data check' on it"
            )
        left_out = [(self.identities[index], reason) for index, reason in bad.items()]
        self.identities = [name for index, name in enumerate(self.identities) if index not in bad]
        return left_out

    def _why_unreadable(self, index: int) -> str | None:
        try:
            self._read(index)
        except InputError as error:
            return str(error)
        return None

    def _read(self, index: int) -> Sample:
        import torch

        from sat2density.data.sample import Sample
        from sat2density.data.truth import read_truth
        from sat2density.images import read_image, read_mask, read_tile

        files = self.files(index)
        return Sample(
            tile=read_tile(files.tile, self.spec.tile_size, extent_m=self.spec.extent_m),
            panorama=read_image(files.panorama, size=self.spec.panorama_size),
            sky=(read_mask(files.sky, self.spec.panorama_size) >= 0.5).to(torch.float32),
            spec=self.spec,
            identity=self.identities[index],
            truth=None if files.truth is None else read_truth(files.truth, self.spec),
        )
