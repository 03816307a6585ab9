"""Connections that all end at one server, so that a request may name any host and scheme."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpcore

from kustomer_nb.transport.resolver import ResolvingBackend


class Led(ResolvingBackend):
    """Connects to the server at ``url``, without TLS."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._port = urlsplit(url).port or 0

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        return _Plain(await super().connect_tcp(**{**kwargs, "host": "127.0.0.1", "port": self._port}))


class _Plain(httpcore.AsyncNetworkStream):
    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
