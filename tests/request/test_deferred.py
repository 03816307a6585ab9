"""A deferred request is built at its first use, and is then a request like any other."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from kustomer_nb import Request, load, loads
from kustomer_nb.request import deferred

TEMPLATE = {"uri": "http://a.b/{{id}}", "method": "get"}
USES: dict[str, Any] = {
    "an attribute": lambda request: request.url,
    "a property with a default in the class": lambda request: request.credentials,
    "its repr": repr,
    "a comparison": lambda request: request == 7 or request.method,
    "a copy": lambda request: replace(request, locate=None),
    "its attributes": vars,
}


def built() -> Request:
    return load({"inputTemplate": TEMPLATE}).action().render({"id": 7})


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_any_use_builds_it(use: Any) -> None:
    request = deferred(built)
    assert isinstance(request, Request)
    assert type(request) is not Request

    use(request)

    assert type(request) is Request
    assert repr(request) == "<Request: GET http://a.b/7>"


def test_it_is_built_once() -> None:
    calls: list[str] = []
    request = deferred(lambda: calls.append("built") or built())

    _ = request.url, request.method, request.diagnostics

    assert calls == ["built"]


def test_an_error_of_building_is_raised_at_each_use() -> None:
    def fail() -> Request:
        raise ValueError("no")

    request = deferred(fail)

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            _ = request.url


def test_a_run_of_the_sample_builds_its_request_when_it_is_looked_at() -> None:
    action = load({"inputTemplate": TEMPLATE, "sampleOutputContext": {"a": 1}}).action()

    inputs = {"id": 7}
    run = action.run(inputs, mode="sample")
    inputs["id"] = 8

    assert run.output == {"a": 1}
    assert run.request.url == "http://a.b/7"


@pytest.mark.parametrize("edit", ["an edit before it", "an edit of it", "a removal of it"])
def test_a_request_has_the_positions_of_the_definition_that_was_run(edit: str) -> None:
    text = json.dumps(
        {
            "app": "shop",
            "title": "t",
            "actions": [
                {
                    "name": "kustomer.app.shop.x",
                    "inputTemplate": {"uri": "http://a.b/{{id}}/{{gone}}", "method": "get"},
                    "sampleOutputContext": {},
                }
            ],
        },
        indent=1,
    )
    usual = loads(text).action().run({"id": 7}, mode="sample").request
    app = loads(text)
    request = app.action().run({"id": 7}, mode="sample").request
    assert type(request) is not Request

    if edit == "an edit before it":
        app.edit("/title", "a much longer title")
        app.edit("/description", ["another", "line"])
    elif edit == "an edit of it":
        app.edit("/actions/0/inputTemplate/uri", "{{gone}}")
    else:
        app.edit("/actions", [])

    assert request.diagnostics.codes == ["KNB705"]
    assert str(request.diagnostics) == str(usual.diagnostics)
    assert list(request.origins("/uri")) == list(usual.origins("/uri"))


def test_a_helper_of_the_users_own_is_called_by_the_run_itself() -> None:
    calls: list[str] = []
    template = {"uri": "http://a.b/{{mine 1}}", "method": "get"}
    action = load({"inputTemplate": template, "sampleOutputContext": {}}).action()

    action.run(mode="sample", helpers={"mine": lambda options, value: calls.append("called")})

    assert calls == ["called"]
