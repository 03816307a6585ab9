from __future__ import annotations

import importlib
import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.demo import Store
from kustomer_nb.widgets.session import Session
from tests.samples import SETTING, an_action, an_app, refund_order
from tests.widgets.pressing import parts, press, texts

SECRET = "canary-token-ZGVtbw=="
ENV = {"uri": "http://a.b/{{{_env.orgId}}}", "method": "get", "headers": {"x": "/#_env.workflowId"}}


@pytest.fixture
def form() -> knb.SettingsForm:
    return knb.SettingsForm(refund_order())


def test_a_typed_secret_is_used_and_kept_in_no_state(store: Store) -> None:
    bench = knb.workbench(refund_order(), inputs={"orderId": 1042}, hosts=store.hosts)
    assert repr(bench.settings) == f"<SettingsForm: {SETTING} has no value>"

    press(bench.settings, kind="secret", key=SETTING, value=store.token)
    run = bench.bar.run()

    assert repr(bench.settings) == "<SettingsForm: all set>"
    assert run is not None
    assert run.response is not None
    assert run.response.status_code == 200
    assert [part for part in parts(bench) if store.token in texts(part)] == []
    assert store.token not in json.dumps(bench._static_result())


def test_an_emptied_secret_gives_way_to_the_other_sources(form: knb.SettingsForm) -> None:
    form.type_in(SETTING, SECRET)

    form.type_in(SETTING, "")

    assert repr(form) == f"<SettingsForm: {SETTING} has no value>"


def test_a_typed_setting_says_so_and_can_be_cleared(form: knb.SettingsForm) -> None:
    form.type_in(SETTING, SECRET)

    assert form.rows[0]["facts"] == f"Entered here · {len(SECRET)} chars · in memory until the kernel stops"
    assert form.rows[0]["is_entered"]

    press(form, kind="secret", key=SETTING, value="")

    assert form.rows[0]["facts"].startswith("Missing: enter a value, or set ")
    assert not form.rows[0]["is_entered"]


@pytest.mark.parametrize("value", [7, None, True, ["a"], {"a": SECRET}], ids=repr)
def test_what_is_no_string_is_refused_without_its_value(form: knb.SettingsForm, value: Any) -> None:
    press(form, kind="secret", key=SETTING, value=value)

    assert "secret.value has the wrong type" in form.notice
    assert SECRET not in texts(form)
    with pytest.raises(TypeError, match="a typed value is a string") as caught:
        form.type_in(SETTING, value)
    assert SECRET not in str(caught.value)


def test_a_message_with_a_secret_in_a_field_of_no_message_is_not_quoted(form: knb.SettingsForm) -> None:
    press(form, kind="secret", key=SETTING, value=SECRET, more=SECRET)
    press(form, kind="account", key=SECRET, value=SECRET)

    assert form.notice
    assert SECRET not in texts(form)


def test_a_setting_of_another_name_is_told(store: Store) -> None:
    bench = knb.workbench(refund_order(), settings={"authTokne": SECRET})

    assert 'names "authTokne"' in bench.settings.notice
    assert 'names "authTokne"' in bench.preview.state["words"]
    assert [part for part in parts(bench) if SECRET in texts(part)] == []


def test_the_environment_of_the_workflow_can_be_typed_and_is_no_secret() -> None:
    bench = knb.workbench({"inputTemplate": ENV}, env={"workflowId": "w1"})
    assert [(row["key"], row["facts"], row["is_set"]) for row in bench.settings.rows] == [
        ("_env.orgId", "Sample value, never sent: enter the real one", False),
        ("_env.workflowId", "w1", True),
    ]

    press(bench.settings, kind="env", name="orgId", value="61f0")

    assert bench.settings.rows[0]["facts"] == "61f0"
    assert bench.preview.request is not None
    assert bench.preview.request.url == "http://a.b/61f0"
    assert not bench.preview.request.diagnostics.errors

    bench.settings.type_env("orgId", "")

    assert bench.preview.request is not None
    assert bench.preview.request.diagnostics.errors.codes == ["KNB707"]


@pytest.mark.parametrize(
    ("template", "names"),
    [
        pytest.param(
            {"uri": "/#_env"}, ["_env.orgId", "_env.workflowId", "_env.appVersion"], id="all of them"
        ),
        pytest.param({"uri": "{{#if}}{{_env.orgId}}"}, [], id="a template with an error"),
        pytest.param(None, [], id="no template"),
    ],
)
def test_only_what_is_read_of_the_environment_is_asked_for(template: Any, names: list[str]) -> None:
    form = knb.SettingsForm(knb.load({"name": "a.b", "inputTemplate": template}).action())

    assert [row["key"] for row in form.rows] == names


def test_the_token_of_an_app_account_can_be_typed() -> None:
    template = {"uri": "http://a.b/", "method": "get"}
    session = Session(knb.load({"appAccountName": "default", "inputTemplate": template}).action())
    form = knb.SettingsForm(session)
    assert [(row["kind"], row["key"], row["is_set"]) for row in form.rows] == [
        ("account", "appAccountName default", False)
    ]

    press(form, kind="account", name="default", value=SECRET)

    assert form.rows[0]["is_set"]
    assert form.rows[0]["is_entered"]
    assert SECRET not in texts(form)
    form.type_account("default", "")
    assert not form.rows[0]["is_set"]


@pytest.mark.parametrize("name", ["Comm", "IPKernelApp"])
@pytest.mark.parametrize("kind", ["secret", "account"])
def test_the_log_of_messages_holds_no_typed_secret(
    name: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, name)

    for content in (
        {"kind": kind, "key": "shop.default.token", "value": SECRET},
        {"kind": "env", "name": "orgId", "value": "61f0"},
    ):
        # As the package comm and ipykernel log each message at this level.
        logging.getLogger(name).debug("handle_msg[%s](%s)", "1", {"content": {"data": {"content": content}}})

    assert "61f0" in caplog.text
    assert SECRET not in caplog.text


def test_markup_and_half_a_character_in_what_is_typed_stay_text(form: knb.SettingsForm) -> None:
    hostile = "<img src=x onerror=alert(1)>\ud800"
    form.type_in(SETTING, hostile)
    form.type_env("orgId", hostile)

    assert hostile not in texts(form)
    json.dumps(form.get_state()["rows"]).encode()


def two_actions() -> knb.App:
    actions = [
        an_action(
            name=f"kustomer.app.shop.{name}",
            appSettings={"token": {"key": f"shop.default.{name}"}},
            inputTemplate={"uri": "http://127.0.0.1:1/", "method": "get", "headers": {"x": "{{token}}"}},
        )
        for name in ("find", "make")
    ]
    return knb.load(an_app(*actions))


def test_a_value_typed_for_one_action_is_none_of_another_and_comes_back() -> None:
    session = Session(two_actions())
    form = knb.SettingsForm(session)
    form.type_in("shop.default.find", SECRET)

    session.pick("make")
    assert [(row["key"], row["is_set"]) for row in form.rows] == [("shop.default.make", False)]
    assert session.previewed is not None
    assert session.previewed.request.unset == ("shop.default.make",)
    session.pick("find")
    assert form.rows[0]["is_set"]
    assert form.notice == ""


@pytest.mark.parametrize("key", ["nope", "", "shop.default.", SECRET, "other.default.find"])
def test_a_value_typed_for_no_setting_changes_nothing(key: str) -> None:
    session = Session(two_actions())
    form = knb.SettingsForm(session)

    press(form, kind="secret", key=key, value=SECRET)

    assert "KNB802" in form.notice
    assert "known settings: shop.default.find, shop.default.make." in form.notice
    assert session.previewed is not None
    assert not form.rows[0]["is_set"]
    assert SECRET not in texts(form) + repr(vars(session))


@pytest.mark.parametrize("name", ["find", "default.find", "shop.default.find"])
def test_the_end_of_a_key_is_enough(name: str) -> None:
    form = knb.SettingsForm(two_actions().action("find"))

    form.type_in(name, SECRET)

    assert form.rows[0]["is_set"]


def saved_app(folder: Path) -> knb.App:
    """Return an app of a project of its own."""
    (folder / "kustomer-nb.toml").write_text("", encoding="utf-8")
    path = folder / "actions" / "shop.json"
    path.parent.mkdir()
    path.write_text(two_actions().text, encoding="utf-8")
    return knb.load(path)


def test_a_missing_value_is_kept_in_the_env_file_of_the_project_and_nowhere_else(tmp_path: Path) -> None:
    app = saved_app(tmp_path)
    (tmp_path / ".env").write_text("OTHER=1\n", encoding="utf-8")
    bench = knb.workbench(app, "find")

    press(bench.settings, kind="secret", key="shop.default.find", value=SECRET, place="env")

    session = bench._session
    assert (tmp_path / ".env").read_text(encoding="utf-8") == f"OTHER=1\nSHOP_DEFAULT_FIND='{SECRET}'\n"
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert bench.settings.rows[0]["is_set"]
    assert not bench.settings.rows[0]["is_entered"]
    assert ".env" in bench.settings.rows[0]["facts"]
    assert session.previewed is not None
    assert session.previewed.request.unset == ()
    assert session.toast is not None
    assert session.toast.words == "The value of shop.default.find is in .env."
    assert [part for part in parts(bench) if SECRET in texts(part)] == []
    others = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != ".env"]
    assert [path for path in others if SECRET in path.read_text(encoding="utf-8")] == []


def test_a_value_that_cannot_be_kept_stays_in_memory_and_the_form_says_why(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SHOP_DEFAULT_FIND=other-value\n", encoding="utf-8")
    form = knb.SettingsForm(saved_app(tmp_path).action("find"))

    press(form, kind="secret", key="shop.default.find", value=SECRET, place="env")

    assert "SHOP_DEFAULT_FIND" in form.notice
    assert form.rows[0]["is_entered"]
    assert (tmp_path / ".env").read_text(encoding="utf-8") == "SHOP_DEFAULT_FIND=other-value\n"
    assert SECRET not in texts(form)


def test_a_value_is_kept_in_the_keyring_under_the_whole_key_of_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keyring.py").write_text(
        "values = {}\n"
        "def get_password(service, key):\n    return values.get(key)\n"
        "def set_password(service, key, value):\n    values[key] = value\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "keyring", raising=False)
    form = knb.SettingsForm(two_actions().action("find"))

    press(form, kind="secret", key="find", value=SECRET, place="keyring")

    assert form.notice == ""
    assert importlib.import_module("keyring").values == {"shop.default.find": SECRET}
    assert form.rows[0]["is_set"]
    assert not form.rows[0]["is_entered"]
