"""`sat2density demo`: the whole way on what ships with the package."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from sat2density.apps.options import (
    Flat,
    ModelOptions,
    OutputOptions,
    trained_on,
)
from sat2density.apps.session import (
    finish,
    note,
    progress_bar,
    step,
    stoppable_progress,
)
from sat2density.export.formats import Content
from sat2density.files import check_output_folder, output_folder
from sat2density.weights import weights_ship

if TYPE_CHECKING:
    from sat2density.light.lighting import Lighting
    from sat2density.paths.trajectory import Trajectory
    from sat2density.pipeline import Sat2Density, Scene
    from sat2density.views import Camera
    from sat2density.worlds import World

DEMO_SEED: Final = 1
"""The place that is shown unless ``--seed`` says another: of no split that is trained or tested on.
"""

STYLE: Final = "suburb"
WALK_M: Final = 16.0
STEP_M: Final = 0.5
LIGHT_STEPS: Final = 24
LIGHTS: Final = ("clear-noon", "golden-hour", "dusk", "overcast")

UNTRAINED: Final = (
    "These pictures are UNTRAINED: no trained weights ship with this version yet, so a small "
    "network with random\n"
    "numbers stands in. They show that everything works here, not what the method can do.\n"
    "For real results: sat2density weights fetch cvact, then --weights cvact on a tile of yours."
)


@dataclasses.dataclass(frozen=True)
class Demo:
    """The whole way from a satellite tile to views, a video, changing light, and files for other
    programs.

    The tile and its ground photograph come from the procedural world that ships with the package;
    nothing is downloaded. Ends with the list of files to open.
    """

    model: Annotated[ModelOptions, Flat] = dataclasses.field(default_factory=ModelOptions)
    output: Annotated[OutputOptions, Flat] = dataclasses.field(default_factory=OutputOptions)

    def run(self) -> None:
        """Make everything, and say which files to open."""
        folder = self.output.out or Path("out") / "demo"
        check_output_folder(folder, self.output.overwrite)
        self.output.check_summary()
        model = demo_model(self.model)
        if not model.trained:
            note(UNTRAINED + "\n")
        with output_folder(folder, self.output.overwrite) as staging:
            names = make_demo(
                model, DEMO_SEED if self.model.seed is None else self.model.seed, staging
            )
        origin = {
            "weights": model.info.get("name"),
            "trained": model.trained,
            "trained_on": trained_on(model),
        }
        finish(
            folder, names, {"command": "demo", **origin}, self.output.json, self.output.overwrite
        )
        note("\n" + guide(folder, names))
        if not model.trained:
            note("\n" + UNTRAINED)


def demo_model(options: ModelOptions) -> Sat2Density:
    """Load the weights asked for or shipped; without either, build the small random network."""
    from sat2density.loading import choose_device, prepare
    from sat2density.pipeline import Sat2Density

    if options.weights is not None or weights_ship():
        return options.load()
    return prepare(Sat2Density.random("small"), choose_device(options.device), options.precision)


def make_demo(model: Sat2Density, seed: int, folder: Path) -> list[str]:
    """Run every kind of work on the place of `seed`, each into its own folder of `folder`; return
    the files' names.
    """
    from sat2density.city.evidence import tells_things
    from sat2density.export.matrix import write_matrix
    from sat2density.export.view_files import write_view
    from sat2density.images import from_bytes
    from sat2density.light.lighting import Lighting
    from sat2density.paths.trajectory import Trajectory
    from sat2density.worlds import World

    world = World.generate(STYLE, seed)
    walk = Trajectory.from_cameras(world.road_path(WALK_M, STEP_M))
    camera = world.road_camera(0.0)
    presets = {name: Lighting.preset(name) for name in LIGHTS}
    names: list[str] = []

    def part(name: str, write: Callable[[Path], list[str]]) -> None:
        (folder / name).mkdir()
        with step(name):
            names.extend(f"{name}/{file}" for file in write(folder / name))

    part("inputs", lambda into: write_inputs(world, walk, into))
    light = Lighting.from_photo(folder / "inputs" / "ground.png", folder / "inputs" / "sky.png")
    lights = {"its-own": light, **presets}
    tile = from_bytes(world.tile(model.spec.tile_size))
    scene = model.reconstruct(tile)
    content = Content(scene, light=light, walk=walk, title="A place to walk in")
    if tells_things(model.architecture):
        part("city", lambda into: _city(scene, walk, into))
    part("view", lambda into: write_view(scene.render(camera, light), scene, into))
    part("walk", lambda into: _walk(scene, walk, light, into))
    part("light", lambda into: _changing_light(scene, camera, into))
    part("matrix", lambda into: write_matrix(model, {"tile": tile}, lights, into, camera))
    part("export", lambda into: _formats(content, into, lit=False))
    part("page", lambda into: _formats(content, into, lit=True))
    return names


def write_inputs(world: World, walk: Trajectory, folder: Path) -> list[str]:
    """Write what a user would bring: a tile, a ground photograph with its sky mask, a path; return
    the names.
    """
    from PIL import Image

    ground = world.panorama()
    Image.fromarray(world.tile()).save(folder / "tile.png")
    Image.fromarray(ground.image).save(folder / "ground.png")
    Image.fromarray(ground.sky).save(folder / "sky.png")
    walk.write(folder / "walk.csv", world.spec)
    return ["tile.png", "ground.png", "sky.png", "walk.csv"]


def _walk(scene: Scene, walk: Trajectory, light: Lighting, folder: Path) -> list[str]:
    from sat2density.export.film import film_walk

    with stoppable_progress("frames") as tell:
        return film_walk(scene, walk, light, folder, progress=tell)


def _city(scene: Scene, walk: Trajectory, folder: Path) -> list[str]:
    """Write the place as things, a view of them, and the walk through them over the painted one."""
    from sat2density.city.files import FILES, write_files
    from sat2density.city.from_maps import plan_of_scene
    from sat2density.city.render import PlanScene
    from sat2density.city.walk_content import start_of
    from sat2density.export.film import film_both
    from sat2density.light.lighting import Lighting

    light = Lighting.preset(LIGHTS[0])
    plan = plan_of_scene(scene, "demo")
    drawn = PlanScene.of(plan, scene.spec, scene.tile)
    write_files(plan, folder, start_of(walk.cameras[0], scene.spec.unit_m))
    with stoppable_progress("frames") as tell:
        films = film_both(scene, drawn, walk, light, folder, progress=tell)  # type: ignore[arg-type]
    return [*FILES, *films]


def _changing_light(scene: Scene, camera: Camera, folder: Path) -> list[str]:
    from sat2density.export.interpolation import interpolated, write_steps
    from sat2density.light.lighting import Lighting

    lights = Lighting.preset(LIGHTS[0]), Lighting.preset(LIGHTS[-1])
    images = interpolated(scene, camera, lights, LIGHT_STEPS)
    with progress_bar("pictures") as tell:
        return write_steps(images, LIGHT_STEPS, lights, folder, progress=tell)


def _formats(content: Content, folder: Path, lit: bool) -> list[str]:
    """Write every format this installation can: those with pictures in a light, or the others."""
    from sat2density.export.scene_files import available_formats, write_scene

    with progress_bar("files") as tell:
        return write_scene(content, folder, available_formats(lit, content.scene.model), tell)


def guide(folder: Path, names: Sequence[str]) -> str:
    """Say in words which files to open first."""
    files = {
        "city/walk.html": "the place to walk in: open it in a browser, no server needed",
        "city/city.glb": "the place as a 3D model: buildings, trees, vehicles (any glTF viewer)",
        "city/both.mp4": "a walk as the network paints it, over the same walk through the model",
        "city/plan.png": "the things that were found; city/plan.json may be edited (docs/plan.md)",
        "walk/video.mp4": "the walk: picture, depth, and where you are",
        "walk/panorama-360.mp4": "the same to look around in, with any player of 360-degree video",
        "view/panorama.png": "what the network paints (view/ has depth and heights beside it)",
        "light/interpolation.mp4": "the same place while the light changes",
        "matrix/sheet.png": "the same place under other lights",
        "page/page.html": "a walk as the network paints it, and the surface, in a browser",
        "inputs/tile.png": "what it was all made from, with inputs/ground.png for the light",
    }
    lines = [f"  {folder / name}  {words}" for name, words in files.items() if name in names]
    return "\n".join(["Open first:", *lines])


COMMAND = Demo
