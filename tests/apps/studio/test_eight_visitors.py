"""Eight visitors at once: no error, bounded memory, fair turns. A minute of it is `make long`'s."""

import pytest

pytest.importorskip("websockets")

from studio_crowd import VISITORS, crowd, run_apart

GROWTH_MB = 200
"""Eight scenes and their encoders; it must not depend on how long they stay."""


def check(serve_studio, tile_file, seconds):
    served = serve_studio(str(tile_file))
    run_apart(crowd(served, 2))  # everything is loaded and compiled once
    before = served.memory_mb()
    visitors = run_apart(crowd(served, seconds))
    after = served.memory_mb()
    frames = [visitor.frames for visitor in visitors]
    delays = sorted(delay for visitor in visitors for delay in visitor.delays)
    print(
        f"\n{VISITORS} visitors, {seconds} s: {sum(frames) / seconds:.1f} frames/s in all, each "
        f"{min(frames)} to "
        f"{max(frames)}; median delay {delays[len(delays) // 2] * 1000:.0f} ms; memory "
        f"{before:.0f} -> {after:.0f} MB"
    )
    assert [visitor.errors for visitor in visitors] == [[]] * VISITORS
    assert min(frames) >= 0.6 * max(frames) - 2, f"turns are not fair: {frames}"
    assert after - before < GROWTH_MB
    assert served.interrupt() == 0
    assert "Traceback" not in served.output


def test_eight_visitors(serve_studio, tile_file):
    check(serve_studio, tile_file, 5)


@pytest.mark.long
def test_eight_visitors_for_a_minute(serve_studio, tile_file):
    check(serve_studio, tile_file, 60)
