# ruff: noqa: ANN001, ANN201
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
"""What Triton's kernels read: density, colours and rays. Names and units are those of
`triton_kernels`, which calls these functions; triton's cache looks at both files (a test holds it).
"""

import triton
import triton.language as tl


@triton.jit
def floor(x):
    """Round down to a whole number."""
    return tl.floor(x).to(tl.int32)


@triton.jit
def read_density(
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
def pixel_at(x, z, ROWS, COLUMNS, HEIGHT, WIDTH, UNDER: tl.constexpr):
    """Turn places in cells into pixels of the tile, clamped to its edge or (UNDER) to one pixel
    beyond it.
    """
    px = (x + 0.5) * (WIDTH * 1.0 / COLUMNS) - 0.5
    pz = (z + 0.5) * (HEIGHT * 1.0 / ROWS) - 0.5
    px = tl.minimum(tl.maximum(px, -1.0 * UNDER), WIDTH - 1.0 + UNDER)
    pz = tl.minimum(tl.maximum(pz, -1.0 * UNDER), HEIGHT - 1.0 + UNDER)
    return px, pz


@triton.jit
def read_colour(tile, px, pz, seen, HEIGHT, WIDTH):
    """Read the tile's three channels, bilinear, 0 outside."""
    ix, iz = floor(px), floor(pz)
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
def read_features(features, px, pz, seen, HEIGHT, WIDTH, FEATURES, PAD: tl.constexpr):
    """Read the features at places of the tile, bilinear, 0 outside: (rays, PAD)."""
    ix, iz = floor(px), floor(pz)
    fx, fz = px - ix, pz - iz
    channel = tl.arange(0, PAD)[None, :]
    result = px[:, None] * 0.0 + channel * 0.0
    for corner in tl.static_range(4):
        dx, dz = corner % 2, corner // 2
        row, column = iz + dz, ix + dx
        here = seen & (row >= 0) & (row < HEIGHT) & (column >= 0) & (column < WIDTH)
        weight = tl.abs(1 - dx - fx) * tl.abs(1 - dz - fz)
        at = features + ((row * WIDTH + column) * FEATURES)[:, None] + channel
        value = tl.load(at, mask=here[:, None] & (channel < FEATURES), other=0.0)
        result += weight[:, None] * value.to(tl.float32)
    return result


@triton.jit
def per_feature(values, ray, count, FEATURES, PAD: tl.constexpr):
    """Return where rays have their features in results (colours, n), and which of PAD there are:
    (rays, PAD), (1, PAD).
    """
    channel = tl.arange(0, PAD)[None, :]
    return values + (3 + channel) * count + ray[:, None], channel < FEATURES


@triton.jit
def narrow(at, pace, count, start, stop):
    """Narrow [start, stop] to the distances at which at + t pace lies in (-1, count)."""
    still = tl.abs(pace) < 1e-12
    safe = tl.where(still, 1.0, pace)
    one, two = (-1.0 - at) / safe, (count - at) / safe
    near = tl.where(still, start, tl.minimum(one, two))
    outside = (at <= -1.0) | (at >= count)
    far = tl.where(still, tl.where(outside, -1e30, stop), tl.maximum(one, two))
    return tl.maximum(near, start), tl.minimum(far, stop)


@triton.jit
def load_rays(
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
    start, stop = narrow(ax, bx, COLUMNS, ox * 0.0, ox * 0.0 + length + step)
    start, stop = narrow(az, bz, ROWS, start, stop)
    start, stop = narrow(ay, by, layers, start, stop)
    hits = live & (start <= stop)
    # A step more on either side: rounding, and the sample that is moved back to the plane.
    first = tl.maximum(tl.min(tl.where(hits, start / step - shift, 1e6)).to(tl.int32), 1)
    last = tl.minimum(tl.max(tl.where(hits, stop / step - shift, -1e6)).to(tl.int32) + 2, samples)
    return ax, ay, az, bx, by, bz, shift, end, first, last
