"""Pages, files, and the headers that they come with."""

import re

import pytest

from tests.signalling.clients import Desk, problem_code
from tests.signalling.conftest import WEB_FILES, OpenDesk, StartServer


@pytest.mark.parametrize(
    "path", ["/operator/", "/operator/chats/7", "/admin/", "/shop/", "/widget/demo/consulenza/"]
)
async def test_pages_run_only_our_own_scripts(desk: Desk, path: str) -> None:
    async with desk.http.get(path) as response:
        assert response.status == 200
        assert response.content_type == "text/html"
        policy = dict(
            part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";")
        )
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["connect-src"] == f"'self' {desk.url.replace('http', 'ws', 1)}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=(self)" in response.headers["Permissions-Policy"]
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/operator/", "/admin/", "/shop/", "/api/v1/openapi.json", "/nothing"])
async def test_nobody_frames_what_is_not_the_widget(desk: Desk, path: str) -> None:
    async with desk.http.get(path) as response:
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert "Server" not in response.headers


async def test_the_widget_is_framed_by_its_groups_sites(desk: Desk) -> None:
    async with desk.http.get("/widget/demo/consulenza/") as response:
        policy = response.headers["Content-Security-Policy"]
    port = desk.url.rsplit(":", 1)[1]
    assert f"frame-ancestors http://127.0.0.1:{port} http://localhost:{port};" in policy


@pytest.mark.parametrize(
    "path", ["/widget/demo/nothing/", "/widget/nobody/consulenza/", "/static/x", "/static/../x"]
)
async def test_what_does_not_exist_is_not_found(desk: Desk, path: str) -> None:
    async with desk.http.get(path) as response:
        assert (response.status, await problem_code(response)) == (404, "not_found")


async def test_hashed_files_are_kept_for_good_and_compressed(desk: Desk) -> None:
    async with desk.http.get("/static/operator/assets/app-1a2b3c.js") as response:
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.content_type == "text/javascript"
        assert await response.text() == WEB_FILES["operator/assets/app-1a2b3c.js"]
    plain = {"Accept-Encoding": "identity"}
    async with desk.http.get("/static/operator/assets/app-1a2b3c.js", headers=plain) as response:
        assert "Content-Encoding" not in response.headers


async def test_the_loader_is_for_every_site_and_is_not_sent_twice(desk: Desk) -> None:
    async with desk.http.get("/sportello.js") as response:
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        etag = response.headers["ETag"]
    async with desk.http.get("/sportello.js", headers={"If-None-Match": etag}) as response:
        assert response.status == 304
        assert await response.read() == b""


async def test_the_widgets_configuration_is_for_its_sites_alone(desk: Desk) -> None:
    path = "/widget/demo/consulenza/config.json"
    async with desk.http.get(path, headers=desk.origin) as response:
        assert response.headers["Access-Control-Allow-Origin"] == desk.url
    async with desk.http.get(path, headers={"Origin": "https://evil.example"}) as response:
        assert (response.status, await problem_code(response)) == (403, "bad_origin")
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("query", "accepted", "title"),
    [
        ("?language=it", "en", "Buongiorno, come possiamo aiutarla?"),
        ("", "it-CH,en;q=0.8", "Buongiorno, come possiamo aiutarla?"),
        ("", "ja,de", "Hello, how can we help you?"),
        ("?language=xx", "", "Hello, how can we help you?"),
    ],
)
async def test_the_widgets_texts_are_in_the_visitors_language(
    desk: Desk, query: str, accepted: str, title: str
) -> None:
    headers = {"Accept-Language": accepted}
    async with desk.http.get(f"/widget/demo/consulenza/config.json{query}", headers=headers) as response:
        config = await response.json()
    assert (config["title"], config["calls"], config["online"]) == (title, "video", False)


async def test_the_front_door_leads_to_the_operators(desk: Desk) -> None:
    async with desk.http.get("/", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, "/operator/")


async def test_metrics_are_for_this_machine_and_the_networks_named(
    start_server: StartServer, open_desk: OpenDesk
) -> None:
    desk = await open_desk(
        await start_server("--trusted-proxies", "127.0.0.1/32", "--metrics-readers", "192.0.2.0/24")
    )
    statuses = {"": 200, "192.0.2.7": 200, "198.51.100.1": 403, "192.0.2.7, 198.51.100.1": 403}
    for forwarded, status in statuses.items():
        for path in ("/metrics", "/healthz"):
            async with desk.http.get(path, headers={"X-Forwarded-For": forwarded}) as response:
                assert response.status == status, forwarded


async def test_a_trusted_proxys_https_makes_cookies_secure(
    start_server: StartServer, open_desk: OpenDesk
) -> None:
    desk = await open_desk(await start_server("--trusted-proxies", "127.0.0.0/8"))
    login = {"email": "giulia@demo.example", "password": "sportello-demo"}
    headers = {"X-Forwarded-Proto": "https", "Origin": desk.url.replace("http", "https", 1)}
    async with desk.http.post("/api/v1/session", json=login, headers=headers) as response:
        assert response.status == 200
        assert response.headers["Set-Cookie"].startswith("__Host-sportello=")
        assert "Strict-Transport-Security" in response.headers


async def test_refusals_and_media_are_counted(desk: Desk) -> None:
    async with desk.http.get("/nothing"):
        pass
    async with desk.http.get("/metrics") as response:
        text = await response.text()
    assert 'sportello_refusals_total{code="not_found"} 1.0' in text
    assert re.search(r'^sportello_media_rooms\{port="\d+"\} 0.0$', text, re.MULTILINE)
