"""Which codes a look at a document takes: all, or those that the caller or ``pyproject.toml`` chooses."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import LoadError, NameNotFoundError
from kustomer_nb.jsontext.text_file import read_settings

from .messages import did_you_mean

FILE = "pyproject.toml"
TABLE = "kustomer-nb"
_KEYS = ("select", "ignore")


@dataclass(frozen=True)
class Selection:
    """Codes, or what codes begin with: ``select`` chooses (nothing there: all), ``ignore`` leaves out.

    Where both name a code, the longer of the two counts, and ``ignore`` where they are equally long.

    Example:
        >>> chosen = Selection(select=("KNB3",), ignore=("KNB304",))
        >>> chosen.takes("KNB303"), chosen.takes("KNB304"), chosen.takes("KNB401")
        (True, False, False)
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def takes(self, code: str) -> bool:
        """Return whether findings of a code are taken."""
        chosen = _longest(self.select, code) if self.select else 0
        return chosen > _longest(self.ignore, code) or (chosen == 0 and _longest(self.ignore, code) < 0)

    def names(self, code: str) -> bool:
        """Return whether a code was chosen by its own name."""
        return code in self.select

    def narrowed(self, select: Iterable[str] | None, ignore: Iterable[str] | None) -> Selection:
        """Return the selection with other codes chosen, and further ones left out.

        Raises:
            NameNotFoundError: no code begins so.

        Example:
            >>> Selection(ignore=("KNB2",)).narrowed(None, ["KNB304"])
            Selection(select=(), ignore=('KNB2', 'KNB304'))
        """
        chosen = self.select if select is None else _codes(select)
        return Selection(chosen, (*self.ignore, *_codes(ignore or ())))


def project_selection(path: Path | None) -> Selection:
    """Return what the nearest ``pyproject.toml`` with a table ``[tool.kustomer-nb]`` chooses for a file.

    Raises:
        LoadError: that table cannot be read, or holds anything but lists of codes under select and ignore.
        NameNotFoundError: no code begins as one in it.
    """
    if path is None:
        return Selection()
    for folder in path.resolve().parents:
        table = _table(folder / FILE)
        if table is not None:
            return _selection(table, folder / FILE)
    return Selection()


def _longest(prefixes: tuple[str, ...], code: str) -> int:
    return max((len(one) for one in prefixes if code.startswith(one)), default=-1)


def _codes(given: Iterable[str]) -> tuple[str, ...]:
    codes = tuple([given] if isinstance(given, str) else given)
    known = [*Code]
    for code in codes:
        if not code or not any(one.startswith(code) for one in known):
            fix = "write a code such as KNB304, or a family such as KNB3."
            message = f"no rule has the code {code!r}."
            raise NameNotFoundError([Diagnostic(Code.RULE_NOT_FOUND, Severity.ERROR, "", message, fix)])
    return codes


def _table(path: Path) -> dict[str, Any] | None:
    try:
        table = tomllib.loads(read_settings(path)).get("tool", {}).get(TABLE)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise _fault(f"'{path}' cannot be read: {error}.", "mend it.") from error
    if table is not None and not isinstance(table, dict):
        raise _fault(f"tool.{TABLE} of '{path}' is no table.", f"write [tool.{TABLE}].")
    return table


def _selection(table: dict[str, Any], path: Path) -> Selection:
    for key, value in table.items():
        if key not in _KEYS:
            fix = did_you_mean(key, _KEYS, f"use {' or '.join(_KEYS)}.")
            raise _fault(f"[tool.{TABLE}] of '{path}' has an unknown key {key!r}.", fix)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise _fault(
                f"{key} of [tool.{TABLE}] of '{path}' is no list of codes.", f'write {key} = ["KNB304"].'
            )
    return Selection(_codes(table.get("select", [])), _codes(table.get("ignore", [])))


def _fault(message: str, fix: str) -> LoadError:
    return LoadError([Diagnostic(Code.PYPROJECT_TABLE, Severity.ERROR, "", message, fix)])
