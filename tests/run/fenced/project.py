"""What runs behind the fence: the tests of a team, copied to a project of theirs and run there by pytest."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

import kustomer_nb as knb

APP = Path(__file__).with_name("shop.json")
VARIABLE = os.environ.get("KNB_TEST_VARIABLE", "PYTEST_VERSION")


class _Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        to = "http://api.shop.invalid/orders/1"
        self.send_response(302 if "away" in self.path else 200)
        self.send_header("location", to)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture
def local() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def find(**options: Any) -> knb.Run:
    return knb.load(APP).action("find").run({"orderId": 1, **options.pop("inputs", {})}, **options)


def refused(**options: Any) -> str:
    with pytest.raises(knb.GuardError) as caught:
        find(**options)
    first = caught.value.diagnostics[0]
    assert first.code == "KNB837"
    assert VARIABLE in first.message
    assert "KUSTOMER_NB_LIVE=1" in first.fix
    return first.message


def test_a_live_run_is_answered_from_the_cassette() -> None:
    run = find()

    assert (run.mode, run.fence, run.output) == ("replay", VARIABLE, {"id": 1})


def test_what_is_not_recorded_is_refused() -> None:
    assert refused(inputs={"orderId": 2}).startswith('no exchange in "shop.cassette.json" matches GET')


def test_a_change_is_refused_with_or_without_its_confirmation() -> None:
    refund = knb.load(APP).action("refund")
    settings = {"token": "any-token-1234"}
    for confirm, codes in ((None, ["KNB809", "KNB837"]), ("api.shop.invalid", ["KNB837"])):
        with pytest.raises(knb.GuardError) as caught:
            refund.run({"orderId": 1}, confirm=confirm, settings=settings)
        assert caught.value.diagnostics.errors.codes == codes
        assert caught.value.name == ""


def test_a_profile_denies_as_it_does_elsewhere() -> None:
    config = APP.with_name("kustomer-nb.toml")
    config.write_text('[profiles.live]\nguard = "deny"\n[profiles.other]\nallowed_hosts = []')
    refund = knb.load(APP).action("refund")
    for profile, code in (("live", "KNB825"), ("other", "KNB826")):
        with pytest.raises(knb.GuardError, match=code):
            refund.run({"orderId": 1}, profile=profile)


def test_record_and_live_by_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is not recorded" in refused(mode="record")
    assert "is not sent live" in refused(mode="live")
    monkeypatch.setenv("KUSTOMER_NB_MODE", "live")
    assert "is not sent live" in refused()


def test_without_a_file_there_is_no_cassette() -> None:
    action = knb.loads(APP.read_text()).action("find")

    with pytest.raises(knb.GuardError, match=r"KNB837.*has no recorded response"):
        action.run({"orderId": 1}, settings={"token": "any"})


def test_what_stays_here_is_not_concerned(local: str, monkeypatch: pytest.MonkeyPatch) -> None:
    service = httpx.MockTransport(lambda request: httpx.Response(200, json={"id": 5}))
    settings = {"token": "any-token-1234"}

    assert find(mode="sample").output == {"id": 9}
    assert find(mode="fault:429").mode == "fault:429"
    assert find(transport=service, settings=settings).output == {"id": 5}
    here = find(hosts={"https://api.shop.invalid": local}, settings=settings)
    assert (here.mode, here.fence) == ("live", "")
    assert find(
        mode="record",
        hosts={"https://api.shop.invalid": local},
        settings=settings,
        cassette=APP.with_name(f"here{os.getpid()}.json"),
    ).ok


def test_a_redirect_from_here_goes_nowhere_else(local: str) -> None:
    with pytest.raises(knb.GuardError, match=r"KNB837 http://api\.shop\.invalid is not this machine"):
        knb.load({"inputTemplate": {"uri": f"{local}/away", "method": "get"}}).action().run()


def test_a_request_that_cannot_be_sent_has_its_own_error() -> None:
    with pytest.raises(knb.InputError):
        find(inputs={"orderId": "no number"})
    with pytest.raises(knb.RequestError):
        knb.load({"inputTemplate": {"uri": "api.shop.invalid", "method": "get"}}).action().run()
