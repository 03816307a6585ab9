"""An action of which a test writes only what it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kustomer_nb.definition import ActionDefinition
from kustomer_nb.request import Request, build_request
from kustomer_nb.secrets import Secret

SETTING = {"token": {"key": "shop.default.token"}}


@pytest.fixture
def build() -> Callable[..., Request]:
    """Build the request of an inputTemplate; ``token`` is an app setting, None for one without a value."""

    def build(
        template: dict[str, Any] | None = None,
        inputs: dict[str, Any] | None = None,
        *,
        token: Any = "s3cr3t",
        action: dict[str, Any] | None = None,
        **options: Any,
    ) -> Request:
        input_template = {"uri": "http://api.shop.com/x", "method": "get", **(template or {})}
        definition = ActionDefinition.read(
            {"type": "rest_api", "appSettings": SETTING, "inputTemplate": input_template, **(action or {})}
        ).model
        settings = {"token": None if token is None else Secret(token, source="test")}
        return build_request(definition, inputs or {}, settings, **options)

    return build
