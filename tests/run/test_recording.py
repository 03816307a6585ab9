from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from kustomer_nb import Action, App, Platform, load
from kustomer_nb.config import FILE
from kustomer_nb.errors import GuardError, InputError, TransportError
from kustomer_nb.storage.history import Entry
from tests.samples import (
    an_action,
    an_app,
    interrupted_when,
    raw_server,
    silent_server,
    timed_out,
    unused_port,
)

TOKEN = "s3cret-token-1234"


@pytest.fixture(autouse=True)
def history_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUSTOMER_NB_HISTORY")


@pytest.fixture
def make_action(tmp_path: Path) -> Any:
    def write(uri: str = "https://api.shop.com/orders/{{id}}", method: str = "post") -> Action:
        action = an_action(
            appSettings={"token": {"key": "shop.default.token"}},
            inputTemplate={
                "uri": uri,
                "method": method,
                "json": True,
                "headers": {"authorization": "Bearer {{{token}}}"},
                "data": {"email": "/#email"},
            },
            sampleOutputContext={"body": {}},
        )
        path = tmp_path / "shop.json"
        path.write_text(json.dumps(an_app(action)), encoding="utf-8")
        return load(path).action()

    return write


def run_action(action: Action, **arguments: Any) -> Any:
    defaults = {"settings": {"token": TOKEN}, "confirm": "api.shop.com", **arguments}
    return action.run({"id": 7, "email": "ada@example.com"}, **defaults)


def echo(request: httpx.Request) -> httpx.Response:
    received = {"by": request.headers["authorization"], "to": json.loads(request.content)}
    return httpx.Response(200, json=received)


ECHO = httpx.MockTransport(echo)


def latest(app: App) -> Entry:
    return app.history()[0]


def test_the_history_has_every_stage_of_a_run(make_action: Any) -> None:
    action = make_action()
    run = run_action(action, transport=ECHO)

    entry = latest(action.app)

    assert (entry.action, entry.mode, entry.outcome) == ("kustomer.app.shop.find", "live", "completed")
    assert entry.inputs == {"id": 7, "email": "ada@example.com"}
    assert entry.request["url"] == "https://api.shop.com/orders/7"
    assert entry.request["headers"]["authorization"] == "Bearer $shop.default.token"
    assert entry.response["statusCode"] == 200
    assert entry.output == run.output


def test_a_secret_that_the_service_echoes_is_not_in_the_history(make_action: Any, tmp_path: Path) -> None:
    run_action(make_action(), transport=ECHO)

    text = (tmp_path / ".kustomer-nb" / "history.jsonl").read_text(encoding="utf-8")

    assert TOKEN not in text
    assert "$shop.default.token" in text


def test_a_masked_value_is_nowhere_in_the_history(make_action: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('mask = ["/inputs/email"]')
    run = run_action(make_action(), transport=ECHO)

    text = (tmp_path / ".kustomer-nb" / "history.jsonl").read_text(encoding="utf-8")

    assert run.output["body"]["to"]["email"] == "ada@example.com"
    assert "ada@example" not in text


def outcome_without_response(action: Action, **arguments: Any) -> str:
    with pytest.raises(TransportError):
        run_action(action, **arguments)
    return latest(action.app).outcome


def test_without_a_response_a_post_is_unknown_and_a_get_failed(make_action: Any) -> None:
    with raw_server([b""], [b""]) as server:
        assert outcome_without_response(make_action(server.url)) == "unknown"
        assert outcome_without_response(make_action(server.url, "get")) == "failed"


def test_a_post_that_never_left_failed(make_action: Any) -> None:
    assert outcome_without_response(make_action(f"http://127.0.0.1:{unused_port()}/")) == "failed"


def test_a_replay_without_a_recording_failed(make_action: Any) -> None:
    assert outcome_without_response(make_action(), mode="replay") == "failed"


def test_a_post_that_took_too_long_is_unknown(make_action: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        action = make_action(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        timed_out(lambda seconds: run_action(action, platform=Platform(timeout=seconds)))

    assert latest(action.app).outcome == "unknown"


@pytest.mark.parametrize(("method", "outcome"), [("post", "unknown"), ("get", "cancelled")])
def test_an_interrupted_run_is_in_the_history(method: str, outcome: str, make_action: Any) -> None:
    with silent_server() as (uri, arrived):
        action = make_action(uri, method)
        with pytest.raises(KeyboardInterrupt), interrupted_when(arrived.is_set):
            run_action(action, platform=Platform(timeout=120))

    # It is written on the transport's thread, while the cell is free already.
    deadline = time.monotonic() + 60
    while not action.app.history() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert latest(action.app).outcome == outcome


def test_a_cancelled_task_is_in_the_history(make_action: Any) -> None:
    async def cancel(action: Action) -> None:
        task = asyncio.ensure_future(action.arun({"id": 7, "email": "a@b.c"}, settings={"token": TOKEN}))
        await asyncio.to_thread(arrived.wait, 60)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    with silent_server() as (uri, arrived):
        action = make_action(uri)
        asyncio.run(cancel(action))

    assert latest(action.app).outcome == "unknown"


def test_a_refused_run_is_not_in_the_history(make_action: Any) -> None:
    action = make_action()
    with pytest.raises(GuardError):
        run_action(action, confirm=None)
    with pytest.raises(InputError):
        action.run({"id": object()})

    assert len(action.app.history()) == 0


@pytest.mark.parametrize("how", ["the file", "the variable"])
def test_the_history_can_be_off(
    how: str, make_action: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "the file":
        (tmp_path / FILE).write_text("history = false")
    else:
        monkeypatch.setenv("KUSTOMER_NB_HISTORY", "off")

    run_action(make_action(), transport=ECHO)

    assert not (tmp_path / ".kustomer-nb").exists()


def test_a_run_of_the_history_runs_again(make_action: Any) -> None:
    action = make_action()
    run_action(action, transport=ECHO)

    again = action.app.history().run(0, settings={"token": TOKEN}, confirm="api.shop.com", transport=ECHO)

    assert again.inputs == {"id": 7, "email": "ada@example.com"}
    assert len(action.app.history()) == 2
    assert not action.app.history().diff(0, 1)


def test_a_run_of_the_history_is_guarded_like_the_first(make_action: Any) -> None:
    action = make_action()
    run_action(action, transport=ECHO)

    with pytest.raises(GuardError):
        action.app.history().run(0, settings={"token": TOKEN}, transport=ECHO)


def test_a_history_that_cannot_be_written_does_not_stop_a_run(make_action: Any, tmp_path: Path) -> None:
    (tmp_path / ".kustomer-nb").write_text("a file in the folder's place")

    run = run_action(make_action(), transport=ECHO)

    assert run.ok
    assert "KNB822" in run.diagnostics.codes


def test_a_run_of_the_history_has_its_hosts_and_environment(make_action: Any) -> None:
    action = make_action("https://api.shop.com/{{{_env.orgId}}}")
    requests: list[tuple[str, str]] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append((request.url.host, request.extensions["target"].decode()))
        return httpx.Response(200, json={})

    transport = httpx.MockTransport(respond)
    run_action(
        action,
        transport=transport,
        hosts={"https://api.shop.com": "http://127.0.0.1:8000"},
        env={"orgId": "5a"},
    )

    action.app.history().run(0, settings={"token": TOKEN}, transport=transport)

    assert requests == [("127.0.0.1", "/5a")] * 2
    assert latest(action.app).sent_to == "http://127.0.0.1:8000"


def history_text(tmp_path: Path) -> str:
    return (tmp_path / ".kustomer-nb" / "history.jsonl").read_text(encoding="utf-8")


def test_masks_cover_headers_and_text_bodies_in_the_history(make_action: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        'mask = ["/response/headers/X-Mail", "/request/body/email", "/response/body/to"]'
    )

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text='{"to": "bob@example.com"}', headers={"X-Mail": "eve@example.com"})

    run_action(make_action(), transport=httpx.MockTransport(respond))

    assert [name for name in ("ada@", "bob@", "eve@") if name in history_text(tmp_path)] == []


def test_a_status_is_never_masked(make_action: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('mask = ["/response", "/request/**"]')
    action = make_action()

    run_action(action, transport=ECHO)

    assert len(action.app.history().find(status=200)) == 1


def test_the_password_of_a_proxy_is_in_no_file_or_message(make_action: Any, tmp_path: Path) -> None:
    body = b'{"you":"me:pr0xy-passw0rd"}'
    response = b"HTTP/1.1 407 no such user me:pr0xy-passw0rd\r\ncontent-length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )
    with raw_server([response], [response]) as server:
        (tmp_path / FILE).write_text('proxy = { env = "PROXY" }\n')
        (tmp_path / ".env").write_text(f"PROXY={server.url.replace('//', '//me:pr0xy-passw0rd@')}\n")
        run = run_action(make_action("http://api.shop.com/"), mode="record")
        with pytest.raises(TransportError) as caught:
            run_action(make_action("https://api.shop.com/"))

    cassette = (tmp_path / "shop.cassette.json").read_text(encoding="utf-8")
    outputs = [str(run.output), cassette, history_text(tmp_path), str(caught.value)]
    assert ["pr0xy" in output for output in outputs] == [False] * 4


def test_behind_a_proxy_localhost_is_remote(make_action: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('proxy = "http://127.0.0.1:9"\n')

    with pytest.raises(GuardError, match="KNB809"):
        make_action("http://localhost:8000/").run({"id": 7, "email": "a@b.c"}, settings={"token": TOKEN})


def test_a_post_that_is_refused_on_retry_is_unknown(make_action: Any) -> None:
    with raw_server([b"HTTP/1.1 504 Late\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"]) as server:
        action = make_action(server.url)

        def close() -> None:
            while not server.received:
                time.sleep(0.01)
            server.close()

        closing = threading.Thread(target=close)
        closing.start()
        outcome = outcome_without_response(action, retry=1, platform=Platform(timeout=100))
        closing.join()

    assert outcome == "unknown"


def test_a_post_that_was_not_sent_failed(make_action: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('proxy = "nonsense"\n')

    assert outcome_without_response(make_action("https://api.shop.com/")) == "failed"


@pytest.mark.parametrize("arguments", [{}, {"mode": None, "hosts": None, "env": None, "profile": None}])
def test_none_is_not_passed_to_a_run_again(arguments: dict[str, None], make_action: Any) -> None:
    action = make_action("http://127.0.0.1:1/")
    run_action(action, mode="sample")

    again = action.app.history().run(0, **arguments)

    assert again.mode == "sample"
