from __future__ import annotations

import logging

import httpx
import pytest

from kustomer_nb.demo import Store
from tests.samples import asking


def test_a_run_leaves_nothing_in_the_logs_of_httpx(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    asking(f"{store.url}/echo").run()

    assert [record.name for record in caplog.records if record.name.startswith(("http", "h11"))] == []


def test_requests_of_others_are_logged_as_usual(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    asking(f"{store.url}/echo").run()
    caplog.set_level(logging.DEBUG)

    httpx.get(f"{store.url}/echo", trust_env=False)

    assert {record.name for record in caplog.records} >= {"httpx", "httpcore.http11"}
