from __future__ import annotations

from collections.abc import Iterator

import pytest

from kustomer_nb.demo import Store, start
from kustomer_nb.demo.starting import TOKEN_VARIABLE, URL_VARIABLE


@pytest.fixture(autouse=True)
def own_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    yield
    monkeypatch.undo()
    start().close()


def test_a_second_start_in_the_process_gives_the_same_store() -> None:
    first = start()

    second = start()

    assert second is first
    assert second.requests == []


def test_starts_a_new_one_when_the_first_was_closed() -> None:
    first = start()
    first.close()

    second = start()

    assert second is not first
    assert second.is_running()


def test_takes_the_store_that_is_already_there(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setenv(URL_VARIABLE, store.url)
    monkeypatch.setenv(TOKEN_VARIABLE, store.token)

    running = start()
    running.close()

    assert (running.url, running.token) == (store.url, store.token)
    assert store.is_running()


ENVIRONMENTS = [
    pytest.param("http://127.0.0.1:1", "token", id="nobody there"),
    pytest.param("no address", "token", id="no address"),
    pytest.param("http://127.0.0.1:1", "", id="no token"),
]


@pytest.mark.parametrize(("url", "token"), ENVIRONMENTS)
def test_starts_its_own_when_that_one_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, url: str, token: str
) -> None:
    monkeypatch.setenv(URL_VARIABLE, url)
    monkeypatch.setenv(TOKEN_VARIABLE, token)

    running = start()

    assert running.url != url
    assert running.is_running()


def test_a_service_that_is_no_store_is_not_taken(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setenv(URL_VARIABLE, f"{store.url}/somewhere")
    monkeypatch.setenv(TOKEN_VARIABLE, store.token)

    running = start()

    assert running.is_running()
