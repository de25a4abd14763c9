"""Hand-made worlds with few things in known places, and a few real ones."""

import functools
from collections.abc import Callable

import numpy as np
import pytest

from sat2density.scene_spec import SceneSpec
from sat2density.worlds import World
from sat2density.worlds.builder import Builder, Frame, Paint
from sat2density.worlds.kernels import codes
from sat2density.worlds.lights import ground_light
from sat2density.worlds.rng import Rng
from sat2density.worlds.streets import Network, Piece, Street

BRICK = Paint(codes.PLAIN, codes.C_BUILDING, (0.3, 0.2, 0.1))


def bare_world(fill: Callable[[Builder], None] = lambda build: None, kerb_m: float = 0.0) -> World:
    """A flat world with one street from south to north, no distance, and what `fill` builds."""
    builder = Builder(64.0, 12.0)
    fill(builder)
    street = Street((Piece(Frame(0.0, 300.0, -np.pi / 2), 600.0),), 4.0, 300.0)
    table = np.array([street.pieces[0].row(street, 0)])
    network = Network((street,), np.zeros((0, 4)), 0.0, table)
    geometry = builder.finish(
        roads=table,
        discs=network.discs,
        backdrop_m=np.zeros((1, 1024)),
        backdrop=np.array([[200.0, 0.1, 0.1, 0.1, 1.0]]),
        kerb_m=kerb_m,
        footpath=(0.0, 0.0),
        verge=(0.1, 0.1, 0.1),
        dry=0.5,
        asphalt=(0.15, 0.15, 0.15),
        seed=1,
    )
    light, weather = ground_light(Rng(3, "light"))
    return World("suburb", 0, SceneSpec.named("suburb"), geometry, network, light, weather)


@pytest.fixture
def make_bare() -> Callable[..., World]:
    return bare_world


@functools.cache
def real_world(style: str, seed: int) -> World:
    return World.generate(style, seed)


@pytest.fixture(scope="session")
def some_world() -> Callable[[str, int], World]:
    """World of a style and seed, made once for all tests."""
    return real_world
