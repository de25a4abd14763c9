"""`PairedDataset`: what training and evaluation ask of folders and of procedural worlds alike."""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from sat2density.errors import InputError

if TYPE_CHECKING:
    from sat2density.data.sample import Sample
    from sat2density.scene_spec import SceneSpec
    from sat2density.worlds import World

SPLITS: Final = ("train", "val", "test")
"""Splits that data can have."""

DEFAULT_SPLITS: Final = SPLITS[::-1]
"""Without a split, the first of these that a data set has is taken: test, else val, else train."""


@dataclasses.dataclass(frozen=True)
class Origin:
    """What a procedural sample was made from."""

    style: str
    seed: int


class PairedDataset(abc.ABC):
    """Satellite tiles with the panoramas taken in their middle, by index.

    What is asked of a data set is asked here, and answered by `FolderDataset` and `Suburb`: nobody
    needs to know which of them it is. It can be given to `torch.utils.data.DataLoader`.

    Args:
        label: what to call the data set in messages.
        split: its split.
        spec: scale and sizes of its samples; may be replaced by one of other sizes.
        identities: the samples' names, in order.

    Attributes:
        label, split, spec, identities: as given.
        place: where the samples come from: the label, or the whole path of a folder.
        skipped: (identity, what is missing) of each pair left out.

    """

    def __init__(
        self, label: str, split: str, spec: SceneSpec, identities: Sequence[str] = ()
    ) -> None:
        self.label = label
        self.split = split
        self.spec = spec
        self.place = label
        self.identities = list(identities)
        self.skipped: list[tuple[str, str]] = []

    @abc.abstractmethod
    def __getitem__(self, index: int) -> Sample:
        """Return a sample; InputError that names the file which cannot be used."""

    @abc.abstractmethod
    def origin(self, index: int) -> Origin | None:
        """Return what a sample was made from; None for photographs.

        Args:
            index: place in `identities`.

        Raises:
            InputError: it was made by another version of the generator, which the installed one
                cannot repeat.

        """

    @abc.abstractmethod
    def made_by(self) -> dict[str, Any] | None:
        """Return what makes the samples, where each is made when it is asked for.

        Returns:
            JSON values, equal for all samples, for the keys of caches; None where samples are read
            from files.

        """

    @abc.abstractmethod
    def fingerprint(self, index: int) -> list[Any]:
        """Return what a sample's contents depend on beside `spec`, as JSON values.

        Equal fingerprints mean equal contents: what is kept of a sample under its fingerprint is
        not taken for another's.

        Args:
            index: place in `identities`.

        """

    @abc.abstractmethod
    def opened_as(self, split: str, limit: int | None = None) -> PairedDataset:
        """Open another split of the same data, with the same sizes.

        Args:
            split: train, val or test.
            limit: at most so many samples.

        Raises:
            InputError: there is no such split, or it cannot be used.

        """

    def __len__(self) -> int:
        return len(self.identities)

    def world(self, index: int) -> World | None:
        """Return the procedural world a sample was made from, to see it from elsewhere.

        Args:
            index: place in `identities`.

        Returns:
            The world, made anew; None for photographs.

        Raises:
            InputError: as `origin`.

        """
        origin = self.origin(index)
        if origin is None:
            return None
        from sat2density import worlds

        return worlds.World.generate(origin.style, origin.seed)

    def samples(self) -> Iterator[Sample]:
        """Give all samples in order; InputError where a file cannot be read."""
        for index in range(len(self)):
            yield self[index]

    def leave_out_unreadable(self, jobs: int = 1) -> list[tuple[str, str]]:
        """Leave out samples that cannot be read (``--skip-bad``); what is made can always be.

        Args:
            jobs: threads that read.

        Returns:
            (identity, why) of each that was left out.

        Raises:
            InputError: not one can be read.

        """
        del jobs
        return []

    def notice(self) -> str | None:
        """Say in one line how many pairs were left out, None where none was."""
        if not self.skipped:
            return None
        identity, missing = self.skipped[0]
        return (
            f"{self.label} {self.split}: {len(self.skipped)} pairs left out (first: {identity} "
            f"lacks {missing})"
        )


def check_limit(limit: int | None) -> None:
    """Refuse a number of samples that is not at least 1 (InputError); None is none.

    Args:
        limit: as a user gave it.

    """
    if limit is not None and limit < 1:
        raise InputError(f"limit: must be at least 1, not {limit}")
