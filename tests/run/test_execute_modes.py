from __future__ import annotations

import asyncio
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from kustomer_nb import Action, load
from kustomer_nb.config import FILE, Profile, mode_of
from kustomer_nb.errors import KustomerNbError, LoadError, ReplayError, RequestError, TransportError
from kustomer_nb.transport import FAULTS
from tests.planted import PLANTS, Plant, assert_untouched, planted, precious_of
from tests.samples import an_action, an_app, unused_port

TOKEN = "s3cret-token-1234"
TEMPLATE = {
    "uri": "https://{{{region}}}.shop.com/orders/{{id}}",
    "method": "get",
    "json": True,
    "headers": {"authorization": "Bearer {{{token}}}"},
}
KEYS = {"token": {"key": "shop.default.token"}, "region": {"key": "shop.default.region"}}
DECLARED = {"default": {"token": {"type": "secret"}, "region": {"type": "string"}}}


@pytest.fixture
def make_action(tmp_path: Path) -> Any:
    def write(**properties: Any) -> Action:
        template = {**TEMPLATE, **properties.pop("template", {})}
        action = an_action(appSettings=KEYS, inputTemplate=template, **properties)
        path = tmp_path / "shop.json"
        path.write_text(json.dumps(an_app(action, settings=DECLARED)), encoding="utf-8")
        return load(path).action()

    return write


def echo(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"target": request.extensions["target"].decode(), "by": TOKEN})


ECHO = httpx.MockTransport(echo)


def never(request: httpx.Request) -> httpx.Response:
    raise AssertionError("something was sent")


NEVER = httpx.MockTransport(never)
UNANSWERED = {"timeout", "refused", "reset", "tls", "slow"}
SETTINGS = {"token": TOKEN, "region": "eu"}


def recorded(action: Action, **arguments: Any) -> Any:
    return action.run({"id": 7}, **{"mode": "record", "settings": SETTINGS, "transport": ECHO, **arguments})


@pytest.mark.parametrize(
    "mode", ["live", "record", "replay", "sample", *(f"fault:{name}" for name in FAULTS)]
)
def test_knows_each_mode(mode: str) -> None:
    assert mode_of(mode, Profile()) == mode


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        pytest.param("lvie", 'there is no mode "lvie". Fix: did you mean `live`?', id="a near miss"),
        pytest.param("x", "Fix: use live, record, replay, sample or fault:<name>.", id="nothing near"),
        pytest.param("fault:tmeout", 'no fault "tmeout". Fix: did you mean `timeout`?', id="a fault"),
        pytest.param("fault:", "Fix: use 401, 404, 409,", id="no fault"),
    ],
)
def test_an_unknown_mode_has_a_fix(mode: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        mode_of(mode, Profile())

    assert message in str(caught.value)


def test_a_recorded_run_replays_without_token_and_network(make_action: Any) -> None:
    action = make_action()
    live = recorded(action)

    again = action.run({"id": 7}, mode="replay", transport=NEVER)

    assert (again.mode, again.output) == ("replay", live.output)
    # A label is not as long as the token it stands for.
    assert again.response == replace(live.response, size=again.response.size)
    assert again.request.url == live.request.url


def test_a_cassette_has_plain_settings_but_no_secret(make_action: Any, tmp_path: Path) -> None:
    recorded(make_action())

    text = (tmp_path / "shop.cassette.json").read_text(encoding="utf-8")

    assert TOKEN not in text
    assert '"shop.default.region": "eu"' in text


def test_another_value_of_a_plain_setting_is_another_request(make_action: Any) -> None:
    action = make_action()
    recorded(action)

    with pytest.raises(ReplayError, match=r"shop\.default\.region"):
        action.run({"id": 7}, mode="replay", settings={"region": "us"})


def test_another_token_is_the_same_request(make_action: Any) -> None:
    action = make_action()
    recorded(action)

    again = action.run({"id": 7}, mode="replay", settings={"token": "another-token-99"})

    assert again.ok


def test_a_request_that_is_not_recorded_is_compared_with_recorded_ones(make_action: Any) -> None:
    action = make_action()
    recorded(action)

    with pytest.raises(ReplayError) as caught:
        action.run({"id": 8}, mode="replay")

    assert "shop.com/orders/8" in str(caught.value)
    assert "shop.com/orders/7" in str(caught.value)


def test_a_request_with_time_and_randomness_replays(make_action: Any) -> None:
    action = make_action(template={"qs": {"at": "{{{date 'day' count=0}}}", "key": "{{{randomId}}}"}})
    live = recorded(action)

    again = action.run({"id": 7}, mode="replay")

    assert again.request.url == live.request.url


def test_time_and_seed_are_recorded_only_if_used(make_action: Any, tmp_path: Path) -> None:
    recorded(make_action())
    (exchange,) = json.loads((tmp_path / "shop.cassette.json").read_text(encoding="utf-8"))["exchanges"]

    assert [exchange.get(name) for name in ("now", "seed", "env")] in ([None, None, None], [None, None, {}])


def test_the_environment_of_the_workflow_is_recorded_and_replayed(make_action: Any) -> None:
    action = make_action(template={"qs": {"org": "{{{_env.orgId}}}"}})
    recorded(action, env={"orgId": "5a1b"})

    again = action.run({"id": 7}, mode="replay")

    assert again.request.url.endswith("?org=5a1b")


def test_recording_twice_keeps_the_latest_response(make_action: Any, tmp_path: Path) -> None:
    action = make_action()
    recorded(action)
    recorded(action, transport=httpx.MockTransport(lambda request: httpx.Response(404, json={})))

    assert action.run({"id": 7}, mode="replay").response.status_code == 404


def test_a_cassette_that_cannot_be_written_is_a_diagnostic_of_the_run(
    make_action: Any, tmp_path: Path
) -> None:
    run = recorded(make_action(), cassette=tmp_path / "nowhere" / "shop.json")

    assert run.ok
    assert run.diagnostics.errors.codes == ["KNB821"]


def test_a_stale_lock_does_not_prevent_recording(make_action: Any, tmp_path: Path) -> None:
    action = make_action()
    for _ in range(2):
        recorded(action)

    assert (tmp_path / ".kustomer-nb" / "shop.cassette.json.lock").is_file()


def test_the_folder_of_a_cassette_may_be_a_link(make_action: Any, tmp_path: Path) -> None:
    action = make_action()
    (tmp_path / "real").mkdir()
    (tmp_path / "tapes").symlink_to(tmp_path / "real")

    recorded(action, cassette=tmp_path / "tapes" / "a.json")

    assert (tmp_path / "real" / "a.json").is_file()


def test_a_request_that_cannot_be_recorded_is_not_sent(make_action: Any, tmp_path: Path) -> None:
    (tmp_path / "shop.cassette.json").write_text("{ this is no cassette", encoding="utf-8")

    with pytest.raises(LoadError, match="KNB820"):
        recorded(make_action(), transport=NEVER)
    with pytest.raises(RequestError, match="KNB828"):
        load(an_action()).action().run(mode="record", transport=NEVER)

    assert (tmp_path / "shop.cassette.json").read_text(encoding="utf-8") == "{ this is no cassette"


@pytest.mark.timeout(120)
@planted
@pytest.mark.parametrize(
    "name",
    [
        "shop.cassette.json",
        ".kustomer-nb",
        ".kustomer-nb/.gitignore",
        ".kustomer-nb/shop.cassette.json.lock",
    ],
)
def test_a_request_that_would_be_recorded_through_a_link_is_not_sent(
    plant: Plant, name: str, make_action: Any, tmp_path: Path
) -> None:
    precious = precious_of(tmp_path)
    action = make_action()
    if name == ".kustomer-nb" and plant is PLANTS["a folder"]:
        (tmp_path / name).touch()
    else:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        plant(tmp_path / name, precious)

    with pytest.raises(KustomerNbError) as caught:
        recorded(action, transport=NEVER)

    assert caught.value.diagnostics.codes[0] in ("KNB821", "KNB131", "KNB132", "KNB820")
    assert_untouched(precious)


@pytest.mark.timeout(120)
@planted
def test_a_history_that_is_not_a_file_does_not_affect_a_run(
    plant: Plant, make_action: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUSTOMER_NB_HISTORY")
    precious = precious_of(tmp_path)
    action = make_action()
    (tmp_path / ".kustomer-nb").mkdir()
    plant(tmp_path / ".kustomer-nb" / "history.jsonl", precious)

    run = action.run({"id": 7}, settings=SETTINGS, transport=ECHO)

    assert run.response.status_code == 200
    assert run.diagnostics.warnings.codes == ["KNB822"]
    assert_untouched(precious)


def test_a_number_that_json_lacks_does_not_stop_a_run(make_action: Any) -> None:
    run = recorded(make_action(), settings={"token": TOKEN, "region": math.inf}, confirm="Infinity.shop.com")

    assert run.ok
    assert run.diagnostics.errors.codes == ["KNB821"]


def test_a_second_recording_replays_its_response_whatever_the_seed(make_action: Any, tmp_path: Path) -> None:
    action = make_action(template={"headers": {"x-id": "{{randomId}}"}})
    for state in ("old", "new"):
        transport = httpx.MockTransport(lambda request, state=state: httpx.Response(200, json={"is": state}))
        recorded(action, transport=transport)

    exchanges = json.loads((tmp_path / "shop.cassette.json").read_text(encoding="utf-8"))["exchanges"]

    assert len(exchanges) == 1
    assert action.run({"id": 7}, mode="replay").output["body"] == {"is": "new"}


def test_an_action_without_a_name_replays_at_its_recorded_time(tmp_path: Path) -> None:
    action = load({"inputTemplate": {"uri": "https://a.b/{{randomId}}", "method": "get"}}).action()
    arguments = {"cassette": tmp_path / "a.json", "transport": ECHO}
    live = action.run(mode="record", **arguments)

    assert action.run(mode="replay", **arguments).request.url == live.request.url


def test_a_masked_value_of_the_response_does_not_merge_two_requests(make_action: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('mask = ["/response/body/kind"]')
    action = make_action(template={"uri": "https://a.shop.com/{{{kind}}}/7", "headers": {}})

    def respond(request: httpx.Request) -> httpx.Response:
        kind = request.extensions["target"].decode().split("/")[1]
        return httpx.Response(200, json={"kind": kind, "length": len(kind)})

    for kind in ("orders", "customers"):
        action.run({"kind": kind}, mode="record", transport=httpx.MockTransport(respond))

    lengths = [
        action.run({"kind": kind}, mode="replay").output["body"]["length"] for kind in ("orders", "customers")
    ]

    assert lengths == [6, 9]
    with pytest.raises(ReplayError):
        action.run({"kind": "refunds/a/b"}, mode="replay")


def test_a_redirect_to_a_host_with_a_secret_is_replayed(make_action: Any) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.host == "eu.shop.com":
            return httpx.Response(302, headers={"location": f"https://{TOKEN}.other.com/y"})
        return httpx.Response(200, json={})

    action = make_action()
    recorded(action, transport=httpx.MockTransport(respond))

    assert action.run({"id": 7}, mode="replay").response.status_code == 200


def test_a_definition_without_a_file_needs_a_cassette(tmp_path: Path) -> None:
    action = load(an_action()).action()

    with pytest.raises(RequestError, match="KNB828"):
        action.run(mode="replay")
    run = action.run(mode="record", transport=ECHO, cassette=tmp_path / "a.json")

    assert run.ok
    assert action.run(mode="replay", cassette=tmp_path / "a.json").output == run.output


def test_masked_data_is_not_in_the_cassette_and_replays(make_action: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('mask = ["/inputs/email", "/response/body/name"]')
    action = make_action(template={"qs": {"to": "/#email"}})
    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, json={"name": "Ada Lovelace", "id": 7})
    )
    inputs = {"id": 7, "email": "ada@example.com"}
    live = action.run(inputs, mode="record", settings=SETTINGS, transport=transport)

    again = action.run(inputs, mode="replay")
    text = (tmp_path / "shop.cassette.json").read_text(encoding="utf-8")

    assert live.output["body"]["name"] == "Ada Lovelace"
    assert again.output["body"]["id"] == 7
    assert "ada" not in text.lower()


def numbered() -> httpx.MockTransport:
    """Return a service that counts its responses."""
    numbers = iter(range(1, 10))
    return httpx.MockTransport(lambda request: httpx.Response(200, json={"number": next(numbers)}))


@pytest.mark.parametrize(
    ("mask", "template"),
    [
        ("/inputs/email", {"qs": {"to": "/#email"}}),
        ("/inputs/email", {"headers": {"x-to": "{{email}}"}}),
        ("/request/url", {"qs": {"to": "/#email"}}),
        ("/request/body/to", {"method": "post", "data": {"to": "/#email"}}),
    ],
)
def test_with_a_mask_what_was_recorded_with_it_is_replayed(
    mask: str, template: dict[str, Any], make_action: Any, tmp_path: Path
) -> None:
    action = make_action(template=template)
    inputs = {"id": 7, "email": "ada@example.com"}
    recording = {"mode": "record", "settings": SETTINGS, "transport": numbered(), "confirm": "eu.shop.com"}
    action.run(inputs, **recording)
    (tmp_path / FILE).write_text(f'mask = ["{mask}"]')
    action.run(inputs, **recording)

    assert action.run(inputs, mode="replay", settings=SETTINGS).output["body"] == {"number": 2}


@pytest.mark.parametrize("waits", [True, False], ids=["run", "arun"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_simulated_fault_needs_no_token_and_fails_like_a_real_one(
    name: str, waits: bool, make_action: Any
) -> None:
    action = make_action(template={"method": "post"})

    def run() -> Any:
        arguments = {"mode": f"fault:{name}", "transport": NEVER}
        return (
            action.run({"id": 7}, **arguments) if waits else asyncio.run(action.arun({"id": 7}, **arguments))
        )

    if name in UNANSWERED:
        with pytest.raises(TransportError):
            run()
        return
    done = run()
    assert done.mode == f"fault:{name}"
    assert done.output["response"]["statusCode"] == done.response.status_code


def test_a_profile_and_the_variable_choose_the_mode(
    make_action: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FILE).write_text('[profiles.p]\nmode = "fault:404"\n')
    action = make_action()

    assert action.run({"id": 7}, profile="p").response.status_code == 404
    monkeypatch.setenv("KUSTOMER_NB_MODE", "fault:409")
    assert action.run({"id": 7}, profile="p").response.status_code == 409
    assert action.run({"id": 7}, profile="p", mode="fault:422").response.status_code == 422


def test_a_profile_sets_env_platform_accounts_and_settings(
    make_action: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FILE).write_text(
        """
        platform = { timeout = 5, string_qs_is_query = false }
        [profiles.p]
        env = { orgId = "5a1b" }
        settings = { token = { env = "PROFILE_TOKEN" }, region = "us" }
        accounts = { default = { env = "OAUTH_TOKEN", header = "x-oauth" } }
        """
    )
    (tmp_path / ".env").write_text("PROFILE_TOKEN=from-a-file\nOAUTH_TOKEN=oauth-token\n")
    monkeypatch.delenv("PROFILE_TOKEN", raising=False)
    action = make_action(template={"qs": {"org": "{{{_env.orgId}}}"}}, appAccountName="default")

    run = action.run({"id": 7}, profile="p", transport=ECHO)
    sent = {name.decode(): value.decode() for name, value in run.request.wire().headers}

    assert run.request.real_host == "us.shop.com"
    assert run.request.url.endswith("?org=5a1b")
    assert (sent["authorization"], sent["x-oauth"]) == ("Bearer from-a-file", "oauth-token")
    assert (run.platform.timeout, run.platform.string_qs_is_query) == (5, False)


def test_an_argument_overrides_the_profile(make_action: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        '[profiles.p]\nenv = { orgId = "a" }\nhosts = { "https://eu.shop.com" = "http://127.0.0.1:1" }\n'
    )
    action = make_action(template={"qs": {"org": "{{{_env.orgId}}}"}})

    request = action.render(
        {"id": 7},
        profile="p",
        settings=SETTINGS,
        env={"orgId": "b"},
        hosts={"https://eu.shop.com": f"http://127.0.0.1:{unused_port()}"},
    )

    assert request.url.endswith("?org=b")
    assert not request.real_host.endswith(":1")


def test_without_retry_a_request_is_sent_once(make_action: Any) -> None:
    responses = iter([httpx.Response(503), httpx.Response(200, json={})])
    busy = httpx.MockTransport(lambda request: next(responses))

    run = make_action().run({"id": 7}, settings=SETTINGS, transport=busy)

    assert (run.response.status_code, run.attempts) == (503, 1)


def test_retry_sends_a_request_again(make_action: Any) -> None:
    responses = iter([httpx.Response(503, headers={"retry-after": "0"}), httpx.Response(200, json={})])
    busy = httpx.MockTransport(lambda request: next(responses))

    run = make_action().run({"id": 7}, settings=SETTINGS, transport=busy, retry=1)

    assert (run.response.status_code, run.attempts) == (200, 2)


@pytest.mark.parametrize("host", ["eu.shop.com", "other.shop.com"], ids=["the same host", "another host"])
def test_redirects_are_replayed(host: str, make_action: Any) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.extensions["target"] == b"/orders/7":
            return httpx.Response(302, headers={"location": f"https://{host}/elsewhere?a=1"})
        return httpx.Response(200, json={})

    action = make_action()
    live = recorded(action, transport=httpx.MockTransport(respond))

    again = action.run({"id": 7}, mode="replay")

    assert live.output["response"]["request"]["uri"]["path"] == "/elsewhere?a=1"
    assert again.output == live.output


@pytest.mark.parametrize("uri", ["{{{token}}}/orders/{{id}}", "{{token}}/orders/{{id}}", "/#token"])
def test_a_url_that_is_a_secret_needs_no_value_to_replay(uri: str, make_action: Any) -> None:
    action = make_action(template={"uri": uri, "headers": {}})
    settings = {"token": "https://hidden.shop.com", "region": "eu"}
    live = recorded(action, settings=settings)

    again = action.run({"id": 7}, mode="replay")

    assert again.output["body"] == live.output["body"]
    assert action.run({"id": 7}, mode="fault:404").response.status_code == 404


def test_a_masked_input_is_covered_everywhere_in_the_request(make_action: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('mask = ["/inputs/who", "/inputs/age", "/inputs/deep"]')
    template = {
        "method": "post",
        "qs": {"age": "/#age", "by": "x{{who}}y"},
        "headers": {"x-who": "{{who}}", "x-two": ["{{who}}", "b"]},
        "data": {"who": "/#who", "age": "/#age", "message": "is {{age}}", "deep": "/#deep.a", "id": "/#id"},
    }
    action = make_action(template=template)
    inputs = {"id": 7, "who": "Ann", "age": 42, "deep": {"a": True}}
    action.run(
        inputs, mode="record", settings=SETTINGS, confirm="eu.shop.com",
        transport=httpx.MockTransport(lambda request: httpx.Response(204)),
    )  # fmt: skip

    (exchange,) = json.loads((tmp_path / "shop.cassette.json").read_text(encoding="utf-8"))["exchanges"]
    again = action.run({**inputs, "who": "Bob"}, mode="replay")

    assert exchange["request"]["body"]["json"] == {
        "who": "<masked: /inputs/who>",
        "age": "<masked: /inputs/age>",
        "message": "is <masked: /inputs/age>",
        "deep": "<masked: /inputs/deep/a>",
        "id": 7,
    }
    assert exchange["request"]["url"].endswith("?age=<masked: /inputs/age>&by=x<masked: /inputs/who>y")
    assert "Ann" not in json.dumps(exchange)
    assert again.response.status_code == 204
