"""A name in ``kustomer-nb.toml`` may be that of any definition of the project, not only the checked one."""

import json
from pathlib import Path

import pytest

import kustomer_nb as knb


def define(name, inputs=("email",), setting="token", **action):
    properties = {key: {"type": "string"} for key in inputs}
    return {
        "app": name, "version": "1.0.0", "title": "Shop",
        "settings": {"default": {setting: {"type": "secret", "defaultValue": ""}}},
        "actions": [{
            "name": f"kustomer.app.{name}.find", "description": "Find", "type": "rest_api",
            "appSettings": {"t": {"key": f"{name}.default.{setting}"}},
            "inputTemplate": {"uri": "https://a.b", "method": "get", "headers": {"x-key": "{{{t}}}"}},
            "inputSchema": {"properties": properties}, **action,
        }],
    }  # fmt: skip


def found(folder: Path, toml: str, *files: tuple[str, object]) -> list[str]:
    (folder / "kustomer-nb.toml").write_text(toml, encoding="utf-8")
    for name, value in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return [str(finding) for finding in knb.load(folder / files[0][0]).lint(select=["KNB8"])]


SHOP = ("shop.json", define("shop"))
PHONE = 'mask = ["/inputs/phone"]'
KEY = 'settings = { key = { env = "K" } }'


@pytest.mark.parametrize(
    ("toml", "other"),
    [
        pytest.param(PHONE, ("bank.json", define("bank", ["phone"])), id="beside it"),
        pytest.param(PHONE, ("a/b/bank.json5", define("bank", ["phone"])), id="below it"),
        pytest.param(PHONE, ("bank.json", define("bank", inputSchema=None)), id="any input"),
        pytest.param(KEY, ("b.json", define("bank", setting="key")), id="a setting"),
        pytest.param(
            PHONE,
            ("bank.js", "export default " + json.dumps(define("bank", ["phone"]))),
            id="in a module",
        ),
    ],
)
def test_a_name_of_another_definition_of_the_project_is_right(tmp_path: Path, toml, other) -> None:
    assert found(tmp_path, toml, SHOP, other) == []


@pytest.mark.parametrize(
    ("toml", "other"),
    [
        pytest.param('mask = ["/inputs/fone"]', ("bank.json", define("bank", ["phone"])), id="nobody has it"),
        pytest.param(PHONE, ("node_modules/b.json", define("b", ["phone"])), id="a dependency"),
        pytest.param(PHONE, (".x/b.json", define("b", ["phone"])), id="a hidden folder"),
        pytest.param(PHONE, ("b.json", "{"), id="a file that cannot be read"),
        pytest.param(PHONE, ("b.json", {"phone": 1}), id="a file that is no definition"),
        pytest.param(
            'settings = { kee = { env = "K" } }', ("b.json", define("b", setting="key")), id="a setting"
        ),
    ],
)
def test_a_name_that_no_definition_has_is_reported(tmp_path: Path, toml, other) -> None:
    (line,) = found(tmp_path, toml, SHOP, other)

    assert "KNB802" in line or "KNB810" in line
