"""A run becomes a case that passes, and that holds nothing which a cassette would not hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kustomer_nb as knb
from kustomer_nb.errors import SaveError
from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.replay import replay
from kustomer_nb.testing.results import Outcome

TOKEN = "tok-4f9c2b7e1d-planted"
ACTION: dict[str, Any] = {
    "name": "kustomer.app.shop.orders.refund",
    "type": "rest_api",
    "appSettings": {"token": {"key": "shop.default.token"}, "url": {"key": "shop.default.url"}},
    "inputSchema": {
        "type": "object",
        "properties": {
            "orderId": {"type": "number"},
            "email": {"type": "string"},
            "age": {"type": "number"},
            "note": {},
        },
        "required": ["orderId"],
        "additionalProperties": False,
    },
    "inputTemplate": {
        "uri": "{{{url}}}/orders/{{{orderId}}}/refund",
        "method": "POST",
        "headers": {"authorization": "Bearer {{{token}}}"},
        "json": True,
        "data": {"email": "/#email", "age": "/#age", "note": "/#note"},
    },
    "outputTemplate": {"status": "/#response.statusCode", "body": "/#body"},
}
SETTINGS = {
    "default": {
        "token": {"type": "secret", "required": True, "defaultValue": "", "description": "The token."},
        "url": {"type": "string", "required": True, "defaultValue": "", "description": "The URL."},
    }
}
INPUTS = {"orderId": "7", "email": "ann@shop.com", "age": 42, "note": "broken"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    write_app(tmp_path)
    return tmp_path


def write_app(folder: Path, **changes: Any) -> None:
    app = {"app": "shop", "version": "1.0.0", "settings": SETTINGS, "actions": [{**ACTION, **changes}]}
    (folder / "shop.json").write_text(json.dumps(app, indent=2), encoding="utf-8")


def respond(request: httpx.Request) -> httpx.Response:
    body = json.loads(request.content) if request.content else {}
    return httpx.Response(
        200, json={"id": 7, "to": body.get("email"), "auth": request.headers["authorization"]}
    )


def run(
    folder: Path, inputs: dict[str, Any] = INPUTS, *, answer: Callable[..., Any] = respond, **options: Any
) -> Any:
    chosen = {
        "settings": {"token": TOKEN, "url": "https://api.shop.com"},
        "mode": "live",
        "confirm": "api.shop.com",
        "transport": httpx.MockTransport(answer),
        **options,
    }
    return knb.load(folder / "shop.json").action().run(inputs, **chosen)


def saved(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


def outcome(path: Path) -> tuple[Outcome, str]:
    collected = collect([path])
    assert not collected.problems, collected.problems[0]
    result = replay(collected.cases[0])
    return result.outcome, result.reason


def test_the_file_says_all_that_decides_the_run(project: Path) -> None:
    path = run(project).save_case("Refund of a paid order")

    assert path == project / "cases/orders.refund/refund-of-a-paid-order.case.json"
    case = saved(path)
    # As long as the token is.
    del case["exchange"]["response"]["headers"]["content-length"]
    assert case == {
        "name": "Refund of a paid order",
        "action": "kustomer.app.shop.orders.refund",
        "app": "../../shop.json",
        "inputs": INPUTS,
        "settings": {"shop.default.url": "https://api.shop.com"},
        "exchange": {
            "request": {
                "method": "POST",
                "url": "https://$shop.default.url/orders/7/refund",
                "headers": {
                    "accept": "application/json",
                    "authorization": "Bearer $shop.default.token",
                    "content-type": "application/json",
                },
                "body": {"email": "ann@shop.com", "age": 42, "note": "broken"},
            },
            "response": {
                "status_code": 200,
                "headers": {"content-type": "application/json"},
                "body": {"id": 7, "to": "ann@shop.com", "auth": "Bearer $shop.default.token"},
            },
        },
        "expected": {
            "status": 200,
            "body": {"id": 7, "to": "ann@shop.com", "auth": "Bearer $shop.default.token"},
        },
    }
    assert outcome(path) == (Outcome.PASSED, "")


def test_no_file_of_a_case_holds_a_secret_or_what_is_masked(project: Path) -> None:
    (project / "kustomer-nb.toml").write_text(
        '[profiles.sandbox]\nmask = ["/inputs/email", "/inputs/age"]\n', encoding="utf-8"
    )

    def echo(request: httpx.Request) -> httpx.Response:
        headers = {"set-cookie": "sid=s3ss10n-planted", "x-echo": TOKEN, "content-type": "application/json"}
        return httpx.Response(200, headers=headers, content=request.content)

    path = run(project, answer=echo, profile="sandbox", confirm="sandbox").save_case("masked")

    text = path.read_text(encoding="utf-8")
    assert [secret for secret in (TOKEN, "ann@shop.com", "s3ss10n-planted") if secret in text] == []
    request = saved(path)["exchange"]["request"]
    assert request["body"] == {
        "email": "<masked: /inputs/email>",
        "age": "<masked: /inputs/age>",
        "note": "broken",
    }
    assert saved(path)["inputs"] == {**INPUTS, "email": "<masked: /inputs/email>", "age": 0}
    assert outcome(path) == (Outcome.PASSED, "")


@pytest.mark.parametrize("mode", ["sample", "fault:503"])
def test_a_run_without_a_response_of_a_service_is_a_case_too(project: Path, mode: str) -> None:
    write_app(project, sampleOutputContext={"status": 200, "body": {"id": 7}})
    path = run(project, mode=mode).save_case("no service")

    assert "response" not in saved(path)["exchange"]
    assert outcome(path) == (Outcome.PASSED, "")


def test_time_and_random_numbers_are_kept_where_they_are_used(project: Path) -> None:
    template = {
        **ACTION["inputTemplate"],
        "data": {"at": "{{{date 'day' count=0}}}", "key": "{{{randomId}}}"},
    }
    write_app(project, inputTemplate=template)
    path = run(project, now=datetime(2034, 1, 2, 9, tzinfo=UTC)).save_case("timed")

    assert saved(path)["now"] == "2034-01-02T09:00:00+00:00"
    assert isinstance(saved(path)["seed"], int)
    assert outcome(path) == (Outcome.PASSED, "")


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1.0, "b": [1,2]}',
        b"plain text",
        b'"a string"',
        b"7",
        b"",
        b"\xff\xfe",
        b'{\n  "a": "#string"\n}\n',
    ],
    ids=str,
)
def test_any_body_is_read_again_as_it_was(project: Path, body: bytes) -> None:
    path = run(project, answer=lambda request: httpx.Response(200, content=body)).save_case("any body")

    assert outcome(path) == (Outcome.PASSED, "")


@settings(max_examples=25, deadline=None)
@given(
    note=st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8) | st.just("#string"),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_input_is_saved_so_that_the_case_passes(
    tmp_path_factory: pytest.TempPathFactory, note: Any
) -> None:
    folder = tmp_path_factory.mktemp("project")
    write_app(folder)

    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "application/json"}, content=request.content)

    path = run(folder, {"orderId": 7, "note": note}, answer=echo).save_case("any input")

    assert outcome(path) == (Outcome.PASSED, "")


def test_a_case_is_replaced_only_on_request(project: Path) -> None:
    first = run(project).save_case("paid")
    before = first.read_bytes()
    other = run(project, {"orderId": 8})

    with pytest.raises(SaveError, match="overwrite=True") as error:
        other.save_case("paid")
    with pytest.raises(SaveError, match="KNB161"):
        other.save_case("paid", path=first.parent / "another.case.json")
    assert error.value.diagnostics.codes == ["KNB161"]
    assert first.read_bytes() == before

    assert other.save_case("paid", overwrite=True) == first
    assert saved(first)["inputs"] == {"orderId": 8}
    assert [file.name for file in first.parent.glob("*.json")] == [first.name]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"helpers": {"shout": lambda options, text: text}}, "template helpers"),
        ({"platform": knb.Platform(conversions={"string": str})}, "conversions"),
    ],
)
def test_what_no_file_can_hold_is_refused(project: Path, options: dict[str, Any], words: str) -> None:
    result = run(project, **options)

    with pytest.raises(SaveError, match=words) as error:
        result.save_case("never")
    assert error.value.diagnostics.codes == ["KNB162"]
    assert not (project / "cases").exists()


def test_a_definition_without_a_file_has_no_cases(project: Path) -> None:
    value = json.loads((project / "shop.json").read_text(encoding="utf-8"))
    value["actions"][0]["sampleOutputContext"] = {"id": 7}

    with pytest.raises(SaveError, match=r"app\.save"):
        knb.load(value).action().run(INPUTS, mode="sample").save_case("never")


@pytest.mark.parametrize("name", ["", " \n "])
def test_a_case_needs_a_name(project: Path, name: str) -> None:
    with pytest.raises(SaveError, match="needs a name"):
        run(project).save_case(name)


def test_a_path_can_be_chosen(project: Path) -> None:
    (project / "tests").mkdir()
    result = run(project)

    assert result.save_case("paid", path=project / "tests") == project / "tests/paid.case.json"
    path = result.save_case("paid order", path=project / "tests/deep/x.case.json")
    assert saved(path)["app"] == "../../shop.json"
    with pytest.raises(SaveError, match=r"write x\.case\.json"):
        result.save_case("paid", path=project / "x.json")


def test_a_changed_definition_is_a_difference_and_never_unrecorded(project: Path) -> None:
    path = run(project).save_case("paid")
    write_app(project, inputTemplate={**ACTION["inputTemplate"], "method": "PUT"})

    assert outcome(path) == (Outcome.FAILED, "the request differs: /method changed")


def test_a_name_with_a_secret_is_refused_and_not_shown(project: Path) -> None:
    refund = run(project)
    for name in (f"refund with {TOKEN}", TOKEN, "with eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"):
        with pytest.raises(SaveError) as error:
            refund.save_case(name)
        assert TOKEN not in str(error.value)
        assert "eyJ" not in str(error.value)
    assert not list(project.rglob("*.case.json"))
    assert refund.save_case("the token is refused").exists()
