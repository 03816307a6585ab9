"""Which codes lint reports: all, or those that the caller or ``pyproject.toml`` selects."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import LoadError, NameNotFoundError
from kustomer_nb.jsontext.text_file import read_settings
from kustomer_nb.printable import quoted

from .messages import did_you_mean

FILE = "pyproject.toml"
TABLE = "kustomer-nb"
_KEYS = ("select", "ignore")


@dataclass(frozen=True)
class Selection:
    """Codes or prefixes of codes: ``select`` chooses (when empty: all), ``ignore`` leaves out.

    When both match a code, the longer prefix wins; ``ignore`` wins when they are equally long.

    Example:
        >>> selection = Selection(select=("KNB3",), ignore=("KNB304",))
        >>> selection.includes("KNB303"), selection.includes("KNB304"), selection.includes("KNB401")
        (True, False, False)
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def includes(self, code: str) -> bool:
        """Return whether findings with a code are reported."""
        # -1 means that no prefix matches; an empty ``select`` matches every code with a prefix of length 0.
        selected = _longest_match(self.select, code) if self.select else 0
        return selected > _longest_match(self.ignore, code)

    def names(self, code: str) -> bool:
        """Return whether ``select`` holds the code itself, not only a prefix of it."""
        return code in self.select

    def narrowed(self, select: Iterable[str] | None, ignore: Iterable[str] | None) -> Selection:
        """Return the selection with ``select`` replaced, if it is given, and ``ignore`` extended.

        Raises:
            NameNotFoundError: no code starts with one of the prefixes.

        Example:
            >>> Selection(ignore=("KNB2",)).narrowed(None, ["KNB304"])
            Selection(select=(), ignore=('KNB2', 'KNB304'))
        """
        selected = self.select if select is None else _checked_codes(select)
        return Selection(selected, (*self.ignore, *_checked_codes(ignore or ())))


def project_selection(path: Path | None) -> Selection:
    """Return the selection in the nearest ``pyproject.toml`` that has a table ``[tool.kustomer-nb]``.

    Raises:
        LoadError: the table cannot be read, or holds anything but lists of codes under select and ignore.
        NameNotFoundError: no code starts with one of its entries.
    """
    if path is None:
        return Selection()
    for folder in path.resolve().parents:
        table = _table(folder / FILE)
        if table is not None:
            return _selection(table, folder / FILE)
    return Selection()


def _longest_match(prefixes: tuple[str, ...], code: str) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)


def _checked_codes(prefixes: Iterable[str]) -> tuple[str, ...]:
    # A string is an iterable of characters: select="KNB304" means one code.
    checked = tuple([prefixes] if isinstance(prefixes, str) else prefixes)
    for prefix in checked:
        if not prefix or not any(code.startswith(prefix) for code in Code):
            fix = "write a code such as KNB304, or a family such as KNB3."
            message = f"no rule has the code {quoted(prefix)}."
            raise NameNotFoundError.from_code(Code.RULE_NOT_FOUND, message, fix)
    return checked


def _table(path: Path) -> dict[str, Any] | None:
    try:
        table = tomllib.loads(read_settings(path)).get("tool", {}).get(TABLE)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise _table_error(f'"{path}" cannot be read: {error}.', "correct the file.") from error
    if table is not None and not isinstance(table, dict):
        raise _table_error(f'tool.{TABLE} in "{path}" is not a table.', f"write [tool.{TABLE}].")
    return table


def _selection(table: dict[str, Any], path: Path) -> Selection:
    for key, value in table.items():
        if key not in _KEYS:
            fix = did_you_mean(key, _KEYS, f"use {' or '.join(_KEYS)}.")
            raise _table_error(f'[tool.{TABLE}] in "{path}" has an unknown key {quoted(key)}.', fix)
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            raise _table_error(
                f'{key} in [tool.{TABLE}] in "{path}" is not a list of codes.', f'write {key} = ["KNB304"].'
            )
    return Selection(_checked_codes(table.get("select", [])), _checked_codes(table.get("ignore", [])))


def _table_error(message: str, fix: str) -> LoadError:
    return LoadError.from_code(Code.PYPROJECT_TABLE, message, fix)
