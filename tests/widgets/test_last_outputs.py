"""The outputs that an input can be taken from."""

from __future__ import annotations

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.widgets.form_presets import last_outputs
from kustomer_nb.widgets.running import Runner
from kustomer_nb.widgets.session import Session
from tests.samples import an_action, an_app

SHOP = httpx.MockTransport(lambda request: httpx.Response(200, json={"id": 7}))
APP = an_app(*(an_action(name=f"shop.{name}", outputTemplate="/#body") for name in ("find", "make")))


@pytest.mark.parametrize("keeps_history", [True, False])
def test_a_simulated_failure_is_not_the_last_output(
    keeps_history: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on" if keeps_history else "off")
    session = Session(knb.load(APP), {"transport": SHOP})
    runner = Runner(session)
    runner.start()

    for _ in range(2):
        runner.simulate("429")
        assert last_outputs(session) == {"find": {"id": 7}}
        runner.show_live()

    assert last_outputs(session) == {"find": {"id": 7}}
    session.pick("make")
    assert last_outputs(session) == ({"find": {"id": 7}} if keeps_history else {})


def test_a_run_that_is_passed_as_a_step_is_its_output() -> None:
    schema = {"properties": {"id": {"type": "number"}}}
    app = knb.load(an_app(an_action(name="shop.find", outputTemplate="/#body", inputSchema=schema)))
    run = app.action("find").run({"id": 1}, transport=SHOP)

    form = knb.ActionForm(app.action("find"), {"id": "/#steps.first.id"}, steps={"first": run})

    (entry,) = form.entries["fields"].values()
    assert entry["from"]["text"] == "first > id = 7"
