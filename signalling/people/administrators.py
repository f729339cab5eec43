"""`/api/v1/admin/…`: groups and API keys, for logged-in administrators."""

from aiohttp import web

from admin.administration import Administration
from admin.requests import GroupChanges, NewGroup
from chatcore.actors import OperatorActor
from signalling.edge.requests import json_response, read_json
from signalling.people.operator_sessions import OperatorSessions
from signalling.protocol.http import ApiKeyList, CreateApiKey, GroupList


class Administrators:
    """The administrator's use cases over HTTP. Who may do what is decided in `admin`."""

    def __init__(self, administration: Administration, sessions: OperatorSessions) -> None:
        self._administration = administration
        self._sessions = sessions

    def routes(self) -> list[web.RouteDef]:
        """The routes of this module."""
        return [
            web.get("/api/v1/admin/groups", self.list_groups),
            web.post("/api/v1/admin/groups", self.create_group),
            web.patch("/api/v1/admin/groups/{group_id}", self.update_group),
            web.get("/api/v1/admin/keys", self.list_keys),
            web.post("/api/v1/admin/keys", self.create_key),
            web.delete("/api/v1/admin/keys/{key_id}", self.revoke_key),
        ]

    async def list_groups(self, request: web.Request) -> web.Response:
        """All groups of the account."""
        actor = await self._actor(request)
        return json_response(GroupList(groups=await self._administration.list_groups(actor)))

    async def create_group(self, request: web.Request) -> web.Response:
        """A new group."""
        actor = await self._actor(request)
        body = await read_json(request, NewGroup)
        return json_response(await self._administration.create_group(actor, body), status=201)

    async def update_group(self, request: web.Request) -> web.Response:
        """Change what the body names."""
        actor = await self._actor(request)
        body = await read_json(request, GroupChanges)
        group_id = request.match_info["group_id"]
        return json_response(await self._administration.update_group(actor, group_id, body))

    async def list_keys(self, request: web.Request) -> web.Response:
        """All API keys of the account, without their secrets."""
        actor = await self._actor(request)
        return json_response(ApiKeyList(keys=await self._administration.list_api_keys(actor)))

    async def create_key(self, request: web.Request) -> web.Response:
        """A new API key; this answer alone shows its secret."""
        actor = await self._actor(request)
        body = await read_json(request, CreateApiKey)
        return json_response(await self._administration.create_api_key(actor, body.label), status=201)

    async def revoke_key(self, request: web.Request) -> web.Response:
        """Make a key invalid."""
        actor = await self._actor(request)
        await self._administration.revoke_api_key(actor, request.match_info["key_id"])
        return web.Response(status=204)

    async def _actor(self, request: web.Request) -> OperatorActor:
        return (await self._sessions.require(request)).operator.actor
