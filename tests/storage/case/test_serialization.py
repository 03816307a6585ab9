"""A case is written where people look for it, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from kustomer_nb.errors import SaveError
from kustomer_nb.storage.case.serialization import case_path, slug, write_case

CASE = {"name": "a", "action": "find"}


@pytest.mark.parametrize(
    "name", ["con", "NUL", "../../etc", "...", "a" * 500, "a\x00b", "\u202e", "aux.json"]
)
def test_any_name_is_that_of_one_file_in_the_folder(name: str) -> None:
    path = case_path(Path("shop.json"), "kustomer.app.shop.find", name)

    assert path.parent == Path("cases/find")
    assert len(path.name) < 120
    assert path.name.endswith(".case.json")
    assert slug(name) not in ("con", "nul", "aux.json")


@pytest.mark.parametrize("name", ["COM¹", "lpt²", "com0", "prn.txt", "aux"])
def test_no_file_or_folder_has_a_name_that_windows_reserves(name: str) -> None:
    path = case_path(Path("shop.json"), f"kustomer.app.shop.{name}", name)

    assert path.name == f"{name.lower()}-case.case.json"
    assert path.parent.name == f"{name}-action"


@pytest.mark.parametrize("letter", ["a", "ß", "訂", "𠮷"], ids=["1 byte", "2", "3", "4"])
def test_a_long_name_can_be_written_in_every_alphabet(letter: str, tmp_path: Path) -> None:
    path = case_path(tmp_path / "shop.json", f"kustomer.app.shop.{letter * 300}", letter * 300)

    write_case(path, CASE, overwrite=False)
    write_case(path, CASE, overwrite=True)

    assert path.name.startswith(letter * 50)
    assert path.exists()


def test_an_accent_that_is_a_character_of_its_own_stays_in_its_word() -> None:
    assert slug("Gro\u0308ße") == slug("Größe") == "größe"


@pytest.mark.parametrize("action", ["", "find", "../x", "kustomer.app.shop", "a/b.c"])
def test_any_action_is_a_folder_beside_the_definition(action: str) -> None:
    path = case_path(Path("apps/shop.json"), action, "a")

    assert path.parent.parent == Path("apps/cases")
    assert path.parent.name not in ("", ".", "..")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "cases").write_text("a file", encoding="utf-8")

    with pytest.raises(SaveError, match="cannot be made"):
        write_case(tmp_path / "cases/find/a.case.json", CASE, overwrite=False)


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    target = tmp_path / "other.json"
    target.write_text("{}", encoding="utf-8")
    (tmp_path / "a.case.json").symlink_to(target)

    with pytest.raises(SaveError):
        write_case(tmp_path / "a.case.json", CASE, overwrite=True)
    assert target.read_text(encoding="utf-8") == "{}"
