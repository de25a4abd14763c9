"""What an output format is: `Format`, and `Content`, what its files are written from."""

from __future__ import annotations

import dataclasses
import functools
import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sat2density.errors import InputError, MissingExtraError
from sat2density.export.work import Progress, Run, here, silent
from sat2density.structured import check_choice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sat2density.city.plan import Plan
    from sat2density.export.mesh import Surface
    from sat2density.export.page import Still
    from sat2density.light.lighting import Lighting
    from sat2density.paths.trajectory import Trajectory
    from sat2density.scene import Scene

MeshKind = Literal["heights", "volume"]
"""What meshes are: the surface seen from above, or the closed one around the dense cells."""


@dataclasses.dataclass(frozen=True)
class Content:
    """What the files of all formats are written from; what several formats need is computed once.

    Attributes:
        scene: of one tile.
        mesh: see `MeshKind`.
        light: of the pictures, for formats that have some.
        walk: a walk to show, or None.
        stills: places to look around in; none given: the format chooses.
        title: what people read; empty takes a plain one.
        most_cells: side of a mesh of the heights, at most; None keeps every pixel.
        run: does one rendering.
        progress: told after each rendering by formats that have many.

    """

    scene: Scene
    mesh: MeshKind = "heights"
    light: Lighting | None = None
    walk: Trajectory | None = None
    stills: Sequence[Still] = ()
    title: str = ""
    most_cells: int | None = None
    run: Run = here
    progress: Progress = silent

    def __post_init__(self) -> None:
        check_choice("mesh", self.mesh, MeshKind)

    @functools.cached_property
    def heights_m(self) -> NDArray[np.float32]:
        """Surface heights above the floor in metres (S, S), row 0 north."""
        return self.run(lambda: self.scene.heights().cpu().numpy())

    @functools.cached_property
    def plan(self) -> Plan:
        """The things that stand in the scene."""
        from sat2density.city.from_maps import plan_of_scene

        return self.run(lambda: plan_of_scene(self.scene, self.title or "tile"))

    @functools.cached_property
    def surface(self) -> Surface:
        """The mesh of kind `mesh`, with the tile on it."""
        from sat2density.export.mesh import density_mesh, heights_mesh

        scene = self.scene
        if self.mesh == "volume":
            return density_mesh(scene.density, scene.tile, scene.spec, scene.model.rules)
        side = len(self.heights_m)
        step = 1 if self.most_cells is None else max(1, side // self.most_cells)
        return heights_mesh(self.heights_m[::step, ::step], scene.tile, scene.spec)


@dataclasses.dataclass(frozen=True)
class Format:
    """One kind of files that a scene is written as.

    Attributes:
        title: what people read where they choose: "Mesh (GLB)".
        about: what is in the files, in a few words, for help texts.
        file: name of the file; others may lie beside it.
        write: writes the file at a path, and returns all files written, the named one first.
        extra: the optional packages it needs, by the name of their extra; None: none.
        modules: what it imports of them.
        needs_light: whether `Content.light` must be there.
        needs_things: whether the scene's weights must tell what stands where.

    """

    title: str
    about: str
    file: str
    write: Callable[[Content, Path], list[Path]]
    extra: str | None = None
    modules: tuple[str, ...] = ()
    needs_light: bool = False
    needs_things: bool = False

    @property
    def suffix(self) -> str:
        """Ending of the file's name, with the dot."""
        return Path(self.file).suffix

    @property
    def available(self) -> bool:
        """Whether this installation has the packages it needs."""
        return all(importlib.util.find_spec(module) for module in self.modules)

    def check(self, content: Content | None = None) -> None:
        """Say at once, before any work, what is missing.

        Args:
            content: what it will be written from, where that is known.

        Raises:
            MissingExtraError: packages are not installed. InputError: a light, or other weights,
                are needed.

        """
        if self.extra is not None and not self.available:
            raise MissingExtraError(f"{self.title} as an output format", self.extra)
        if content is not None and self.needs_light and content.light is None:
            raise InputError(f"{self.title}: needs a light; name one")
        if content is not None and self.needs_things:
            from sat2density.city.evidence import check_weights

            check_weights(content.scene.model.architecture)

    def describe(self) -> dict[str, Any]:
        """Return what a page needs to offer it, as JSON values."""
        return {
            "title": self.title,
            "suffix": self.suffix,
            "available": self.available,
            "needsLight": self.needs_light,
        }
