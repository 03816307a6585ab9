from __future__ import annotations

import asyncio
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from kustomer_nb import Platform, load
from kustomer_nb.config import FILE
from kustomer_nb.demo import Store
from kustomer_nb.errors import (
    GuardError,
    InputError,
    NameNotFoundError,
    RequestError,
    SettingError,
)
from kustomer_nb.run import Run
from tests.samples import (
    SETTING,
    VARIABLE,
    an_action,
    an_app,
    asking,
    interrupted_when,
    refund_order,
    timed_out,
    unused_port,
)


def answering(*args: Any, **kwargs: Any) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(*args, **kwargs))


def never(request: httpx.Request) -> httpx.Response:
    raise AssertionError("something was sent")


NEVER = httpx.MockTransport(never)


def refunded(store: Store) -> Run:
    return refund_order().run({"orderId": 1001}, hosts=store.hosts, settings=store.settings)


class TestStages:
    def test_a_run_keeps_every_stage(self, store: Store) -> None:
        run = refunded(store)

        assert (run.action, run.mode, run.inputs) == (
            "kustomer.app.ecommstore.store.refundOrder",
            "live",
            {"orderId": 1001},
        )
        assert run.request.url == "https://api.ecommstore.com/orders/1001"
        assert run.response is not None
        assert run.response.status_code == 200
        assert run.output == {"statusCode": 200, "body": run.response.body}
        assert run.diff is not None
        assert run.diff.summary == "7 added"
        assert run.elapsed > 0

    def test_a_4xx_is_a_run_that_is_not_ok(self, store: Store) -> None:
        run = refund_order().run({"orderId": 9999}, hosts=store.hosts, settings=store.settings)

        assert run.response is not None
        assert (run.response.status_code, run.ok) == (404, False)

    def test_its_repr_is_the_same_wherever_the_store_listens(self, store: Store) -> None:
        text = repr(refunded(store))

        assert text == (
            "<Run: POST https://api.ecommstore.com/orders/1001 returned 200, "
            "7 differences from sample (7 added)>"
        )

    def test_without_a_sample_there_is_no_diff(self) -> None:
        run = asking("http://a.b/").run(transport=answering(200, json={}))

        assert run.diff is None
        assert repr(run) == "<Run: GET http://a.b/ returned 200, no sample>"

    def test_each_loss_is_a_sentence(self) -> None:
        action = load(
            an_action(
                inputTemplate={"uri": "http://a.b/{{id}}", "method": "get", "json": True, "qs": {"q": "/#q"}},
                inputSchema={"properties": {"id": {"type": "number"}, "q": {"type": "string"}}},
                outputTemplate={"a": "/#body.a", "b": "/#body.b", "c": "/#body.c", "d": "/#body.d"},
                outputSchema={
                    "properties": {"a": {"type": "string"}, "c": {"type": "number"}, "e": {"type": "string"}},
                    "required": ["e"],
                    "additionalProperties": False,
                },
            )
        ).action()

        run = action.run({"id": "7"}, transport=answering(200, json={"a": 1, "b": 2, "c": "three"}))

        assert run.losses == (
            'inputSchema converted `id` from "7" to 7',
            "`body.d` is used by outputTemplate but has no value",
            'outputSchema converted `a` from 1 to "1"',
            "outputSchema dropped `b`",
            "outputSchema expects `c` to be a number, got string - passed through unchanged",
            "outputSchema requires `e`, but it is missing",
        )

    def test_a_run_has_the_warnings_of_request_and_response(self) -> None:
        action = asking("http://a.b/", template={"qs": "a=1"})

        run = action.run(transport=answering(200, html="<p>Log in</p>"))

        assert run.diagnostics.codes == ["KNB404", "KNB710"]
        assert "the body is not JSON" in run.diagnostics[1].message
        assert "is it a login page, or is the uri wrong?" in run.diagnostics[1].fix

    def test_an_error_in_the_output_template_is_reported_before_sending(self) -> None:
        action = asking("http://a.b/", outputTemplate={"a": "{{#if}}"})

        with pytest.raises(RequestError, match="/outputTemplate/a: KNB301"):
            action.run(transport=NEVER)


class TestModes:
    def test_sample_mode_needs_neither_token_nor_network(self) -> None:
        run = refund_order().run({"orderId": 1001}, mode="sample", transport=NEVER)

        assert (run.mode, run.response, run.elapsed) == ("sample", None, 0)
        assert run.output == {"statusCode": 200, "body": {"status": "REFUNDED"}}
        assert repr(run).endswith("in sample mode, no differences from sample>")
        assert run.ok

    def test_the_sample_goes_through_the_output_schema(self) -> None:
        schema = {"properties": {"a": {"type": "string"}}, "additionalProperties": False}
        action = asking("http://a.b/", sampleOutputContext={"a": 1, "b": 2}, outputSchema=schema)

        run = action.run(mode="sample")

        assert run.output == {"a": "1"}

    def test_sample_mode_needs_a_sample(self) -> None:
        with pytest.raises(RequestError) as caught:
            asking("http://a.b/").run(mode="sample")

        assert str(caught.value) == (
            "/sampleOutputContext: KNB808 the action has no sampleOutputContext. "
            "Fix: add one, or run the action live."
        )

    @pytest.mark.parametrize(
        ("argument", "variable", "profile", "mode"),
        [
            pytest.param("sample", "live", "live", "sample", id="the argument wins"),
            pytest.param(None, "sample", "live", "sample", id="then KUSTOMER_NB_MODE"),
            pytest.param(None, None, "sample", "sample", id="then the profile"),
            pytest.param(None, "", "", "live", id="then live"),
        ],
    )
    def test_the_mode_comes_from_argument_variable_or_profile(
        self,
        argument: str | None,
        variable: str | None,
        profile: str | None,
        mode: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        (tmp_path / FILE).write_text(f'[profiles.p]\nmode = "{profile}"\n' if profile else "[profiles.p]\n")
        monkeypatch.chdir(tmp_path)
        if variable is not None:
            monkeypatch.setenv("KUSTOMER_NB_MODE", variable)
        action = asking("http://a.b/", sampleOutputContext={})

        run = action.run(mode=argument, profile="p", transport=answering(200, json={}))

        assert run.mode == mode

    def test_an_unknown_profile_is_refused(self) -> None:
        with pytest.raises(NameNotFoundError, match='there is no profile "nobody"'):
            asking("http://a.b/").run(profile="nobody", transport=NEVER)


class TestSampleMode:
    def test_sample_mode_refuses_an_action_of_another_type(self) -> None:
        action = asking("http://a.b/", type="event", sampleOutputContext={"a": 1})

        with pytest.raises(RequestError, match="KNB410"):
            action.run(mode="sample", transport=NEVER)


class TestGuard:
    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_an_unsafe_method_is_refused_unless_confirmed(self, method: str) -> None:
        with pytest.raises(GuardError) as caught:
            asking("https://api.shop.com/orders", method).run(transport=NEVER)

        assert str(caught.value) == (
            f"KNB809 {method} https://api.shop.com/orders can modify data and was not confirmed; "
            'nothing was sent. Fix: pass confirm="api.shop.com".'
        )

    def test_the_name_of_another_host_does_not_confirm(self) -> None:
        with pytest.raises(GuardError, match=r'"api\.shop\.org" does not match\.'):
            asking("https://api.shop.com/", "post").run(confirm="api.shop.org", transport=NEVER)

    def test_the_name_of_the_host_confirms(self) -> None:
        run = asking("https://api.shop.com/", "post").run(
            confirm="api.shop.com", transport=answering(201, json={})
        )

        assert run.ok

    def test_a_host_with_a_setting_is_confirmed_by_its_real_name(self) -> None:
        settings = {"region": {"key": "shop.default.region"}}
        action = asking("https://{{{region}}}.shop.com/", "post", appSettings=settings)

        for name in ("$shop.default.region.shop.com", "sandbox.shop.com"):
            with pytest.raises(GuardError, match="with the real name of the host"):
                action.run(settings={"region": "live"}, confirm=name, transport=NEVER)

        confirmed = action.run(
            settings={"region": "live"}, confirm="live.shop.com", transport=answering(200, json={})
        )
        assert confirmed.ok

    def test_the_overriding_host_is_the_one_to_confirm(self) -> None:
        hosts = {"https://api.shop.com": "https://staging.shop.com"}
        action = asking("https://api.shop.com/", "post")

        with pytest.raises(GuardError, match=r'pass confirm="staging\.shop\.com"'):
            action.run(hosts=hosts, confirm="api.shop.com", transport=NEVER)

    def test_loopback_overridden_by_a_remote_host_needs_the_name(self) -> None:
        hosts = {"http://127.0.0.1": "https://api.shop.com"}

        with pytest.raises(GuardError, match=r"api\.shop\.com"):
            asking("http://127.0.0.1/", "post").run(hosts=hosts, transport=NEVER)

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "127.1.2.3", "[::1]:80"])
    def test_loopback_needs_no_name(self, host: str) -> None:
        run = asking(f"http://{host}/", "delete").run(transport=answering(204))

        assert run.ok

    def test_a_get_needs_no_name(self) -> None:
        run = asking("https://api.shop.com/").run(transport=answering(200, json={}))

        assert run.ok

    @pytest.mark.parametrize(
        ("guard", "confirm", "allowed"),
        [
            pytest.param("confirm", None, False, id="nothing confirmed"),
            pytest.param("confirm", "api.shop.com", False, id="the host in place of the profile"),
            pytest.param("confirm", "live", True, id="the profile"),
            pytest.param("none", None, True, id="no guard"),
        ],
    )
    def test_a_profile_is_confirmed_by_its_own_name(
        self, guard: str, confirm: str | None, allowed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / FILE).write_text(f'[profiles.live]\nguard = "{guard}"\n')
        monkeypatch.chdir(tmp_path)
        action = asking("https://api.shop.com/", "post")
        requests: list[httpx.Request] = []

        def handle(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return httpx.Response(200)

        with nullcontext() if allowed else pytest.raises(GuardError, match='pass confirm="live"'):
            action.run(profile="live", confirm=confirm, transport=httpx.MockTransport(handle))

        assert len(requests) == allowed


class TestRefusals:
    def test_all_input_errors_are_reported(self) -> None:
        with pytest.raises(InputError) as caught:
            refund_order().run({"orderId": "x", "amonut": 1}, transport=NEVER)

        assert caught.value.diagnostics.codes == ["KNB702", "KNB703"]

    def test_an_unset_setting_names_the_variable_to_set(self) -> None:
        with pytest.raises(SettingError) as caught:
            refund_order().run({"orderId": 1}, transport=NEVER)

        assert str(caught.value).startswith(
            "line 29, column 36 /inputTemplate/headers/authorization: "
            f"KNB801 the setting {SETTING} has no value. "
            f"Fix: set the environment variable {VARIABLE}, add a line {VARIABLE}=… to .env, pass settings="
        )

    def test_invalid_inputs_do_not_prompt_for_a_token(self) -> None:
        action = refund_order()
        prompted_keys: list[str] = []
        context = action.context(prompt=lambda key: prompted_keys.append(key) or "t")

        prepared = action.prepare({}, context)

        assert prepared.input_errors.codes == ["KNB701"]
        assert prompted_keys == []

    def test_an_invalid_request_is_not_sent(self) -> None:
        with pytest.raises(RequestError, match="KNB402"):
            asking("api.shop.com/orders").run(transport=NEVER)

    def test_an_account_without_a_token_is_not_sent(self) -> None:
        with pytest.raises(RequestError, match='KNB811 the app account "default" has no token'):
            asking("http://a.b/", appAccountName="default").run(transport=NEVER)


class TestSending:
    @pytest.mark.parametrize("status", [200, 500, 503])
    def test_a_post_is_sent_exactly_once(self, status: int, store: Store) -> None:
        headers = {"authorization": f"Bearer {store.token}"}
        action = asking(f"{store.url}/fail?status={max(status, 400)}", "post", template={"headers": headers})

        action.run()

        assert len(store.requests) == 1

    def test_a_post_that_times_out_is_sent_exactly_once(self, store: Store) -> None:
        headers = {"authorization": f"Bearer {store.token}"}
        action = asking(f"{store.url}/slow?seconds=120", "post", template={"headers": headers})

        def run(seconds: float) -> None:
            store.reset()
            action.run(platform=Platform(timeout=seconds))

        timed_out(run)

        assert len(store.requests) == 1

    @pytest.mark.parametrize(
        ("method", "status", "targets"),
        [
            ("get", 200, ["/redirect", "/health"]),
            ("POST", 302, ["/redirect"]),
            # Npm request follows it as a POST, which the store does not know there.
            ("post", 405, ["/redirect", "/health"]),
        ],
    )
    def test_a_redirect_is_followed_as_npm_request_does(
        self, method: str, status: int, targets: list[str], store: Store
    ) -> None:
        headers = {"authorization": f"Bearer {store.token}"}
        action = asking(f"{store.url}/redirect", method, template={"headers": headers})

        run = action.run()

        assert run.response is not None
        assert run.response.status_code == status
        assert [request["target"] for request in store.requests] == targets

    def test_a_header_with_a_setting_is_not_sent_to_another_host(self) -> None:
        requests: list[httpx.Request] = []

        def handle(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            elsewhere = {"location": "https://evil.test/"}
            return httpx.Response(302, headers=elsewhere) if len(requests) == 1 else httpx.Response(200)

        action = load(
            an_action(
                appSettings={"key": {"key": "shop.default.key"}},
                inputTemplate={
                    "uri": "https://api.shop.com/",
                    "method": "get",
                    "headers": {"x-api-key": "{{{key}}}", "x-plain": "1"},
                },
            )
        ).action()

        action.run(settings={"key": "s3cret-key"}, transport=httpx.MockTransport(handle))

        assert ("x-api-key" in requests[0].headers, "x-api-key" in requests[1].headers) == (True, False)
        assert requests[1].headers["x-plain"] == "1"

    def test_runs_inside_a_running_loop(self, store: Store) -> None:
        async def cell() -> Run:
            return refunded(store)

        run = asyncio.run(cell())

        assert run.ok

    def test_can_be_awaited(self, store: Store) -> None:
        waiting = refund_order().arun({"orderId": 1001}, hosts=store.hosts, settings=store.settings)

        run = asyncio.run(waiting)

        assert run.ok

    def test_many_can_be_awaited_at_once(self, store: Store) -> None:
        headers = {"authorization": f"Bearer {store.token}"}
        action = asking(f"{store.url}/slow?seconds=120", template={"headers": headers})

        async def cell() -> None:
            runs = [asyncio.ensure_future(action.arun(platform=Platform(timeout=120))) for _ in range(5)]
            # The fifth arrives while the first still waits.
            while len(store.requests) < 5 and not any(run.done() for run in runs):
                await asyncio.sleep(0.01)
            for run in runs:
                run.cancel()
            await asyncio.gather(*runs, return_exceptions=True)

        asyncio.run(cell())

        assert len(store.requests) == 5

    def test_an_interrupt_ends_a_waiting_run(self, store: Store) -> None:
        headers = {"authorization": f"Bearer {store.token}"}
        action = asking(f"{store.url}/slow?seconds=120", template={"headers": headers})
        began = time.monotonic()

        with pytest.raises(KeyboardInterrupt), interrupted_when(lambda: store.requests):
            action.run(platform=Platform(timeout=120))

        # Whoever waits for the response, waits two minutes.
        assert time.monotonic() - began < 60

    def test_nothing_is_sent_by_rendering(self) -> None:
        action = asking(f"http://127.0.0.1:{unused_port()}/", "post")

        request = action.render()

        assert request.method == "POST"


class TestAnswers:
    @pytest.mark.parametrize(
        ("path", "method", "body"),
        [
            pytest.param("/empty", "get", None, id="an empty body"),
            pytest.param("/broken-json", "get", '{"status": "ok", "orders": [{"id": 10', id="broken JSON"),
            pytest.param(
                "/html", "get", "<!doctype html><title>Login</title><p>Please log in.</p>", id="HTML"
            ),
        ],
    )
    def test_a_body_that_is_not_json_stays_a_string(
        self, path: str, method: str, body: str | None, store: Store
    ) -> None:
        headers = {"authorization": f"Bearer {store.token}"}
        action = asking(f"{store.url}{path}", method, template={"headers": headers})

        run = action.run()

        assert run.output.get("body") == body

    def test_a_plain_setting_is_not_hidden_in_the_response(self, store: Store) -> None:
        app = an_app(
            an_action(
                appSettings={
                    "currency": {"key": "shop.default.currency"},
                    "token": {"key": "shop.default.token"},
                },
                inputTemplate={
                    "uri": f"{store.url}/echo",
                    "method": "get",
                    "json": True,
                    "headers": {"authorization": "Bearer {{{token}}}", "x-currency": "{{{currency}}}"},
                },
                outputTemplate="/#body.headers",
            ),
            settings={"default": {"currency": {"type": "string"}, "token": {"type": "secret"}}},
        )

        run = load(app).action().run(settings={"currency": "EURO", "token": store.token})

        assert ["x-currency", "EURO"] in run.output
        assert ["authorization", "Bearer $shop.default.token"] in run.output

    def test_an_undeclared_setting_is_a_secret(self, store: Store) -> None:
        action = load(
            an_action(
                appSettings={"token": {"key": "shop.default.token"}},
                inputTemplate={
                    "uri": f"{store.url}/echo",
                    "method": "get",
                    "json": True,
                    "headers": {"authorization": "Bearer {{{token}}}"},
                },
                outputTemplate="/#body.headers",
            )
        ).action()

        run = action.run(settings={"token": store.token})

        assert ["authorization", "Bearer $shop.default.token"] in run.output

    def test_the_token_of_an_account_is_used_and_hidden(self, store: Store) -> None:
        action = asking(f"{store.url}/echo", appAccountName="default", outputTemplate="/#body.headers")

        run = action.run(accounts={"default": store.token})

        assert ["authorization", "Bearer $account.default"] in run.output
        assert run.diagnostics.codes == ["KNB812"]


CHANCE = asking(
    "http://127.0.0.1:9/{{{randomId}}}",
    template={"qs": {"at": "{{date 'day' count=0}}", "open": "/#fn:inBusinessHours"}},
    outputTemplate={"id": "{{{randomId}}}", "at": "{{date 'day' count=1}}", "odd": "/#fn:parseint,body.a"},
)


def test_now_and_seed_make_runs_the_same() -> None:
    arguments: dict[str, Any] = {"now": datetime(2034, 1, 2, tzinfo=UTC), "seed": 7}

    first, second = (CHANCE.run(transport=answering(200, json={}), **arguments) for _ in range(2))

    assert first.request.url == second.request.url == CHANCE.render(**arguments).url
    assert "at=2034-01-02T00%3A00%3A00.000Z" in first.request.url
    assert first.output == second.output
    assert first.output["at"] == "2034-01-01T00:00:00.000Z"
    assert first.output["id"] not in first.request.url
    assert CHANCE.render().url != CHANCE.render().url


def test_calls_with_an_unknown_result_are_reported() -> None:
    run = CHANCE.run(transport=answering(200, json={"a": "1"}))

    problems = [(diagnostic.code, diagnostic.pointer) for diagnostic in run.diagnostics]
    assert ("KNB308", "/inputTemplate/qs/open") in problems
    assert ("KNB309", "/outputTemplate/odd") in problems
    assert "odd" not in run.output


def test_custom_helpers_are_called() -> None:
    own = {"inBusinessHours": lambda call, value: True, "parseint": lambda call, value: int(value)}

    run = CHANCE.run(transport=answering(200, json={"a": "1"}), helpers=own)

    assert "open=true" in run.request.url
    assert run.output["odd"] == 1
    assert not run.diagnostics


def test_an_output_template_that_fails_keeps_the_response() -> None:
    action = asking(
        "http://127.0.0.1:9/", outputTemplate={"a": "{{boom body.x}}"}, sampleOutputContext={"a": "1"}
    )

    run = action.run(transport=answering(200, json={"x": 1}), helpers={"boom": lambda options, value: 1 / 0})

    assert run.response is not None
    assert run.response.body == {"x": 1}
    assert (run.output, run.diff) == (None, None)
    (diagnostic,) = run.diagnostics.errors
    assert (diagnostic.code, diagnostic.pointer) == ("KNB301", "/outputTemplate/a")


@pytest.mark.parametrize("arguments", [{"now": "2034-01-02"}, {"seed": "7"}], ids=str)
def test_a_time_or_seed_of_the_wrong_type_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=next(iter(arguments))):
        CHANCE.render(**arguments)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        pytest.param({"mode": 5}, TypeError, "mode: 5 is not of type str", id="a mode"),
        pytest.param({"hosts": "abc"}, TypeError, "hosts: 'abc' is not of type Mapping", id="hosts"),
        pytest.param(
            {"settings": "s3cret"},
            TypeError,
            "settings: the value is not of type Mapping",
            id="settings, not quoted",
        ),
        pytest.param(
            {"settings": {"t": ["s3cret"]}}, TypeError, "the value of 't' is not a string", id="a list"
        ),
        pytest.param({"env": {"orgId": 5}}, TypeError, "env: the value of 'orgId' is not a string", id="env"),
        pytest.param({"retry": True}, TypeError, "retry: True is not of type int", id="a flag"),
        pytest.param({"retry": -1}, ValueError, "retry: -1 is not from 0 to 100", id="too few"),
        pytest.param({"seed": 10**5000}, ValueError, "seed: the number has more than 64 bits", id="a seed"),
    ],
)
def test_an_argument_of_the_wrong_type_is_named(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        asking("http://127.0.0.1/").run(transport=NEVER, **arguments)

    assert "s3cret" not in str(caught.value)


def test_a_helper_that_is_not_a_function_is_refused() -> None:
    with pytest.raises(TypeError, match="helpers: 'boom' is not a function, but 3"):
        load(an_action()).action().render({}, helpers={"boom": 3})
