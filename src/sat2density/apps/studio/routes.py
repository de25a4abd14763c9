"""The studio's HTTP side: the page, uploads, paths in and out, results."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from sat2density.apps.studio import uploads
from sat2density.apps.studio.connection import Connection
from sat2density.apps.studio.guard import Guard
from sat2density.apps.studio.jobs import Jobs
from sat2density.apps.studio.limits import MAX_PATH_BYTES
from sat2density.apps.studio.makers import MAKERS
from sat2density.apps.studio.studio import ASSETS, Studio
from sat2density.apps.studio.visitors import Visitor
from sat2density.errors import InputError, Sat2DensityError
from sat2density.images import read_image, save_image
from sat2density.light.lighting import Lighting
from sat2density.paths.exchange import read_path, write_path

SESSION_HEADER = "x-studio-session"
"""Carries the visitor's key; a page of another site cannot send it without a preflight that is
never granted.
"""

Handler = Callable[["Routes", Request, Visitor], Awaitable[Response]]


class Routes:
    """The handlers, with the studio they serve."""

    def __init__(self, studio: Studio, jobs: Jobs) -> None:
        self.studio = studio
        self.jobs = jobs

    def visitor(self, request: Request) -> Visitor:
        """Return the visitor of a request; InputError when the studio does not know it."""
        visitor = self.studio.visitors.find(request.headers.get(SESSION_HEADER))
        if visitor is None:
            raise InputError("The studio was started anew; reload the page.")
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

    async def result(self, request: Request) -> Response:
        """Send a result, to play (ranges work) or, with ?download, to keep."""
        result = self.studio.visitors.result(request.path_params["token"])
        if result is None or not result.path.is_file():
            return JSONResponse({"error": "This result is gone; make it again."}, 404)
        kind = "attachment" if "download" in request.query_params else "inline"
        return FileResponse(result.path, filename=result.name, content_disposition_type=kind)

    async def tile(self, request: Request, visitor: Visitor) -> Response:
        """Take a tile (a picture, or ?example=KEY) and reconstruct it."""
        key = request.query_params.get("example")
        if key is not None:
            if key not in self.studio.examples:
                raise InputError("There is no such example.")
            path = self.studio.examples[key].path
        else:
            path = uploads.keep_picture(await uploads.read_body(request), visitor.folder / "tile")
        place = await self._work(visitor, "tile", lambda: self.studio.enter(visitor, path), path)
        return JSONResponse({"tile": place.serial})

    async def decode(self, request: Request, visitor: Visitor) -> Response:
        """Turn a picture the browser cannot show (TIFF, 16 bit) into a PNG it can."""
        source = uploads.keep_picture(await uploads.read_body(request), visitor.folder / "picture")
        target = visitor.folder / "picture.png"

        def convert() -> None:
            save_image(target, read_image(source))

        await self._work(visitor, "decode", convert, source)
        return FileResponse(target)

    async def light(self, request: Request, visitor: Visitor) -> Response:
        """Take a ground photograph as the light ?key=own-N; with ?mask=1, the mask of the
        photograph sent before.
        """
        key = request.query_params.get("key", "")
        visitor.check_light(key)
        photo, mask = visitor.folder / f"light-{key}", visitor.folder / f"mask-{key}"
        has_mask = "mask" in request.query_params
        path = uploads.keep_picture(await uploads.read_body(request), mask if has_mask else photo)

        def take() -> Lighting:
            if not photo.is_file():
                raise InputError("Send the photograph before its mask.")
            return Lighting.from_photo(photo, mask if has_mask else None)

        light = await self._work(visitor, "light", take, path)
        visitor.add_light(key, light)
        share = float((light.sky[..., 3] > 127).mean()) if light.sky is not None else 0.0
        return JSONResponse({"key": key, "skyShare": share})

    async def path_in(self, request: Request, visitor: Visitor) -> Response:
        """Read a path file (?format=csv, json or geojson) and return its points."""
        data = await uploads.read_body(request, MAX_PATH_BYTES)
        kind = request.query_params.get("format", "")
        return JSONResponse(
            await asyncio.to_thread(read_path, data, kind, visitor.folder, self.studio.model.spec)
        )

    async def path_out(self, request: Request, visitor: Visitor) -> Response:
        """Write the points of a JSON body as a path file (?format=...)."""
        data = await uploads.read_body(request, MAX_PATH_BYTES)
        kind = request.query_params.get("format", "")
        text = await asyncio.to_thread(
            write_path, data, kind, visitor.folder, self.studio.model.spec
        )
        return Response(text, media_type="application/octet-stream")

    async def _work(self, visitor: Visitor, slot: str, work: Callable[[], Any], path: Path) -> Any:
        """Do work on the queue's thread; errors speak of "the file", not of the server's name for
        it.
        """
        try:
            return await asyncio.wrap_future(self.studio.queue.submit(visitor.key, slot, work))
        except Sat2DensityError as error:
            raise InputError(uploads.plain(error, path)) from error
        except asyncio.CancelledError:
            raise InputError("Newer work took its place.") from None


def _for_visitor(
    routes: Routes, handler: Callable[[Request, Visitor], Awaitable[Response]]
) -> Callable[..., Any]:
    async def endpoint(request: Request) -> Response:
        try:
            return await handler(request, routes.visitor(request))
        except uploads.TooLargeError as error:
            return JSONResponse({"error": str(error)}, 413)
        except Sat2DensityError as error:
            return JSONResponse({"error": str(error)}, 400)

    return endpoint


def create_app(studio: Studio, bound_to: str = "127.0.0.1") -> Starlette:
    """Build the ASGI application of a studio.

    Args:
        studio: its model and state; the caller closes it.
        bound_to: the address it will be served on, for the checks of `Guard`.

    """
    jobs = Jobs(studio, MAKERS)
    routes = Routes(studio, jobs)

    async def connect(socket: WebSocket) -> None:
        await Connection(studio, jobs, socket).serve()

    posts = {
        "/api/tile": routes.tile,
        "/api/decode": routes.decode,
        "/api/light": routes.light,
        "/api/path/read": routes.path_in,
        "/api/path/write": routes.path_out,
    }
    app = Starlette(
        routes=[
            Route("/", routes.page),
            WebSocketRoute("/ws", connect),
            Route("/examples/{key}", routes.example),
            Route("/results/{token}/{name}", routes.result),
            *(
                Route(path, _for_visitor(routes, handler), methods=["POST"])
                for path, handler in posts.items()
            ),
            Mount("/assets", StaticFiles(directory=ASSETS, check_dir=False)),
        ],
        middleware=[Middleware(Guard, bound_to=bound_to)],
    )
    app.state.jobs = jobs
    return app
