"""Logins: the cookie, the CSRF token, the origin, the limits."""

import asyncio

import pytest

from signalling.edge.frame_socket import CloseCode
from signalling.protocol import chat
from tests.signalling.clients import Desk, problem_code
from tests.signalling.conftest import OpenDesk, StartServer

LOGIN = {"email": "giulia@demo.example", "password": "sportello-demo"}


async def test_the_cookie_is_kept_from_scripts_and_other_sites(desk: Desk) -> None:
    async with desk.http.post("/api/v1/session", json=LOGIN) as response:
        cookie = response.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie  # This server speaks HTTP.


async def test_who_is_logged_in_is_told_until_the_logout(desk: Desk) -> None:
    session = await desk.login()
    async with desk.http.get("/api/v1/session") as response:
        assert (await response.json())["csrf_token"] == session.csrf_token
        assert response.headers["Cache-Control"] == "no-store"
    headers = {"X-CSRF-Token": session.csrf_token}
    async with desk.http.delete("/api/v1/session", headers=headers) as response:
        assert response.status == 204
    async with desk.http.get("/api/v1/session") as response:
        assert (response.status, await problem_code(response)) == (401, "unauthorized")


async def test_a_logout_closes_the_logins_sockets_and_no_others(desk: Desk) -> None:
    session = await desk.login()
    visitor = await desk.visitor()
    async with desk.operator_socket() as giulia, desk.visitor_socket(visitor.token) as anna:
        closing = asyncio.create_task(giulia.closed())
        async with desk.http.delete("/api/v1/session", headers={"X-CSRF-Token": session.csrf_token}):
            pass
        assert await closing == CloseCode.UNAUTHORIZED
        assert (await anna.done(chat.Ping)).rid == 1


@pytest.mark.parametrize(
    "login",
    [
        {"email": "giulia@demo.example", "password": "wrong"},
        {"email": "nobody@demo.example", "password": "sportello-demo"},
    ],
)
async def test_a_wrong_login_does_not_say_what_was_wrong(desk: Desk, login: dict[str, str]) -> None:
    async with desk.http.post("/api/v1/session", json=login) as response:
        problem = await response.json()
    assert (response.status, problem["code"]) == (401, "unauthorized")
    assert "mail" in problem["message"]
    assert "password" in problem["message"]


@pytest.mark.parametrize("token", [None, "", "wrong", "ö"])
async def test_changes_without_the_csrf_token_are_refused(desk: Desk, token: str | None) -> None:
    await desk.login("admin@demo.example")
    headers = {} if token is None else {"X-CSRF-Token": token}
    changes = [
        desk.http.delete("/api/v1/session", headers=headers),
        desk.http.post("/api/v1/admin/keys", json={"label": "x"}, headers=headers),
    ]
    for change in changes:
        async with change as response:
            assert (response.status, await problem_code(response)) == (403, "csrf")


async def test_pages_of_other_sites_can_neither_log_in_nor_change_anything(desk: Desk) -> None:
    evil = {"Origin": "https://evil.example"}
    async with desk.http.post("/api/v1/session", json=LOGIN, headers=evil) as response:
        assert (response.status, await problem_code(response)) == (403, "bad_origin")
    session = await desk.login()
    headers = {**evil, "X-CSRF-Token": session.csrf_token}
    async with desk.http.delete("/api/v1/session", headers=headers) as response:
        assert await problem_code(response) == "bad_origin"
    async with desk.http.post("/api/v1/visitor", json={}, headers=evil) as response:
        assert await problem_code(response) == "bad_origin"


async def test_logins_and_visitors_are_limited(start_server: StartServer, open_desk: OpenDesk) -> None:
    desk = await open_desk(await start_server("--rate-limit-factor", "0.1"))
    wrong = {"email": "giulia@demo.example", "password": "wrong"}
    for path, body in (("session", wrong), ("visitor", {"account": "demo", "group": "consulenza"})):
        statuses = []
        while 429 not in statuses:
            async with desk.http.post(f"/api/v1/{path}", json=body) as response:
                statuses.append(response.status)
        assert 1 < len(statuses) <= 4
        assert int(response.headers["Retry-After"]) > 0


async def test_administrators_alone_set_up_groups_and_keys(desk: Desk) -> None:
    operator = await desk.login()
    headers = {"X-CSRF-Token": operator.csrf_token}
    async with desk.http.get("/api/v1/admin/groups") as response:
        assert (response.status, await problem_code(response)) == (403, "forbidden")
    async with desk.http.post("/api/v1/admin/keys", json={"label": "mine"}, headers=headers) as response:
        assert (response.status, await problem_code(response)) == (403, "forbidden")


async def test_a_key_works_from_its_creation_to_its_end(desk: Desk) -> None:
    session = await desk.login("admin@demo.example")
    headers = {"X-CSRF-Token": session.csrf_token}
    async with desk.http.post("/api/v1/admin/keys", json={"label": "Tests"}, headers=headers) as response:
        assert response.status == 201
        created = await response.json()
    bearer = {"Authorization": f"Bearer {created['secret']}"}
    async with desk.http.get("/api/v1/rooms", headers=bearer) as response:
        assert response.status == 200
    async with desk.http.get("/api/v1/admin/keys") as response:
        keys = (await response.json())["keys"]
    assert "Tests" in [key["label"] for key in keys]
    assert created["secret"] not in str(keys)
    key_id = created["key"]["key_id"]
    async with desk.http.delete(f"/api/v1/admin/keys/{key_id}", headers=headers) as response:
        assert response.status == 204
    async with desk.http.get("/api/v1/rooms", headers=bearer) as response:
        assert response.status == 401


async def test_a_groups_sites_are_what_the_administrator_says(desk: Desk) -> None:
    session = await desk.login("admin@demo.example")
    headers = {"X-CSRF-Token": session.csrf_token}
    async with desk.http.get("/api/v1/admin/groups") as response:
        groups = {group["code"]: group for group in (await response.json())["groups"]}
    path = f"/api/v1/admin/groups/{groups['consulenza']['group_id']}"
    body = {"allowed_origins": ["https://shop.example", "https://www.shop.example"]}
    async with desk.http.patch(path, json=body, headers=headers) as response:
        assert response.status == 200
    async with desk.http.get("/widget/demo/consulenza/") as response:
        policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors https://shop.example https://www.shop.example;" in policy
    body = {"allowed_origins": ["https://shop.example; script-src *"]}
    async with desk.http.patch(path, json=body, headers=headers) as response:
        assert (response.status, await problem_code(response)) == (400, "bad_request")
