"""`open_weights`: from a name or path to checked weights, whatever the format."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from sat2density.errors import InputError, WeightsError, near_matches
from sat2density.models.discriminator import Discriminator
from sat2density.models.generator import Generator
from sat2density.reading import check_regular
from sat2density.scene_spec import RELEASED, SCENES, SceneSpec
from sat2density.weights import released
from sat2density.weights.loaded import LoadedWeights, check_state, expected_shapes
from sat2density.weights.names import KNOWN, KnownWeights
from sat2density.weights.own import open_own
from sat2density.weights.torchfile import Checkpoint, read_checkpoint

Scene = str | Path | SceneSpec | None


def open_weights(name_or_path: str | Path, scene: Scene = None) -> LoadedWeights:
    """Read weights and check them against their architecture.

    Args:
        name_or_path: a name (`names.KNOWN`), a released zip or .pth, our .safetensors, .json or
            their common stem.
        scene: a scene's name, JSON file or SceneSpec. Needed for a released file given by path; may
            replace the one of a released name; refused with our own files unless it equals theirs.

    Raises:
        WeightsError: the file is missing, damaged, hostile or does not fit, a released name was not
            fetched, or the scene is missing or contradicts the file; one sentence with what to do.

    """
    spec = scene if scene is None or isinstance(scene, SceneSpec) else SceneSpec.read(scene)
    known = KNOWN.get(str(name_or_path))
    path = Path(name_or_path) if known is None else _known_path(known)
    if _is_own(path):
        return _own(path, spec)
    if known is None and not path.exists():
        choices = ", ".join(KNOWN)
        raise WeightsError(
            f"{path}: no such file or name of weights{near_matches(str(path), KNOWN)} (names: "
            f"{choices})"
        )
    try:
        check_regular(path)
    except InputError as error:
        raise WeightsError(str(error)) from None
    spec = spec or (SCENES[known.scene] if known and known.scene else None)
    if spec is None:
        choices = ", ".join(SCENES)
        raise WeightsError(
            f"{path}: a released file does not say its scene; give --scene ({choices}, or a JSON "
            f"file)"
        )
    info: dict[str, object] = (
        {"name": known.name, "licence": known.licence} if known else {"name": path.stem}
    )
    return from_checkpoint(read_checkpoint(path), spec, {**info, "source": str(path)})


def from_checkpoint(
    checkpoint: Checkpoint, spec: SceneSpec, info: dict[str, object]
) -> LoadedWeights:
    """Turn a released checkpoint's state dicts into `LoadedWeights`: sizes read off shapes, keys
    renamed to ours.

    Args:
        checkpoint: the released file's state dicts.
        spec: the scene that the weights belong to.
        info: what is known of them; "source" names the file.

    Raises:
        WeightsError: names `info["source"]` and the first missing, mis-shaped or left-over key, as
            the file calls it.

    """
    source = str(info.get("source", "checkpoint"))
    generator = checkpoint["netG"]
    discriminator = checkpoint.get("netD")
    shapes = released.shapes_of(generator)
    disc_shapes = None if discriminator is None else released.shapes_of(discriminator)
    try:
        arch = released.read_architecture(shapes, disc_shapes)
    except WeightsError as error:
        raise WeightsError(f"{source}: {error}") from None
    expected = expected_shapes(Generator, arch)
    state = _renamed_state(generator, expected, released.generator_keys(arch), source)
    disc_state = None
    if discriminator is not None and disc_shapes is not None:
        views = released.discriminator_views(disc_shapes)
        expected = expected_shapes(Discriminator, arch, views)
        disc_state = _renamed_state(
            discriminator, expected, released.discriminator_keys(views), source
        )
    epoch = checkpoint.get("epoch")
    info = {
        **info,
        "trained_on": "released checkpoint",
        **({"epoch": epoch} if isinstance(epoch, int) else {}),
    }
    return LoadedWeights(arch, spec, RELEASED, state, disc_state, info)


def _renamed_state(
    state: dict[str, Tensor],
    expected: dict[str, tuple[int, ...]],
    pairs: dict[str, str],
    source: str,
) -> dict[str, Tensor]:
    names = released.renamed(expected, pairs)
    check_state(state, {theirs: expected[ours] for theirs, ours in names.items()}, source)
    return {ours: state[theirs] for theirs, ours in names.items()}


def _known_path(known: KnownWeights) -> Path:
    if known.path.is_file():
        return known.path
    if known.run:
        raise WeightsError(
            f"weights '{known.name}' are not on this machine; run: sat2density weights fetch "
            f"{known.name}"
        )
    others = ", ".join(name for name in KNOWN if name != known.name)
    raise WeightsError(
        f"weights '{known.name}' do not ship with this version; choose --weights {others}, or a "
        f"file"
    )


def _is_own(path: Path) -> bool:
    if path.suffix in (".safetensors", ".json"):
        return True
    return (
        bool(path.name)
        and not path.is_file()
        and path.with_name(path.name + ".safetensors").is_file()
    )


def _own(path: Path, spec: SceneSpec | None) -> LoadedWeights:
    weights = open_own(path)
    if spec is not None and spec != weights.spec:
        raise WeightsError(
            f"{path}: carries its own scene, and --scene says another; leave --scene out"
        )
    return weights
