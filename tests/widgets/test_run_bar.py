from __future__ import annotations

import asyncio
import re
import threading
from datetime import UTC, datetime
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
from kustomer_nb.widgets.running import State
from kustomer_nb.widgets.session import Session
from tests.samples import an_action, an_app, asking, refund_order, silent_server
from tests.widgets.pressing import answer, press, texts

SECRET = "canary-token-ZGVtbw=="
HOST = "api.shop.com"


@pytest.fixture
def bar(store: Store) -> knb.RunBar:
    return knb.RunBar(refund_order(), {"orderId": 1042}, hosts=store.hosts, settings=store.settings)


class Service:
    """Counts what reaches it, at any host."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.transport = httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(f"{request.method} {request.url.host}")
        return httpx.Response(200, json={"id": 7})


@pytest.fixture
def service() -> Service:
    return Service()


def changing(service: Service, method: str = "post", **options: Any) -> knb.RunBar:
    return knb.RunBar(asking(f"https://{HOST}/", method), transport=service.transport, **options)


# -- a run


def test_run_gives_the_result(bar: knb.RunBar) -> None:
    run = bar.run()

    assert run is bar.result
    assert run is not None
    assert run.output["body"]["status"] == "REFUNDED"
    assert bar.busy == {}
    assert (bar.head["state"], bar.head["status"], bar.head["title"]) == ("done", 200, "200 OK")
    assert re.fullmatch(r"200 OK in \d+ ms", bar.head["words"])


def test_a_press_in_the_page_runs_once(bar: knb.RunBar, store: Store) -> None:
    press(bar, kind="run")

    assert len(store.requests) == 1


def test_a_press_leaves_the_loop_of_the_kernel_free(bar: knb.RunBar) -> None:
    async def run() -> tuple[bool, Any]:
        press(bar, kind="run")
        waited, busy = bar.result is None, bar.busy
        assert bar._runner._task is not None
        await bar._runner._task
        return waited, busy

    waited, busy = asyncio.run(run())

    assert waited
    assert busy["host"].startswith("127.0.0.1")
    assert bar.result is not None
    assert bar.busy == {}


def test_a_second_press_during_a_run_does_nothing(bar: knb.RunBar, store: Store) -> None:
    async def press_twice() -> None:
        press(bar, kind="run")
        press(bar, kind="run")
        assert bar._runner._task is not None
        await bar._runner._task

    asyncio.run(press_twice())

    assert len(store.requests) == 1


@pytest.mark.parametrize(
    ("method", "words"),
    [("post", "The request may still have been processed"), ("get", "Cancelled - no response received.")],
)
def test_cancel_ends_a_run_and_says_what_is_known(method: str, words: str) -> None:
    async def cancel(bar: knb.RunBar) -> None:
        press(bar, kind="run")
        await asyncio.to_thread(arrived.wait, 60)
        press(bar, kind="cancel")
        assert bar._runner._task is not None
        await bar._runner._task

    with silent_server() as (uri, arrived):
        bar = knb.RunBar(asking(uri, method))

        asyncio.run(cancel(bar))

    assert bar.head["state"] == "cancelled"
    assert words in bar.head["words"]
    assert bar.busy == {}


def test_a_run_that_waits_can_be_cancelled_from_another_thread() -> None:
    with silent_server() as (uri, arrived):
        bar = knb.RunBar(asking(uri, "post"))

        def cancel() -> None:
            arrived.wait(60)
            bar.cancel()

        canceller = threading.Thread(target=cancel)
        canceller.start()
        run = bar.run()
        canceller.join()

    assert run is None
    assert "The request may still have been processed" in bar.head["words"]


def test_a_run_that_is_cancelled_before_it_began_sends_nothing(bar: knb.RunBar, store: Store) -> None:
    async def cancel_at_once() -> None:
        press(bar, kind="run")
        assert bar._runner._task is not None
        bar._runner._task.cancel()
        await asyncio.sleep(0.05)

    asyncio.run(cancel_at_once())

    assert bar.busy == {}
    assert bar.head["words"] == "Cancelled before anything was sent."
    assert not store.requests


def test_cancel_right_after_run_ends_it(bar: knb.RunBar) -> None:
    async def cancel_at_once() -> None:
        press(bar, kind="run")
        press(bar, kind="cancel")
        await asyncio.sleep(0.2)

    asyncio.run(cancel_at_once())

    assert bar.busy == {}
    assert bar.head["state"] == "cancelled"


def test_cancel_without_a_run_does_nothing(bar: knb.RunBar) -> None:
    press(bar, kind="cancel")

    assert (bar.busy, bar.notice, bar.head["words"]) == ({}, "", "Not run yet")


def test_the_head_is_observed_on_the_thread_of_the_press(bar: knb.RunBar) -> None:
    threads = []
    bar.observe(lambda change: threads.append(threading.current_thread()), "head")

    bar.run()

    assert set(threads) == {threading.current_thread()}


def test_what_was_previewed_is_sent_and_the_next_request_has_another_time_and_seed(store: Store) -> None:
    uri = f"{store.url}/{{{{{{randomId}}}}}}?at={{{{{{date 'minute' count=0}}}}}}"
    bench = knb.workbench(an_action(inputTemplate={"uri": uri, "method": "get"}))

    sent = []
    for _ in range(2):
        assert bench.preview.request is not None
        previewed = bench.preview.request.url
        run = bench.bar.run()
        assert run is not None
        assert run.request.url == previewed
        sent.append(previewed)

    assert sent[0] != sent[1]


def test_a_bar_alone_sends_the_present_time(store: Store) -> None:
    bar = knb.RunBar(asking(f"{store.url}/?at={{{{{{date 'minute' count=0}}}}}}"))
    before = datetime.now(UTC)

    run = bar.run()

    assert run is not None
    assert run.request.url.partition("?at=")[2][:16] >= before.isoformat()[:16]


# -- what is refused


def test_inputs_that_the_platform_would_reject_refuse_the_run_and_name_the_field(store: Store) -> None:
    bench = knb.workbench(
        refund_order(), inputs={"orderId": 1042}, hosts=store.hosts, settings=store.settings
    )
    bench.form.enter("amount", "12x")

    assert bench.bar.refusal == {
        "kind": "fields",
        "words": "1 field needs attention",
        "targets": [{"pointer": "/amount", "label": "amount"}],
    }
    assert bench.bar.run() is None
    assert "KNB702" in bench.bar.head["words"]
    assert bench.form.show_all
    assert not store.requests

    bench.form.enter("amount", "12")
    assert bench.bar.refusal == {}


def test_a_session_with_a_field_that_cannot_be_read_refuses_the_run_of_each_leaf(service: Service) -> None:
    schema = {"properties": {"n": {"type": "array"}}}
    action = asking(f"https://{HOST}/", inputSchema=schema, sampleOutputContext={})
    session = Session(action, {"transport": service.transport})
    form, bar = knb.ActionForm(session), knb.RunBar(session)
    form.enter("n", "[1,")

    press(bar, kind="run")

    assert service.requests == []
    assert bar.head["state"] == "refused"
    assert "KNB716" in bar.head["words"]


def test_a_setting_without_a_value_refuses_the_run_and_leads_to_it() -> None:
    bar = knb.RunBar(refund_order(), {"orderId": 1})

    assert bar.refusal["kind"] == "settings"
    assert bar.refusal["targets"] == [
        {"pointer": "ecommstore.default.authToken", "label": "ecommstore.default.authToken"}
    ]
    assert bar.run() is None
    assert bar.head["state"] == "refused"


def test_a_definition_that_cannot_be_read_refuses_the_run() -> None:
    bar = knb.RunBar(asking("http://a.b/{{#if}}"))

    assert bar.refusal["kind"] in {"definition", "request"}
    assert bar.run() is None
    assert bar.head["state"] == "refused"


@pytest.mark.parametrize("mode", ["sample", "fault:429"])
def test_a_mode_that_sends_nothing_needs_neither_setting_nor_approval(mode: str) -> None:
    bar = knb.RunBar(refund_order(), {"orderId": 1}, mode=mode)

    assert (bar.refusal, bar.question) == ({}, {})
    assert bar.run() is not None


def test_a_name_passed_beforehand_is_no_approval() -> None:
    with pytest.raises(TypeError, match="a person confirms each request"):
        knb.RunBar(refund_order(), confirm="api.ecommstore.com")


# -- messages alone send nothing


def test_run_alone_sends_no_request_that_may_change_something(service: Service) -> None:
    bar = changing(service)

    press(bar, kind="run")

    assert service.requests == []
    assert bar.head["state"] == "refused"
    assert bar.question["asks"] == "button"
    assert (bar.question["method"], bar.question["host"]) == ("POST", HOST)


@pytest.mark.parametrize(
    ("method", "message"),
    [
        pytest.param("post", {"question": "0123456789abcdef"}, id="another question"),
        pytest.param("post", {"question": ""}, id="no question"),
        pytest.param("post", {"question": HOST}, id="the host"),
        pytest.param("delete", {}, id="no name typed"),
        pytest.param("delete", {"typed": "shop.com"}, id="another name"),
        pytest.param("delete", {"typed": f" {HOST}"}, id="a blank"),
        pytest.param("delete", {"typed": "DELETE"}, id="the method"),
    ],
)
@pytest.mark.parametrize("until", ["once", "minutes", "restart"])
def test_an_approval_of_something_else_sends_nothing_then_or_later(
    method: str, message: dict[str, str], until: str, service: Service
) -> None:
    bar = changing(service, method)

    answer(bar, until, **message)
    press(bar, kind="run")

    assert service.requests == []
    assert bar.approvals == []


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"kind": "allow"}, id="no fields"),
        pytest.param({"kind": "allow", "press": "a", "question": "b", "until": "forever"}, id="a time"),
        pytest.param({"kind": "allow", "press": "a", "question": ["b"], "until": "once"}, id="a type"),
        pytest.param({"kind": "allow", "press": "a", "question": "b", "until": "once", "x": 1}, id="a field"),
        pytest.param({"kind": "allow", "method": "POST", "host": HOST, "until": "once"}, id="no question"),
        pytest.param({"kind": "run", "confirm": HOST}, id="confirm with Run"),
        pytest.param({"kind": "run", "mode": "live"}, id="a mode with Run"),
        pytest.param({"kind": "nonsense"}, id="an unknown kind"),
        pytest.param({}, id="nothing"),
    ],
)
def test_a_message_that_no_page_sends_is_told_and_sends_nothing(
    content: dict[str, Any], service: Service
) -> None:
    bar = changing(service)

    press(bar, **content)

    assert "cannot be read" in bar.notice
    assert service.requests == []


def test_the_button_sends_and_the_next_press_needs_none(service: Service) -> None:
    bar = changing(service)

    answer(bar)
    press(bar, kind="run")

    assert service.requests == [f"POST {HOST}"] * 2
    assert [(row["method"], row["host"], row["minutes"]) for row in bar.approvals] == [("POST", HOST, 15)]
    assert bar.question == {}


def test_an_approval_for_once_is_none_for_the_next_press(service: Service) -> None:
    bar = changing(service)

    answer(bar, "once")
    press(bar, kind="run")

    assert service.requests == [f"POST {HOST}"]
    assert bar.approvals == []


def test_a_message_that_is_sent_again_after_revoking_is_one_press_and_run_alone_sends_nothing(
    service: Service,
) -> None:
    bar = changing(service)
    answer(bar, "restart")

    press(bar, kind="ask")
    press(bar, kind="run")
    press(bar, kind="run")

    assert service.requests == [f"POST {HOST}"]
    assert bar.head["state"] == "refused"
    assert bar.question["asks"] == "button"


def test_the_approval_of_one_host_is_none_of_the_next_one_that_an_input_makes(service: Service) -> None:
    action = asking("https://{{{x}}}.shop.com/", "post")
    bar = knb.RunBar(action, {"x": "sandbox"}, transport=service.transport)
    allowed = bar.question["id"]
    answer(bar, "restart")

    bar._session.set_inputs({"x": "prod"})
    press(bar, kind="run")
    answer(bar, "restart", question=allowed)

    assert service.requests == ["POST sandbox.shop.com"]
    assert bar.question["before"] == "POST to sandbox.shop.com"
    assert bar.question["asks"] == "name"


@pytest.mark.parametrize("profile", ["prod", "live", "production", "Live"])
def test_a_profile_of_real_customers_needs_its_name_each_time(
    profile: str, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE).write_text(f"[profiles.{profile}]\n")
    bar = changing(service, profile=profile)

    answer(bar, "restart")
    answer(bar, "restart", typed=HOST)
    assert service.requests == []
    answer(bar, "restart", typed=profile)
    press(bar, kind="run")

    assert service.requests == [f"POST {HOST}"]
    assert bar.question["name"] == profile
    assert bar.approvals == []


def test_a_read_only_profile_refuses_whatever_is_approved(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE).write_text('[profiles.audit]\nguard = "deny"\n')
    bar = changing(service, profile="audit")

    for typed in ("", "audit", HOST):
        answer(bar, "restart", typed=typed)

    assert bar.question["asks"] == "refused"
    assert service.requests == []


def test_the_words_for_a_hidden_name_are_not_the_name(service: Service) -> None:
    keys = {"site": {"key": "shop.default.site"}}
    action = asking("https://{{{site}}}/", "delete", appSettings=keys)
    bar = knb.RunBar(action, settings={"site": "eu.shop.com"}, transport=service.transport)

    answer(bar, "once", typed=bar.question["name"])
    assert service.requests == []
    answer(bar, "once", typed="eu.shop.com")

    assert service.requests == ["DELETE eu.shop.com"]


def chosen(uri: str = "{{{x}}}", method: str = "get") -> knb.Action:
    template = {"headers": {"authorization": "Bearer {{{token}}}"}}
    keys = {"token": {"key": "shop.default.token"}}
    return asking(uri, method, template=template, appSettings=keys, sampleOutputContext={})


def test_a_host_that_an_input_chooses_needs_its_name_every_time(service: Service) -> None:
    options = {"settings": {"token": SECRET}, "transport": service.transport}
    bar = knb.RunBar(chosen(), {"x": "https://evil.example/"}, **options)

    assert (bar.question["asks"], bar.question["name"]) == ("name", "evil.example")
    assert "x" in bar.question["reason"]
    press(bar, kind="run")
    assert "KNB834" in bar.head["words"]
    assert service.requests == []

    assert bar.approve("GET", "evil.example", "evil.example") is not None
    assert (bar.question["asks"], bar.question["every_time"]) == ("name", True)
    assert bar.run() is None
    assert bar.run("evil.example") is not None
    assert bar.question["asks"] == "name"
    assert len(service.requests) == 2


@pytest.mark.parametrize(
    ("uri", "value", "name"),
    [
        pytest.param("{{{x}}}", "https://evil.example/", "evil.example", id="a host"),
        pytest.param("https://api.shop.com{{{x}}}/", ":8443", "api.shop.com:8443", id="a port"),
        pytest.param("{{{x}}}://api.shop.com/", "http", "http://api.shop.com", id="a scheme"),
    ],
)
@pytest.mark.parametrize("profile", [None, "sandbox"])
def test_the_name_that_is_asked_for_is_the_one_that_sends(
    uri: str,
    value: str,
    name: str,
    profile: str | None,
    service: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE).write_text("[profiles.sandbox]\n")
    options = {"settings": {"token": SECRET}, "transport": service.transport, "profile": profile}
    bar = knb.RunBar(chosen(uri, "post"), {"x": value}, **options)

    assert bar.question["name"] == name
    answer(bar, "once", typed=bar.question["name"])

    assert len(service.requests) == 1


def test_a_name_is_asked_for_where_only_a_look_up_tells_that_it_is_needed() -> None:
    async def look_up(host: str, port: int) -> tuple[str, ...]:
        return ("203.0.113.5",)

    line = PoolTransport(Connection(), ResolvingBackend(look_up))
    bar = knb.RunBar(asking("http://localhost/", "post"), transport=line)
    assert bar.question == {}

    bar.run()

    assert "KNB809" in bar.head["words"]
    assert "Type `localhost` to confirm." in bar.head["words"]
    assert "--confirm" not in bar.head["words"]


# -- what it shows


def test_the_real_target_leads_and_the_authored_one_follows(bar: knb.RunBar, store: Store) -> None:
    line = "".join(piece["x"] for piece in bar.request_line["url"])

    assert line == f"{store.url}/orders/1042"
    assert bar.request_line["authored"].startswith("https://api.ecommstore.com")
    assert bar.request_line["why"] == "host override"


@pytest.mark.parametrize(("sent", "effective"), [("delete", "DELETE"), ("get", "GET")])
def test_the_effective_method_of_an_override_is_shown(sent: str, effective: str) -> None:
    action = asking("https://api.shop.com/", template={"headers": {"X-HTTP-Method-Override": "{{x}}"}})
    bar = knb.RunBar(action, {"x": sent})

    assert bar.request_line["method"] == "GET"
    assert bar.request_line["effective"] == effective
    assert bar.question.get("method", "GET") == effective


def test_every_action_can_be_picked_and_shows_its_problems() -> None:
    faulty = an_action(name="shop.faulty", inputTemplate={"uri": "http://a.b/{{gone}}", "method": "get"})
    app = knb.load(an_app(an_action(name="shop.find"), faulty))
    bar = knb.RunBar(app.action("find"))

    assert [row["short"] for row in bar.actions] == ["find", "faulty"]
    assert bar.actions[1]["errors"] + bar.actions[1]["warnings"] > bar.actions[0]["errors"]
    assert bar.actions[1]["path"] == "/{{gone}}"
    press(bar, kind="pick", name="shop.faulty")
    assert bar.action == {"name": "shop.faulty", "short": "faulty", "index": 1}
    press(bar, kind="pick", name="shop.gone")
    assert "gone" in bar.notice
    assert bar.action["short"] == "faulty"


def test_profiles_are_shown_in_words_and_chosen(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE).write_text(
        '[profiles.sandbox]\n[profiles.live]\nlabel = "the real shop"\ncolour = "red"\n'
        '[profiles.audit]\nguard = "deny"\nmode = "sample"\n'
    )
    bar = changing(service)

    assert [(row["name"], row["asks"]) for row in bar.profiles] == [
        ("", "asks for remote hosts"),
        ("sandbox", "asks for remote hosts"),
        ("live", "asks every time"),
        ("audit", "read-only"),
    ]
    press(bar, kind="profile", name="live")
    assert (bar.profile["name"], bar.profile["label"], bar.profile["colour"]) == (
        "live",
        "the real shop",
        "red",
    )
    press(bar, kind="profile", name="audit")
    assert bar.mode == "sample"
    press(bar, kind="profile", name="nope")
    assert bar.refusal["kind"] == "profile"
    press(bar, kind="profile", name="")
    assert (bar.profile["name"], bar.refusal) == ("", {})


def test_every_mode_and_failure_can_be_chosen(bar: knb.RunBar) -> None:
    assert [row["name"] for row in bar.modes] == [*MODES]
    assert [row["name"] for row in bar.faults] == [*FAULTS]
    shown = {row["name"]: (row["title"], row["words"]) for row in bar.faults}
    assert shown["503"] == ("503 Service Unavailable", "")
    assert shown["429"] == ("429 Too Many Requests", "with Retry-After: 1.")
    press(bar, kind="mode", name="sample")
    assert bar.mode == "sample"
    press(bar, kind="mode", name="")
    assert bar.mode == "live"


def test_a_simulated_failure_sends_nothing_and_the_live_result_comes_back(
    bar: knb.RunBar, store: Store
) -> None:
    live = bar.run()

    press(bar, kind="simulate", name="429")

    assert bar.result is not None
    assert bar.result.mode == "fault:429"
    assert (bar.head["status"], bar.head["simulated"]) == (429, "429")
    press(bar, kind="live")
    assert bar.result is live
    assert len(store.requests) == 1


def test_a_simulated_failure_without_a_response_says_that_the_step_has_no_output(bar: knb.RunBar) -> None:
    assert bar.simulate("refused") is None

    assert bar.head["state"] == State.NO_RESPONSE
    assert bar.head["words"] == "Simulated: the service refuses the connection."
    assert bar.head["simulated"] == "refused"


def test_an_unknown_failure_is_refused(bar: knb.RunBar) -> None:
    press(bar, kind="simulate", name="nonsense")

    assert 'there is no fault "nonsense"' in bar.head["words"] + bar.notice
    assert bar.busy == {}


def test_no_state_text_or_html_holds_a_setting(service: Service) -> None:
    bar = knb.RunBar(
        chosen(), {"x": "https://evil.example/"}, settings={"token": SECRET}, transport=service.transport
    )
    bar.run()
    bar.approve("GET", "evil.example", "evil.example")

    assert SECRET not in texts(bar)


# -- what Run leads to


@pytest.mark.parametrize(
    ("options", "toml", "kind"),
    [
        pytest.param({"profile": "nope"}, "[profiles.sandbox]\n", "profile", id="no such profile"),
        pytest.param({}, "[profiles.sandbox\n", "profile", id="profiles that cannot be read"),
        pytest.param(
            {"profile": "sandbox"}, '[profiles.sandbox]\nmode = "replay"\n', "mode", id="no cassette"
        ),
        pytest.param({"settings": {"nope": "x"}}, "", "settings", id="no such setting"),
    ],
)
def test_run_leads_to_what_helps_where_there_is_no_request(
    options: dict[str, Any],
    toml: str,
    kind: str,
    service: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE).write_text(toml)

    bar = changing(service, **options)
    press(bar, kind="run")

    assert bar.refusal["kind"] == kind
    assert bar.refusal["words"].startswith("KNB") or ": KNB" in bar.refusal["words"]
    assert service.requests == []
    assert bar.head["state"] == "refused"
