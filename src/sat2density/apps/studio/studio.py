"""`Studio`: what all connections share, and everything the page can ask of it, without any HTTP."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from sat2density.apps.studio import packets
from sat2density.apps.studio.decoders import Decoders
from sat2density.apps.studio.place import LOOKS, Place, Window, camera_at
from sat2density.apps.studio.render_queue import RenderQueue
from sat2density.apps.studio.storage import Storage
from sat2density.apps.studio.visitors import Visitor, Visitors
from sat2density.errors import InputError
from sat2density.export.film_kinds import FILM_KINDS
from sat2density.export.formats import FORMATS
from sat2density.export.page import scene_facts, weights_facts
from sat2density.export.scene_files import tells_things
from sat2density.images import picture_width_m
from sat2density.light.lighting import PRESETS, Lighting
from sat2density.reading import read_json
from sat2density.views import Camera

if TYPE_CHECKING:
    from sat2density.apps.studio.roaming import StudioMap
    from sat2density.maps.places import LatLon
    from sat2density.pipeline import Sat2Density

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "studio"
"""The built page and the example tiles."""

THUMB_WIDTH = 256
LAYERS = frozenset({"picture", "colour", "depth", "opacity"})


@dataclasses.dataclass(frozen=True)
class Example:
    """A tile the page offers at once.

    Attributes:
        key: its name in requests.
        title: what people read.
        path: the picture.
        note: where it comes from, and its scale.
        width_m: of the whole picture on the ground, metres; None: as wide as the weights see.

    """

    key: str
    title: str
    path: Path
    note: str = ""
    width_m: float | None = None

    def describe(self) -> dict[str, Any]:
        """Return what the page needs to offer it."""
        return {
            "key": self.key,
            "title": self.title,
            "note": self.note,
            "url": f"examples/{self.key}",
            "widthM": self.width_m,
        }


def shipped_examples() -> list[Example]:
    """Return the example tiles that lie in the package (`examples.json` lists them)."""
    listing = ASSETS / "examples" / "examples.json"
    if not listing.is_file():
        return []
    entries = read_json(listing)
    return [Example(e["key"], e["title"], listing.parent / e["file"], e["note"]) for e in entries]


class Studio:
    """Model, queue and visitors of one running studio.

    Args:
        model: makes scenes of tiles.
        opened: a tile given on the command line, offered first.
        map_: a raster to walk on, or None.
        parent: where the folder for everything that is written is made; None is the system's
            temporary folder.
        decoders: children that read uploads; None starts own ones, ended by `close`.
        extent_m: width of `opened`, metres; None takes its own georeference.

    """

    def __init__(
        self,
        model: Sat2Density,
        opened: Path | None = None,
        parent: Path | None = None,
        decoders: Decoders | None = None,
        map_: StudioMap | None = None,
        extent_m: float | None = None,
    ) -> None:
        self.model = model
        self.map = map_
        self._storage = Storage(parent)
        self.root = self._storage.root
        self._shares_decoders = decoders is not None
        self.decoders = decoders or Decoders()
        self.queue = RenderQueue()
        self.visitors = Visitors(self.root)
        self.presets = {name: Lighting.preset(name) for name in PRESETS}
        examples = shipped_examples()
        if opened is not None:
            note = "The tile this studio was started with."
            width_m = picture_width_m(opened) if extent_m is None else extent_m
            examples.insert(0, Example("opened", opened.name, opened, note, width_m))
        self.examples = {example.key: example for example in examples}

    def close(self) -> None:
        """End all work and remove every file that was made."""
        self.queue.close()
        if not self._shares_decoders:
            self.decoders.close()
        self._storage.close()
        if self.map is not None:
            self.map.close()

    def warm_up(self) -> None:
        """Render once, unseen and in the background: the first call compiles the renderer and may
        take seconds.
        """

        def render() -> None:
            side = self.model.spec.tile_size
            self.model.reconstruct(torch.full((3, side, side), 0.5)).render(
                Camera(), next(iter(self.presets.values()))
            )

        self.queue.submit("studio", "warm up", render, urgent=False)
        self.decoders.warm_up()

    def describe(self) -> dict[str, Any]:
        """Return what the page tells about this studio: model, scale, presets, examples, and
        what can be made here.
        """
        model = self.model
        spec = self.model.spec
        return {
            "weights": weights_facts(model),
            "scene": {
                **scene_facts(model),
                "beyondM": spec.extent_m * model.architecture.density_margin / spec.tile_size,
            },
            "map": None if self.map is None else self.map.describe(),
            "looks": list(LOOKS) if tells_things(model) else list(LOOKS[:1]),
            "details": self.details,
            "presets": list(self.presets),
            "examples": [example.describe() for example in self.examples.values()],
            "formats": [
                {"key": key, **kind.describe()}
                for key, kind in FORMATS.items()
                if not kind.needs_things or tells_things(model)
            ],
            "things": tells_things(model),
            "films": [{"key": key, **kind.describe()} for key, kind in FILM_KINDS.items()],
        }

    @property
    def details(self) -> list[str]:
        """The looks that can be shown at any size: a painter must know what stands where."""
        painted = ["painted"] if self.model.architecture.render_features else []
        return painted + (["model"] if tells_things(self.model) else [])

    def enter(self, visitor: Visitor, tile: Tensor) -> Place:
        """Reconstruct a tile (3, S, S) in [0, 1] for a visitor (on the queue's thread); it may have
        the margin that `tile_reading` asks for.
        """
        visitor.tiles += 1
        spec = self.model.spec
        extent_m = spec.extent_m * tile.shape[-1] / spec.tile_size
        visitor.place = Place(self.model.reconstruct(tile, extent_m=extent_m), visitor.tiles)
        return visitor.place

    def tile_reading(self, own_m: float | None) -> dict[str, Any]:
        """Return what `images.read_tile` is asked for.

        Args:
            own_m: width of the tile, metres; None: what its file says, else that of the weights.

        """
        spec = self.model.spec
        margin = self.model.architecture.density_margin
        size = {"size": spec.tile_size, "extent_m": spec.extent_m}
        return {**size, "own_m": own_m, "margin": margin}

    def light(self, visitor: Visitor, wanted: object) -> Lighting:
        """Return the light a message asks for: {"a": name, "b": name or null, "t": 0..1}.

        Raises:
            InputError: unknown names, or t out of range.

        """
        if not isinstance(wanted, dict):
            raise InputError("A light is {a, b, t}.")
        first = self._named(visitor, wanted.get("a"))
        if wanted.get("b") is None:
            return first
        share = wanted.get("t", 0.0)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise InputError("The share of the second light is a number from 0 to 1.")
        return Lighting.mix(first, self._named(visitor, wanted["b"]), float(share))

    def walk_light(self, visitor: Visitor, wanted: dict[str, Any]) -> dict[str, Any]:
        """Return a light as the page's own view of the model needs it.

        Raises:
            InputError: there is no such light.

        """
        from sat2density.city.walk_content import walk_lights

        return walk_lights([("now", self.light(visitor, wanted))])[0]

    def model_of(self, visitor: Visitor) -> tuple[bytes, int]:
        """Return the place as a model of things (glTF 2.0), and its tile's number (on the queue's
        thread).

        Raises:
            InputError: the weights do not tell what stands where.

        """
        place = visitor.standing()
        return place.model, place.serial

    def model_around(self, lat: float, lon: float) -> tuple[bytes, LatLon]:
        """Return the things around a place of the map (glTF 2.0), and their middle (on the queue's
        thread).

        Args:
            lat: degrees north.
            lon: degrees east.

        Raises:
            InputError: there is no map, no such place on it, or the weights tell no things.

        """
        if self.map is None:
            raise InputError("This studio was started without a map.")
        return self.map.model(lat, lon)

    def _named(self, visitor: Visitor, name: object) -> Lighting:
        light = self.presets.get(str(name)) or visitor.lights.get(str(name))
        if light is None:
            raise InputError(
                f"There is no light called {str(name)[:40]!r} here; add the photograph again."
            )
        return light

    def look(self, visitor: Visitor, message: dict[str, Any]) -> bytes:
        """Render one view and pack it (on the queue's thread). `message` has east, south, light,
        need, seq; "look" where it is not to be painted; "detail" where it is the picture of one
        window.

        Raises:
            InputError: no tile, no such light, or a look or detail that these weights cannot have.

        """
        place = visitor.standing()
        camera = camera_at(message.get("east"), message.get("south"))
        return self._frame(visitor, place, camera, message)

    def roam(self, visitor: Visitor, message: dict[str, Any]) -> bytes:
        """Stand at a place of the map and render one view (on the queue's thread). `message` has
        lat, lon, light, need, seq. Where the window over the map has moved, the place is a new one.

        Raises:
            InputError: there is no map, or the place lies outside it.

        """
        if self.map is None:
            raise InputError("This studio was started without a map.")
        lat, lon = float(message["lat"]), float(message["lon"])
        scene, camera = self.map.stand(lat, lon)
        if visitor.place is None or visitor.place.scene is not scene:
            visitor.tiles += 1
            visitor.place = Place(scene, visitor.tiles)
        return self._frame(visitor, visitor.place, camera, message, {"lat": lat, "lon": lon})

    def _frame(
        self,
        visitor: Visitor,
        place: Place,
        camera: Camera,
        message: dict[str, Any],
        more: dict[str, float] | None = None,
    ) -> bytes:
        asked = message.get("need")
        need = frozenset(map(str, asked if isinstance(asked, list) else ["picture"])) & LAYERS
        light = self.light(visitor, message.get("light"))
        look = self.look_of(message)
        header = {
            "kind": "frame",
            "seq": message.get("seq"),
            "tile": place.serial,
            "look": look,
            **_position(camera),
            **(more or {}),
        }
        if "detail" in message:
            if look not in self.details:
                raise InputError("These weights paint at one size only; reload the page.")
            window = Window(**message["detail"])
            view = place.detail(camera, light, window, look)
            width, height = window.size
            header["detail"] = {**message["detail"], "width": width, "height": height}
            need = frozenset({"picture"})
        elif look == "model":
            view = place.drawn(camera, light)
        else:
            view = place.look(camera, light)
        return packets.pack(header, packets.view_parts(view, need))

    def look_of(self, message: dict[str, Any]) -> str:
        """Return whether a message wants places painted or drawn, one of `LOOKS`.

        Raises:
            InputError: neither.

        """
        look = message.get("look", LOOKS[0])
        if look not in LOOKS:
            raise InputError("There is no such look; reload the page.")
        return str(look)

    def thumb(self, visitor: Visitor, camera: Camera, name: str, look: str) -> bytes | None:
        """Paint or draw the place in one light, small (on the queue's thread); None when the
        visitor has moved on.
        """
        place = visitor.standing()
        seen = place.camera_at(camera.east, camera.south, look)
        if seen is None:
            return None
        light = self._named(visitor, name)
        drawn = look == "model"
        view = place.drawn(seen, light, THUMB_WIDTH) if drawn else place.look(seen, light)
        header = {
            "kind": "thumb",
            "light": name,
            "look": look,
            "tile": place.serial,
            **_position(camera),
        }
        assert view.image is not None
        return packets.pack(
            header, {"picture": (packets.JPEG, packets.jpeg(view.image, 80, THUMB_WIDTH))}
        )

    def shape(self, visitor: Visitor) -> bytes:
        """Pack surface heights and the volume's opacity per metre (on the queue's thread)."""
        place = visitor.standing()
        heights = place.heights()
        solid = place.solidity()
        header = {
            "kind": "shape",
            "tile": place.serial,
            "heights": list(heights.shape),
            "solid": list(solid.shape),
        }
        return packets.pack(
            header,
            {
                "heights": (packets.DEFLATED_U16, packets.deflated(packets.centimetres(heights))),
                "solid": (packets.DEFLATED_U8, packets.deflated(solid)),
            },
        )


def _position(camera: Camera) -> dict[str, float]:
    return {"east": camera.east, "south": camera.south}
