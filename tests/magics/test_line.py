"""``%knb`` in a real IPython, and what Tab completes in its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from kustomer_nb import NameNotFoundError, load, loads
from kustomer_nb.config.modes import PROFILE_VARIABLE
from kustomer_nb.errors import GuardError
from kustomer_nb.magics.completion import complete_line
from tests.language.marked import SHOP


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "kustomer-nb.toml").write_text("[profiles.sandbox]\nlabel = 'Shop 1'\n[profiles.other]\n")
    (tmp_path / "shop.json").write_text(SHOP, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    # What the magic sets is taken back.
    monkeypatch.setenv(PROFILE_VARIABLE, "")
    return tmp_path


@pytest.fixture
def shell(folder: Path) -> InteractiveShell:
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "kustomer_nb")
    shell.user_ns["shop"] = load(folder / "shop.json")
    return shell


def knb(shell: InteractiveShell, line: str) -> object:
    return shell.run_line_magic("knb", line)


def test_runs_an_action_with_inputs(shell: InteractiveShell) -> None:
    run = knb(shell, 'run find orderId=7 order:={"id": "A"} --mode sample')

    assert run.output == {"name": "Ann", "note": "x"}
    assert run.request.url.startswith("https://a.b/7/a")
    assert run.mode == "sample"


def test_finds_an_action_by_its_variable_too(shell: InteractiveShell) -> None:
    shell.user_ns["refund"] = shell.user_ns["shop"].action("find")

    assert knb(shell, "run refund orderId=7 --mode=sample").output


def test_refuses_to_send_without_the_name(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_DEFAULT_TOKEN", "hunter2hunter2")
    text = SHOP.replace('"get"', '"delete"')
    shell.user_ns["pay"] = loads(text).action("pay")
    with pytest.raises(GuardError, match="--confirm"):
        knb(shell, "run pay orderId=7 --profile sandbox")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "%knb run NAME"),
        ("prfile", "Did you mean %knb profile"),
        ("run find 7", "7 is not input=value"),
        ("run find --mod sample", "did you mean --mode"),
        ("run find --mode", "--mode needs a value"),
        ("run find lines:=[1", "lines:= is not JSON"),
        ("run 'find", "A quote has no end"),
        ("lint find pay", "%knb lint [NAME"),
        ("profile a b", "%knb profile [NAME"),
    ],
)
def test_says_how_a_line_is_written(shell: InteractiveShell, line: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        knb(shell, line)

    assert words in str(caught.value)


def test_suggests_the_action_that_was_meant(shell: InteractiveShell) -> None:
    with pytest.raises(NameNotFoundError, match=r"kustomer\.app\.shop\.find"):
        knb(shell, "run fnd")
    with pytest.raises(NameNotFoundError, match=r"has 2 actions, and none"):
        knb(shell, "run --mode sample")


def test_says_that_there_is_no_action() -> None:
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "kustomer_nb")

    with pytest.raises(NameNotFoundError, match=r"knb\.load"):
        knb(shell, "run find")
    with pytest.raises(UsageError, match="name a file"):
        knb(shell, "lint")


def test_lints_a_variable_a_file_and_an_action(shell: InteractiveShell, folder: Path) -> None:
    whole = shell.user_ns["shop"].lint()

    assert knb(shell, "lint") == knb(shell, "lint shop") == knb(shell, "lint shop.json") == whole
    assert set(knb(shell, "lint find").codes) <= set(whole.codes)


def test_selects_the_profile_of_the_runs_that_name_none(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    knb(shell, "profile sandbox")
    assert capsys.readouterr().out == "Runs of this kernel that name no profile use sandbox (Shop 1).\n"
    assert knb(shell, "run find orderId=7 --mode sample").profile.name == "sandbox"

    knb(shell, "profile")
    assert capsys.readouterr().out == "* sandbox\n  other\n"

    knb(shell, "profile none")
    assert not knb(shell, "run find orderId=7 --mode sample").profile.name
    with pytest.raises(NameNotFoundError, match="sandbox"):
        knb(shell, "profile sandbx")


def completed(shell: InteractiveShell, line: str) -> list[str]:
    """Return the last word of a line with each completion, as JupyterLab asks for them."""
    with provisionalcompleter():
        lines = [
            line[: item.start] + item.text + line[item.end :]
            for item in shell.Completer.completions(line, len(line))
        ]
    return sorted({line.split()[-1] for line in lines})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("%knb ", ["lint", "profile", "run"]),
        ("%knb pro", ["profile"]),
        ("%knb run ", ["find", "pay", "shop"]),
        ("%knb run fi", ["find"]),
        ("%knb run find ", ["--confirm", "--mode", "--profile", "lines:=", "order:=", "orderId="]),
        ("%knb run find orderId=7 o", ["order:="]),
        ("%knb run find orderId=7 --", ["--confirm", "--mode", "--profile"]),
        ("%knb run find --mode sam", ["sample"]),
        ("%knb run find --profile s", ["sandbox"]),
        ("%knb lint ", ["find", "pay", "shop"]),
        ("%knb profile ", ["none", "other", "sandbox"]),
        ("%%action find --", ["--workbench"]),
    ],
)
def test_tab_completes_a_line(shell: InteractiveShell, line: str, expected: list[str]) -> None:
    assert completed(shell, line) == expected


def test_completes_nothing_of_a_project_that_cannot_be_read(shell: InteractiveShell, folder: Path) -> None:
    (folder / "kustomer-nb.toml").write_text("[")

    assert complete_line("%knb profile ", shell.user_ns) == []


@pytest.mark.parametrize(
    "line", ["%knb run nothing ", "%knb nothing ", "%knb profile sandbox ", "knb ", "", "x = %knb "]
)
def test_has_nothing_for_other_lines(shell: InteractiveShell, line: str) -> None:
    assert complete_line(line, shell.user_ns) == []


def test_the_newest_definition_comes_first(shell: InteractiveShell) -> None:
    shell.run_cell_magic("action", "mine", json.dumps({"name": "kustomer.app.shop.mine", "type": "rest_api"}))

    assert "KNB411" in knb(shell, "lint").codes


def test_a_path_of_windows_keeps_its_folders(
    shell: InteractiveShell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A file whose name has backslashes takes the part of one in a folder.
    (folder / r"my shops\shop.json").write_bytes((folder / "shop.json").read_bytes())
    monkeypatch.setattr("kustomer_nb.magics.words.ON_WINDOWS", True)

    assert knb(shell, r'lint "my shops\shop.json"') == knb(shell, "lint shop.json")
    with pytest.raises(UsageError, match="A quote has no end"):
        knb(shell, 'lint "my shops')
