"""A typed credential stays for the kernel's life: in the process, for its project and app alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kustomer_nb as knb
from kustomer_nb.widgets import resuming
from tests.widgets.pressing import texts

TOKEN = "tok-Zq81-Not-Shown"
CURL = f"curl https://api.shop.com/orders/7 -H 'Authorization: Bearer {TOKEN}'"
KEY = "shop.default.authToken"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(resuming, "_SECRETS", {})
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def written(path: Path) -> Path:
    knb.from_curl(CURL).app.save(path)
    return path


def test_a_pasted_credential_is_there_when_the_cell_runs_again(folder: Path) -> None:
    bench = knb.workbench()
    bench.start.read_curl(CURL)
    bench.start.create("findOrder")
    bench.definition_form.intend({"kind": "save", "name": "shop.json"})

    again = knb.workbench("shop.json")

    assert repr(again.settings) == "<SettingsForm: all set>"
    assert again.settings.rows[0]["facts"] == (
        f"Entered here · {len(TOKEN)} chars · in memory until the kernel stops"
    )
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert TOKEN.encode() not in b"".join(files)
    assert TOKEN not in texts(again) + json.dumps(again.settings.get_state(), default=str)
    assert TOKEN not in repr(resuming._SECRETS)


def test_a_file_that_is_opened_from_the_start_page_has_it_too(folder: Path) -> None:
    knb.workbench(written(folder / "shop.json")).settings.type_in(KEY, TOKEN)

    bench = knb.workbench()
    bench.start.intend({"kind": "open_file", "path": "shop.json"})

    assert repr(bench.settings) == "<SettingsForm: all set>"


def test_a_value_that_was_cleared_is_forgotten_and_one_that_is_passed_wins(folder: Path) -> None:
    path = written(folder / "shop.json")
    first, second = knb.workbench(path), knb.workbench(path)
    first.settings.type_in(KEY, TOKEN)
    # A workbench that was there before knows nothing of it, and takes nothing away.
    second.use_mode("sample")
    second.settings.refresh()
    passed = knb.workbench(path, settings={"authToken": "passed-value"})
    assert passed.settings.rows[0]["facts"].startswith("passed in settings=")

    first.settings.type_in(KEY, "")

    assert repr(knb.workbench(path).settings) == f"<SettingsForm: {KEY} has no value>"


def test_another_project_or_app_does_not_get_it(folder: Path, tmp_path: Path) -> None:
    knb.workbench(written(folder / "shop.json")).settings.type_in(KEY, TOKEN)
    (tmp_path / "other").mkdir()
    text = (folder / "shop.json").read_text()
    (folder / "other.json").write_text(text.replace('"app": "shop"', '"app": "rival"'))

    for path in (written(tmp_path / "other" / "shop.json"), folder / "other.json"):
        assert repr(knb.workbench(path).settings) == f"<SettingsForm: {KEY} has no value>"
    bench = knb.workbench()
    # The same name by its host, and another service: nothing of the first is sent there.
    bench.start.read_curl("curl https://api.shop.org/orders/7 -H 'Authorization: Bearer YOUR_TOKEN'")
    bench.start.create()
    assert repr(bench.settings) == f"<SettingsForm: {KEY} has no value>"


def test_the_token_of_an_account_is_kept_too(folder: Path) -> None:
    path = folder / "shop.json"
    action = {"name": "kustomer.app.shop.find", "type": "rest_api", "appAccountName": "shop"}
    action["inputTemplate"] = {"uri": "https://api.shop.com/orders", "method": "get"}
    path.write_text(json.dumps({"app": "shop", "version": "1.0.0", "title": "Shop", "actions": [action]}))
    knb.workbench(path).settings.type_account("shop", TOKEN)

    again = knb.workbench(path)

    assert again.settings.rows[0]["facts"] == "entered here · in memory until the kernel stops"
