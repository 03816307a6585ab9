from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.config.settings import (
    EnvironmentVariable,
    Sources,
    named_variables,
    person,
    placeholder,
    resolve,
    sources,
    without_prompts,
)
from kustomer_nb.definition import AppDefinition
from kustomer_nb.errors import SettingError
from kustomer_nb.secrets import variable
from tests.planted import Plant, precious_of, unreadable

KEY = "shop.default.token"
NAME = "SHOP_DEFAULT_TOKEN"


def an_app(**settings: Any) -> AppDefinition:
    return AppDefinition.read({"app": "shop", "settings": {"default": settings}}).model


APP = an_app(token={"type": "secret", "defaultValue": "from the definition"})


def chain(**changes: Any) -> Sources:
    """Return sources that all have a value, but for the changes."""
    values: dict[str, Any] = {
        "settings": {KEY: "from the mapping"},
        "profile": {KEY: "from the profile"},
        "environment": {NAME: "from the environment"},
        "env_file": {NAME: "from .env"},
        "keyring": {KEY: "from the keyring"}.get,
    }
    return Sources(**{**values, **changes})


def resolved(where: Sources, app: AppDefinition = APP, key: str = KEY) -> tuple[Any, str] | None:
    secret = resolve([key], where, app)[key]
    return None if secret is None else (secret.reveal(), secret.source)


@pytest.mark.parametrize(
    ("left_out", "expected"),
    [
        pytest.param(0, ("from the mapping", "settings="), id="the mapping wins over all"),
        pytest.param(1, ("from the profile", "profile"), id="then the profile"),
        pytest.param(2, ("from the environment", f"environment variable {NAME}"), id="then the environment"),
        pytest.param(3, ("from .env", ".env"), id="then .env"),
        pytest.param(4, ("from the keyring", "keyring"), id="then the keyring"),
        pytest.param(5, ("from the definition", "default of the definition"), id="then the default"),
    ],
)
def test_the_first_source_with_a_value_wins(left_out: int, expected: tuple[str, str]) -> None:
    empty: dict[str, Any] = {
        "settings": {}, "profile": {}, "environment": {}, "env_file": {}, "keyring": lambda key: None
    }  # fmt: skip
    where = chain(**dict(list(empty.items())[:left_out]))

    first = resolved(where)

    assert first == expected


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_value_gives_way_to_the_next_source(nothing: str | None) -> None:
    where = chain(
        settings={KEY: nothing},
        profile={KEY: nothing},
        environment={NAME: ""},
        env_file={NAME: nothing},
        keyring=lambda key: nothing,
    )

    first = resolved(where)

    assert first == ("from the definition", "default of the definition")


@pytest.mark.parametrize("default", [None, ""])
def test_a_default_of_nothing_is_none(default: str | None) -> None:
    app = an_app(token={"type": "secret", "defaultValue": default})

    first = resolved(Sources(), app)

    assert first is None


def test_a_prompt_is_the_last_resort() -> None:
    asked: list[str] = []

    def prompt(key: str) -> str:
        asked.append(key)
        return "typed"

    keys = [KEY, "shop.default.other"]
    values = resolve(keys, Sources(settings={KEY: "given"}), APP, prompt=prompt)

    assert asked == ["shop.default.other"]
    assert (values[keys[1]] or values[KEY]).source == "typed in"


def test_nothing_typed_is_no_value() -> None:
    values = resolve([KEY], Sources(), an_app(), prompt=lambda key: "")

    assert values == {KEY: None}


def test_the_keyring_is_not_asked_for_what_is_known() -> None:
    def locked(key: str) -> str:
        raise AssertionError(key)

    first = resolved(chain(keyring=locked))

    assert first == ("from the mapping", "settings=")


@pytest.mark.parametrize("name", ["shop.default.token", "default.token", "token"])
@pytest.mark.parametrize("source", ["settings", "profile"])
def test_a_name_may_be_any_tail_of_the_key(source: str, name: str) -> None:
    first = resolved(Sources(**{source: {name: "found"}}))

    assert first is not None
    assert first[0] == "found"


def test_a_tail_ends_at_a_dot() -> None:
    with pytest.raises(SettingError, match='names "oken", which is not a setting of this app'):
        resolved(Sources(settings={"oken": "x"}))


@pytest.mark.parametrize("source", ["settings", "profile"])
def test_a_tail_that_fits_two_settings_is_an_error(source: str) -> None:
    where = Sources(**{source: {"token": "x"}})

    with pytest.raises(SettingError) as caught:
        resolve(["shop.eu.token", "shop.us.token"], where, APP)

    assert str(caught.value) == (
        'KNB802 "token" matches shop.eu.token and shop.us.token. Fix: write the full key.'
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            {"tokn": "x"}, '"tokn", which is not a setting of this app. Fix: did you mean `token`?', id="near"
        ),
        pytest.param({"zzz": "x"}, "Fix: known settings: shop.default.token.", id="far"),
    ],
)
def test_an_unknown_name_in_the_mapping_is_an_error(settings: Mapping[str, str], message: str) -> None:
    with pytest.raises(SettingError) as caught:
        resolved(Sources(settings=settings))

    assert message in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["s3cretS3cretS3cret", "shop.s3cr3t-0123-4567", "a/b+c", "x" * 200],
    ids=lambda name: name[:9],
)
def test_what_may_be_a_value_in_the_place_of_a_name_is_not_quoted(name: str) -> None:
    with pytest.raises(SettingError) as caught:
        resolved(Sources(settings={name: ""}))

    assert "settings= names something, which is not a setting of this app" in str(caught.value)
    assert name not in str(caught.value)


def test_every_unknown_name_is_reported() -> None:
    with pytest.raises(SettingError) as caught:
        resolved(Sources(settings={"yyy": 1, "zzz": 2}))

    assert len(caught.value.diagnostics) == 2


def test_one_mapping_serves_every_action_of_an_app() -> None:
    app = an_app(token={"type": "secret"}, other={"type": "string"})

    values = resolve([KEY], Sources(settings={"token": "t", "other": "o"}), app)

    assert list(values) == [KEY]


def test_a_name_a_profile_has_for_another_action_is_no_error() -> None:
    first = resolved(Sources(profile={"other": "x", "token": "found"}))

    assert first == ("found", "profile")


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        pytest.param("number", "8080", 8080, id="number"),
        pytest.param("boolean", "true", True, id="boolean"),
        pytest.param("string", "8080", "8080", id="string"),
        pytest.param("secret", "8080", "8080", id="secret"),
    ],
)
@pytest.mark.parametrize("source", ["settings", "profile", "environment", "env_file", "keyring"])
def test_a_text_takes_the_type_the_app_declares(source: str, declared: str, text: str, value: Any) -> None:
    name = NAME if source in {"environment", "env_file"} else KEY
    found = {name: text}
    where = Sources(**{source: found.get if source == "keyring" else found})

    first = resolved(where, an_app(token={"type": declared}))

    assert first is not None
    assert (first[0], type(first[0])) == (value, type(value))


def test_what_is_typed_takes_the_declared_type() -> None:
    secret = resolve([KEY], Sources(), an_app(token={"type": "number"}), prompt=lambda key: "12")[KEY]

    assert secret is not None
    assert secret.reveal() == 12


def test_a_text_of_another_type_is_refused_and_not_quoted() -> None:
    app = an_app(token={"type": "number"})

    with pytest.raises(SettingError) as caught:
        resolved(Sources(environment={NAME: "s3cret"}), app)

    assert str(caught.value) == (
        "KNB802 the setting shop.default.token is declared as number, but its value is not a number. "
        "Fix: set it to a number."
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"environment": {"LIVE": "l1ve"}}, ("l1ve", "environment variable LIVE"), id="the environment"
        ),
        pytest.param({"env_file": {"LIVE": "l1ve"}}, ("l1ve", ".env"), id="a line of .env"),
        pytest.param({"settings": {KEY: "mine"}}, ("mine", "settings="), id="the mapping goes before it"),
        pytest.param({}, None, id="it has no value, and nothing later stands in"),
        pytest.param({"environment": {"LIVE": "", NAME: "another"}}, None, id="it is empty"),
    ],
)
def test_a_profile_may_name_the_variable_of_a_value(
    changes: dict[str, Any], expected: tuple[str, str] | None
) -> None:
    where = chain(**{"settings": {}, "profile": {"token": EnvironmentVariable("LIVE")}, **changes})

    assert resolved(where) == expected


def test_a_person_is_asked_for_what_a_named_variable_does_not_hold() -> None:
    where = chain(settings={}, profile={KEY: EnvironmentVariable("LIVE")})

    secret = resolve([KEY], where, APP, prompt=lambda key: "typed")[KEY]

    assert secret is not None
    assert secret.source == "typed in"


def test_the_variable_of_a_setting_is_the_one_that_a_profile_names() -> None:
    found = named_variables(
        [KEY, "shop.default.other"], Sources(profile={"token": EnvironmentVariable("LIVE")})
    )

    assert found == {KEY: "LIVE"}


def test_two_keys_of_one_variable_are_an_error() -> None:
    with pytest.raises(SettingError) as caught:
        resolve(["shop.default.api-key", "shop.default.api_key"], Sources(), APP)

    assert str(caught.value) == (
        "KNB802 shop.default.api-key and shop.default.api_key are read from the same environment variable, "
        "SHOP_DEFAULT_API_KEY. Fix: rename one of the keys."
    )


def test_a_key_that_shares_the_variable_of_a_declared_one_is_an_error() -> None:
    with pytest.raises(SettingError, match=r"shop\.default\.TOKEN and shop\.default\.token are read from"):
        resolve(["shop.default.TOKEN"], Sources(), APP)


def test_declared_settings_that_are_not_used_stop_nothing() -> None:
    app = an_app(token={"type": "secret"}, a={"type": "string"}, A={"type": "string"})

    assert resolve([KEY], Sources(settings={KEY: "t"}), app)[KEY] is not None


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        pytest.param("number", 0, id="a number"),
        pytest.param("boolean", False, id="true or false"),
        pytest.param("secret", "placeholder-2e4789978b29ff0b", id="a secret"),
        pytest.param("string", "placeholder-2e4789978b29ff0b", id="text"),
        pytest.param(None, "placeholder-2e4789978b29ff0b", id="of no declared type"),
    ],
)
def test_a_placeholder_is_the_same_in_every_process(declared: str | None, value: Any) -> None:
    found = placeholder(KEY, declared)

    assert (found.reveal(), type(found.reveal())) == (value, type(value))
    assert found.source == "placeholder"


def test_a_placeholder_may_stand_anywhere_and_is_another_one_for_each_key() -> None:
    written = {str(placeholder(f"shop.default.{name}", "secret").reveal()) for name in ("a", "b", "ä ö", "")}

    assert len(written) == 4
    assert all(len(line) < 63 and re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", line) for line in written)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("ecommstore.default.authToken", "ECOMMSTORE_DEFAULT_AUTHTOKEN"),
        ("my-app.default.api_key", "MY_APP_DEFAULT_API_KEY"),
        ("shop.eu west.url", "SHOP_EU_WEST_URL"),
    ],
)
def test_the_variable_of_a_key_is_one_a_shell_can_set(key: str, name: str) -> None:
    assert variable(key) == name


def test_the_repr_of_the_sources_holds_no_value() -> None:
    shown = repr(chain())

    assert "from" not in shown


def test_the_sources_of_a_machine_are_its_environment_and_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_A", "environment")
    (tmp_path / ".env").write_text("SHOP_B='pa$$word ${HOME}'\n", encoding="utf-8")

    where = sources(tmp_path, settings={"a": 1}, profile={"b": 2})

    assert (where.settings, where.profile, where.environment["SHOP_A"]) == ({"a": 1}, {"b": 2}, "environment")
    assert where.env_file == {"SHOP_B": "pa$$word ${HOME}"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"\xef\xbb\xbfA=1\r\n", {"A": "1"}, id="as Windows writes it"),
        pytest.param(b"# nothing\n", {}, id="a comment"),
    ],
)
def test_an_env_file_is_read_as_editors_write_it(
    content: bytes, expected: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_bytes(content)

    assert sources(tmp_path).env_file == expected


def test_an_env_file_that_is_no_text_is_an_error_that_quotes_none_of_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"TOKEN=s3cret\xff\n")

    with pytest.raises(SettingError) as caught:
        sources(tmp_path)

    assert str(caught.value) == (
        "KNB802 .env cannot be read (UnicodeDecodeError). Fix: save it as UTF-8 and check its permissions."
    )
    assert caught.value.__cause__ is None


@pytest.mark.timeout(120)
@unreadable
def test_an_env_file_without_an_end_is_an_error(plant: Plant, tmp_path: Path) -> None:
    plant(tmp_path / ".env", precious_of(tmp_path))

    with pytest.raises(SettingError, match=r"KNB802 \.env cannot be read: it is not a regular file"):
        sources(tmp_path)


def test_an_env_file_larger_than_a_megabyte_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TOKEN=s3cret\n" + "#" * 2**20)

    with pytest.raises(SettingError, match=r"KNB802 \.env cannot be read: it is larger than 1 MB"):
        sources(tmp_path)


def test_an_env_file_may_be_a_link_to_another_one(tmp_path: Path) -> None:
    (tmp_path / "shared.env").write_bytes(b"\xef\xbb\xbfTOKEN=a${b}\r\n")
    (tmp_path / ".env").symlink_to(tmp_path / "shared.env")

    assert sources(tmp_path).env_file == {"TOKEN": "a${b}"}


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_a_virtual_environment_is_no_env_file(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / ".env")

    assert sources(tmp_path).env_file == {}


def test_without_an_env_file_nothing_comes_from_it(tmp_path: Path) -> None:
    where = sources(tmp_path)

    assert where.env_file == {}


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed keyring: a real package, first on the path."""
    package = tmp_path / "site" / "keyring"
    package.mkdir(parents=True)
    (package / "errors.py").write_text("class KeyringError(Exception): pass\n", encoding="utf-8")
    (package / "__init__.py").write_text(
        "from .errors import KeyringError\n"
        "def get_password(service, key):\n"
        "    if key == 'locked': raise KeyringError\n"
        "    if key == 'broken': raise RuntimeError('no session bus')\n"
        "    return f'{service}:{key}'\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(package.parent)
    others = {name: sys.modules.pop(name) for name in [*sys.modules] if name.partition(".")[0] == "keyring"}
    yield
    for name in ("keyring", "keyring.errors"):
        sys.modules.pop(name, None)
    sys.modules.update(others)


@pytest.mark.usefixtures("keyring")
def test_an_installed_keyring_is_asked_by_full_key(tmp_path: Path) -> None:
    ask = sources(tmp_path).keyring

    assert [ask(key) for key in ("a.b.c", "locked", "broken")] == ["kustomer-nb:a.b.c", None, None]


def test_without_a_keyring_nothing_comes_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    ask = sources(tmp_path).keyring

    assert ask("a.b.c") is None


@pytest.mark.parametrize(
    ("value", "asks"),
    [
        ("true", False),
        ("1", False),
        ("True", False),
        ("yes", False),
        ("", True),
        ("false", True),
        ("0", True),
    ],
)
def test_nobody_is_asked_in_ci(value: str, asks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getpass", Kernel("").getpass)
    monkeypatch.setenv("CI", value)

    assert (person() is not None) == asks


def test_nobody_is_asked_in_a_block_without_prompts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getpass", Kernel("").getpass)
    monkeypatch.delenv("CI", raising=False)

    with without_prompts():
        assert person() is None

    assert person() is not None


def test_nobody_is_asked_without_a_terminal_or_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    assert person() is None


class Kernel:
    """Stands where ipykernel stands while a cell runs: its bound method replaces getpass.getpass."""

    def __init__(self, answer: str | Exception) -> None:
        self._answer = answer
        self.asked: list[str] = []

    def getpass(self, prompt: str = "") -> str:
        self.asked.append(prompt)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.mark.parametrize(
    ("answer", "typed"),
    [
        pytest.param("s3cret", "s3cret", id="a person types"),
        pytest.param(NotImplementedError(), "", id="a kernel without a front end"),
        pytest.param(EOFError(), "", id="the input ends"),
    ],
)
def test_a_running_cell_can_be_asked(
    answer: str | Exception, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel(answer)
    monkeypatch.setattr(getpass, "getpass", kernel.getpass)
    monkeypatch.delenv("CI", raising=False)

    prompt = person()

    assert prompt is not None
    assert (prompt(KEY), kernel.asked) == (typed, [f"{KEY} (not shown): "])


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        pytest.param(
            "authToken",
            "write `shop.default.parcelToken`: `authToken` is only the variable of templates that reads it.",
            id="the variable",
        ),
        pytest.param("parcelTokn", "did you mean `parcelToken`?", id="a misspelt name"),
        pytest.param("other", "known settings: shop.default.parcelToken.", id="any other name"),
    ],
)
def test_the_variable_of_a_template_is_told_from_the_name_of_its_setting(name, fix):
    variables = {"authToken": "shop.default.parcelToken"}
    app = AppDefinition.read({"app": "shop"}).model

    with pytest.raises(SettingError) as caught:
        resolve(variables.values(), Sources(settings={name: "abc"}), app, variables=variables)

    assert [finding.fix for finding in caught.value.diagnostics] == [fix]
    assert "abc" not in str(caught.value)


def test_a_setting_may_be_named_by_its_own_name_or_key():
    variables = {"authToken": "shop.default.parcelToken"}
    app = AppDefinition.read({"app": "shop"}).model

    for name in ("parcelToken", "default.parcelToken", "shop.default.parcelToken"):
        values = resolve(variables.values(), Sources(settings={name: "abc"}), app, variables=variables)
        assert values["shop.default.parcelToken"] is not None
