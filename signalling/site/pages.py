"""The pages of the apps, the loader, the demo shop, and the files that they use."""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from signalling.edge.headers import CALL_DEVICES, page_policy
from signalling.edge.requests import Front
from signalling.site.files import IMMUTABLE, REVALIDATED, FileStore

LOADER_CACHING = "public, max-age=600, stale-while-revalidate=86400"


class Pages:
    """Everything that is the same for all."""

    def __init__(self, files: FileStore, front: Front) -> None:
        self._files = files
        self._front = front

    def routes(self) -> list[web.RouteDef]:
        """The routes of this module."""
        return [
            web.get("/", _redirect_to("/operator/")),
            web.get("/operator", _redirect_to("/operator/")),
            web.get("/admin", _redirect_to("/admin/")),
            web.get("/shop", _redirect_to("/shop/")),
            web.get("/{app:operator|admin}/{rest:.*}", self.app),
            web.get("/shop/{path:.*}", self.shop),
            web.get("/static/{path:.+}", self.static),
            web.get("/sportello.js", self.loader),
        ]

    async def app(self, request: web.Request) -> web.Response:
        """An app's page; what follows its name in the address is the app's own matter."""
        return self._page(request, f"{request.match_info['app']}/index.html")

    async def shop(self, request: web.Request) -> web.Response:
        """The demo shop."""
        path = request.match_info["path"]
        if not path or path.endswith("/"):
            path += "index.html"
        return self._page(request, f"shop/{path}")

    async def static(self, request: web.Request) -> web.Response:
        """A file that the built pages use. Those under `assets/` have their content's hash in the name."""
        path = request.match_info["path"]
        caching = IMMUTABLE if "/assets/" in path else REVALIDATED
        return self._files.respond(request, path, {hdrs.CACHE_CONTROL: caching})

    async def loader(self, request: web.Request) -> web.Response:
        """The script that puts the widget on any site."""
        headers = {
            hdrs.CACHE_CONTROL: LOADER_CACHING,
            hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        return self._files.respond(request, "loader.js", headers)

    def _page(self, request: web.Request, path: str) -> web.Response:
        headers = {
            hdrs.CACHE_CONTROL: REVALIDATED,
            "Content-Security-Policy": page_policy(self._front.origin(request)),
            "Permissions-Policy": CALL_DEVICES,
        }
        return self._files.respond(request, path, headers)


def _redirect_to(path: str) -> Handler:
    async def redirect(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={hdrs.LOCATION: path})

    return redirect
