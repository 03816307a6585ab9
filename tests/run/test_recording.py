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
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUSTOMER_NB_HISTORY")


@pytest.fixture
def written(tmp_path: Path) -> Any:
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


def ran(action: Action, **arguments: Any) -> Any:
    given = {"settings": {"token": TOKEN}, "confirm": "api.shop.com", **arguments}
    return action.run({"id": 7, "email": "ada@example.com"}, **given)


def echo(request: httpx.Request) -> httpx.Response:
    received = {"by": request.headers["authorization"], "to": json.loads(request.content)}
    return httpx.Response(200, json=received)


ECHO = httpx.MockTransport(echo)


def latest(app: App) -> Entry:
    return app.history()[0]


def test_a_run_is_kept_with_every_stage(written: Any) -> None:
    action = written()
    run = ran(action, transport=ECHO)

    entry = latest(action.app)

    assert (entry.action, entry.mode, entry.outcome) == ("kustomer.app.shop.find", "live", "answered")
    assert entry.inputs == {"id": 7, "email": "ada@example.com"}
    assert entry.request["url"] == "https://api.shop.com/orders/7"
    assert entry.request["headers"]["authorization"] == "Bearer $shop.default.token"
    assert entry.response["statusCode"] == 200
    assert entry.output == run.output


def test_no_secret_is_in_the_history_though_the_service_echoes_it(written: Any, tmp_path: Path) -> None:
    ran(written(), transport=ECHO)

    text = (tmp_path / ".kustomer-nb" / "history.jsonl").read_text(encoding="utf-8")

    assert TOKEN not in text
    assert "$shop.default.token" in text


def test_what_is_masked_is_nowhere_in_the_history(written: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('mask = ["/inputs/email"]')
    run = ran(written(), transport=ECHO)

    text = (tmp_path / ".kustomer-nb" / "history.jsonl").read_text(encoding="utf-8")

    assert run.output["body"]["to"]["email"] == "ada@example.com"
    assert "ada@example" not in text


def unanswered(action: Action, **arguments: Any) -> str:
    with pytest.raises(TransportError):
        ran(action, **arguments)
    return latest(action.app).outcome


def test_a_post_without_an_answer_is_unknown_and_a_get_failed(written: Any) -> None:
    with raw_server([b""], [b""]) as server:
        assert unanswered(written(server.url)) == "unknown"
        assert unanswered(written(server.url, "get")) == "failed"


def test_a_post_that_never_left_failed(written: Any) -> None:
    assert unanswered(written(f"http://127.0.0.1:{unused_port()}/")) == "failed"


def test_a_replay_without_a_recording_failed(written: Any) -> None:
    assert unanswered(written(), mode="replay") == "failed"


def test_a_post_that_took_too_long_is_unknown(written: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        action = written(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        timed_out(lambda seconds: ran(action, platform=Platform(timeout=seconds)))

    assert latest(action.app).outcome == "unknown"


@pytest.mark.parametrize(("method", "outcome"), [("post", "unknown"), ("get", "cancelled")])
def test_an_interrupted_run_is_kept_as_what_is_known_of_it(method: str, outcome: str, written: Any) -> None:
    with silent_server() as (uri, arrived):
        action = written(uri, method)
        with pytest.raises(KeyboardInterrupt), interrupted_when(arrived.is_set):
            ran(action, platform=Platform(timeout=120))

    # It is written on the transport's thread, while the cell is free already.
    deadline = time.monotonic() + 60
    while not action.app.history() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert latest(action.app).outcome == outcome


def test_a_cancelled_task_is_kept_too(written: Any) -> None:
    async def cancel(action: Action) -> None:
        task = asyncio.ensure_future(action.arun({"id": 7, "email": "a@b.c"}, settings={"token": TOKEN}))
        await asyncio.to_thread(arrived.wait, 60)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    with silent_server() as (uri, arrived):
        action = written(uri)
        asyncio.run(cancel(action))

    assert latest(action.app).outcome == "unknown"


def test_what_was_refused_before_it_left_is_no_run(written: Any) -> None:
    action = written()
    with pytest.raises(GuardError):
        ran(action, confirm=None)
    with pytest.raises(InputError):
        action.run({"id": object()})

    assert len(action.app.history()) == 0


@pytest.mark.parametrize("how", ["the file", "the variable"])
def test_the_history_can_be_off(
    how: str, written: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "the file":
        (tmp_path / FILE).write_text("history = false")
    else:
        monkeypatch.setenv("KUSTOMER_NB_HISTORY", "off")

    ran(written(), transport=ECHO)

    assert not (tmp_path / ".kustomer-nb").exists()


def test_a_kept_run_is_run_again(written: Any) -> None:
    action = written()
    ran(action, transport=ECHO)

    again = action.app.history().run(0, settings={"token": TOKEN}, confirm="api.shop.com", transport=ECHO)

    assert again.inputs == {"id": 7, "email": "ada@example.com"}
    assert len(action.app.history()) == 2
    assert not action.app.history().diff(0, 1)


def test_a_run_again_is_guarded_as_the_first_was(written: Any) -> None:
    action = written()
    ran(action, transport=ECHO)

    with pytest.raises(GuardError):
        action.app.history().run(0, settings={"token": TOKEN}, transport=ECHO)


def test_a_history_that_cannot_be_written_stops_no_run(written: Any, tmp_path: Path) -> None:
    (tmp_path / ".kustomer-nb").write_text("a file in the folder's place")

    run = ran(written(), transport=ECHO)

    assert run.is_good
    assert "KNB822" in run.diagnostics.codes


def test_a_run_again_goes_where_the_first_one_went_with_its_environment(written: Any) -> None:
    action = written("https://api.shop.com/{{{_env.orgId}}}")
    asked: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.host, request.extensions["target"].decode()))
        return httpx.Response(200, json={})

    transport = httpx.MockTransport(answer)
    ran(
        action,
        transport=transport,
        hosts={"https://api.shop.com": "http://127.0.0.1:8000"},
        env={"orgId": "5a"},
    )

    action.app.history().run(0, settings={"token": TOKEN}, transport=transport)

    assert asked == [("127.0.0.1", "/5a")] * 2
    assert latest(action.app).sent_to == "http://127.0.0.1:8000"


def kept_text(tmp_path: Path) -> str:
    return (tmp_path / ".kustomer-nb" / "history.jsonl").read_text(encoding="utf-8")


def test_masks_of_headers_and_text_bodies_hold_in_the_history_too(written: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        'mask = ["/response/headers/X-Mail", "/request/body/email", "/response/body/to"]'
    )

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text='{"to": "bob@example.com"}', headers={"X-Mail": "eve@example.com"})

    ran(written(), transport=httpx.MockTransport(answer))

    assert [name for name in ("ada@", "bob@", "eve@") if name in kept_text(tmp_path)] == []


def test_a_status_is_never_masked(written: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('mask = ["/response", "/request/**"]')
    action = written()

    ran(action, transport=ECHO)

    assert len(action.app.history().find(status=200)) == 1


def test_the_password_of_a_proxy_is_in_no_file_and_no_message(written: Any, tmp_path: Path) -> None:
    said = b'{"you":"me:pr0xy-passw0rd"}'
    answer = b"HTTP/1.1 407 no such user me:pr0xy-passw0rd\r\ncontent-length: %d\r\n\r\n%s" % (
        len(said),
        said,
    )
    with raw_server([answer], [answer]) as server:
        (tmp_path / FILE).write_text('proxy = { env = "PROXY" }\n')
        (tmp_path / ".env").write_text(f"PROXY={server.url.replace('//', '//me:pr0xy-passw0rd@')}\n")
        run = ran(written("http://api.shop.com/"), mode="record")
        with pytest.raises(TransportError) as caught:
            ran(written("https://api.shop.com/"))

    cassette = (tmp_path / "shop.cassette.json").read_text(encoding="utf-8")
    told = [str(run.output), cassette, kept_text(tmp_path), str(caught.value)]
    assert ["pr0xy" in one for one in told] == [False] * 4


def test_through_a_proxy_this_machine_is_another_one(written: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('proxy = "http://127.0.0.1:9"\n')

    with pytest.raises(GuardError, match="KNB809"):
        written("http://localhost:8000/").run({"id": 7, "email": "a@b.c"}, settings={"token": TOKEN})


def test_what_was_answered_once_and_then_refused_is_unknown(written: Any) -> None:
    with raw_server([b"HTTP/1.1 504 Late\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"]) as server:
        action = written(server.url)

        def close() -> None:
            while not server.received:
                time.sleep(0.01)
            server.close()

        closing = threading.Thread(target=close)
        closing.start()
        outcome = unanswered(action, retry=1, platform=Platform(timeout=100))
        closing.join()

    assert outcome == "unknown"


def test_what_surely_was_not_sent_failed(written: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('proxy = "nonsense"\n')

    assert unanswered(written("https://api.shop.com/")) == "failed"
