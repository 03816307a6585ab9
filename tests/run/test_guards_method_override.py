from __future__ import annotations

from typing import Any

import httpx
import pytest

from kustomer_nb.errors import GuardError, TransportError
from tests.run.services import AnyHostService, RedirectingService, WriteConfig
from tests.samples import answer, asking, raw_server

HEADER = "X-HTTP-Method-Override"
OVERRIDES = [
    pytest.param({"headers": {HEADER: "{{x}}"}}, f"headers/{HEADER}", id="a header"),
    pytest.param({"qs": {"_method": "/#x"}}, "qs/_method", id="a parameter"),
    pytest.param({"json": True, "data": {"_method": "/#x"}}, "data/_method", id="a body"),
]


@pytest.mark.parametrize(("template", "place"), OVERRIDES)
def test_a_get_with_an_unsafe_override_needs_confirmation(
    template: dict[str, Any], place: str, service: AnyHostService
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
def test_a_profile_denies_by_the_overriding_method(
    template: dict[str, Any], place: str, in_project: WriteConfig
) -> None:
    in_project('guard = "deny"\n')

    with pytest.raises(GuardError) as caught:
        asking("https://api.shop.com/orders", template=template).run({"x": "delete"})

    (error,) = caught.value.diagnostics
    assert (error.code, error.pointer) == ("KNB825", f"/inputTemplate/{place}")
    assert "DELETE" in error.message


def test_an_override_on_localhost_needs_no_confirmation(service: AnyHostService) -> None:
    action = asking("http://127.0.0.1/", template={"headers": {HEADER: "DELETE"}})

    assert action.run(transport=service.transport).ok


@pytest.mark.parametrize(
    ("method", "outcome"),
    [
        pytest.param("DELETE", "unknown", id="it may have been carried out"),
        pytest.param("GET", "failed", id="it changes nothing"),
    ],
)
def test_the_outcome_without_a_response_depends_on_the_override(
    method: str, outcome: str, in_project: WriteConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_project("")
    monkeypatch.delenv("KUSTOMER_NB_HISTORY")
    action = asking("http://127.0.0.1/", template={"headers": {"X-HTTP-Method": method}})

    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("gone")

    with pytest.raises(TransportError):
        action.run(transport=httpx.MockTransport(lost))

    assert [entry.outcome for entry in action.app.history()] == [outcome]


REDIRECTED = [
    pytest.param({"headers": {HEADER: "DELETE"}}, f"headers/{HEADER}", id="a header"),
    pytest.param({"qs": {"_method": "DELETE"}}, "qs/_method", id="a parameter"),
    pytest.param({"data": {"_method": "DELETE"}}, "data/_method", id="a body"),
]


@pytest.mark.parametrize(("template", "place"), REDIRECTED)
@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize(
    "to", ["/orders/1", "https://api.shop.com:8443/", "http://api.shop.com/", "https://evil.example/"]
)
def test_a_get_with_an_unsafe_override_follows_no_redirect(
    template: dict[str, Any], place: str, status: int, to: str
) -> None:
    service = RedirectingService(to, status)
    action = asking("https://api.shop.com/orders/7", template=template)

    with pytest.raises(GuardError) as caught:
        action.run(confirm="api.shop.com", transport=service.transport)

    (error,) = caught.value.diagnostics
    assert (error.code, error.pointer) == ("KNB836", f"/inputTemplate/{place}")
    assert "DELETE" in error.message
    assert len(service.targets) == 1


def test_localhost_does_not_redirect_an_unsafe_override() -> None:
    redirect = answer(b"", b"302 Found", b"location: /orders/1")

    with raw_server(redirect, answer()) as server, pytest.raises(GuardError, match="KNB836"):
        asking(f"{server.url}/orders/7", template={"headers": {HEADER: "DELETE"}}).run()

    assert len(server.received) == 1


@pytest.mark.parametrize(
    "to",
    [
        "/orders?_method=DELETE",
        "?a=1&_METHOD=put",
        "/orders?%5fmethod=purge",
        "/orders?X-HTTP-Method-Override=PATCH",
        "https://elsewhere.test/?_HttpMethod=DELETE",
    ],
)
def test_a_redirect_cannot_override_a_get(to: str) -> None:
    service = RedirectingService(to)

    with pytest.raises(GuardError) as caught:
        asking("https://api.shop.com/orders").run(transport=service.transport)

    assert caught.value.diagnostics.codes == ["KNB836"]
    assert len(service.targets) == 1


@pytest.mark.parametrize(
    ("template", "to"),
    [
        pytest.param({}, "/orders?_method=GET", id="a GET all the same"),
        pytest.param({}, "/orders?_method=", id="nothing is asked for"),
        pytest.param({}, "/orders?payment_method=delete&method=delete", id="other parameters"),
        pytest.param({}, "/_method=DELETE#?_method=DELETE", id="in a path, and where it is not sent"),
        pytest.param(
            {"headers": {HEADER: "GET"}}, "https://elsewhere.test/", id="a header that changes nothing"
        ),
        pytest.param({"headers": {"x-http-method-note": "DELETE"}}, "/to", id="another header"),
        pytest.param({"qs": {"_method": "HEAD"}}, "/to?_method=head", id="a parameter that changes nothing"),
    ],
)
def test_a_get_with_a_safe_override_is_redirected(template: dict[str, Any], to: str) -> None:
    service = RedirectingService(to)

    run = asking("https://api.shop.com/orders", template=template).run(transport=service.transport)

    assert run.ok
    assert len(service.targets) == 2
