from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kustomer_nb import load
from kustomer_nb.config import FILE
from kustomer_nb.errors import SettingError
from tests.samples import an_action, an_app

TOKEN = "0123456789abcdef0123"
APP = an_app(
    an_action(
        appSettings={"authToken": {"key": "shop.default.authToken"}, "size": {"key": "shop.default.size"}},
        inputSchema={"properties": {"email": {"type": "string"}}},
        inputTemplate={
            "uri": "https://api.shop.com/{{email}}",
            "method": "get",
            "headers": {"authorization": "Bearer {{{authToken}}}", "x-size": "{{{size}}}"},
        },
    ),
    settings={
        "default": {
            "authToken": {"type": "secret", "defaultValue": ""},
            "size": {"type": "string", "defaultValue": ""},
        }
    },
)


@pytest.fixture
def found(tmp_path: Path) -> Any:
    """Return what lint of a definition says of the file beside it."""

    def lint(text: str) -> list[str]:
        (tmp_path / FILE).write_text(text, encoding="utf-8")
        path = tmp_path / "shop.json"
        path.write_text(load(APP).text, encoding="utf-8")
        return [str(line) for line in load(path).lint() if line.code in {"KNB610", "KNB810"}]

    return lint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            f'[profiles.p]\nsettings = {{ apiKey = "{TOKEN}" }}',
            "`apiKey` in settings of [profiles.p] contains a token (20 characters)",
            id="by name",
        ),
        pytest.param(f'settings = {{ a.b.c = "{TOKEN}" }}', "`a.b.c` in settings of the file", id="by look"),
        pytest.param(
            '[profiles.p]\nsettings = { authToken = "tok" }',
            "`authToken` in settings of [profiles.p] ",
            id="short",
        ),
        pytest.param(
            f'[profiles.p]\nsettings = {{ authToken = {{ env = "sk_live_{TOKEN}" }} }}',
            f"{FILE}:2:",
            id="as a name",
        ),
        pytest.param(f'[profiles.p]\nlabel = "{TOKEN}"', "this line contains a token", id="in a label"),
        pytest.param(f"# the token is {TOKEN}", "this line contains a token", id="in a comment"),
        pytest.param(
            '[profiles.p]\nproxy = "http://me:hunter22@proxy:8080"',
            "this line contains a URL with a password",
            id="proxy",
        ),
    ],
)
def test_a_token_in_the_file_is_found_and_not_quoted(text: str, message: str, found: Any) -> None:
    lines = found(text)

    assert [line for line in lines if "KNB610" in line and message in line], lines
    assert TOKEN not in str(lines)
    assert "hunter22" not in str(lines)


def test_what_is_no_token_is_none(found: Any) -> None:
    text = """
    settings = { authToken = { env = "PRODUCTION_SERVICE_TOKEN_2" }, size = "large" }
    proxy = "http://proxy:8080"
    allowed_hosts = ["a-very-long-name-of-a-host-2.shop.com"]
    """

    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("gaurd = 'deny'", "did you mean `guard`?", id="an unknown key"),
        pytest.param("[profiles.p]\nguard = 'deny!'", "guard of [profiles.p] is not", id="a wrong value"),
        pytest.param("[profiles", "kustomer-nb.toml cannot be read", id="no TOML"),
        pytest.param(
            "profile = 'sandbx'\n[profiles.sandbox]", "did you mean `sandbox`?", id="no such default"
        ),
        pytest.param(
            "settings = { colour = 'x' }", "`colour` in settings of the file is not", id="no setting"
        ),
        pytest.param(
            "mask = ['/inputs/emial']", "no action declares that input. Fix: use one of email", id="mask"
        ),
        pytest.param("ignore.fnid = ['/id']", 'names "fnid", but no action has that name', id="ignore"),
        pytest.param("[profiles.p]\nignore.finds = ['/id']", "did you mean `find`?", id="ignore, nearly"),
        pytest.param("ignore.ind = ['/id']", 'names "ind", but no action', id="ignore, half a name"),
    ],
)
def test_what_a_run_would_refuse_or_pass_over_is_said(text: str, message: str, found: Any) -> None:
    (line,) = found(text)

    assert message in line


@pytest.mark.parametrize("name", ["find", "shop.find", "kustomer.app.shop.find", "*"])
def test_ignore_names_an_action_by_its_name_or_a_tail_of_it(name: str, found: Any) -> None:
    assert found(f'ignore = {{ "{name}" = ["/**/at", ""] }}') == []


def test_a_file_may_serve_several_apps(found: Any) -> None:
    assert (
        found('settings = { other.default.token = { env = "OTHER" } }\nmask = ["/inputs/*", "/response"]')
        == []
    )


@pytest.mark.parametrize(
    ("settings", "way"),
    [
        pytest.param('{ authTokn = { env = "SANDBOX" } }', "did you mean `authToken`?", id="a near miss"),
        pytest.param('{ authToken = { evn = "SANDBOX" } }', "env = .NAME. } at `authToken`", id="no env"),
        pytest.param('{ authToken = { env = "SANDBOX", x = 1 } }', "at `authToken`", id="more than env"),
    ],
)
def test_a_run_falls_back_to_no_other_token_for_a_misspelt_setting(
    settings: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FILE).write_text(f"[profiles.sandbox]\nsettings = {settings}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_DEFAULT_AUTHTOKEN", "the-live-token")

    with pytest.raises(SettingError, match=way):
        load(APP).action().render({"email": "a@b.c"}, profile="sandbox")
