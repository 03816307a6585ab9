from __future__ import annotations

import json
from pathlib import Path

import pytest

import kustomer_nb as knb
from kustomer_nb.demo import definition_text, project
from kustomer_nb.demo.definition import Definition
from kustomer_nb.errors import SaveError

NAMES = [definition.value for definition in Definition]


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


@pytest.mark.parametrize("name", NAMES)
def test_a_new_project_has_the_definition_and_nothing_to_run(name: str, tmp_path: Path) -> None:
    shop = project(tmp_path / "new" / "shop", definition=name)

    assert contents(shop).keys() == {name, "kustomer-nb.toml"}
    assert (shop / name).read_text(encoding="utf-8") == definition_text(name)
    assert knb.load(shop / name).action("refundOrder").name.endswith("refundOrder")


def test_all_but_the_printed_definition_have_no_problem() -> None:
    problems = {name: knb.loads(definition_text(name)).lint().codes for name in NAMES}

    assert {name for name, codes in problems.items() if codes} == {"as-printed.json"}


def test_the_printed_definition_is_that_of_the_documentation() -> None:
    printed = Path(__file__).parents[1] / "fixtures/refund-order.verbatim.txt"

    assert definition_text("as-printed.json") == printed.read_text(encoding="utf-8")


def test_the_tutorials_have_the_definition_as_a_file() -> None:
    copied = Path(__file__).parents[2] / "notebooks/ecommstore.json"

    assert definition_text() == copied.read_text(encoding="utf-8")


def test_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"shop\.json"):
        project(tmp_path / "shop", definition="shop.json")

    assert list(tmp_path.iterdir()) == []


def test_starting_over_loses_nothing_that_was_changed(tmp_path: Path) -> None:
    shop = project(tmp_path / "shop")
    (shop / "ecommstore.json").write_text('{"mine": true}')
    (shop / ".env").write_text("TOKEN=mine")
    (shop / "cases/refund").mkdir(parents=True)
    (shop / "cases/refund/paid.case.json").write_text("{}")
    (shop / "notes.md").write_text("mine")
    changed = contents(shop)

    project(shop)

    assert contents(shop) == {
        "ecommstore.json": definition_text(),
        "kustomer-nb.toml": changed["kustomer-nb.toml"],
        "notes.md": "mine",
    }
    del changed["notes.md"]
    assert contents(tmp_path / "earlier/shop/1") == changed


def test_the_same_is_put_away_once(tmp_path: Path) -> None:
    shop = project(tmp_path / "shop")
    for text in ("{}", "{}", '{"mine": true}', "{}"):
        (shop / "ecommstore.json").write_text(text)
        project(shop)

    put_away = {
        path.parent.name: path.read_text() for path in tmp_path.rglob("earlier/shop/*/ecommstore.json")
    }
    assert put_away == {"1": "{}", "2": '{"mine": true}'}


def test_a_project_as_at_the_beginning_stays(tmp_path: Path) -> None:
    shop = project(tmp_path / "shop")
    written = (shop / "ecommstore.json").stat()

    project(shop)

    assert (shop / "ecommstore.json").stat() == written
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


def test_its_history_begins_anew_and_is_not_that_of_a_folder_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUSTOMER_NB_HISTORY", raising=False)
    (tmp_path / ".git").mkdir()
    shop = project(tmp_path / "shop")
    app = knb.load(shop / "ecommstore.json")
    app.action().run({"orderId": 1}, mode="sample")
    runs = len(app.history())

    project(shop)

    assert (runs, len(app.history())) == (1, 0)
    assert not (tmp_path / ".kustomer-nb").exists()


@pytest.mark.parametrize("name", ["shop.json", "notes.txt"])
def test_a_folder_with_something_else_is_refused_and_stays(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")

    with pytest.raises(SaveError) as refused:
        project(tmp_path)

    assert refused.value.diagnostics.codes == ["KNB164"]
    assert contents(tmp_path) == {name: "mine"}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("mine")

    with pytest.raises(SaveError, match="name a new or an empty folder"):
        project(tmp_path / "shop")


def test_the_folder_may_be_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")

    assert project(".") == Path()
    Path("ecommstore.json").write_text("{}")
    project(".")

    assert json.loads(Path("ecommstore.json").read_text())["app"] == "ecommstore"
    assert (tmp_path / "earlier/shop/1/ecommstore.json").read_text() == "{}"
