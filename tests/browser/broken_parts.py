"""The ways in which a file of the extension does not come, as routes of a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route

Broken = Callable[[Route], None]


def missing(route: Route) -> None:
    route.fulfill(status=404)


def throwing(route: Route) -> None:
    route.fulfill(content_type="text/javascript", body="throw new Error('broken on purpose');")


def hanging(route: Route) -> None:
    """Answer nothing, as a server that is stuck."""


in_each_way = pytest.mark.parametrize(
    "broken", [missing, throwing, hanging], ids=["missing", "throwing", "hanging"]
)
