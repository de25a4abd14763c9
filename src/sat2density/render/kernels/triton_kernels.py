# ruff: noqa: ANN001, ANN201, ANN202, RUF059
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
"""Triton's kernels: marching forward and backward, a block of rays of one picture per program.

They read the density in its own type and compute in float32. Places are counted in cells, as in
`numba_reading`. The names of arguments that all kernels share:

    volume (Z, R, C); blocks: its occupied blocks of 4 x 4 x 4 cells; tile (3, h, w)
    origins, directions, jitter: of rays, with strides per picture and per ray (0 where one serves
    all) out, gradient (B, 5, n): red, green, blue, opacity, depth
    LAYERS, ROWS, COLUMNS, HEIGHT, WIDTH: Z, R, C, h, w; UNDER: 1 over a slab, 0 over the plane
"""

import triton
import triton.language as tl

from sat2density.render.kernels.triton_reading import (
    floor,
    load_rays,
    pixel_at,
    read_colour,
    read_density,
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
    place,
    k_range,
    numbers,
    live,
    LAYERS,
    ROWS,
    COLUMNS,
    HEIGHT,
    WIDTH,
    UNDER: tl.constexpr,
):
    """March a block of rays: returns red, green, blue, opacity, depth and the transmittance left
    for the ground.
    """
    ax, ay, az, bx, by, bz, shift, end = place
    left = tl.where(live, 1.0, 0.0)
    red = ax * 0.0
    green, blue, opacity, depth = red, red, red, red
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
        k += 1
    ground = tl.where(end < 1e29, left, 0.0)
    if UNDER == 0:
        t = tl.minimum(end, 1e6)
        px, pz = pixel_at(ax + bx * t, az + bz * t, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER)
        cr, cg, cb = read_colour(tile, px, pz, ground > 0, HEIGHT, WIDTH)
        red += ground * cr
        green += ground * cg
        blue += ground * cb
        opacity += ground
        depth += ground * t
    return red, green, blue, opacity, depth, ground


@triton.jit
def forward_kernel(
    volume,
    blocks,
    tile,
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
    UNDER: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """March the rays of block `program_id(0)` of picture `program_id(1)` and write (5, n) of
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
    red, green, blue, opacity, depth, ground = _march(
        volume + b * volume_stride,
        blocks + b * blocks_stride,
        tile + b * tile_stride,
        place,
        (first, last),
        (step, slab, threshold),
        live,
        LAYERS,
        ROWS,
        COLUMNS,
        HEIGHT,
        WIDTH,
        UNDER,
    )
    to = out + b * 5 * count + ray
    tl.store(to, red, mask=live)
    tl.store(to + count, green, mask=live)
    tl.store(to + 2 * count, blue, mask=live)
    tl.store(to + 3 * count, opacity, mask=live)
    tl.store(to + 4 * count, depth, mask=live)


@triton.jit
def _add_density(
    target, ix, iy, iz, fx, fy, fz, share, inside, LAYERS, ROWS, COLUMNS, UNDER: tl.constexpr
):
    """Add gradients to the corners of cells."""
    for corner in tl.static_range(8):
        dx, dz, dy = corner % 2, (corner // 2) % 2, corner // 4
        layer, row, column = iy - UNDER + dy, iz + dz, ix + dx
        here = (
            inside
            & (row >= 0)
            & (row < ROWS)
            & (column >= 0)
            & (column < COLUMNS)
            & (layer >= 0)
            & (layer < LAYERS)
        )
        weight = tl.abs(1 - dx - fx) * tl.abs(1 - dz - fz) * tl.abs(1 - dy - fy)
        at = target + (layer * ROWS + row) * COLUMNS + column
        tl.atomic_add(at, share * weight, mask=here & (share != 0), sem="relaxed")


@triton.jit
def _add_colour(target, px, pz, weight, red, green, blue, HEIGHT, WIDTH):
    """Add weight times (red, green, blue) to the pixels around places of the tile."""
    ix, iz = floor(px), floor(pz)
    fx, fz = px - ix, pz - iz
    for corner in tl.static_range(4):
        dx, dz = corner % 2, corner // 2
        row, column = iz + dz, ix + dx
        here = (weight != 0) & (row >= 0) & (row < HEIGHT) & (column >= 0) & (column < WIDTH)
        share = weight * tl.abs(1 - dx - fx) * tl.abs(1 - dz - fz)
        at = target + row * WIDTH + column
        tl.atomic_add(at, share * red, mask=here, sem="relaxed")
        tl.atomic_add(at + HEIGHT * WIDTH, share * green, mask=here, sem="relaxed")
        tl.atomic_add(at + 2 * HEIGHT * WIDTH, share * blue, mask=here, sem="relaxed")


@triton.jit
def backward_kernel(
    volume,
    blocks,
    tile,
    origins,
    directions,
    jitter,
    gradient,
    to_volume,
    to_tile,
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
    UNDER: tl.constexpr,
    TILE: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Add the gradients of a block of rays to `to_volume` (float32) and, with TILE, to `to_tile`
    (float32).
    """
    b = tl.program_id(1).to(tl.int64)
    ray = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    live = ray < count
    volume, blocks, tile = (
        volume + b * volume_stride,
        blocks + b * blocks_stride,
        tile + b * tile_stride,
    )
    to_volume, to_tile = to_volume + b * volume_stride, to_tile + b * tile_stride
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
    red, green, blue, opacity, depth, ground = _march(
        volume,
        blocks,
        tile,
        place,
        (first, last),
        numbers,
        live,
        LAYERS,
        ROWS,
        COLUMNS,
        HEIGHT,
        WIDTH,
        UNDER,
    )
    by_result = gradient + b * 5 * count + ray
    gr, gg = (
        tl.load(by_result, mask=live, other=0.0),
        tl.load(by_result + count, mask=live, other=0.0),
    )
    gb, go = (
        tl.load(by_result + 2 * count, mask=live, other=0.0),
        tl.load(by_result + 3 * count, mask=live, other=0.0),
    )
    gd = tl.load(by_result + 4 * count, mask=live, other=0.0)
    behind = gr * red + gg * green + gb * blue + go * opacity + gd * depth
    left = tl.where(live, 1.0, 0.0)
    k = first
    while (k <= last) & (tl.max(left) > threshold):
        t, x, y, z, inside, span, weight, left = _step(
            k, left, place, volume, blocks, numbers, LAYERS, ROWS, COLUMNS, UNDER
        )
        px, pz = pixel_at(x, z, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER)
        cr, cg, cb = read_colour(tile, px, pz, inside, HEIGHT, WIDTH)
        fade = _fade(y, LAYERS, UNDER)
        value = fade * (gr * cr + gg * cg + gb * cb) + go + gd * t
        behind -= weight * value
        ix, iy, iz = floor(x), floor(y), floor(z)
        share = tl.where(inside, span * (left * value - behind), 0.0)
        _add_density(
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
            _add_colour(to_tile, px, pz, weight * fade, gr, gg, gb, HEIGHT, WIDTH)
        k += 1
    if TILE and UNDER == 0:
        t = tl.minimum(end, 1e6)
        px, pz = pixel_at(ax + bx * t, az + bz * t, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER)
        _add_colour(to_tile, px, pz, ground, gr, gg, gb, HEIGHT, WIDTH)
