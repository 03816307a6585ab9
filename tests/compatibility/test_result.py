from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
from IPython.core.formatters import DisplayFormatter

import kustomer_nb as knb
from kustomer_nb.compatibility import Bump, ChangeKind
from kustomer_nb.compatibility.versions import Version, is_enough, next_version, read_version
from kustomer_nb.reporting import as_json, text
from tests.compatibility.test_pairs import PAIRS, sides

PAGE = (Path(__file__).parents[2] / "docs/reference/compare.md").read_text(encoding="utf-8")
BY_ID = {pair["id"]: pair for pair in PAIRS}


def compared(pair: str) -> knb.Comparison:
    return knb.compare(*sides(BY_ID[pair]))


@pytest.mark.parametrize("kind", ChangeKind)
def test_the_page_on_comparing_lists_each_kind_of_change(kind: ChangeKind) -> None:
    assert f"| `{kind}` | {kind.bump} | {kind.meaning} |" in PAGE


def test_the_page_lists_no_other_kind() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]

    assert len(rows) == len(ChangeKind)


def test_each_kind_of_change_occurs_in_a_test() -> None:
    sources = [path for path in Path(__file__).parent.iterdir() if path.suffix == ".py"]
    tests = "".join(path.read_text(encoding="utf-8") for path in sources)
    kinds = {
        change.kind
        for pair in PAIRS
        for old, new in (sides(pair), sides(pair)[::-1])
        for change in knb.compare(old, new)
    }

    assert [kind for kind in ChangeKind if kind not in kinds and f'"{kind}"' not in tests] == []


def test_a_notebook_shows_a_table_and_a_line() -> None:
    comparison = compared("required input added")

    bundle, _ = DisplayFormatter().format(comparison)

    assert repr(comparison) == "<Comparison: 1 error, major: 1.4.2 to 2.0.0>"
    assert bundle["text/plain"].startswith("kustomer_nb 1 Comparison\nbump: major\n")
    assert "input-required-added (major)" in bundle["text/html"]
    assert "Version to write: 2.0.0" in bundle["text/html"]


def test_html_escapes_what_an_author_wrote() -> None:
    old: dict[str, Any] = {"app": "shop", "version": "1.0.0", "actions": [{"name": "a", "inputSchema": {}}]}
    schema = {"properties": {"<b onclick=x>": {}}, "required": ["<b onclick=x>"]}
    new = {**old, "actions": [{"name": "a", "inputSchema": schema}]}

    html = knb.compare(old, new)._repr_html_()

    assert "<b onclick" not in html
    assert "&lt;b onclick=x&gt;" in html


def test_a_long_comparison_shows_two_hundred_rows() -> None:
    old: dict[str, Any] = {"app": "shop", "version": "1.0.0", "actions": [{"name": "a", "inputSchema": {}}]}
    properties = {f"input{number}": {"type": "string"} for number in range(300)}
    new = {**old, "actions": [{"name": "a", "inputSchema": {"properties": properties}}]}

    comparison = knb.compare(old, new)

    assert len(comparison) == 300
    assert "and 100 more" in comparison._repr_html_()


def test_the_result_is_frozen_and_plain_json() -> None:
    comparison = compared("required input added")

    with pytest.raises(FrozenInstanceError):
        comparison.version = "1.0.0"  # type: ignore[misc]
    assert as_json(comparison) == comparison.to_json()
    assert comparison.to_json()["changes"][0]["pointer"] == comparison[0].pointer


def test_text_names_the_action_and_the_version() -> None:
    lines = text(compared("action renamed")).splitlines()

    assert lines[-1] == "Version to write: 2.0.0 (major, after 1.4.2)."


@pytest.mark.parametrize(
    ("old", "bump", "version"),
    [
        ("1.4.2", Bump.MAJOR, "2.0.0"),
        ("1.4.2", Bump.MINOR, "1.5.0"),
        ("1.4.2", Bump.PATCH, "1.4.3"),
        ("0.0.1", Bump.MAJOR, "1.0.0"),
        ("1.5.0-beta", Bump.PATCH, "1.5.0"),
        ("1.5.0-beta", Bump.MINOR, "1.5.0"),
        ("1.5.0-beta", Bump.MAJOR, "2.0.0"),
        ("2.0.0-rc.1", Bump.MAJOR, "2.0.0"),
        ("1.4.3-beta", Bump.PATCH, "1.4.3"),
        ("1.4.3-beta", Bump.MINOR, "1.5.0"),
        ("1.4.2+build.7", Bump.PATCH, "1.4.3"),
    ],
)
def test_the_next_version_is_the_lowest_that_the_bump_allows(old: str, bump: Bump, version: str) -> None:
    before = read_version(old)

    assert before is not None
    assert str(next_version(before, bump)) == version


@pytest.mark.parametrize(
    ("new", "bump", "enough"),
    [
        ("1.4.3", Bump.PATCH, True),
        ("1.4.3", Bump.MINOR, False),
        ("1.5.0", Bump.MINOR, True),
        ("1.5.0-beta", Bump.MINOR, True),
        ("3.1.4", Bump.MAJOR, True),
        ("1.4.2-beta", Bump.PATCH, False),
        ("1.4.1", Bump.PATCH, False),
    ],
)
def test_a_version_is_enough_if_it_is_as_large_a_step(new: str, bump: Bump, enough: bool) -> None:
    version = read_version(new)

    assert version is not None
    assert is_enough(Version(1, 4, 2), version, bump) is enough


@pytest.mark.parametrize(
    "text", ["1.5", "v1.0.0", "1.0.0-", "01.0.0", "", None, 1, "1.0.0\n", f"{'9' * 5000}.0.0"]
)
def test_anything_else_is_no_version(text: object) -> None:
    assert read_version(text) is None


def test_pre_releases_are_in_the_order_of_semver() -> None:
    texts = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
    ]
    versions = [version for text in texts if (version := read_version(text))]

    shuffled = [*versions[3:], *versions[:3]]

    assert sorted(shuffled, key=lambda version: version.order) == versions


@pytest.mark.parametrize(
    ("old", "new", "line", "kinds"),
    [
        pytest.param(
            "1.4.2", "1.4.2", "Version to write: 1.5.0 (minor, after 1.4.2).", [], id="not raised yet"
        ),
        pytest.param("1.4.2", "1.5.0", "Version 1.5.0 is enough (minor, after 1.4.2).", [], id="raised"),
        pytest.param(
            "1.4.2",
            "1.4.3",
            "Version to write: 1.5.0 (minor, after 1.4.2).",
            ["version-too-low"],
            id="too low",
        ),
        pytest.param(
            "1.4.2", "1.3.9", "Version to write: 1.5.0 (minor, after 1.4.2).", ["version-too-low"], id="back"
        ),
        pytest.param(
            "first",
            "first",
            "Version to write: a new minor version (first is not a semantic version).",
            [],
            id="odd",
        ),
    ],
)
def test_the_version_in_the_new_definition_is_judged(old: str, new: str, line: str, kinds: list[str]) -> None:
    before = {"app": "shop", "version": old, "actions": []}
    after = {
        "app": "shop",
        "version": new,
        "actions": [{"name": "kustomer.app.shop.ping", "type": "rest_api"}],
    }

    comparison = knb.compare(before, after)

    assert comparison.version_line == line
    assert [change.kind.value for change in comparison.warnings] == kinds
