from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.linting import Concealment
from kustomer_nb.widgets import DefinitionView
from kustomer_nb.widgets.definition_view import LONGEST
from kustomer_nb.widgets.session import Session
from tests.samples import ECOMMSTORE, an_action, an_app
from tests.widgets.pressing import texts

TOKEN = "sk_live_" + "51H8xY2eZvKYlo2C"


def test_the_text_is_that_of_the_file() -> None:
    view = DefinitionView(knb.load(ECOMMSTORE).action())

    assert view.text == ECOMMSTORE.read_text(encoding="utf-8")
    assert view.file == "ecommstore.json"
    assert repr(view) == f"<DefinitionView: {len(view.text.splitlines())} lines of ecommstore.json>"


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"headers": {"authorization": f"Bearer {TOKEN}"}}, id="a header"),
        pytest.param({"qs": {"api_key": TOKEN}}, id="a parameter"),
        pytest.param({"uri": f"https://me:{TOKEN}@a.b/"}, id="a password"),
        pytest.param({"data": {"client_secret": TOKEN}}, id="a body"),
    ],
)
def test_a_token_in_the_text_is_masked_and_no_line_moves(template: dict[str, object]) -> None:
    base = {"uri": "https://a.b/", "method": "get", "json": True}
    text = json.dumps(an_action(inputTemplate={**base, **template}), indent=2)
    view = DefinitionView(knb.loads(text).action())

    assert TOKEN not in texts(view)
    assert view.text.count("\n") == text.count("\n")
    assert "inputTemplate" in view.text


def test_a_line_is_marked_each_time_it_is_asked_for() -> None:
    view = DefinitionView(knb.load(ECOMMSTORE).action())
    seen = []
    view.observe(lambda change: seen.append(change["new"]["line"]), "marked")

    view.show_line(7)
    view.show_line(7)

    assert seen == [7, 7]


def test_the_text_follows_the_file(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_action(description="before")))
    session = Session(knb.load(path))
    view = DefinitionView(session)

    path.write_text(json.dumps(an_action(description="after")))
    session.app.reload()
    session.take_definition()

    assert "after" in view.text
    assert "before" not in view.text


def test_a_text_is_searched_for_tokens_once_for_all_its_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[object] = []
    search = Concealment.source

    def counted(concealment: Concealment, reading: Any) -> str:
        searched.append(reading)
        return search(concealment, reading)

    monkeypatch.setattr(Concealment, "source", counted)
    names = ("kustomer.app.shop.find", "kustomer.app.shop.make")
    session = Session(knb.load(an_app(*(an_action(name=name) for name in names))))
    DefinitionView(session)

    for name in reversed(names):
        session.pick(name)

    assert len(searched) == 1


def test_a_long_text_is_cut_for_the_page() -> None:
    text = json.dumps(an_action(description="x" * (LONGEST + 10)))

    assert len(DefinitionView(knb.loads(text).action()).text) == LONGEST
