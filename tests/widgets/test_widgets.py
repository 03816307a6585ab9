from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.config import FILE, MODES
from kustomer_nb.demo import Store
from kustomer_nb.transport import FAULTS, Connection
from kustomer_nb.transport.pool import PoolTransport
from kustomer_nb.transport.resolver import ResolvingBackend
from tests.conftest import FIXTURES
from tests.samples import asking, silent_server

SECRET = "canary-token-ZGVtbw=="


@pytest.fixture
def action() -> knb.Action:
    return knb.load(FIXTURES / "ecommstore.json").action()


@pytest.fixture
def bench(action: knb.Action, store: Store) -> knb.Workbench:
    return knb.workbench(action, inputs={"orderId": 1042}, hosts=store.hosts, settings=store.settings)


def say(widget: Any, **content: object) -> None:
    """Send a message as the browser does."""
    widget._handle_custom_msg(content, [])


def test_typing_makes_the_value(action: knb.Action) -> None:
    form = knb.ActionForm(action)

    say(form, kind="entry", name="orderId", text="1042", send=True)
    say(form, kind="entry", name="reason", text="late", send=False)

    assert form.value == {"orderId": 1042}
    assert form.entries["reason"] == {"text": "late", "send": False, "null": False}


def test_the_value_can_be_observed(action: knb.Action) -> None:
    form = knb.ActionForm(action)
    seen: list[object] = []
    form.observe(lambda change: seen.append(change["new"]), "value")

    form.enter("orderId", "7")

    assert seen == [{"orderId": 7}]


def test_a_value_set_in_python_fills_the_fields(action: knb.Action) -> None:
    form = knb.ActionForm(action)

    form.value = {"orderId": 1042, "reason": ""}

    assert form.entries["orderId"] == {"text": "1042", "send": True, "null": False}
    assert form.entries["reason"] == {"text": "", "send": True, "null": False}
    assert not form.faults


def test_a_problem_is_shown_at_its_field(action: knb.Action) -> None:
    form = knb.ActionForm(action, {"orderId": "12x"})

    assert form.faults == {"orderId": '"12x" is not a number. Enter a number.'}
    assert repr(form) == '<ActionForm: {"orderId":"12x"}, 1 invalid>'


def test_a_missing_required_input_is_a_fault(action: knb.Action) -> None:
    assert list(knb.ActionForm(action).faults) == ["orderId"]


@pytest.mark.parametrize("value", [{"orderID": 1}, {"nope": None}], ids=["a near miss", "unknown"])
def test_an_input_of_no_field_is_refused(action: knb.Action, value: dict[str, object]) -> None:
    with pytest.raises(knb.InputError, match="is not a field"):
        knb.ActionForm(action, value)


def test_a_message_for_no_field_is_said_and_changes_nothing(action: knb.Action) -> None:
    form = knb.ActionForm(action, {"orderId": 1})

    say(form, kind="entry", name="nope", text="x", send=True)

    assert "is not a field" in form.notice
    assert form.value == {"orderId": 1}


def test_an_unknown_message_does_nothing(bench: knb.Workbench) -> None:
    for widget in (bench.form, bench.settings, bench.preview, bench.panel):
        say(widget, kind="nonsense")

    assert bench.form.value == {"orderId": 1042}
    assert bench.result is None


def test_the_preview_follows_the_form(bench: knb.Workbench) -> None:
    bench.form.enter("reason", "<b>late</b>")

    assert bench.preview.request is not None
    assert bench.preview.request.body == '{"refund":true,"reason":"<b>late</b>"}'
    assert "&lt;b&gt;late&lt;/b&gt;" in bench.preview.html
    assert "<b>late" not in bench.preview.html


def test_the_preview_says_what_would_be_rejected(bench: knb.Workbench) -> None:
    bench.form.enter("amount", "12x")

    assert "Invalid input - Kustomer would reject this request" in bench.preview.html


def test_the_preview_never_sends(bench: knb.Workbench, store: Store) -> None:
    bench.form.enter("reason", "late")

    assert not store.requests


def test_run_gives_the_result(bench: knb.Workbench) -> None:
    result = bench.panel.press()

    assert result is bench.result
    assert result is not None
    assert result.output["body"]["status"] == "REFUNDED"
    assert "REFUNDED" in bench.panel.html
    assert not bench.panel.busy


def test_a_press_in_the_browser_runs_once(bench: knb.Workbench, store: Store) -> None:
    say(bench.panel, kind="run", confirm="")

    assert len(store.requests) == 1


def test_a_press_leaves_the_kernels_loop_free(bench: knb.Workbench) -> None:
    async def press() -> bool:
        say(bench.panel, kind="run")
        waited = bench.result is None
        assert bench.panel._task is not None
        await bench.panel._task
        return waited

    assert asyncio.run(press())
    assert bench.result is not None


def test_a_second_press_while_one_is_on_its_way_does_nothing(bench: knb.Workbench, store: Store) -> None:
    async def press_twice() -> None:
        say(bench.panel, kind="run")
        say(bench.panel, kind="run")
        assert bench.panel._task is not None
        await bench.panel._task

    asyncio.run(press_twice())

    assert len(store.requests) == 1


def test_a_refused_run_says_why(bench: knb.Workbench, store: Store) -> None:
    bench.form.enter("amount", "12x")

    assert bench.panel.press() is None
    assert "KNB702" in bench.panel.notice
    assert bench.form.show_all
    assert not store.requests


def test_an_unsafe_run_elsewhere_needs_the_name_typed(action: knb.Action) -> None:
    bench = knb.workbench(action, inputs={"orderId": 1}, settings={"authToken": SECRET})

    bench.panel.press()

    assert bench.panel.confirm_name == "api.ecommstore.com"
    assert bench.panel.confirm_label == (
        "This POST can modify data on api.ecommstore.com. Type the host name to confirm."
    )
    assert "Type `api.ecommstore.com` in the box above to confirm." in bench.panel.notice
    assert "--confirm" not in bench.panel.notice
    assert "KNB809" in bench.panel.notice


def chosen(**template: Any) -> knb.Action:
    headers = {"authorization": "Bearer {{{token}}}"}
    input_template = {"uri": "{{{x}}}", "method": "get", "headers": headers, **template}
    keys = {"token": {"key": "shop.default.token"}}
    schema = {"properties": {"x": {"type": "string"}}}
    return knb.load({"inputTemplate": input_template, "appSettings": keys, "inputSchema": schema}).action()


def test_a_host_that_an_input_chooses_needs_the_name_typed_once() -> None:
    settings, transport = {"token": SECRET}, httpx.MockTransport(lambda request: httpx.Response(200, json={}))
    inputs = {"x": "https://evil.example/"}
    bench = knb.workbench(chosen(), inputs=inputs, settings=settings, transport=transport)

    bench.panel.refresh()
    assert bench.panel.confirm_name == "evil.example"
    assert "x" in bench.panel.confirm_label
    assert bench.panel.press() is None
    assert "KNB834" in bench.panel.notice

    assert bench.panel.press("evil.example") is not None
    assert bench.panel.confirm_name == ""
    assert bench.panel.press() is not None


def test_the_button_names_the_method_of_an_override() -> None:
    action = chosen(uri="https://api.shop.com/", headers={"X-HTTP-Method-Override": "{{x}}"})

    labels = [knb.workbench(action, inputs={"x": method}).panel.label for method in ("delete", "get")]

    assert labels == ["Run GET as DELETE", "Run GET"]


def test_a_name_is_asked_for_where_only_a_look_up_tells_that_it_is_needed() -> None:
    async def look_up(host: str, port: int) -> tuple[str, ...]:
        return ("203.0.113.5",)

    line = PoolTransport(Connection(), ResolvingBackend(look_up))
    action = chosen(uri="http://localhost/", method="post", headers={})
    bench = knb.workbench(action, transport=line)
    assert bench.panel.confirm_name == ""

    bench.panel.press()

    assert "KNB809" in bench.panel.notice
    assert (bench.panel.confirm_name, bench.panel.confirm_label) == (
        "localhost",
        "This request goes to a remote host. Type localhost to confirm.",
    )


def test_sample_mode_needs_neither_name_nor_token(action: knb.Action) -> None:
    bench = knb.workbench(action, inputs={"orderId": 1}, mode="sample")

    result = bench.panel.press()

    assert bench.panel.label == "Show sample"
    assert bench.panel.confirm_name == ""
    assert result is not None
    assert result.diff is not None
    assert not result.diff


def test_a_typed_secret_is_used_and_kept_nowhere(action: knb.Action, store: Store) -> None:
    bench = knb.workbench(action, inputs={"orderId": 1042}, hosts=store.hosts)
    assert repr(bench.settings) == "<SettingsForm: ecommstore.default.authToken has no value>"

    say(bench.settings, kind="secret", key="ecommstore.default.authToken", value=store.token)
    result = bench.panel.press()

    assert repr(bench.settings) == "<SettingsForm: all set>"
    assert result is not None
    assert result.response is not None
    assert result.response.status_code == 200
    parts = (bench, *bench.children, bench.form, bench.preview)
    assert store.token not in json.dumps([part.get_state() for part in parts], default=repr)


def test_an_emptied_secret_gives_way_to_the_other_sources(action: knb.Action) -> None:
    form = knb.SettingsForm(action)
    form.type_in("ecommstore.default.authToken", SECRET)

    form.type_in("ecommstore.default.authToken", "")

    assert repr(form) == "<SettingsForm: ecommstore.default.authToken has no value>"


def test_no_state_text_or_html_holds_a_setting(action: knb.Action) -> None:
    bench = knb.workbench(action, inputs={"orderId": 1}, settings={"authToken": SECRET})
    parts = [bench.form, bench.settings, bench.preview, bench.panel]

    texts = [json.dumps(part.get_state(), default=repr) + part.as_text() + part.as_html() for part in parts]
    texts += [repr(bench), bench.as_html()]

    assert not [text for text in texts if SECRET in text]


def test_every_widget_shows_itself_without_a_browser(bench: knb.Workbench) -> None:
    for widget in (bench, bench.form, bench.settings, bench.preview, bench.panel):
        bundle = widget._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle

        assert data["text/plain"] == repr(widget)
        assert data["text/html"]
        assert "application/vnd.jupyter.widget-view+json" in data


def test_the_text_of_a_workbench_is_the_same_every_time(action: knb.Action, store: Store) -> None:
    texts = {repr(knb.workbench(action, inputs={"orderId": 1042}, hosts=store.hosts)) for _ in range(2)}

    assert texts == {
        "<Workbench: kustomer.app.ecommstore.store.refundOrder, POST https://api.ecommstore.com/orders/1042>"
    }


def test_a_trouble_in_the_settings_is_said(action: knb.Action) -> None:
    bench = knb.workbench(action, settings={"authTokne": "x"})

    assert 'names "authTokne"' in bench.preview.notice
    assert 'names "authTokne"' in bench.settings.notice


def test_a_workbench_opens_a_path_an_app_and_a_definition(action: knb.Action) -> None:
    path = FIXTURES / "ecommstore.json"

    for source in (path, str(path), action.app, action.value):
        assert knb.workbench(source, inputs={"orderId": 1}).action.name == action.name


def test_a_handler_that_breaks_says_so(bench: knb.Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.form, "enter", lambda *args, **kwargs: 1 / 0)

    say(bench.form, kind="entry", name="orderId", text="1", send=True)

    assert "ZeroDivisionError" in bench.form.notice


def test_a_refused_value_leaves_the_form_as_it_was(action: knb.Action) -> None:
    form = knb.ActionForm(action, {"orderId": 7})

    with pytest.raises(knb.InputError, match="is not a field"):
        form.value = {"nope": 1}

    assert form.value == {"orderId": 7}
    assert form.entries["orderId"]["text"] == "7"


def test_null_and_a_date_are_inputs_too(action: knb.Action) -> None:
    form = knb.ActionForm(action, {"orderId": 7, "reason": None, "notify": date(2026, 5, 1)})

    assert form.value == {"orderId": 7, "reason": None, "notify": "2026-05-01"}


def test_text_of_any_type_stays_text() -> None:
    form = knb.ActionForm(knb.load({"type": "rest_api", "inputSchema": {"properties": {"u": {}}}}).action())

    form.value = {"u": "hello"}

    assert form.value == {"u": "hello"}
    assert not form.faults


def test_who_observes_the_result_is_called_on_the_thread_of_the_press(bench: knb.Workbench) -> None:
    threads = []
    bench.panel.observe(lambda change: threads.append(threading.current_thread()), "result")

    bench.panel.press()

    assert threads == [threading.current_thread()]


def test_a_refusal_takes_the_old_result_off_the_page(bench: knb.Workbench) -> None:
    bench.panel.press()
    bench.form.enter("amount", "12x")

    bench.panel.press()

    assert bench.panel.html == ""
    assert bench.panel.notice


def test_a_name_given_beforehand_is_no_confirmation(action: knb.Action) -> None:
    with pytest.raises(TypeError, match="a person confirms each request"):
        knb.workbench(action, confirm="api.ecommstore.com")


def test_an_unknown_argument_is_named(action: knb.Action) -> None:
    with pytest.raises(TypeError, match="has no option 'nonsense'"):
        knb.workbench(action, nonsense=1)


def test_the_record_of_a_bench_shown_later_holds_the_run(bench: knb.Workbench) -> None:
    bench.panel.press()

    assert "REFUNDED" in bench._static_result()["text/html"]


def test_an_entered_setting_says_so_and_can_be_cleared(action: knb.Action) -> None:
    form = knb.SettingsForm(action)

    form.type_in("ecommstore.default.authToken", SECRET)

    assert form.rows[0]["facts"] == f"Entered here · {len(SECRET)} chars"
    assert form.rows[0]["entered"]

    say(form, kind="secret", key="ecommstore.default.authToken", value="")

    assert form.rows[0]["facts"].startswith("Missing: enter a value, or set ")
    assert not form.rows[0]["entered"]


def test_a_notice_disappears_with_the_next_change(bench: knb.Workbench) -> None:
    bench.form.enter("amount", "12x")
    bench.panel.press()

    bench.form.enter("amount", "12")

    assert bench.panel.notice == ""


def test_what_was_previewed_is_sent_and_the_next_has_another_time_and_chance(store: Store) -> None:
    uri = f"{store.url}/{{{{{{randomId}}}}}}?at={{{{{{date 'minute' count=0}}}}}}"
    action = {
        "name": "kustomer.app.shop.find",
        "type": "rest_api",
        "inputTemplate": {"uri": uri, "method": "get"},
    }
    bench = knb.workbench(action)

    sent = []
    for _ in range(2):
        assert bench.preview.request is not None
        previewed = bench.preview.request.url
        run = bench.panel.press()
        assert run is not None
        assert run.request.url == previewed
        sent.append(previewed)

    assert sent[0] != sent[1]


def test_a_panel_alone_sends_the_present_time(store: Store) -> None:
    template = {"uri": f"{store.url}/?at={{{{{{date 'minute' count=0}}}}}}", "method": "get"}
    panel = knb.RunPanel(knb.load({"type": "rest_api", "inputTemplate": template}).action())
    before = datetime.now(UTC)

    run = panel.press()

    assert run is not None
    assert run.request.url.partition("?at=")[2][:19] >= before.isoformat()[:19]


ENV = {"uri": "http://a.b/{{{_env.orgId}}}", "method": "get", "headers": {"x": "/#_env.workflowId"}}


def test_the_environment_of_the_workflow_can_be_typed_and_is_no_secret() -> None:
    bench = knb.workbench({"inputTemplate": ENV}, env={"workflowId": "w1"})
    assert [(row["key"], row["facts"], row["set"]) for row in bench.settings.rows] == [
        ("_env.orgId", "Sample value, never sent: enter the real one", False),
        ("_env.workflowId", "w1", True),
    ]

    bench.settings.intend({"kind": "env", "key": "orgId", "value": "61f0"})

    assert bench.settings.rows[0]["facts"] == "61f0"
    assert bench.preview.request is not None
    assert bench.preview.request.url == "http://a.b/61f0"
    assert not bench.preview.request.diagnostics.errors

    bench.settings.type_env("orgId", "")

    assert bench.preview.request.diagnostics.errors.codes == ["KNB707"]


@pytest.mark.parametrize(
    ("template", "names"),
    [
        pytest.param(
            {"uri": "/#_env"}, ["_env.orgId", "_env.workflowId", "_env.appVersion"], id="all of them"
        ),
        pytest.param({"uri": "{{#if}}{{_env.orgId}}"}, [], id="a template at fault"),
        pytest.param(None, [], id="no template"),
    ],
)
def test_only_what_is_read_of_the_environment_is_asked_for(template: Any, names: list[str]) -> None:
    form = knb.SettingsForm(knb.load({"name": "a.b", "inputTemplate": template}).action())

    assert [row["key"] for row in form.rows] == names


def test_the_head_names_the_profile_in_words(action: knb.Action, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        '[profiles.live]\nlabel = "the real shop"\ncolour = "red"\nguard = "deny"\nmode = "sample"\n'
    )
    path = tmp_path / "ecommstore.json"
    path.write_text(action.app.text, encoding="utf-8")

    bench = knb.workbench(path, profile="live")

    assert "Profile live (the real shop)" in bench.head.value
    assert "POST/PUT/PATCH/DELETE are blocked · Mode: Sample" in bench.head.value
    assert (
        "No profile · POST/PUT/PATCH/DELETE to remote hosts need confirmation · Mode: Live"
        in knb.workbench(action).head.value
    )


def test_a_fault_shows_what_the_next_step_would_get_and_sends_nothing(
    bench: knb.Workbench, store: Store
) -> None:
    say(bench.panel, kind="fault", name="429")

    assert bench.result is not None
    assert (bench.result.mode, bench.result.response.status_code) == ("fault:429", 429)
    assert "fault:429" in bench.panel.html
    assert bench.panel.status.startswith("Simulated: 429 Too Many Requests in ")
    assert not store.requests


def test_a_fault_without_an_answer_shows_that_the_next_step_has_no_output(bench: knb.Workbench) -> None:
    assert bench.panel.press_fault("refused") is None

    assert "KNB803" in bench.panel.notice
    assert "No output for the next step" in bench.panel.html


def test_an_unknown_fault_is_said(bench: knb.Workbench) -> None:
    say(bench.panel, kind="fault", name="nonsense")

    assert 'there is no fault "nonsense"' in bench.panel.notice


def test_every_fault_can_be_chosen(bench: knb.Workbench) -> None:
    assert [fault["name"] for fault in bench.panel.faults] == list(FAULTS)


@pytest.mark.parametrize(
    ("method", "message"),
    [
        pytest.param("post", "The request may still have been processed", id="an unsafe method"),
        pytest.param("get", "Cancelled - no response received.", id="a safe method"),
    ],
)
def test_cancel_frees_the_loop_at_once_and_says_what_is_known(method: str, message: str) -> None:
    async def cancel(panel: knb.RunPanel) -> None:
        say(panel, kind="run")
        await asyncio.to_thread(arrived.wait, 60)
        say(panel, kind="cancel")
        assert panel._task is not None
        await panel._task

    with silent_server() as (uri, arrived):
        panel = knb.RunPanel(asking(uri, method))

        asyncio.run(cancel(panel))

    assert message in panel.notice
    assert not panel.busy


def test_cancel_with_nothing_on_its_way_does_nothing(bench: knb.Workbench) -> None:
    say(bench.panel, kind="cancel")

    assert not bench.panel.busy
    assert not bench.panel.notice


def test_a_panel_says_what_a_press_does_in_each_mode(action: knb.Action) -> None:
    labels = {mode: knb.RunPanel(action, lambda: {"orderId": 1}, mode=mode).label for mode in MODES}

    assert labels == {
        "live": "Run POST",
        "record": "Run POST and record",
        "replay": "Replay",
        "sample": "Show sample",
    }


@pytest.mark.parametrize("name", ["Comm", "IPKernelApp"])
def test_the_log_of_messages_holds_no_typed_secret(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, name)

    for content in (
        {"kind": "secret", "key": "shop.default.token", "value": SECRET},
        {"kind": "env", "key": "orgId", "value": "61f0"},
    ):
        # As the package comm and ipykernel log each message at this level.
        logging.getLogger(name).debug("handle_msg[%s](%s)", "1", {"content": {"data": {"content": content}}})

    assert "61f0" in caplog.text
    assert SECRET not in caplog.text


def test_a_press_that_waits_can_be_cancelled_from_another_thread() -> None:
    with silent_server() as (uri, arrived):
        panel = knb.RunPanel(asking(uri, "post"))

        def cancel() -> None:
            arrived.wait(60)
            panel.cancel()

        canceller = threading.Thread(target=cancel)
        canceller.start()

        result = panel.press()

        canceller.join()
    assert result is None
    assert "The request may still have been processed" in panel.notice


def test_a_press_that_is_cancelled_before_it_began_is_over(bench: knb.Workbench, store: Store) -> None:
    async def at_once() -> None:
        say(bench.panel, kind="run")
        assert bench.panel._task is not None
        bench.panel._task.cancel()
        await asyncio.sleep(0.05)

    asyncio.run(at_once())

    assert not bench.panel.busy
    assert bench.panel.notice == "Cancelled before anything was sent."
    assert not store.requests


def test_a_cancel_right_behind_the_press_ends_it(bench: knb.Workbench) -> None:
    async def at_once() -> None:
        say(bench.panel, kind="run")
        say(bench.panel, kind="cancel")
        await asyncio.sleep(0.2)

    asyncio.run(at_once())

    assert not bench.panel.busy
    assert bench.panel.notice.startswith("Cancelled - no response received.")


def test_the_status_of_a_run_is_its_response_and_duration(bench: knb.Workbench) -> None:
    bench.panel.press()

    assert re.fullmatch(r"200 OK in \d+ ms", bench.panel.status)


def test_the_style_is_in_the_page_once_and_in_each_static_output() -> None:
    bench = knb.workbench({"inputTemplate": {"uri": "http://a.b", "method": "get"}, "sampleOutputContext": 1})
    bench.panel.press_fault("404")

    traits = bench.head.value + bench.preview.html + bench.panel.html
    assert "<style>" not in traits
    assert ".knb-badge{" in bench.preview._css
    assert [widget.as_html().count("<style>") for widget in (bench, bench.preview, bench.panel)] == [1, 1, 1]


def test_a_failure_is_named_by_its_status(bench: knb.Workbench) -> None:
    labels = {fault["name"]: fault["label"] for fault in bench.panel.faults}

    assert labels["503"] == "503 Service Unavailable"
    assert labels["timeout"].startswith("timeout: ")
