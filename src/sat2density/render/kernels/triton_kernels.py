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

SHIFT = tl.constexpr(2)
"""Logarithm of a block's side in cells."""


@triton.jit
def _floor(x):
    return tl.floor(x).to(tl.int32)


@triton.jit
def _density(
    volume, slab, ix, iy, iz, fx, fy, fz, seen, LAYERS, ROWS, COLUMNS, UNDER: tl.constexpr
):
    """Read the volume in cells (iy, iz, ix) at (fy, fz, fx): trilinear, 0 outside, `slab` in the
    layer under it.
    """
    sigma = fx * 0.0
    for corner in tl.static_range(8):
        dx, dz, dy = corner % 2, (corner // 2) % 2, corner // 4
        layer, row, column = iy - UNDER + dy, iz + dz, ix + dx
        here = seen & (row >= 0) & (row < ROWS) & (column >= 0) & (column < COLUMNS)
        at = (layer * ROWS + row) * COLUMNS + column
        value = tl.load(volume + at, mask=here & (layer >= 0) & (layer < LAYERS), other=0.0).to(
            tl.float32
        )
        if UNDER:
            value = tl.where(here & (layer == -1), slab, value)
        weight = tl.abs(1 - dx - fx) * tl.abs(1 - dz - fz) * tl.abs(1 - dy - fy)
        sigma += value * weight
    return sigma


@triton.jit
def _pixel(x, z, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER: tl.constexpr):
    """Turn places in cells into pixels of the tile, clamped to its edge or (UNDER) to one pixel
    beyond it.
    """
    px = (x + 0.5) * (WIDTH * 1.0 / COLUMNS) - 0.5
    pz = (z + 0.5) * (HEIGHT * 1.0 / ROWS) - 0.5
    px = tl.minimum(tl.maximum(px, -1.0 * UNDER), WIDTH - 1.0 + UNDER)
    pz = tl.minimum(tl.maximum(pz, -1.0 * UNDER), HEIGHT - 1.0 + UNDER)
    return px, pz


@triton.jit
def _colour(tile, px, pz, seen, HEIGHT, WIDTH):
    """Read the tile's three channels, bilinear, 0 outside."""
    ix, iz = _floor(px), _floor(pz)
    fx, fz = px - ix, pz - iz
    red = px * 0.0
    green, blue = red, red
    for corner in tl.static_range(4):
        dx, dz = corner % 2, corner // 2
        row, column = iz + dz, ix + dx
        here = seen & (row >= 0) & (row < HEIGHT) & (column >= 0) & (column < WIDTH)
        weight = tl.abs(1 - dx - fx) * tl.abs(1 - dz - fz)
        at = tile + row * WIDTH + column
        red += weight * tl.load(at, mask=here, other=0.0).to(tl.float32)
        green += weight * tl.load(at + HEIGHT * WIDTH, mask=here, other=0.0).to(tl.float32)
        blue += weight * tl.load(at + 2 * HEIGHT * WIDTH, mask=here, other=0.0).to(tl.float32)
    return red, green, blue


@triton.jit
def _narrow(at, pace, count, start, stop):
    """Narrow [start, stop] to the distances at which at + t pace lies in (-1, count)."""
    still = tl.abs(pace) < 1e-12
    safe = tl.where(still, 1.0, pace)
    one, two = (-1.0 - at) / safe, (count - at) / safe
    near = tl.where(still, start, tl.minimum(one, two))
    outside = (at <= -1.0) | (at >= count)
    far = tl.where(still, tl.where(outside, -1e30, stop), tl.maximum(one, two))
    return tl.maximum(near, start), tl.minimum(far, stop)


@triton.jit
def _rays(
    origins,
    directions,
    jitter,
    ray,
    live,
    strides,
    length,
    step,
    top,
    samples,
    LAYERS,
    ROWS,
    COLUMNS,
    UNDER: tl.constexpr,
):
    """Load rays and turn them into cells: place and pace on each axis, shift, end, first and last
    sample.
    """
    origin_stride, jitter_stride = strides
    o = origins + ray * origin_stride
    d = directions + ray * 3
    ox, oy, oz = (
        tl.load(o, mask=live, other=0.0),
        tl.load(o + 1, mask=live, other=9.0),
        tl.load(o + 2, mask=live, other=0.0),
    )
    bx, by, bz = (
        tl.load(d, mask=live, other=0.0),
        tl.load(d + 1, mask=live, other=1.0),
        tl.load(d + 2, mask=live, other=0.0),
    )
    shift = tl.load(jitter + ray * jitter_stride, mask=live, other=0.0)
    end = ox * 0.0 + 1e30
    if UNDER == 0:
        reach = tl.maximum(oy + 1.0, 0.0) / tl.where(by < 0, -by, 1.0)
        end = tl.where(by < 0, tl.minimum(reach, length), end)
    layers = LAYERS + UNDER
    scale = layers / (top + 1.0)
    ax, ay, az = (
        (ox + 1.0) * (0.5 * COLUMNS) - 0.5,
        (oy + 1.0) * scale - 0.5,
        (oz + 1.0) * (0.5 * ROWS) - 0.5,
    )
    bx, by, bz = bx * (0.5 * COLUMNS), by * scale, bz * (0.5 * ROWS)
    start, stop = _narrow(ax, bx, COLUMNS, ox * 0.0, ox * 0.0 + length + step)
    start, stop = _narrow(az, bz, ROWS, start, stop)
    start, stop = _narrow(ay, by, layers, start, stop)
    hits = live & (start <= stop)
    # A step more on either side: rounding, and the sample that is moved back to the plane.
    first = tl.maximum(tl.min(tl.where(hits, start / step - shift, 1e6)).to(tl.int32), 1)
    last = tl.minimum(tl.max(tl.where(hits, stop / step - shift, -1e6)).to(tl.int32) + 2, samples)
    return ax, ay, az, bx, by, bz, shift, end, first, last


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
    ix, iy, iz = _floor(x), _floor(y), _floor(z)
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
    sigma = _density(
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
        px, pz = _pixel(x, z, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER)
        cr, cg, cb = _colour(tile, px, pz, seen, HEIGHT, WIDTH)
        weight = weight * _fade(y, LAYERS, UNDER)
        red += weight * cr
        green += weight * cg
        blue += weight * cb
        k += 1
    ground = tl.where(end < 1e29, left, 0.0)
    if UNDER == 0:
        t = tl.minimum(end, 1e6)
        px, pz = _pixel(ax + bx * t, az + bz * t, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER)
        cr, cg, cb = _colour(tile, px, pz, ground > 0, HEIGHT, WIDTH)
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
    ax, ay, az, bx, by, bz, shift, end, first, last = _rays(
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
    ix, iz = _floor(px), _floor(pz)
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
    ax, ay, az, bx, by, bz, shift, end, first, last = _rays(
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
        px, pz = _pixel(x, z, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER)
        cr, cg, cb = _colour(tile, px, pz, inside, HEIGHT, WIDTH)
        fade = _fade(y, LAYERS, UNDER)
        value = fade * (gr * cr + gg * cg + gb * cb) + go + gd * t
        behind -= weight * value
        ix, iy, iz = _floor(x), _floor(y), _floor(z)
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
        px, pz = _pixel(ax + bx * t, az + bz * t, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER)
        _add_colour(to_tile, px, pz, ground, gr, gg, gb, HEIGHT, WIDTH)
