"""A request that is built when somebody looks at it: a run of the sample has an output without one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .model import Request


def deferred(build: Callable[[], Request]) -> Request:
    """Return the request that ``build`` returns; it is called at the first use, or never.

    ``build`` may not depend on anything that changes, and may be called twice by two threads.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "http://a.b", "method": "get"}
        >>> request = deferred(lambda: print("built") or load({"inputTemplate": template}).action().render())
        >>> request.url
        built
        'http://a.b/'
    """
    request = object.__new__(_DeferredRequest)
    _attributes(request)["build"] = build
    return request


class _DeferredRequest(Request):
    """Becomes a plain `Request` when any of its attributes is asked for."""

    def __getattribute__(self, name: str) -> Any:
        attributes = _attributes(self)
        build = attributes.get("build")
        if build is not None:
            attributes.update(vars(build()))
            # After the update: another thread may have come here meanwhile.
            object.__setattr__(self, "__class__", Request)
            attributes.pop("build", None)
        return object.__getattribute__(self, name)


def _attributes(request: Request) -> dict[str, Any]:
    attributes: dict[str, Any] = object.__getattribute__(request, "__dict__")
    return attributes
