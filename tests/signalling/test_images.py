"""Administrators' images and previews, over HTTP."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from aiohttp import hdrs

from admin.images import MAX_IMAGES
from signalling.people.images import MAX_IMAGE_BYTES
from sportello.server import RunningServer
from tests.media.backgrounds.files import jpeg, plain, png, square_logo
from tests.signalling.clients import Desk, problem_code
from tests.signalling.conftest import OpenDesk
from tests.signalling.office import Office
from tests.signalling.test_accounts_apart import login, server, stranger

__all__ = ["server", "stranger"]

GREEN = (20, 160, 60)
PICTURE = jpeg(plain(64, 48, GREEN))
LOGO = square_logo((230, 0, 230))


@pytest.fixture
async def office(desk: Desk) -> Office:
    session = await desk.login("admin@demo.example")
    return Office(desk.http, {"X-CSRF-Token": session.csrf_token})


async def test_an_image_is_kept_once_and_read_back_and_deleted(office: Office) -> None:
    image_id = await office.upload(PICTURE, "image/jpeg")
    assert await office.upload(PICTURE, "image/png") == image_id
    [image] = await office.images()
    assert (image["content_type"], image["width"], image["height"]) == ("image/jpeg", 64, 48)
    assert image["size_bytes"] == len(PICTURE)
    async with office.http.get(f"/api/v1/admin/images/{image_id}") as response:
        assert (response.content_type, await response.read()) == ("image/jpeg", PICTURE)
        assert "immutable" in response.headers[hdrs.CACHE_CONTROL]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert await office.delete(image_id) == 204
    assert await office.delete(image_id) == 404
    assert await office.images() == []


def bomb() -> bytes:
    return png(np.zeros((8000, 8000), np.uint8))


@pytest.mark.parametrize(
    ("make", "status", "code"),
    [
        (lambda: b"GIF89a", 415, "image_type_unknown"),
        (lambda: PICTURE[:40], 400, "image_damaged"),
        (bomb, 400, "image_too_many_pixels"),
        (lambda: bytes(MAX_IMAGE_BYTES + 1), 413, "too_large"),
    ],
    ids=["no image", "damaged", "bomb", "large"],
)
async def test_what_cannot_be_used_is_refused_and_not_kept(
    office: Office, make: Callable[[], bytes], status: int, code: str
) -> None:
    assert await office.refused(make()) == (status, code)
    assert await office.images() == []


async def test_other_types_are_refused_by_their_name(office: Office) -> None:
    assert await office.refused(PICTURE, "image/svg+xml") == (415, "unsupported_media_type")


async def test_an_account_keeps_so_many_images(office: Office) -> None:
    ids = {await office.upload(png(np.full((2, 2), grey, np.uint8))) for grey in range(MAX_IMAGES)}
    assert len(ids) == MAX_IMAGES
    assert await office.refused(PICTURE) == (409, "images_full")
    await office.delete(ids.pop())
    await office.upload(PICTURE)


async def test_a_groups_effect_is_kept_and_holds_its_images(office: Office) -> None:
    room, logo = await office.upload(PICTURE), await office.upload(LOGO)
    effect = {
        "background": {"type": "virtual", "image_id": room},
        "logo": {"image_id": logo, "corner": "bottom-left", "width": 0.3, "opacity": 0.8},
    }
    assert (await office.set_effect(effect))[1]["effect"] == effect
    assert [await office.delete(image_id) for image_id in (room, logo)] == [409, 409]
    blurred = {"background": {"type": "blur", "strength": "strong"}, "logo": None}
    assert (await office.set_effect(blurred))[1]["effect"] == blurred
    assert [await office.delete(image_id) for image_id in (room, logo)] == [204, 204]


@pytest.mark.parametrize(
    "effect",
    [
        {"background": {"type": "virtual", "image_id": "none"}},
        {"logo": {"image_id": "none"}},
        {"background": {"type": "blur", "strength": "total"}},
        {"logo": {"image_id": "none", "width": 3}},
        {"logo": {"image_id": "none", "opacity": 0}},
    ],
)
async def test_effects_that_cannot_be_are_refused(office: Office, effect: dict[str, Any]) -> None:
    status, problem = await office.set_effect(effect)
    assert (status, problem["code"]) in {(404, "not_found"), (400, "bad_request")}


async def test_a_preview_shows_the_effect_on_a_sample_and_on_a_picture(office: Office) -> None:
    room = await office.upload(PICTURE)
    sample = await office.preview({"background": {"type": "virtual", "image_id": room}})
    assert np.abs(sample[10:200, 700:].astype(int) - GREEN).max() < 20
    red = await office.preview({}, jpeg(plain(320, 240, (200, 30, 30))))
    assert red.shape == sample.shape
    assert np.abs(red.astype(int) - (200, 30, 30)).max() < 20


async def test_a_picture_for_a_preview_must_be_one(office: Office) -> None:
    body = {"effect": {}, "camera": base64.b64encode(b"no picture").decode()}
    async with office.http.post("/api/v1/admin/previews", json=body, headers=office.csrf) as response:
        assert (response.status, await problem_code(response)) == (415, "image_type_unknown")


async def test_operators_and_strangers_have_no_part_in_it(
    office: Office, server: RunningServer, open_desk: OpenDesk
) -> None:
    image_id = await office.upload(PICTURE)
    operator, nobody = await open_desk(server), await open_desk(server)
    csrf = {"X-CSRF-Token": (await operator.login()).csrf_token}
    for desk, headers, status in ((operator, csrf, 403), (nobody, {}, 401)):
        for method, path in (
            ("GET", "images"),
            ("POST", "images"),
            ("GET", f"images/{image_id}"),
            ("DELETE", f"images/{image_id}"),
            ("POST", "previews"),
        ):
            async with desk.http.request(method, f"/api/v1/admin/{path}", headers=headers) as response:
                assert response.status == status, (method, path)


async def test_images_of_another_account_do_not_exist(office: Office, stranger: Desk) -> None:
    image_id = await office.upload(PICTURE)
    theirs = Office(stranger.http, await login(stranger, "admin@other.example"))
    assert await theirs.images() == []
    assert await theirs.delete(image_id) == 404
    assert (await theirs.set_effect({"logo": {"image_id": image_id}}))[0] == 404
    async with theirs.http.get(f"/api/v1/admin/images/{image_id}") as response:
        assert response.status == 404
    body = {"effect": {"logo": {"image_id": image_id}}}
    async with theirs.http.post("/api/v1/admin/previews", json=body, headers=theirs.csrf) as response:
        assert response.status == 404
    assert [image["image_id"] for image in await office.images()] == [image_id]
