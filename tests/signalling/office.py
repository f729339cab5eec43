"""An administrator's requests about images and effects."""

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass
class Office:
    """An administrator at work."""

    http: aiohttp.ClientSession
    csrf: dict[str, str]

    async def post(self, path: str, data: bytes, content_type: str) -> tuple[int, Any]:
        headers = self.csrf | {"Content-Type": content_type}
        async with self.http.post(f"/api/v1/admin/{path}", data=BytesIO(data), headers=headers) as response:
            return response.status, await response.json()

    async def upload(self, data: bytes, content_type: str = "image/png") -> str:
        status, image = await self.post("images", data, content_type)
        assert status == 201, image
        return str(image["image_id"])

    async def refused(self, data: bytes, content_type: str = "image/png") -> tuple[int, str]:
        status, problem = await self.post("images", data, content_type)
        return status, problem["code"]

    async def images(self) -> list[dict[str, Any]]:
        async with self.http.get("/api/v1/admin/images") as response:
            assert response.status == 200
            return list((await response.json())["images"])

    async def delete(self, image_id: str) -> int:
        async with self.http.delete(f"/api/v1/admin/images/{image_id}", headers=self.csrf) as response:
            return response.status

    async def group(self, code: str | None = None) -> dict[str, Any]:
        """A group as it is; any if none is named."""
        async with self.http.get("/api/v1/admin/groups") as response:
            groups = (await response.json())["groups"]
        return next(group for group in groups if code in (None, group["code"]))

    async def set_effect(self, effect: dict[str, Any], code: str | None = None) -> tuple[int, Any]:
        path = f"/api/v1/admin/groups/{(await self.group(code))['group_id']}"
        async with self.http.patch(path, json={"effect": effect}, headers=self.csrf) as response:
            return response.status, await response.json()

    async def preview(self, effect: dict[str, Any], camera: bytes | None = None) -> NDArray[np.uint8]:
        encoded = None if camera is None else base64.b64encode(camera).decode()
        body = {"effect": effect, "camera": encoded}
        async with self.http.post("/api/v1/admin/previews", json=body, headers=self.csrf) as response:
            assert response.status == 200, await response.text()
            assert response.content_type == "image/jpeg"
            decoded = cv2.imdecode(np.frombuffer(await response.read(), np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        return np.asarray(decoded[:, :, ::-1], np.uint8)
