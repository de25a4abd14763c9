"""`Finding`: one thing that is wrong with a data set."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something wrong with one file, pair or list.

    Attributes:
        kind: a key of `check.KINDS`.
        subject: the file, identity or split.
        detail: what is wrong, in a few words.

    """

    kind: str
    subject: str
    detail: str
