"""What a scene is asked for beside looking: files, walks of many cameras, a picture in a notebook.

Writing lies above (`export`). The conveniences here look up there by name, when they are called and
nowhere else (`_export`): imports still point one way.
"""

from __future__ import annotations

import dataclasses
import importlib
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sat2density import scene_file
from sat2density.errors import InputError
from sat2density.views import CameraLike
from sat2density.walk import Walk

if TYPE_CHECKING:
    from sat2density.encoded_lights import LightList
    from sat2density.features import Described
    from sat2density.light.lighting import LightLike
    from sat2density.paths.trajectory import Trajectory
    from sat2density.pipeline import Sat2Density
    from sat2density.scene import Scene
    from sat2density.sky import Lit
    from sat2density.walk import ProgressLike


class SceneProducts:
    """The part of `Scene` that makes things of it."""

    def __repr__(self) -> str:
        """Return what it is of, in a line."""
        scene = self._whole
        count, layers, rows, columns = scene.densities.shape
        many = f"{count} tiles, each " if scene.batched else ""
        return (
            f"Scene({many}{scene.spec.extent_m:g} m wide, density {layers}x{rows}x{columns}, "
            f"weights {scene.model.info.get('name', 'unknown')!r})"
        )

    def __getitem__(self, index: int) -> Scene:
        """Return the scene of one tile of a batch."""
        scene = self._whole
        if not scene.batched or not -len(scene.tiles) <= index < len(scene.tiles):
            held = f"{len(scene.tiles)} tiles" if scene.batched else "one tile, and is no batch"
            raise IndexError(f"scene[{index}]: the scene holds {held}")
        index %= len(scene.tiles)
        at = slice(index, index + 1)
        return dataclasses.replace(
            scene,
            tiles=scene.tiles[at],
            densities=scene.densities[at],
            batched=False,
            features=None if scene.features is None else scene.features[at],
            maps=None if scene.maps is None else scene.maps.of_tile(index),
        )

    def plan(self, name: str = "tile", seed: int = 0) -> Any:
        """Return the things that stand in the tile: buildings, trees, vehicles (docs/plan.md).

        Args:
            name: of the tile.
            seed: of what a model of the plan invents: windows, doors, leaves.

        Returns:
            A `city.plan.Plan`.

        Raises:
            InputError: the weights do not tell what stands where, or the scene is a batch.

        """
        found = importlib.import_module("sat2density.city.from_maps")
        return found.plan_of_scene(self._whole, name, None, seed)

    def _solid_things(self) -> Described:
        """Return the scene's things as a solid volume (`city.shown`)."""
        shown = importlib.import_module("sat2density.city.shown")
        return cast("Described", shown.shown_of(self._whole))

    def walk(
        self,
        path: Trajectory | Iterable[CameraLike],
        lighting: LightLike | Lit | LightList,
        seed: int | None = None,
        progress: ProgressLike = False,
    ) -> Walk:
        """Look from many cameras, one after the other: memory does not grow with their number.

        Args:
            path: a Trajectory, or cameras as `render` takes them.
            lighting: see `render`; encoded once. A list has a light for each view, in order.
            seed: see `Sat2Density.style`.
            progress: True shows a bar on stderr; a function is told (done, total) after each view.

        Returns:
            A generator of views (`for view in scene.walk(...)`), whose `save` writes a film.

        Raises:
            InputError: no camera, one outside the tile, no such light, another number of lights
                than of views, or a scene of many tiles.

        Example:
            scene.walk(walk, "dusk", progress=True).save("walk.mp4")
            # from noon to dusk on the way
            noon, dusk = Lighting.preset("clear-noon"), Lighting.preset("dusk")
            lights = [Lighting.mix(noon, dusk, t) for t in np.linspace(0, 1, len(walk))]
            scene.walk(walk, lights).save("evening.mp4")

        """
        return Walk(self._single("a walk"), path, lighting, seed, progress)

    def export(
        self,
        path: str | Path,
        format: str | None = None,
        *,
        light: LightLike = "clear-noon",
        walk: Trajectory | None = None,
        mesh: str = "heights",
        title: str = "",
    ) -> list[Path]:
        """Write the scene for other programs (docs/formats.md).

        Args:
            path: the file; its suffix names the format: .vti, .npz, .tif, .glb, .ply, .obj, .html,
                and whatever else `export.formats` lists.
            format: the format's key, where the suffix does not decide.
            light: of formats with pictures.
            walk: shown by the page; None shows the tile's middle.
            mesh: what meshes are, "heights" or "volume".
            title: what people read.

        Returns:
            The files written, the named one first.

        Raises:
            InputError: a suffix or format that is not known, or a scene of many tiles.
            MissingExtraError: the format needs packages that are not installed.
            OutputError: a file cannot be written.

        """
        from sat2density.light.lighting import Lighting

        content = {"mesh": mesh, "walk": walk, "title": title}
        scene = self._single(str(path))
        write = _export("scene_files").write_one
        return cast(
            list[Path], write(scene, Path(path), format, lambda: Lighting.of(light), content)
        )

    def save(self, path: str | Path) -> None:
        """Keep the scene in a file, to go on with it later (`Scene.load`) without DensityNet.

        Args:
            path: the file, ending in .npz; one of that name is replaced.

        Raises:
            InputError: another suffix (`export` writes other formats). OutputError: it cannot be
                written.

        """
        scene_file.write(self._whole, Path(path))

    @classmethod
    def load(cls, path: str | Path, model: Sat2Density) -> Scene:
        """Read a scene that `save` wrote.

        Args:
            path: the file.
            model: the weights it was made with.

        Raises:
            InputError: no such file, another kind of file, or one that other weights made.

        """
        tiles, densities, batched, features = scene_file.read(Path(path), model)
        return cast(Any, cls)(model, tiles, densities, batched, features=features)

    def _repr_png_(self) -> bytes | None:
        """Return what a notebook shows: the tile beside its heights; the text alone of a batch."""
        scene = self._whole
        if scene.batched:
            return None
        buffer = io.BytesIO()
        _export("pictures").scene_picture(scene).save(buffer, "PNG")
        return buffer.getvalue()

    @property
    def _whole(self) -> Scene:
        return cast("Scene", self)

    def _single(self, what: str) -> Scene:
        scene = self._whole
        if scene.batched:
            raise InputError(
                f"{what}: this scene holds {len(scene.tiles)} tiles; take one of them: scene[0]"
            )
        return scene


def _export(module: str) -> Any:
    return importlib.import_module(f"sat2density.export.{module}")
