from __future__ import annotations

import json
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.demo import Store
from kustomer_nb.errors import InputError, KustomerNbError, RequestError, SettingError
from kustomer_nb.widgets.session import Session
from tests.samples import SETTING, an_action, asking, refund_order
from tests.widgets.pressing import page_messages, press, texts

SECRET = "canary-token-ZGVtbw=="
SCHEMA = {"properties": {"q": {"type": "number"}, "list": {"type": "array"}}}
FORMS = ["curl", "httpx", "http", "body"]


def preview(uri: str = "http://a.b/{{q}}", inputs: Any = None, **options: Any) -> knb.RequestPreview:
    template = {"uri": uri, "method": "post", "json": True, "data": {"q": "/#q"}}
    action = knb.load(an_action(inputSchema=SCHEMA, inputTemplate=template)).action()
    return knb.RequestPreview(action, {"q": 7} if inputs is None else inputs, **options)


def test_the_request_follows_the_form_and_markup_stays_text(store: Store) -> None:
    bench = knb.workbench(
        refund_order(), inputs={"orderId": 1042}, hosts=store.hosts, settings=store.settings
    )

    bench.form.enter("reason", "<b>late</b>")

    assert bench.preview.request is not None
    assert bench.preview.request.body == '{"refund":true,"reason":"<b>late</b>"}'
    assert "&lt;b&gt;late&lt;/b&gt;" in bench.preview.as_html()
    assert "<b>late" not in bench.preview.as_html()
    assert not store.requests


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        pytest.param(preview, "preview", "Exactly what Run sends, live as you type", id="complete"),
        pytest.param(
            lambda: preview(inputs={"q": "x"}), "invalid", "Kustomer would reject this request", id="invalid"
        ),
        pytest.param(
            lambda: knb.RequestPreview(refund_order(), {"orderId": 1}),
            "unset",
            f"App setting {SETTING} has no value.",
            id="a setting without a value",
        ),
        pytest.param(
            lambda: preview(mode="sample"), "offline", "Nothing is sent in sample mode", id="sample mode"
        ),
        pytest.param(
            lambda: preview(mode="fault:429"), "offline", "Nothing is sent in fault:429 mode", id="a failure"
        ),
        pytest.param(lambda: preview(uri="{{q}}"), "blocked", "KNB", id="no URL"),
        pytest.param(lambda: preview(profile="nope"), "none", "KNB810", id="no such profile"),
    ],
)
def test_a_preview_says_whether_it_is_what_run_sends(make: Any, kind: str, words: str) -> None:
    state = make().state

    assert state["kind"] == kind
    assert words in state["words"]


def test_without_a_new_request_the_last_one_stays_and_says_so() -> None:
    session = Session(preview()._session.action)
    view = knb.RequestPreview(session, {"q": 7})
    drawn = view.drawn

    session.use_profile("nope")

    assert view.state["kind"] == "last"
    assert view.drawn == drawn
    assert view.request is None
    session.use_profile(None)
    assert view.state["kind"] == "preview"


def test_a_finding_has_its_code_words_fix_and_line() -> None:
    text = (
        '{\n  "name": "a.b",\n  "inputTemplate": {\n    "uri": "http://a.b/{{gone}}",\n    "method": "get"\n'
        "  }\n}"
    )
    view = knb.RequestPreview(knb.loads(text).action())

    (finding,) = [row for row in view.findings if "gone" in row["message"]]

    assert finding["line"] == 4
    assert finding["code"].startswith("KNB")
    assert finding["severity"] in {"error", "warning"}
    assert finding["fix"]


def test_a_line_leads_to_the_definition() -> None:
    view = preview()

    press(view, kind="goto", line=4)

    assert view._session.revealed == ("definition", "4")


def test_a_copy_names_the_variables_that_it_reads(store: Store) -> None:
    bench = knb.workbench(
        refund_order(), inputs={"orderId": 1042}, hosts=store.hosts, settings=store.settings
    )
    messages = page_messages(bench.preview)

    press(bench.preview, kind="copy", form="curl")
    press(bench.preview, kind="copy", form="body")

    (name,) = messages[0]["variables"]
    assert f"${name}" in messages[0]["text"]
    assert messages[1]["variables"] == []


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_has_the_variable_of_a_setting(form: str) -> None:
    template = {
        "uri": "http://a.b/",
        "method": "post",
        "json": True,
        "data": {"t": "/#token", "n": "1\r\n\r\n2"},
    }
    action = an_action(inputTemplate=template, appSettings={"token": {"key": "shop.default.token"}})
    view = knb.RequestPreview(knb.load(action).action(), settings={"shop.default.token": SECRET})

    copy = view.copy_as(form)

    assert "SHOP_DEFAULT_TOKEN" in copy
    assert "$shop.default" not in copy
    assert SECRET not in copy
    if form == "body":
        assert copy == '{"t":"$SHOP_DEFAULT_TOKEN","n":"1\\r\\n\\r\\n2"}'


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_is_that_of_the_request(form: str) -> None:
    view = preview()
    assert view.request is not None
    expected = {
        "curl": view.request.to_curl(),
        "httpx": view.request.to_httpx(),
        "http": str(view.request.to_http()),
        "body": '{"q":7}',
    }[form]
    messages = page_messages(view)

    press(view, kind="copy", form=form)

    assert messages == [{"kind": "copied", "form": form, "text": expected, "variables": []}]
    assert view.notice == ""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        pytest.param("q", "x", "KNB702", id="the platform would reject it"),
        pytest.param("q", "1e999", "KNB716", id="it cannot be sent"),
        pytest.param("list", "[1,", "KNB716", id="it cannot be read"),
        pytest.param("list", '["\ud800"]', "KNB716", id="half a character"),
    ],
)
def test_invalid_inputs_are_not_copied(form: str, field: str, text: str, code: str) -> None:
    session = Session(preview()._session.action)
    inputs, view = knb.ActionForm(session, {"q": 7}), knb.RequestPreview(session)
    messages = page_messages(view)
    inputs.enter(field, text)

    press(view, kind="copy", form=form)

    assert messages == []
    assert code in view.notice
    with pytest.raises(InputError) as caught:
        view.copy_as(form)
    assert [(item.code, item.pointer) for item in caught.value.diagnostics] == [(code, f"/{field}")]
    inputs.value = {"q": 8}
    assert view.copy_as(form)


@pytest.mark.parametrize("form", ["curl", "httpx", "http"])
def test_what_must_not_be_sent_is_not_copied(form: str) -> None:
    with pytest.raises(SettingError):
        knb.RequestPreview(refund_order(), {"orderId": 1}).copy_as(form)
    with pytest.raises(RequestError):
        preview(uri="{{q}}").copy_as(form)


@pytest.mark.parametrize("form", FORMS)
def test_without_a_request_nothing_is_copied(form: str) -> None:
    with pytest.raises(KustomerNbError, match="KNB810"):
        preview(profile="nope").copy_as(form)


def test_no_state_copy_text_or_html_holds_a_setting() -> None:
    view = knb.RequestPreview(refund_order(), {"orderId": 1}, settings={"authToken": SECRET})

    copies = [view.copy_as(form) for form in FORMS]

    assert view.state["kind"] == "preview"
    assert SECRET not in texts(view) + json.dumps(copies)


def test_half_a_character_is_drawn_as_json() -> None:
    view = knb.RequestPreview(asking("http://a.b/", template={"json": {"a": "/#x"}}), {"x": "\ud800"})

    json.dumps(view.get_state(), default=repr).encode()
    assert view.as_text()
