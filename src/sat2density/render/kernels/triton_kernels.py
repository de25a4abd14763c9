# ruff: noqa: ANN001, ANN201, ANN202, RUF059
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
"""Triton's kernels: marching forward and backward, a block of rays of one picture per program.

They read the density in its own type and compute in float32. Places are counted in cells, as in
`numba_reading`. The names of arguments that all kernels share:

    volume (Z, R, C); blocks: its occupied blocks of 4 x 4 x 4 cells
    tile (3, h, w): the first three colours; features (h, w, FEATURES): the others, side by side at
    every pixel, so that a ray's reads are neighbours; PAD: FEATURES rounded up to a power of two, 0
    where there are none
    origins, directions, jitter: of rays, with strides per picture and per ray (0 where one serves
    all)
    out, gradient (B, 3 + FEATURES + 2, n): colours, opacity, depth
    LAYERS, ROWS, COLUMNS, HEIGHT, WIDTH: Z, R, C, h, w; UNDER: 1 over a slab, 0 over the plane
"""

import triton
import triton.language as tl

from sat2density.render.kernels.triton_adding import add_colour, add_density, add_features
from sat2density.render.kernels.triton_reading import (
    floor,
    load_rays,
    per_feature,
    pixel_at,
    read_colour,
    read_density,
    read_features,
)

SHIFT = tl.constexpr(2)
"""Logarithm of a block's side in cells."""


@triton.jit
def _step(k, left, place, volume, blocks, numbers, LAYERS, ROWS, COLUMNS, UNDER: tl.constexpr):
    """March one step: t, the place in cells, which rays are inside, length of the step, weight,
    what is left.
    """
    ax, ay, az, bx, by, bz, shift, end = place
    step, slab, threshold = numbers
    far = (k + shift) * step
    alive = (left > threshold) & (far - step < end)
    t = tl.minimum(far, end)
    x, y, z = ax + bx * t, ay + by * t, az + bz * t
    ix, iy, iz = floor(x), floor(y), floor(z)
    inside = (
        alive
        & (ix >= -1)
        & (ix < COLUMNS)
        & (iz >= -1)
        & (iz < ROWS)
        & (iy >= -1)
        & (iy < LAYERS + UNDER)
    )
    block = (((iy + 1) >> SHIFT) * ((ROWS >> SHIFT) + 1) + ((iz + 1) >> SHIFT)) * (
        (COLUMNS >> SHIFT) + 1
    )
    seen = inside & (tl.load(blocks + block + ((ix + 1) >> SHIFT), mask=inside, other=0) != 0)
    sigma = read_density(
        volume, slab, ix, iy, iz, x - ix, y - iy, z - iz, seen, LAYERS, ROWS, COLUMNS, UNDER
    )
    span = tl.minimum(step, end - (far - step))
    passed = left * tl.exp(-sigma * tl.where(alive, span, 0.0))
    return t, x, y, z, inside, span, left - passed, passed


@triton.jit
def _fade(y, LAYERS, UNDER: tl.constexpr):
    """Return what is left of a colour that every layer repeats, around the volume's faces (1 over
    the plane).
    """
    fade = y * 0.0 + 1.0
    if UNDER:
        fade = tl.minimum(tl.maximum(tl.minimum(y + 1.0, LAYERS + 1.0 - y), 0.0), 1.0)
    return fade


@triton.jit
def _march(
    volume,
    blocks,
    tile,
    features,
    place,
    k_range,
    numbers,
    live,
    LAYERS,
    ROWS,
    COLUMNS,
    HEIGHT,
    WIDTH,
    FEATURES,
    UNDER: tl.constexpr,
    PAD: tl.constexpr,
):
    """March a block of rays: returns three colours, the others (with PAD), opacity, depth and the
    transmittance left for the ground.
    """
    ax, ay, az, bx, by, bz, shift, end = place
    left = tl.where(live, 1.0, 0.0)
    red = ax * 0.0
    green, blue, opacity, depth, others = red, red, red, red, red
    if PAD:
        others = red[:, None] + tl.zeros((1, PAD), tl.float32)
    k, last = k_range
    while (k <= last) & (tl.max(left) > numbers[2]):
        t, x, y, z, inside, span, weight, left = _step(
            k, left, place, volume, blocks, numbers, LAYERS, ROWS, COLUMNS, UNDER
        )
        seen = weight != 0
        opacity += weight
        depth += weight * t
        px, pz = pixel_at(x, z, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER)
        cr, cg, cb = read_colour(tile, px, pz, seen, HEIGHT, WIDTH)
        weight = weight * _fade(y, LAYERS, UNDER)
        red += weight * cr
        green += weight * cg
        blue += weight * cb
        if PAD:
            others += weight[:, None] * read_features(
                features, px, pz, weight != 0, HEIGHT, WIDTH, FEATURES, PAD
            )
        k += 1
    ground = tl.where(end < 1e29, left, 0.0)
    if UNDER == 0:
        t = tl.minimum(end, 1e6)
        px, pz = pixel_at(ax + bx * t, az + bz * t, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER)
        cr, cg, cb = read_colour(tile, px, pz, ground > 0, HEIGHT, WIDTH)
        red += ground * cr
        green += ground * cg
        blue += ground * cb
        if PAD:
            others += ground[:, None] * read_features(
                features, px, pz, ground > 0, HEIGHT, WIDTH, FEATURES, PAD
            )
        opacity += ground
        depth += ground * t
    return red, green, blue, others, opacity, depth, ground


@triton.jit
def forward_kernel(
    volume,
    blocks,
    tile,
    features,
    origins,
    directions,
    jitter,
    out,
    count,
    length,
    step,
    top,
    slab,
    threshold,
    samples,
    volume_stride,
    blocks_stride,
    tile_stride,
    feature_stride,
    origin_batch,
    origin_stride,
    direction_batch,
    jitter_batch,
    jitter_stride,
    LAYERS,
    ROWS,
    COLUMNS,
    HEIGHT,
    WIDTH,
    FEATURES,
    UNDER: tl.constexpr,
    PAD: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """March the rays of block `program_id(0)` of picture `program_id(1)` and write their part of
    `out`.
    """
    b = tl.program_id(1).to(tl.int64)
    ray = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    live = ray < count
    ax, ay, az, bx, by, bz, shift, end, first, last = load_rays(
        origins + b * origin_batch,
        directions + b * direction_batch,
        jitter + b * jitter_batch,
        ray,
        live,
        (origin_stride, jitter_stride),
        length,
        step,
        top,
        samples,
        LAYERS,
        ROWS,
        COLUMNS,
        UNDER,
    )
    place = (ax, ay, az, bx, by, bz, shift, end)
    red, green, blue, others, opacity, depth, ground = _march(
        volume + b * volume_stride,
        blocks + b * blocks_stride,
        tile + b * tile_stride,
        features + b * feature_stride,
        place,
        (first, last),
        (step, slab, threshold),
        live,
        LAYERS,
        ROWS,
        COLUMNS,
        HEIGHT,
        WIDTH,
        FEATURES,
        UNDER,
        PAD,
    )
    to = out + b * (5 + FEATURES) * count + ray
    tl.store(to, red, mask=live)
    tl.store(to + count, green, mask=live)
    tl.store(to + 2 * count, blue, mask=live)
    tl.store(to + (3 + FEATURES) * count, opacity, mask=live)
    tl.store(to + (4 + FEATURES) * count, depth, mask=live)
    if PAD:
        at, there = per_feature(out + b * (5 + FEATURES) * count, ray, count, FEATURES, PAD)
        tl.store(at, others, mask=live[:, None] & there)


@triton.jit
def backward_kernel(
    volume,
    blocks,
    tile,
    features,
    origins,
    directions,
    jitter,
    gradient,
    to_volume,
    to_tile,
    to_features,
    count,
    length,
    step,
    top,
    slab,
    threshold,
    samples,
    volume_stride,
    blocks_stride,
    tile_stride,
    feature_stride,
    origin_batch,
    origin_stride,
    direction_batch,
    jitter_batch,
    jitter_stride,
    LAYERS,
    ROWS,
    COLUMNS,
    HEIGHT,
    WIDTH,
    FEATURES,
    UNDER: tl.constexpr,
    PAD: tl.constexpr,
    TILE: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Add the gradients of a block of rays to `to_volume` and, with TILE, to `to_tile` and
    `to_features` (float32 all).
    """
    b = tl.program_id(1).to(tl.int64)
    ray = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    live = ray < count
    volume, blocks, tile, features = (
        volume + b * volume_stride,
        blocks + b * blocks_stride,
        tile + b * tile_stride,
        features + b * feature_stride,
    )
    to_volume, to_tile = to_volume + b * volume_stride, to_tile + b * tile_stride
    to_features += b * feature_stride
    ax, ay, az, bx, by, bz, shift, end, first, last = load_rays(
        origins + b * origin_batch,
        directions + b * direction_batch,
        jitter + b * jitter_batch,
        ray,
        live,
        (origin_stride, jitter_stride),
        length,
        step,
        top,
        samples,
        LAYERS,
        ROWS,
        COLUMNS,
        UNDER,
    )
    place, numbers = (ax, ay, az, bx, by, bz, shift, end), (step, slab, threshold)
    red, green, blue, others, opacity, depth, ground = _march(
        volume,
        blocks,
        tile,
        features,
        place,
        (first, last),
        numbers,
        live,
        LAYERS,
        ROWS,
        COLUMNS,
        HEIGHT,
        WIDTH,
        FEATURES,
        UNDER,
        PAD,
    )
    by_result = gradient + b * (5 + FEATURES) * count + ray
    gr, gg = (
        tl.load(by_result, mask=live, other=0.0),
        tl.load(by_result + count, mask=live, other=0.0),
    )
    gb, go = (
        tl.load(by_result + 2 * count, mask=live, other=0.0),
        tl.load(by_result + (3 + FEATURES) * count, mask=live, other=0.0),
    )
    gd = tl.load(by_result + (4 + FEATURES) * count, mask=live, other=0.0)
    behind = gr * red + gg * green + gb * blue + go * opacity + gd * depth
    if PAD:
        at, there = per_feature(gradient + b * (5 + FEATURES) * count, ray, count, FEATURES, PAD)
        derivatives = tl.load(at, mask=live[:, None] & there, other=0.0)
        behind += tl.sum(derivatives * others, 1)
    left = tl.where(live, 1.0, 0.0)
    k = first
    while (k <= last) & (tl.max(left) > threshold):
        t, x, y, z, inside, span, weight, left = _step(
            k, left, place, volume, blocks, numbers, LAYERS, ROWS, COLUMNS, UNDER
        )
        px, pz = pixel_at(x, z, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER)
        cr, cg, cb = read_colour(tile, px, pz, inside, HEIGHT, WIDTH)
        fade = _fade(y, LAYERS, UNDER)
        colours = gr * cr + gg * cg + gb * cb
        if PAD:
            read = read_features(features, px, pz, inside, HEIGHT, WIDTH, FEATURES, PAD)
            colours += tl.sum(derivatives * read, 1)
        value = fade * colours + go + gd * t
        behind -= weight * value
        ix, iy, iz = floor(x), floor(y), floor(z)
        share = tl.where(inside, span * (left * value - behind), 0.0)
        add_density(
            to_volume,
            ix,
            iy,
            iz,
            x - ix,
            y - iy,
            z - iz,
            share,
            inside,
            LAYERS,
            ROWS,
            COLUMNS,
            UNDER,
        )
        if TILE:
            add_colour(to_tile, px, pz, weight * fade, gr, gg, gb, HEIGHT, WIDTH)
            if PAD:
                add_features(
                    to_features, px, pz, weight * fade, derivatives, HEIGHT, WIDTH, FEATURES, PAD
                )
        k += 1
    if TILE and UNDER == 0:
        t = tl.minimum(end, 1e6)
        px, pz = pixel_at(ax + bx * t, az + bz * t, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER)
        add_colour(to_tile, px, pz, ground, gr, gg, gb, HEIGHT, WIDTH)
        if PAD:
            add_features(to_features, px, pz, ground, derivatives, HEIGHT, WIDTH, FEATURES, PAD)
