from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.errors import LoadError, SaveError
from kustomer_nb.storage import examples as module
from kustomer_nb.storage.examples import add_example, examples_path, keep_example, read_examples


def test_examples_of_actions_are_kept_apart_and_in_order(tmp_path: Path) -> None:
    for action, name, inputs in (
        ("a", "two", {"id": 2}),
        ("b", "one", {"id": 3}),
        ("a", "one", {"é": [1.0]}),
    ):
        add_example(tmp_path, action, name, inputs)

    assert list(read_examples(tmp_path, "a").items()) == [("two", {"id": 2}), ("one", {"é": [1.0]})]
    assert read_examples(tmp_path, "c") == {}


def test_an_example_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    add_example(tmp_path, "a", "one", {"id": 1, "note": ""})

    add_example(tmp_path, "a", "one", {"id": 2})

    assert read_examples(tmp_path, "a") == {"one": {"id": 2}}


def test_the_file_can_be_read_and_edited_by_a_person(tmp_path: Path) -> None:
    path = add_example(tmp_path, "shop.find", "damaged", {"note": "Größe"})

    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("damaged", "late"), encoding="utf-8")

    assert (
        text == json.dumps({"shop.find": {"damaged": {"note": "Größe"}}}, ensure_ascii=False, indent=2) + "\n"
    )
    assert read_examples(tmp_path, "shop.find") == {"late": {"note": "Größe"}}


@pytest.mark.parametrize(
    "text", ["{", "[]", "7", '{"a": []}', '{"a": {"b": 1}}', "[" * 100_000], ids=lambda text: text[:12]
)
def test_a_file_without_examples_is_refused_and_stays(tmp_path: Path, text: str) -> None:
    examples_path(tmp_path).write_text(text)

    with pytest.raises(LoadError, match="KNB132"):
        read_examples(tmp_path, "a")
    with pytest.raises(LoadError, match="KNB132"):
        add_example(tmp_path, "a", "one", {})

    assert examples_path(tmp_path).read_text() == text


@pytest.mark.parametrize("text", ["", " \n", "{}", '{"a": {}}'])
def test_a_file_may_be_empty(tmp_path: Path, text: str) -> None:
    examples_path(tmp_path).write_text(text)

    add_example(tmp_path, "a", "one", {"id": 1})

    assert read_examples(tmp_path, "a") == {"one": {"id": 1}}


def test_a_file_that_another_process_changed_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_example(tmp_path, "a", "one", {"id": 1})
    write = module.write_file

    def write_late(path: Path, file: Any, *, over: Any) -> None:
        path.write_text('{"other": {}}')
        write(path, file, over=over)

    monkeypatch.setattr(module, "write_file", write_late)

    with pytest.raises(SaveError, match="KNB142"):
        add_example(tmp_path, "a", "two", {})

    assert examples_path(tmp_path).read_text() == '{"other": {}}'


def test_a_file_that_another_program_has_open_is_not_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "The process cannot access the file")

    example = keep_example(tmp_path, "a", "one", {"id": 1})
    monkeypatch.setattr(Path, "unlink", refuse)

    with pytest.raises(SaveError, match="cannot be removed: The process cannot access the file"):
        example.undo()
