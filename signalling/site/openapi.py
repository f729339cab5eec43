"""`GET /api/v1/openapi.json`: the machines' API, described from the table that its routes are made of."""

import re
from typing import Any

import msgspec
from aiohttp import web

from signalling.protocol.http import Problem
from signalling.rooms.operations import Body, Operation

_REF_TEMPLATE = "#/components/schemas/{name}"
_SECURITY_SCHEMES = {
    "api_key": {"type": "http", "scheme": "bearer", "description": "An API key of the account."},
    "join_token": {"type": "http", "scheme": "bearer", "description": "A join token for the room."},
}


class OpenApi:
    """The document, made once."""

    def __init__(self, operations: list[Operation]) -> None:
        self._document = msgspec.json.encode(describe(operations))

    def routes(self) -> list[web.RouteDef]:
        """The routes of this module."""
        return [web.get("/api/v1/openapi.json", self.show)]

    async def show(self, _request: web.Request) -> web.Response:
        """Send the document."""
        return web.Response(body=self._document, content_type="application/json")


def describe(operations: list[Operation]) -> dict[str, Any]:
    """An OpenAPI 3.1 document of the operations."""
    bodies = [body for item in operations for body in (item.request, item.response)]
    structs = {body for body in bodies if isinstance(body, type)} | {Problem}
    ordered = sorted(structs, key=lambda struct: struct.__name__)
    _, schemas = msgspec.json.schema_components(ordered, ref_template=_REF_TEMPLATE)
    paths: dict[str, dict[str, Any]] = {}
    for item in operations:
        paths.setdefault(item.path, {})[item.method.lower()] = _operation(item)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sportello", "version": "1", "description": "Rooms for machines."},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": _SECURITY_SCHEMES},
    }


def _operation(item: Operation) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": item.summary}
    if item.response is not None:
        answer["content"] = _content(item.response)
    described: dict[str, Any] = {
        "summary": item.summary,
        "security": [{item.security: []}],
        "parameters": _parameters(item),
        "responses": {str(item.status): answer, "default": _refusal(item)},
    }
    if item.request is not None:
        described["requestBody"] = {"required": True, "content": _content(item.request)}
    return described


def _parameters(item: Operation) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", item.path)
    ]
    switch = {"type": "string", "enum": ["0", "1"], "default": "0"}
    return in_path + [{"name": name, "in": "query", "schema": switch} for name in item.switches]


def _refusal(item: Operation) -> dict[str, Any]:
    codes = f" Among its codes: {', '.join(item.refusals)}." if item.refusals else ""
    return {"description": f"A refusal.{codes}", "content": _content(Problem)}


def _content(body: Body) -> dict[str, Any]:
    if isinstance(body, str):
        return {body: {"schema": {"type": "string"}}}
    return {"application/json": {"schema": {"$ref": _REF_TEMPLATE.format(name=body.__name__)}}}
