"""What a run says of redirects: not followed, followed with less than npm request sends, the last URL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from kustomer_nb import Platform, Run, load, reporting
from tests.samples import an_action, an_app

HOST = "https://api.shop.com"
TOKEN = "t0ken-51c8f0a1"


def answering(*answers: tuple[int, str]) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """Return a transport that redirects as listed and then answers 200, and what it is asked."""
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if len(requests) <= len(answers):
            status, location = answers[len(requests) - 1]
            return httpx.Response(status, headers={"location": location})
        return httpx.Response(200, json={"id": 7})

    return httpx.MockTransport(handle), requests


def run_of(
    template: dict[str, Any], *answers: tuple[int, str], **options: Any
) -> tuple[Run, list[httpx.Request]]:
    transport, requests = answering(*answers)
    setting = {"default": {"token": {"type": "secret", "defaultValue": "", "required": True}}}
    action = an_action(
        appSettings={"token": {"key": "shop.default.token"}},
        inputTemplate={"uri": f"{HOST}/o", "json": True, **template},
    )
    run = (
        load(an_app(action, settings=setting))
        .action()
        .run({}, settings={"token": TOKEN}, transport=transport, confirm="api.shop.com", **options)
    )
    return run, requests


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_that_is_not_followed_is_reported(method: str, status: int) -> None:
    run, requests = run_of({"method": method, "data": {"a": 1}}, (status, "/v2/o?key=x"))

    assert len(requests) == 1
    assert run.response is not None
    assert run.response.status_code == status
    (finding,) = run.diagnostics
    assert finding.code == "KNB719"
    assert finding.message == (
        f"the service redirects this {method} to {HOST}/v2/o ({status}), and npm request does not follow a "
        f"redirect of {method}: the response is the redirect."
    )
    assert finding.fix == f"call {HOST}/v2/o directly."


@pytest.mark.parametrize(
    ("template", "answers"),
    [
        pytest.param({"method": "GET"}, [(302, "/v2/o")], id="a GET that is followed"),
        pytest.param({"method": "get"}, [(301, f"{HOST}/v2/o"), (302, "/v3/o")], id="a get in lower case"),
        pytest.param({"method": "POST"}, [], id="no redirect"),
        pytest.param({"method": "POST"}, [(304, "")], id="no location"),
        pytest.param({"method": "POST"}, [(201, "/o/7")], id="the location of what was created"),
        pytest.param({"method": "GET"}, [(302, "https://other.shop.com/")], id="another host"),
    ],
)
def test_what_redirects_as_meant_is_not_reported(
    template: dict[str, Any], answers: list[tuple[int, str]]
) -> None:
    run, _ = run_of(template, *answers)

    assert run.diagnostics.codes == []


@pytest.mark.parametrize(("status", "body"), [(302, b""), (303, b""), (307, b'{"a":1}')])
def test_a_method_in_lower_case_is_sent_again_and_reported(status: int, body: bytes) -> None:
    run, requests = run_of({"method": "post", "data": {"a": 1}}, (status, "/v2/o"))

    assert [(request.method, request.extensions["target"], request.content) for request in requests] == [
        ("POST", b"/o", b'{"a":1}'),
        ("POST", b"/v2/o", body),
    ]
    (finding,) = run.diagnostics
    assert finding.code == "KNB720"
    assert f"sent again to {HOST}/v2/o, {'with' if body else 'without'} its body" in finding.message
    assert [assumption.name for assumption in run.assumed if "case" in assumption.name] == [
        "keeps_method_case"
    ]


def test_a_method_in_lower_case_may_be_taken_for_upper_case() -> None:
    platform = Platform(keeps_method_case=False)

    run, requests = run_of({"method": "post"}, (302, "/v2/o"), platform=platform)

    assert len(requests) == 1
    assert run.diagnostics.codes == ["KNB719"]
    assert "keeps_method_case=True" in run.diagnostics[0].fix


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        pytest.param("https://other.shop.com/o", "npm request sends it there without its body", id="a host"),
        pytest.param(f"{HOST}:8443/o", "npm request sends it there", id="another port"),
        pytest.param("http://api.shop.com/o", "npm request sends it there", id="another scheme"),
        pytest.param("/o", "npm request sends it there", id="the same URL again"),
    ],
)
def test_an_unsafe_method_goes_to_no_other_origin_and_to_no_url_twice(location: str, reason: str) -> None:
    run, requests = run_of({"method": "post", "data": {"a": 1}}, (302, location))

    assert len(requests) == 1
    assert run.diagnostics.codes == ["KNB719"]
    assert reason in run.diagnostics[0].message


@pytest.mark.parametrize(
    ("template", "status", "withheld"),
    [
        pytest.param({"headers": {"Cookie": "a=1"}}, 302, "cookie", id="a cookie"),
        pytest.param({"headers": {"X-Api-Key": "{{{token}}}"}}, 301, "x-api-key", id="a setting"),
        pytest.param(
            {"headers": {"Authorization": "Bearer x"}}, 307, "authorization", id="a token, which 307 keeps"
        ),
        pytest.param({"data": {"a": 1}}, 307, "the body", id="the body of a 307"),
        pytest.param({"headers": {"Host": "v"}}, 307, "the own host header", id="an own host"),
        pytest.param({"uri": f"{HOST}/o?k={{{{{{token}}}}}}"}, 302, "the referer", id="a setting in the URL"),
        pytest.param(
            {"headers": {"Cookie": "a=1", "X-A": "{{{token}}}"}}, 302, "cookie and x-a", id="several"
        ),
    ],
)
def test_what_is_withheld_from_another_host_is_reported(
    template: dict[str, Any], status: int, withheld: str
) -> None:
    run, requests = run_of({"method": "GET", **template}, (status, "https://other.shop.com/x?y=1"))

    (finding,) = [finding for finding in run.diagnostics if finding.code.startswith("KNB7")]
    assert finding.code == "KNB721"
    assert finding.message == (
        f"the redirect ({status}) to https://other.shop.com/x was followed without {withheld}, which npm "
        "request sends there."
    )
    assert TOKEN not in str(requests[1].headers) + str(requests[1].url)


@pytest.mark.parametrize(
    ("template", "location"),
    [
        pytest.param({"headers": {"Authorization": "Bearer x"}}, "https://other.shop.com/", id="a token"),
        pytest.param({"headers": {"Cookie": "a=1"}}, "/b", id="a cookie within the host"),
        pytest.param({"headers": {"X-A": "{{{token}}}"}}, f"{HOST}/b", id="a setting within the host"),
        pytest.param({"headers": {"Accept": "a/b"}}, "https://other.shop.com/", id="a header without one"),
    ],
)
def test_what_npm_request_does_not_send_either_is_not_reported(
    template: dict[str, Any], location: str
) -> None:
    run, _ = run_of({"method": "GET", **template}, (302, location))

    assert "KNB721" not in run.diagnostics.codes


def test_a_referer_without_user_and_password_is_reported() -> None:
    run, requests = run_of({"method": "GET", "uri": "https://ann:pw@api.shop.com/o"}, (302, "/b"))

    assert requests[1].headers["referer"] == f"{HOST}/o"
    assert "the user and password in the referer" in run.diagnostics[-1].message


def test_a_secret_in_a_location_is_not_shown() -> None:
    shown: list[Callable[[Run], object]] = [reporting.text, reporting.html, reporting.as_json, repr]

    for method in ("POST", "post"):
        run, _ = run_of({"method": method, "headers": {"X-A": "{{{token}}}"}}, (302, f"/{TOKEN}/x"))

        assert run.diagnostics.codes
        assert [show for show in shown if TOKEN in str(show(run))] == []


def test_the_last_url_is_shown() -> None:
    run, _ = run_of({"method": "GET"}, (302, "/b"), (301, "https://other.shop.com/c?d=1"))

    assert run.redirected_to == "https://other.shop.com/c?d=1"
    assert "\nFinal URL: https://other.shop.com/c?d=1\n" in reporting.text(run)
    assert "→ <code>https://other.shop.com/c?d=1</code>" in reporting.html(run)
    assert reporting.as_json(run)["redirected_to"] == run.redirected_to


def test_a_run_without_redirects_shows_no_last_url() -> None:
    run, _ = run_of({"method": "GET"})

    assert run.redirected_to == ""
    assert "Final URL" not in reporting.text(run)


def test_user_and_password_of_a_location_are_sent_there_and_not_shown() -> None:
    run, requests = run_of({"method": "GET"}, (302, "https://u:pa55word@h2.shop.com/auth"))

    assert requests[1].headers["authorization"] == "Basic dTpwYTU1d29yZA=="
    assert "pa55word" not in reporting.text(run) + reporting.html(run) + str(reporting.as_json(run))


def test_a_finding_of_a_redirect_is_a_warning_on_the_page() -> None:
    run, _ = run_of({"method": "POST"}, (302, "/b"))

    assert "does not follow a redirect of POST" in reporting.html(run)
