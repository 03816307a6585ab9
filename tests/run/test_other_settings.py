"""Settings that only other actions of an app read: they may be passed to each action of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from kustomer_nb import App, load
from kustomer_nb.errors import SettingError
from tests.samples import an_action, an_app, asking

SETTINGS = {"shop.default.token": "t0ken", "region": "eu"}


def _reading(name: str, key: str) -> dict[str, Any]:
    template = {"uri": f"http://127.0.0.1:9/{{{{{{{name}}}}}}}", "method": "get"}
    return an_action(
        name=f"kustomer.app.shop.{name}",
        appSettings={name: {"key": key}},
        inputTemplate=template,
        sampleOutputContext={},
    )


@pytest.fixture
def app() -> App:
    """An app that declares no settings: what its actions read is all that is known of them."""
    return load(an_app(_reading("token", "shop.default.token"), _reading("region", "shop.default.region")))


@pytest.mark.parametrize("mode", ["live", "sample", "record"])
@pytest.mark.parametrize("name", ["token", "region"])
def test_each_action_takes_the_settings_of_the_others(name: str, mode: str, app: App, tmp_path: Path) -> None:
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.extensions["target"].decode())
        return httpx.Response(200, json={})

    app.action(name).run(
        settings=SETTINGS, mode=mode, transport=httpx.MockTransport(answer), cassette=tmp_path / "c.json"
    )

    assert paths == ([] if mode == "sample" else [{"token": "/t0ken", "region": "/eu"}[name]])


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        pytest.param("regoin", "did you mean `region`", id="near a setting of another action"),
        pytest.param("tokn", "did you mean `token`", id="near a setting of this one"),
        pytest.param("shop.default.zzz", "shop.default.token, shop.default.region", id="near none"),
    ],
)
def test_a_setting_that_no_action_reads_is_refused(name: str, fix: str, app: App) -> None:
    with pytest.raises(SettingError, match="KNB802") as caught:
        app.action("token").render(settings={name: "1"})

    assert fix in str(caught.value)


def test_an_action_that_is_alone_takes_its_own_settings_only() -> None:
    action = asking("http://127.0.0.1:9/", appSettings={"token": {"key": "shop.default.token"}})

    with pytest.raises(SettingError, match="KNB802"):
        action.render(settings={"region": "eu"})


def test_a_profile_may_name_a_setting_of_another_action_that_is_spelt_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kustomer-nb.toml").write_text('[profiles.eu]\nsettings = { tokens = "2" }\n')
    app = load(an_app(_reading("token", "shop.default.token"), _reading("tokens", "shop.default.tokens")))

    assert app.action("token").render(profile="eu").unset == ("shop.default.token",)
    assert app.action("tokens").render(profile="eu").unset == ()


def test_the_tail_of_two_settings_of_other_actions_is_no_error_here() -> None:
    app = load(
        an_app(
            _reading("region", "shop.default.region"),
            _reading("eu", "shop.eu.token"),
            _reading("us", "shop.us.token"),
        )
    )

    app.action("region").render(settings={"token": "1", "region": "eu"})
    with pytest.raises(SettingError, match="did you mean `token`"):
        app.action("region").render(settings={"tokenn": "1"})


def test_a_definition_that_was_edited_is_asked_as_it_is(app: App) -> None:
    action = app.action("region")
    app.edit("/actions/0/appSettings/token/key", "shop.default.secret")

    action.render(settings={"secret": "1"})
    with pytest.raises(SettingError, match="KNB802"):
        action.render(settings={"shop.default.token": "1"})
