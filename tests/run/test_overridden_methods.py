from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import httpx
import pytest

from kustomer_nb.errors import GuardError, TransportError
from tests.run.machines import Everywhere, Written, redirecting
from tests.samples import asking

HEADER = "X-HTTP-Method-Override"
OVERRIDES = [
    pytest.param({"headers": {HEADER: "{{x}}"}}, f"headers/{HEADER}", id="a header"),
    pytest.param({"qs": {"_method": "/#x"}}, "qs/_method", id="a parameter"),
    pytest.param({"json": True, "data": {"_method": "/#x"}}, "data/_method", id="a body"),
]


@pytest.mark.parametrize(("template", "place"), OVERRIDES)
def test_a_get_that_is_to_be_another_method_is_confirmed(
    template: dict[str, Any], place: str, service: Everywhere
) -> None:
    action = asking("https://api.shop.com/orders", template=template)

    with pytest.raises(GuardError) as caught:
        action.run({"x": "delete"}, transport=service.transport)
    (error,) = caught.value.diagnostics
    assert (error.code, error.pointer) == ("KNB809", f"/inputTemplate/{place}")
    assert all(part in error.message for part in ("GET", "DELETE", "input x", place.rpartition("/")[2]))
    assert service.hosts == []

    action.run({"x": "delete"}, confirm="api.shop.com", transport=service.transport)
    action.run({"x": "get"}, transport=service.transport)
    assert len(service.hosts) == 2


@pytest.mark.parametrize(("template", "place"), OVERRIDES)
def test_a_profile_that_denies_goes_by_the_method_that_is_asked_for(
    template: dict[str, Any], place: str, in_project: Written
) -> None:
    in_project('guard = "deny"\n')

    with pytest.raises(GuardError) as caught:
        asking("https://api.shop.com/orders", template=template).run({"x": "delete"})

    (error,) = caught.value.diagnostics
    assert (error.code, error.pointer) == ("KNB825", f"/inputTemplate/{place}")
    assert "DELETE" in error.message


def test_this_machine_needs_no_name_for_one_either(service: Everywhere) -> None:
    action = asking("http://127.0.0.1/", template={"headers": {HEADER: "DELETE"}})

    assert action.run(transport=service.transport).is_good


@pytest.mark.parametrize(
    ("method", "outcome"),
    [
        pytest.param("DELETE", "unknown", id="it may have been carried out"),
        pytest.param("GET", "failed", id="it changes nothing"),
    ],
)
def test_what_became_of_one_without_an_answer_goes_by_it(
    method: str, outcome: str, in_project: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_project("")
    monkeypatch.delenv("KUSTOMER_NB_HISTORY")
    action = asking("http://127.0.0.1/", template={"headers": {"X-HTTP-Method": method}})

    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("gone")

    with pytest.raises(TransportError):
        action.run(transport=httpx.MockTransport(lost))

    assert [entry.outcome for entry in action.app.history()] == [outcome]


@pytest.mark.parametrize(
    ("headers", "to", "is_refused"),
    [
        pytest.param({HEADER: "DELETE"}, "https://evil.example/", True, id="another host"),
        pytest.param({"x-http-method": "put"}, "https://api.shop.com:8443/", True, id="another port"),
        pytest.param({"x_method_override": "MERGE"}, "http://api.shop.com/", True, id="another scheme"),
        pytest.param({HEADER: "DELETE"}, "/to", False, id="the same origin"),
        pytest.param({HEADER: "GET"}, "https://evil.example/", False, id="a GET all the same"),
        pytest.param({"x-http-method-note": "DELETE"}, "https://evil.example/", False, id="another header"),
    ],
)
def test_a_redirect_takes_one_to_no_other_origin(headers: dict[str, str], to: str, is_refused: bool) -> None:
    action = asking("https://api.shop.com/from", template={"headers": headers})

    with pytest.raises(GuardError, match="KNB836") if is_refused else nullcontext():
        action.run(confirm="api.shop.com", transport=redirecting(to))


def test_a_redirect_leaves_the_query_and_its_override_behind() -> None:
    targets: list[bytes] = []

    def handle(request: httpx.Request) -> httpx.Response:
        targets.append(request.extensions["target"])
        there = {"location": "https://elsewhere.test/to"}
        return httpx.Response(302, headers=there) if len(targets) == 1 else httpx.Response(200, json={})

    action = asking("https://api.shop.com/from?_method=DELETE")
    action.run(confirm="api.shop.com", transport=httpx.MockTransport(handle))

    assert targets == [b"/from?_method=DELETE", b"/to"]
