"""A group's widget: the page of its iframe, and what the loader must know beforehand."""

from collections.abc import Iterator, Mapping

from aiohttp import hdrs, web

from chatcore.desk import Desk
from chatcore.people import Account, Group
from signalling.edge.errors import RefusedError
from signalling.edge.headers import CALL_DEVICES, page_policy
from signalling.edge.requests import Front, json_response
from signalling.protocol.http import WidgetConfig, WidgetLook
from signalling.site.files import REVALIDATED, FileStore

_FALLBACK_LANGUAGES = ("en", "it")


class WidgetPages:
    """`/widget/{account}/{group}/` and its `config.json`."""

    def __init__(self, desk: Desk, files: FileStore, front: Front) -> None:
        self._desk = desk
        self._files = files
        self._front = front

    def routes(self) -> list[web.RouteDef]:
        """The routes of this module."""
        return [
            web.get("/widget/{account}/{group}/", self.page),
            web.get("/widget/{account}/{group}/config.json", self.config),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """The iframe's page; only the group's sites may frame it."""
        _, group = await self._group(request)
        headers = {
            hdrs.CACHE_CONTROL: REVALIDATED,
            "Content-Security-Policy": page_policy(self._front.origin(request), group.allowed_origins),
            "Permissions-Policy": CALL_DEVICES,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        return self._files.respond(request, "widget/index.html", headers)

    async def config(self, request: web.Request) -> web.Response:
        """The group's texts and looks, for its own sites and for our pages."""
        account, group = await self._group(request)
        response = json_response(self._describe(account, group, list(_languages(request))))
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers[hdrs.VARY] = "Origin, Accept-Language"
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None:
            if origin not in {*group.allowed_origins, self._front.origin(request)}:
                raise RefusedError("bad_origin", "This site is not among the group's sites.")
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
        return response

    async def _group(self, request: web.Request) -> tuple[Account, Group]:
        names = request.match_info
        return await self._desk.directory.group(names["account"], names["group"])

    def _describe(self, account: Account, group: Group, languages: list[str]) -> WidgetConfig:
        look = group.look
        return WidgetConfig(
            account=account.code,
            group=group.code,
            company=account.company,
            title=_pick(group.title, languages),
            description=_pick(group.description, languages),
            privacy_url=group.privacy_url,
            look=WidgetLook(
                corner=look.corner,
                shape=look.shape,
                brand=look.brand,
                brand_contrast=look.brand_contrast,
                button=look.button,
                button_contrast=look.button_contrast,
            ),
            calls="audio" if group.audio_only else "video",
            online=self._desk.presence.online(group.group_id),
            languages=sorted({*group.title, *group.description, *group.welcome}),
        )


def _languages(request: web.Request) -> Iterator[str]:
    """The languages to try, best first: the site's choice, the browser's in their order, then ours."""
    if "language" in request.query:
        yield request.query["language"][:2].lower()
    for wish in request.headers.get(hdrs.ACCEPT_LANGUAGE, "").split(","):
        yield wish.strip()[:2].lower()
    yield from _FALLBACK_LANGUAGES


def _pick(texts: Mapping[str, str], languages: list[str]) -> str:
    found = (texts[language] for language in languages if language in texts)
    return next(found, next(iter(texts.values()), ""))
