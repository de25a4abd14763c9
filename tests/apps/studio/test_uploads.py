"""Uploads are bounded in bytes, time, number and pixels, and never harm what was accepted."""

import asyncio
import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from sat2density.apps.studio import limits, uploads
from sat2density.errors import InputError


def png(width, height, data=b""):
    """A PNG that claims to be this large, of 1 bit a pixel, with these compressed rows."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def photo(size=(128, 64), kind="PNG"):
    picture = Image.new("RGB", size, (120, 160, 230))
    picture.paste((60, 70, 40), (0, size[1] // 2, *size))
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


def left_on_disk(visitor):
    return sorted(path.name for path in visitor.folder.iterdir())


HOSTILE = {
    "words": b"hello, this is text",
    "GIF": b"GIF89a" + bytes(40),
    "half a header": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "900 megapixels": png(30_000, 30_000),
    "42 megapixels": png(7000, 6000),
    "no pixels": png(6000, 6000),
    "a strip": png(1, 40_000_000),
    "half a photograph": photo()[:-60],
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("where", ["tile", "decode", "light?key=own-1"])
def test_what_is_no_picture_is_refused_and_nothing_of_it_stays(tab, name, where):
    answer = tab.post(f"/api/{where}", content=HOSTILE[name])
    assert answer.status_code == 400
    assert str(tab.visitor.folder) not in answer.text
    assert "upload-" not in answer.text
    assert left_on_disk(tab.visitor) == []


def test_a_bomb_is_named_by_its_pixels(tab):
    said = tab.post("/api/tile", content=HOSTILE["42 megapixels"]).json()["error"]
    assert "7000x6000" in said


def test_a_refused_light_does_not_harm_the_accepted_one(tab):
    assert tab.post("/api/light?key=own-1", content=photo()).status_code == 200
    before = (tab.visitor.folder / "own-1").read_bytes()
    assert tab.post("/api/light?key=own-1", content=b"no picture").status_code == 400
    assert (tab.visitor.folder / "own-1").read_bytes() == before
    assert set(tab.visitor.lights) == {"own-1"}
    assert left_on_disk(tab.visitor) == ["own-1"]


def test_tiles_do_not_stay(tab):
    assert tab.post("/api/tile", content=photo((64, 64))).status_code == 200
    assert left_on_disk(tab.visitor) == []


def test_own_photographs_have_a_quota(tab, monkeypatch):
    size = len(photo())
    monkeypatch.setattr(limits, "MAX_KEPT_BYTES", 2 * size)
    for key, status in (("own-1", 200), ("own-2", 200), ("own-2", 200), ("own-3", 413)):
        assert tab.post(f"/api/light?key={key}", content=photo()).status_code == status
    assert left_on_disk(tab.visitor) == ["own-1", "own-2"]
    assert set(tab.visitor.lights) == {"own-1", "own-2"}


def test_a_full_disk_is_left_some_room(tab, monkeypatch):
    monkeypatch.setattr(limits, "LEAST_FREE_BYTES", 2**62)
    assert tab.post("/api/tile", content=photo()).status_code == 507


def test_a_picture_that_takes_too_long_costs_its_sender_alone(tab, monkeypatch, studio):
    from sat2density.apps.studio import decoders

    few = decoders.Decoders(1)
    monkeypatch.setattr(few._readers[0], "limits", decoders.Limits(1, 900, 40_000_000))
    monkeypatch.setattr(studio, "decoders", few)
    monkeypatch.setattr("sat2density.apps.studio.routes.read_tile", spin)
    answer = tab.post("/api/tile", content=photo((64, 64)))
    assert answer.status_code == 400
    assert "takes more than 1 seconds" in answer.json()["error"]
    monkeypatch.undo()
    assert tab.post("/api/tile", content=photo((64, 64))).status_code == 200
    few.close()


def test_a_visitor_who_is_forgotten_meanwhile_is_told_so(tab, studio, monkeypatch, caplog):
    monkeypatch.setattr("sat2density.apps.studio.routes.read_tile", vanish)
    tab.visitor.forgotten = True
    answer = tab.post("/api/tile", content=photo((64, 64)))
    assert answer.status_code == 400
    assert "reload" in answer.json()["error"]
    assert caplog.records == []


def vanish(path, **size):
    raise FileNotFoundError(path)


def spin(path, **size):
    while True:
        pass


def body(*chunks, pause=0.0):
    """A request whose body comes in these pieces, then nothing."""
    from starlette.requests import Request

    pieces = list(chunks)

    async def receive():
        if pieces:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": True}
        await asyncio.sleep(3600)

    return Request({"type": "http", "headers": [], "method": "POST"}, receive)


def run(coroutine):
    with ThreadPoolExecutor(1) as pool:  # the browser tests leave a loop running in this thread
        return pool.submit(asyncio.run, coroutine).result()


async def receive(request, folder):
    async with uploads.received(request, folder) as path:
        return path.read_bytes()


def test_an_upload_that_stops_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "UPLOAD_PAUSE_S", 0.05)
    with pytest.raises(uploads.RefusedError, match="too slowly") as refused:
        run(receive(body(b"abc"), tmp_path))
    assert refused.value.status == 408
    assert list(tmp_path.iterdir()) == []


def test_an_upload_that_trickles_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "UPLOAD_S", 0.0)
    with pytest.raises(uploads.RefusedError, match="too slowly"):
        run(receive(body(*[b"a"] * 1000), tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_an_upload_that_is_too_large_is_given_up_while_it_comes(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UPLOAD_BYTES", 10)
    with pytest.raises(uploads.RefusedError) as refused:
        run(receive(body(b"12345", b"67890", b"1"), tmp_path))
    assert refused.value.status == 413
    assert list(tmp_path.iterdir()) == []


def test_a_visitor_has_one_file_read_at_a_time_and_few_that_wait(tab):
    async def many():
        entered, done = [], asyncio.Event()

        async def one(number):
            async with uploads.taking_turns(tab.visitor):
                entered.append(number)
                await done.wait()

        tasks = [asyncio.create_task(one(i)) for i in range(limits.MAX_TURNS)]
        await asyncio.sleep(0)
        with pytest.raises(uploads.RefusedError) as refused:
            await one(99)
        assert refused.value.status == 429
        assert entered == [0]
        done.set()
        await asyncio.gather(*tasks)
        assert entered == list(range(limits.MAX_TURNS))

    run(many())
    assert tab.visitor.turns == 0


def test_errors_do_not_show_the_servers_files(tmp_path):
    path = tmp_path / "tile"
    assert uploads.plain(InputError(f"{path}: is damaged"), path) == "This file is damaged"
    assert uploads.plain(InputError(f"{path}: the tile is odd"), path) == "The tile is odd"
