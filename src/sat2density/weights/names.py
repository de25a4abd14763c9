"""Names of weights: what each stands for, where it lies, and under which licence. Imports nothing
heavy.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Final

from sat2density.caches import cached_file
from sat2density.errors import WeightsError, unknown_name

RELEASES: Final = "https://github.com/sat2density/checkpoints/releases/download"
CC_BY_NC: Final = "CC BY-NC 4.0"
DEFAULT: Final = "anywhere-small"
"""What is taken where no weights are named."""


@dataclasses.dataclass(frozen=True)
class KnownWeights:
    """One named set of weights.

    Attributes:
        name: its first name.
        about: one line for a list.
        licence: of the weights, not of this package.
        scene: the scene a released file belongs to; None for our own, which carry theirs.
        run: folder name inside a released zip; None for what ships with the package.
        aliases: further names.

    """

    name: str
    about: str
    licence: str
    scene: str | None = None
    run: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def url(self) -> str | None:
        """Where `fetch` finds the file (method, section 9); None if it ships with the package."""
        return f"{RELEASES}/{self.name}/{self.file}" if self.run else None

    @property
    def file(self) -> str:
        """Name of the file: of the download in the cache, or of the packaged weights."""
        return f"{self.run}.zip" if self.run else f"{self.name}.safetensors"

    @property
    def path(self) -> Path:
        """Where the file lies, or would lie once fetched."""
        return cached_file(self.file) if self.run else packaged_folder() / self.file


_ALL: Final = (
    KnownWeights(
        DEFAULT,
        "ours, trained on the procedural world; ships with the package",
        "Apache-2.0",
        aliases=("suburb-small",),  # what shipped before: scripts that name it go on
    ),
    KnownWeights(
        "cvact",
        "released with the paper, trained on CVACT",
        CC_BY_NC,
        scene="cvact",
        run="run-20230219_141512-2u87bj8w",
        aliases=("2u87bj8w",),
    ),
    KnownWeights(
        "cvusa",
        "released with the paper, trained on CVUSA",
        CC_BY_NC,
        scene="cvusa",
        run="run-20230303_142752-2cqv8uh4",
        aliases=("2cqv8uh4",),
    ),
)

KNOWN: Final[dict[str, KnownWeights]] = {
    name: known for known in _ALL for name in (known.name, *known.aliases)
}
"""Every name of weights, aliases included."""

FETCHABLE: Final = tuple(known.name for known in _ALL if known.run)
"""Names that `weights fetch` downloads."""


def known(name: str) -> KnownWeights:
    """Return the weights called `name`; InputError with near matches otherwise.

    Args:
        name: one of `KNOWN`.

    """
    try:
        return KNOWN[name]
    except KeyError:
        raise unknown_name("weights", name, KNOWN) from None


def packaged_folder() -> Path:
    """Return the folder of weights that ship with the package."""
    return Path(__file__).resolve().parent.parent / "assets" / "weights"


def weights_ship(name: str = DEFAULT) -> bool:
    """Whether the weights of this name are part of the installation.

    Args:
        name: one of `KNOWN`.

    """
    return KNOWN[name].path.is_file()


def default_weights() -> str:
    """Return the name of the weights that ship with the package.

    Raises:
        WeightsError: none do; the message has the choices.

    """
    if weights_ship():
        return DEFAULT
    raise WeightsError(
        "no trained weights ship with this installation: name some (--weights cvact after "
        "'sat2density weights fetch cvact'), or give a .safetensors, .pth or .zip file"
    )
