"""One real store for all tests of the room, as new for each."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from kustomer_nb.demo import Store


@pytest.fixture(scope="session")
def opened() -> Iterator[Store]:
    with Store() as store:
        yield store


@pytest.fixture(scope="session")
def callers(opened: Store) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    # Without verify=False each client would read the certificates of the world first.
    headers = {"authorization": f"Bearer {opened.token}"}
    with (
        httpx.Client(base_url=opened.url, headers=headers, trust_env=False, verify=False) as known,
        httpx.Client(base_url=opened.url, trust_env=False, verify=False) as unknown,
    ):
        yield known, unknown


@pytest.fixture
def store(opened: Store) -> Store:
    opened.reset()
    return opened


@pytest.fixture
def client(store: Store, callers: tuple[httpx.Client, httpx.Client]) -> httpx.Client:
    return callers[0]


@pytest.fixture
def stranger(store: Store, callers: tuple[httpx.Client, httpx.Client]) -> httpx.Client:
    return callers[1]
