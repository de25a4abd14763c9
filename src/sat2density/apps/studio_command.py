"""`sat2density studio`: stand, look and walk in a satellite tile, in the browser."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from sat2density.apps.options import Flat, MapOptions, optional
from sat2density.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from sat2density.apps.studio.roaming import StudioMap
    from sat2density.pipeline import Sat2Density


@dataclasses.dataclass(frozen=True)
class StudioCommand:
    """Open a page to stand in a satellite tile, look around, walk, change the light, and make
    videos.

    Everything stays on this machine: the page talks to this command alone, and nothing is sent
    elsewhere.
    """

    sat: Annotated[tyro.conf.Positional[Path | None], tyro.conf.arg(metavar="SAT")] = None
    """A satellite tile to offer first (north up). Without it the page offers examples."""
    map: Annotated[Path | None, tyro.conf.arg(metavar="MAP")] = None
    """A georeferenced raster to stand and walk on, anywhere and without an end, or a tile server
    (URL with {z}, {x}, {y}); MAP@LAT,LON says where one stands first, which a server needs. Not
    with SAT.
    """
    reading: Annotated[MapOptions, Flat] = dataclasses.field(default_factory=MapOptions)
    weights: Annotated[str | None, tyro.conf.arg(metavar="NAME|FILE")] = None
    """Weights: a name (see 'sat2density weights list') or a file. Default: anywhere-small; where
    that does not ship, a small untrained network, and the page says so.
    """
    scene: Annotated[str | None, tyro.conf.arg(metavar="NAME|JSON")] = None
    """Scale of the tile, needed for a released file given by path."""
    extent_m: Annotated[float | None, optional("METRES")] = None
    """True width of SAT, as the page's crop tool takes it. Default: the file's own (GeoTIFF, world
    file), else it is asked for.
    """
    device: str = "auto"
    """auto, cpu, cuda or cuda:N."""
    host: str = "127.0.0.1"
    """Address to listen on. The default is this machine alone; 0.0.0.0 lets others in."""
    port: int = 0
    """Port to listen on; 0 takes a free one."""
    no_token: Annotated[bool, tyro.conf.FlagCreatePairsOff] = False
    """Let in whoever reaches the address. Without this, only the printed address, which has a
    random token in it, opens the studio: other users of this machine cannot see the tile or fetch
    results.
    """
    allow_host: Annotated[tuple[str, ...], tyro.conf.arg(metavar="NAME")] = ()
    """Other names under which people reach the studio, such as a proxy's.
    """
    root_path: Annotated[str, tyro.conf.arg(metavar="PATH")] = ""
    """Path under which a proxy shows the studio, such as /user/anna/studio."""
    no_browser: Annotated[bool, tyro.conf.FlagCreatePairsOff] = False
    """Do not open a browser."""

    def run(self) -> int:
        """Serve until Ctrl-C."""
        from sat2density.images import check_extent, picture_size

        try:
            from sat2density.apps.studio.access import Access
            from sat2density.apps.studio.guard import Door, host_name
            from sat2density.apps.studio.server import serve
            from sat2density.apps.studio.studio import Studio
        except ModuleNotFoundError as error:
            raise MissingExtraError("the studio", "studio") from error
        if self.sat is not None and self.map is not None:
            raise InputError("--map: walks over a whole map; give no tile beside it")
        check_extent(self.extent_m, "--extent-m")
        if self.extent_m is not None and self.sat is None:
            raise InputError("--extent-m: is the width of SAT; name the tile, or leave it out")
        if self.sat is not None:
            picture_size(self.sat)
        if not 0 <= self.port <= 65535:
            raise InputError(f"--port: must be 0 to 65535, not {self.port}")
        for name in self.allow_host:
            if host_name(name) != name.lower():
                raise InputError(f"--allow-host {name}: give a name alone, such as hub.example.org")
        root = "/" + self.root_path.strip("/") if self.root_path.strip("/") else ""
        if not re.fullmatch(r"[A-Za-z0-9/._~@%-]*", root):
            raise InputError(f"--root-path {self.root_path}: give a path such as /user/anna/studio")
        model = self._model()
        if not model.trained:
            print(
                "Note: no trained weights are loaded: the pictures come from a random network and "
                "mean nothing."
            )
        access = None if self.no_token else Access()
        door = Door(self.host, access, self.allow_host, root)
        studio = Studio(model, self.sat, map_=self._studio_map(model), extent_m=self.extent_m)
        serve(studio, door, self.port, not self.no_browser)
        return 0

    def _studio_map(self, model: Sat2Density) -> StudioMap | None:
        if self.map is None:
            return None
        from sat2density.apps.studio.roaming import StudioMap

        return StudioMap(self.map, model, self.reading.reading())

    def _model(self) -> Sat2Density:
        from sat2density.loading import choose_device, load, prepare
        from sat2density.pipeline import Sat2Density
        from sat2density.weights import weights_ship

        if self.weights is None and not weights_ship():
            return prepare(Sat2Density.random("tiny"), choose_device(self.device))
        return load(self.weights, self.scene, self.device, "auto")


COMMAND = StudioCommand
