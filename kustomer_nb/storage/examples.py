"""Example inputs of actions, kept with the project in a file to read, edit and commit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import LoadError, SaveError
from kustomer_nb.jsontext.json_errors import json_problem
from kustomer_nb.jsontext.text_file import TextFile

from .files import read_if_present, remove_file, write_file

FILE = "kustomer-nb.examples.json"

# By the name of an action, by the name of an example.
Examples = Mapping[str, Mapping[str, Mapping[str, Any]]]


def examples_path(root: Path) -> Path:
    """Return the path of the examples of a project, in its root.

    Example:
        >>> examples_path(Path("shop")).as_posix()
        'shop/kustomer-nb.examples.json'
    """
    return root / FILE


def read_examples(root: Path, action: str) -> dict[str, dict[str, Any]]:
    """Return the examples of an action by name; none if there is no such file.

    Raises:
        LoadError: the file cannot be read, or is not JSON of objects of objects.
    """
    examples = _parse(examples_path(root), read_if_present(examples_path(root)))
    return {name: dict(inputs) for name, inputs in examples.get(action, {}).items()}


def add_example(root: Path, action: str, name: str, inputs: Mapping[str, Any]) -> Path:
    """Keep inputs as an example of an action, in place of the one of that name, and return the path.

    Raises:
        LoadError: the file cannot be read.
        SaveError: it changed meanwhile, or cannot be written.
    """
    return keep_example(root, action, name, inputs).path


@dataclass(frozen=True)
class KeptExample:
    """An example that was kept: its file as it was before, None if there was none, and as it is."""

    path: Path
    before: TextFile | None
    after: TextFile

    def undo(self) -> None:
        """Take it back, to the byte; a file that was made for it is removed.

        Raises:
            LoadError: the file cannot be read.
            SaveError: it was changed since, or cannot be written.
        """
        file = read_if_present(self.path)
        if file is None or file.text != self.after.text:
            message = f"'{self.path.name}' was changed since; nothing was taken back."
            raise SaveError.from_code(Code.FILE_CHANGED, message, "change it in the file.")
        if self.before is None:
            remove_file(self.path)
        else:
            write_file(self.path, self.before, over=file)


def keep_example(root: Path, action: str, name: str, inputs: Mapping[str, Any]) -> KeptExample:
    """Keep inputs like `add_example`, and return what can take that back.

    Raises:
        LoadError: the file cannot be read.
        SaveError: it changed meanwhile, or cannot be written.
    """
    path = examples_path(root)
    file = read_if_present(path)
    examples = {key: dict(value) for key, value in _parse(path, file).items()}
    examples.setdefault(action, {})[name] = dict(inputs)
    text = json.dumps(examples, ensure_ascii=False, indent=2)
    written = TextFile(f"{text}\n", bool(file and file.has_mark))
    write_file(path, written, over=file)
    return KeptExample(path, file, written)


def _parse(path: Path, file: TextFile | None) -> Examples:
    if file is None or not file.text.strip():
        return {}
    try:
        value = json.loads(file.text)
    except (ValueError, RecursionError) as error:
        message = f"'{path}' is not JSON: {json_problem(error)}."
        raise LoadError.from_code(Code.FILE_UNREADABLE, message, "correct it, or remove the file.") from None
    if not _is_examples(value):
        message = f"'{path}' does not contain examples."
        fix = 'write {"action": {"example": {"input": …}}}, or remove the file.'
        raise LoadError.from_code(Code.FILE_UNREADABLE, message, fix)
    return value  # type: ignore[no-any-return] # as _is_examples has checked


def _is_examples(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(examples, dict) and all(isinstance(inputs, dict) for inputs in examples.values())
        for examples in value.values()
    )
