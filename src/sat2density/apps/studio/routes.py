"""The studio's HTTP side: the page, uploads, paths in and out, results."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from sat2density.apps.studio import uploads
from sat2density.apps.studio.connection import UNFORESEEN, Connection
from sat2density.apps.studio.decoders import photo_light, to_png
from sat2density.apps.studio.guard import Door, Guard
from sat2density.apps.studio.jobs import Jobs
from sat2density.apps.studio.limits import MAX_PATH_BYTES, MAX_SHOWN_BYTES
from sat2density.apps.studio.makers import MAKERS
from sat2density.apps.studio.studio import ASSETS, Studio
from sat2density.apps.studio.visitors import Visitor
from sat2density.errors import InputError, Sat2DensityError
from sat2density.images import check_extent, read_tile
from sat2density.maps.servers import NoPictureError
from sat2density.paths.exchange import read_path, write_path
from sat2density.reading import read_bytes
from sat2density.scene_spec import SceneSpec

log = logging.getLogger("sat2density.studio")

T = TypeVar("T")

SESSION_HEADER = "x-studio-session"
"""Carries the visitor's key; a page of another site cannot send it without a preflight that is
never granted.
"""

FORGOTTEN = "The studio does not know this page any more; reload it."

GONE = 499
"""Nobody reads this answer."""

Handler = Callable[["Routes", Request, Visitor], Awaitable[Response]]


class Routes:
    """The handlers, with the studio they serve."""

    def __init__(self, studio: Studio, jobs: Jobs) -> None:
        self.studio = studio
        self.jobs = jobs
        self._map_turn = asyncio.Lock()  # a slow tile server keeps one thread busy, not all

    def visitor(self, request: Request) -> Visitor:
        """Return the visitor of a request; InputError when the studio does not know it."""
        visitor = self.studio.visitors.find(request.headers.get(SESSION_HEADER))
        if visitor is None:
            raise InputError(FORGOTTEN)
        return visitor

    async def page(self, request: Request) -> Response:
        """Send the page itself."""
        return FileResponse(ASSETS / "index.html", headers={"cache-control": "no-cache"})

    async def example(self, request: Request) -> Response:
        """Send an example tile's picture."""
        example = self.studio.examples.get(request.path_params["key"])
        if example is None:
            return JSONResponse({"error": "There is no such example."}, 404)
        return FileResponse(example.path)

    async def map_picture(self, request: Request) -> Response:
        """Send a picture of the map, in the usual grid of the web."""
        if self.studio.map is None:
            return JSONResponse({"error": "This studio was started without a map."}, 404)
        at = (int(request.path_params[name]) for name in ("zoom", "column", "row"))
        async with self._map_turn:
            if await request.is_disconnected():  # the map was moved on meanwhile
                return Response(status_code=GONE)
            try:
                data, kind = await asyncio.to_thread(self.studio.map.pictures.picture, *at)
            except NoPictureError as error:
                return JSONResponse({"error": str(error)}, 404)
            except InputError as error:
                return JSONResponse({"error": str(error)}, 502)
        return Response(data, media_type=kind)

    async def result(self, request: Request) -> Response:
        """Send a result, to play (ranges work) or, with ?download, to keep."""
        result = self.studio.visitors.result(request.path_params["token"])
        if result is None or not result.path.is_file():
            return JSONResponse({"error": "This result is gone; make it again."}, 404)
        kind = "attachment" if "download" in request.query_params else "inline"
        return FileResponse(result.path, filename=result.name, content_disposition_type=kind)

    async def tile(self, request: Request, visitor: Visitor) -> Response:
        """Take a tile (a picture, and ?extent_m=METRES where its width is known; or
        ?example=KEY) and reconstruct it.
        """
        key = request.query_params.get("example")
        if key is None:
            own_m = _metres(request.query_params.get("extent_m"))
            async with uploads.received(request, visitor.folder) as path:
                return await self._enter(visitor, path, own_m)
        if key not in self.studio.examples:
            raise InputError("There is no such example.")
        example = self.studio.examples[key]
        return await self._enter(visitor, example.path, example.width_m)

    async def _enter(self, visitor: Visitor, path: Path, own_m: float | None) -> Response:
        wanted = self.studio.tile_reading(own_m)
        tile = await self._decode(read_tile, path, **wanted, pictures=[path])
        future = self.studio.queue.submit(
            visitor.key, "tile", lambda: self.studio.enter(visitor, tile)
        )
        try:
            place = await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            raise InputError("Newer work took its place.") from None
        return JSONResponse({"tile": place.serial})

    async def decode(self, request: Request, visitor: Visitor) -> Response:
        """Turn a picture the browser cannot show (TIFF, 16 bit) into a PNG it can."""
        target = visitor.folder / "shown.png"
        async with uploads.received(request, visitor.folder) as source:
            width_m = await self._decode(to_png, source, target, pictures=[source])
        data = await asyncio.to_thread(read_bytes, target, MAX_SHOWN_BYTES)
        target.unlink()
        headers = None if width_m is None else {"x-studio-width-m": f"{width_m:.6g}"}
        return Response(data, media_type="image/png", headers=headers)

    async def light(self, request: Request, visitor: Visitor) -> Response:
        """Take a ground photograph as the light ?key=own-N; with ?mask=1, the mask of the
        photograph sent before.
        """
        key = request.query_params.get("key", "")
        visitor.check_light(key)
        photo = visitor.folder / key
        has_mask = "mask" in request.query_params
        if has_mask and not photo.is_file():
            raise InputError("Send the photograph before its mask.")
        async with uploads.received(request, visitor.folder) as path:
            pictures = [photo, path] if has_mask else [path]
            mask = path if has_mask else None
            light = await self._decode(photo_light, pictures[0], mask, key, pictures=pictures)
            if not has_mask:  # a mask is used at once; a photograph may get its mask later
                uploads.keep(path, visitor, key)
        visitor.add_light(key, light)
        share = float((light.sky[..., 3] > 127).mean()) if light.sky is not None else 0.0
        return JSONResponse({"key": key, "skyShare": share})

    async def model(self, request: Request, visitor: Visitor) -> Response:
        """Send the place as a model of things, made on demand; with ?lat=..&lon=.. what stands
        around a place of the map, and where its middle lies.
        """
        asked = request.query_params
        if "lat" not in asked:
            data, serial = await self._queued(visitor, lambda: self.studio.model_of(visitor))
            headers = {"x-studio-tile": str(serial)}
        else:
            try:
                lat, lon = float(asked["lat"]), float(asked.get("lon", ""))
            except ValueError:
                raise InputError("A place of the map is two numbers, lat and lon.") from None
            data, middle = await self._queued(visitor, lambda: self.studio.model_around(lat, lon))
            headers = {"x-studio-middle": f"{middle.lat:.9f},{middle.lon:.9f}"}
        return Response(data, media_type="model/gltf-binary", headers=headers)

    async def _queued(self, visitor: Visitor, work: Callable[[], T]) -> T:
        """Have a model made on the queue's thread."""
        try:
            made: T = await asyncio.wrap_future(
                self.studio.queue.submit(visitor.key, "model", work)
            )
        except asyncio.CancelledError:
            raise InputError("Newer work took its place.") from None
        return made

    async def walk_light(self, request: Request, visitor: Visitor) -> Response:
        """Send a light (?a=NAME, and &b=NAME&t=SHARE of a second one) for the view of the model."""
        asked = request.query_params
        try:
            share = float(asked.get("t", "0"))
        except ValueError:
            raise InputError("The share of the second light is a number from 0 to 1.") from None
        wanted = {"a": asked.get("a"), "b": asked.get("b"), "t": share}
        return JSONResponse(await asyncio.to_thread(self.studio.walk_light, visitor, wanted))

    async def path_in(self, request: Request, visitor: Visitor) -> Response:
        """Read a path file (?format=csv, json or geojson) and return its points."""
        async with uploads.received(request, visitor.folder, MAX_PATH_BYTES) as path:
            data = read_bytes(path, MAX_PATH_BYTES)
        return JSONResponse(await self._decode(read_path, data, *self._path_options(request)))

    async def path_out(self, request: Request, visitor: Visitor) -> Response:
        """Write the points of a JSON body as a path file (?format=...)."""
        async with uploads.received(request, visitor.folder, MAX_PATH_BYTES) as path:
            data = read_bytes(path, MAX_PATH_BYTES)
        text = await self._decode(write_path, data, *self._path_options(request))
        return Response(text, media_type="application/octet-stream")

    def _path_options(self, request: Request) -> tuple[str, Path, SceneSpec]:
        kind = request.query_params.get("format", "")
        return kind, self.studio.root, self.studio.model.spec

    async def _decode(
        self,
        function: Callable[..., T],
        *arguments: Any,
        pictures: list[Path] | None = None,
        **named: Any,
    ) -> T:
        """Have a file read by the decoders; errors speak of "this file", not of the server's name
        for it.
        """
        files = pictures or []
        future = self.studio.decoders.submit(function, *arguments, pictures=files, **named)
        try:
            return await asyncio.wrap_future(future)
        except Sat2DensityError as error:
            raise InputError(uploads.plain(error, *files)) from error


def _metres(text: str | None) -> float | None:
    """Read the width of a tile; InputError where it is none."""
    if text is None:
        return None
    try:
        width_m = float(text)
    except ValueError:
        raise InputError("The tile's width is a number of metres.") from None
    check_extent(width_m, "The tile's width")
    return width_m


def _for_visitor(
    routes: Routes, handler: Callable[[Request, Visitor], Awaitable[Response]]
) -> Callable[..., Any]:
    async def endpoint(request: Request) -> Response:
        visitor = None
        try:
            visitor = routes.visitor(request)
            async with uploads.taking_turns(visitor):
                return await handler(request, visitor)
        except uploads.RefusedError as error:
            return JSONResponse({"error": str(error)}, error.status)
        except Sat2DensityError as error:
            return JSONResponse({"error": str(error)}, 400)
        except Exception:
            if visitor is not None and visitor.forgotten:  # and its folder with it
                return JSONResponse({"error": FORGOTTEN}, 400)
            # A fault of ours: a sentence for the page, the rest for the terminal.
            log.exception("%s failed", request.url.path)
            return JSONResponse({"error": UNFORESEEN}, 500)

    return endpoint


def create_app(studio: Studio, door: Door | None = None) -> Guard:
    """Build the ASGI application of a studio.

    Args:
        studio: its model and state; the caller closes it.
        door: who is let in; None is everybody of this machine.

    """
    jobs = Jobs(studio, MAKERS)
    routes = Routes(studio, jobs)

    async def connect(socket: WebSocket) -> None:
        await Connection(studio, jobs, socket).serve()

    posts = {
        "/api/tile": routes.tile,
        "/api/decode": routes.decode,
        "/api/light": routes.light,
        "/api/model": routes.model,
        "/api/walk-light": routes.walk_light,
        "/api/path/read": routes.path_in,
        "/api/path/write": routes.path_out,
    }
    app = Starlette(
        routes=[
            Route("/", routes.page),
            WebSocketRoute("/ws", connect),
            Route("/examples/{key}", routes.example),
            Route("/map/{zoom:int}/{column:int}/{row:int}", routes.map_picture),
            Route("/results/{token}/{name}", routes.result),
            *(
                Route(path, _for_visitor(routes, handler), methods=["POST"])
                for path, handler in posts.items()
            ),
            Mount("/assets", StaticFiles(directory=ASSETS, check_dir=False)),
        ],
    )
    app.state.jobs = jobs
    return Guard(app, door)
