"""What is saved in the place of weights by mistake, called by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.errors import WeightsError
from sat2density.images.kinds import HEAD, other_kind
from sat2density.reading import open_regular

_REMEDIES: Final = {
    "a web page (HTML)": "fetch the file that the page leads to",
    "an XML file": "fetch the weights themselves (it may say why they did not come)",
    "a Git LFS pointer": "run: git lfs pull",
    "a text file": "give a file of weights",
}
"""What is mistaken for weights -> what to do; pictures and the like say less than "damaged"."""


def refuse_other_kinds(path: Path) -> None:
    """Refuse what a look at the first bytes shows to be no file of weights.

    Args:
        path: a file that is there.

    Raises:
        WeightsError: it is a web page, a Git LFS pointer or another text.
        InputError: it is no regular file.

    """
    with open_regular(path) as file:
        kind = other_kind(file.read(HEAD))
    name = kind[0].partition(",")[0] if kind else ""
    if name in _REMEDIES:
        raise WeightsError(f"{path}: is {name}, not a file of weights; {_REMEDIES[name]}")
