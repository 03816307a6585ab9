"""What users get wrong, each with a message that says where, what and the way out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb import Platform, load
from kustomer_nb.demo import Store
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.errors import KustomerNbError
from tests.samples import SETTING, VARIABLE, an_action, an_app, asking, refund_order, timed_out, unused_port
from tests.work import SLOW, growth

LONG_NAME = "kustomer.app.shop." + "x" * 111


def loading(path: Path) -> Diagnostics:
    """Return what is said of a file: what stopped it, or what had to be mended."""
    try:
        return load(path).diagnostics
    except KustomerNbError as error:
        return error.diagnostics


def failing(action: Any, *args: Any, **arguments: Any) -> Diagnostics:
    with pytest.raises(KustomerNbError) as caught:
        action.run(*args, **arguments)
    return caught.value.diagnostics


def one(found: Diagnostics, code: str) -> Diagnostic:
    """Return the one finding of a code; every finding must say what and the way out."""
    assert all(diagnostic.message and diagnostic.fix for diagnostic in found)
    (it,) = [diagnostic for diagnostic in found if diagnostic.code == code]
    return it


@pytest.mark.parametrize(
    ("content", "code", "where", "message", "fix"),
    [
        pytest.param(
            b"Dear Kustomer,",
            "KNB101",
            "line 1",
            "Dear",
            "load the file that contains the definition",
            id="not JSON at all",
        ),
        pytest.param(b"", "KNB102", "line 1, column 1", "empty", "write a JSON object", id="an empty file"),
        pytest.param(
            b"42", "KNB101", "line 1, column 1", "this is 42", "paste a complete definition", id="a number"
        ),
        pytest.param(
            b'{"app": "\xff"}',
            "KNB133",
            "line 1, column 10",
            "not UTF-8: byte 0xff",
            "save it as UTF-8",
            id="invalid UTF-8",
        ),
        pytest.param(
            b'{"app": "a",\n "app": "b"}',
            "KNB123",
            "line 2, column 2 /app",
            "the last one counts",
            "remove one of the two",
            id="a key twice",
        ),
    ],
)
def test_a_file_nobody_can_take_as_it_is(
    content: bytes, code: str, where: str, message: str, fix: str, tmp_path: Path
) -> None:
    path = tmp_path / "shop.json"
    path.write_bytes(content)

    (found,) = loading(path)

    assert found.code == code
    assert found.where.startswith(where)
    assert message in found.message
    assert fix in found.fix


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    (found,) = loading(tmp_path)

    assert (found.code, found.message) == ("KNB131", f'"{tmp_path}" is a folder.')
    assert found.fix == "use a file in it."


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_bytes(b'\xef\xbb\xbf{"app": "shop"}')

    app = load(path)

    assert (app.model.app, len(app.diagnostics)) == ("shop", 0)


def test_a_definition_of_20_mb_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    action = an_action(description="x" * 1000)
    count = 18_000 if SLOW else 900

    def write(count: int) -> Path:
        path.write_text(json.dumps(an_app(*[action] * count)), encoding="utf-8")
        return path

    assert len(load(write(count)).actions) == count
    assert growth(lambda count: load(write(count)), 80) < 5


@pytest.mark.parametrize(
    ("definition", "code", "pointer", "message", "fix"),
    [
        pytest.param(
            an_app() | {"actions": {"find": an_action()}},
            "KNB201",
            "/actions",
            "not an array",
            "square brackets",
            id="actions is no array",
        ),
        pytest.param(
            an_action(inputTemplate=None),
            "KNB411",
            "/inputTemplate",
            "no inputTemplate",
            "inputTemplate",
            id="no input template",
        ),
        pytest.param(
            an_action(name=LONG_NAME),
            "KNB206",
            "/name",
            "129 characters; at most 128",
            "remove at least 1",
            id="a name of 129 characters",
        ),
        pytest.param(
            an_action(inputTemplate={"uri": "https://a.b", "method": "FETCH"}),
            "KNB401",
            "/inputTemplate/method",
            "FETCH",
            "patch",
            id="a method FETCH",
        ),
        pytest.param(
            an_action(inputTemplate={"uri": "api.shop.com/a", "method": "get"}),
            "KNB402",
            "/inputTemplate/uri",
            "has no http:// or https://",
            "write the full URL",
            id="a uri without scheme",
        ),
    ],
)
def test_lint_names_what_is_wrong_with_a_definition(
    definition: dict[str, Any], code: str, pointer: str, message: str, fix: str
) -> None:
    found = one(load(definition).lint(), code)

    assert found.pointer == pointer
    assert found.span is not None
    assert message in found.message
    assert fix in found.fix


@pytest.mark.parametrize(
    ("template", "code", "message", "fix"),
    [
        pytest.param(None, "KNB411", "no inputTemplate", '"inputTemplate": {"uri"', id="no input template"),
        pytest.param(
            {"uri": "http://a.b", "method": "FETCH"}, "KNB401", '"FETCH"', "use get, post", id="FETCH"
        ),
        pytest.param(
            {"uri": "a.b/c", "method": "get"}, "KNB402", '"a.b/c" has no http://', "https://", id="no scheme"
        ),
    ],
)
def test_a_run_refuses_what_lint_would_have_said(
    template: dict[str, Any] | None, code: str, message: str, fix: str
) -> None:
    found = one(failing(load(an_action(inputTemplate=template)).action()), code)

    assert message in found.message
    assert fix in found.fix


@pytest.mark.parametrize(
    ("inputs", "code", "pointer", "message", "fix"),
    [
        pytest.param(
            {"orderId": "two"},
            "KNB702",
            "/orderId",
            '"two" is not a number',
            "pass a number",
            id="wrong type",
        ),
        pytest.param(
            {"orderId": 1, "orderid": 2},
            "KNB703",
            "/orderid",
            '"orderid" is not an input',
            "remove it",
            id="unknown",
        ),
        pytest.param(
            {"orderId": 1, "amuont": 2},
            "KNB703",
            "/amuont",
            '"amuont" is not an input',
            "did you mean `amount`",
            id="a near miss",
        ),
        pytest.param({}, "KNB701", "/orderId", "`orderId` is missing", "pass a number", id="missing"),
        pytest.param(
            {"orderId": 1, "amount": {1}},
            "KNB704",
            "/amount",
            "type set is not a JSON value",
            "pass a list",
            id="not JSON",
        ),
    ],
)
def test_inputs_the_platform_would_reject(
    inputs: dict[str, Any], code: str, pointer: str, message: str, fix: str
) -> None:
    found = one(failing(refund_order(), inputs), code)

    assert found.pointer == pointer
    assert message in found.message
    assert fix in found.fix


def test_a_setting_without_a_value() -> None:
    found = one(failing(refund_order(), {"orderId": 1}), "KNB801")

    assert found.pointer == "/inputTemplate/headers/authorization"
    assert found.message == f"the setting {SETTING} has no value."
    assert VARIABLE in found.fix


def test_a_connection_that_is_refused() -> None:
    port = unused_port()

    found = one(failing(asking(f"http://127.0.0.1:{port}/")), "KNB803")

    assert found.message == f"nothing responds at http://127.0.0.1:{port}: the connection was refused."
    assert "start the service" in found.fix


def with_token(store: Store, path: str, method: str = "get") -> Any:
    headers = {"authorization": f"Bearer {store.token}"}
    return asking(f"{store.url}{path}", method, template={"headers": headers})


def test_no_answer_in_time(store: Store) -> None:
    action = with_token(store, "/slow?seconds=120")

    error, seconds = timed_out(lambda timeout: action.run(platform=Platform(timeout=timeout)))

    found = one(error.diagnostics, "KNB804")
    assert found.message == f"no response to GET {store.url}/slow?seconds=120 within {seconds:g} seconds."
    assert "check before sending it again" in found.fix


def test_a_500_is_a_run_and_no_error(store: Store) -> None:
    run = with_token(store, "/fail").run()

    assert not run.ok
    assert run.response is not None
    assert run.response.body["errors"][0]["code"] == "failed_on_purpose"


def test_html_where_json_was_promised_is_kept_and_said(store: Store) -> None:
    run = with_token(store, "/html").run()

    found = one(run.diagnostics, "KNB710")
    assert run.output["body"].startswith("<!doctype html>")
    assert (found.where, "is not JSON" in found.message) == ("/body", True)
    assert "a login page" in found.fix


def test_a_204_is_good_and_has_no_body(store: Store) -> None:
    refund = refund_order().run({"orderId": 1001}, hosts=store.hosts, settings=store.settings).output["body"]

    run = with_token(store, f"/refunds/{refund['refundId']}", "delete").run()

    assert run.ok
    assert run.response is not None
    assert run.response.status_code == 204
    assert "body" not in run.output
