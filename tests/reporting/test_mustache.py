from __future__ import annotations

import pytest

from kustomer_nb import loads
from kustomer_nb.demo import Store
from kustomer_nb.reporting import starter


@pytest.mark.parametrize(
    ("app", "title"),
    [("shop", "Shop"), ("my_shop-2", "My Shop 2"), ("ecommstore", "Ecommstore")],
)
def test_the_starter_is_strict_json_and_lints_clean(app: str, title: str) -> None:
    made = loads(starter(app))

    assert not made.diagnostics
    assert not made.lint()
    assert (made.model.app, made.model.title) == (app, title)


def test_the_starter_runs_and_equals_its_sample(store: Store) -> None:
    action = loads(starter("shop")).action()

    run = action.run({"orderId": 1001}, hosts=store.hosts, settings={"authToken": store.token})

    assert run.ok
    assert run.diff is not None
    assert {difference.pointer for difference in run.diff} <= {"/amount"}
