"""What is accepted of a result changes the definition that is open, also after another was loaded."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.widgets import Workbench
from tests.samples import an_action, an_app
from tests.widgets.pressing import press


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    names = ("kustomer.app.shop.find", "kustomer.app.shop.other")
    actions = [an_action(name=name, outputTemplate="/#body", sampleOutputContext={"id": 1}) for name in names]
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_app(*actions), indent=1))
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"id": 2}))
    bench = knb.workbench(path, transport=transport)
    for name in ("other", "find"):
        bench.pick(name)
        bench.bar.run()
        assert bench.result is not None
    return bench


@pytest.mark.parametrize("name", ["find", "other"])
@pytest.mark.parametrize("kind", ["accept", "infer"])
def test_what_is_accepted_after_an_update_is_in_the_new_app_and_its_file(
    kind: str, name: str, bench: Workbench
) -> None:
    old, path = bench.app, bench.app.path
    text = old.text
    bench.update(path)
    bench.pick(name)

    press(bench.output, kind=kind, **({"pointers": ["/id"]} if kind == "accept" else {"replaces": True}))

    assert bench.output.notice == ""
    assert bench.app is not old
    assert old.text == text
    assert bench.app.action(name).definition.sample_output_context == {"id": 2}
    assert knb.load(path).action(name).definition.sample_output_context == {"id": 2}
    press(bench, kind="undo", toast=bench.toast["count"])
    assert path.read_text() == text


def test_the_result_of_an_action_follows_what_changed_while_another_was_selected(bench: Workbench) -> None:
    bench.pick("find")
    bench.app.edit("/actions/1/outputTemplate", {"number": "/#body.id"})
    bench._session.take_definition()

    bench.pick("other")

    assert bench.result.output == {"number": 2}
