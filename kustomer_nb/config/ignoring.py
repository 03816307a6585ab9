"""Edits of ``ignore`` in ``kustomer-nb.toml``: everything else in the file stays as it is, to the byte."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import Changes
from kustomer_nb.errors import EditError, SaveError
from kustomer_nb.jsontext.text_file import TextFile
from kustomer_nb.near_names import is_short_for
from kustomer_nb.printable import quoted
from kustomer_nb.storage.files import read_if_present, remove_file, write_file

from .loader import FILE, load_profile, read_tables

# The keys from the top of the file to a list of pointers.
_Path = tuple[str, ...]
_IGNORE = "ignore"
_HEADER = re.compile(r"\s*\[+\s*(?P<name>[^\]#]*?)\s*\]+")
_IGNORE_KEY = re.compile(r"""(?:^|\.)\s*["']?ignore["']?\s*(?:\.|=|$)""")
_ELEMENT = re.compile(r"""\s*(?:(?:"/[^"]*"|'/[^']*'|"")\s*,?\s*)*[\]}]*,?\s*$""")


def keep_ignored(root: Path, action: str, pointer: str, *, profile: str = "") -> Changes:
    """Add a pointer to what comparisons of an action's output ignore; the file is made if there is none.

    The list that has pointers of this action already takes it; otherwise the ``ignore`` of the profile, if it
    has one, or else that of all profiles.

    Raises:
        LoadError: the file cannot be read, or a value in it is invalid.
        EditError: the action has no name, or the file is written so that the pointer cannot be added.
        SaveError: the file changed meanwhile, or cannot be written.
    """
    if not action:
        raise _refused("the action has no name, by which its list would be found.", "name the action first.")
    if pointer in load_profile(profile or None, root).ignored(action):
        return Changes("", "", FILE)

    return _edited(root, lambda table: _add(table, _path_of(table, action, profile), pointer))


def drop_ignored(root: Path, action: str, pointer: str, *, profile: str = "") -> Changes:
    """Take a pointer from the lists that comparisons of an action's output ignore.

    Raises:
        LoadError: the file cannot be read, or a value in it is invalid.
        EditError: no list has the pointer itself, or the file is written so that it cannot be taken away.
        SaveError: the file changed meanwhile, or cannot be written.
    """
    base, profiles = read_tables(root)
    holders: list[tuple[_Path, Mapping[str, Any]]] = [
        (("profiles", profile), profiles.get(profile, {})),
        ((), base),
    ]
    for holder, table in holders:
        for name, pointers in table.get(_IGNORE, {}).items():
            if _names(name, action) and pointer in pointers:
                path = (*holder, _IGNORE, name)
                return _edited(root, partial(_remove, path=path, pointer=pointer))
    name = quoted(pointer)
    raise _refused(f"no list of `ignore` has {name} itself; a pattern matches it.", f"edit {FILE}.")


def _names(name: str, action: str) -> bool:
    return name == "*" or is_short_for(name, action)


def _path_of(table: Mapping[str, Any], action: str, profile: str) -> _Path:
    """Return where the pointers of an action belong in the whole file."""
    holders: list[_Path] = [("profiles", profile), ()] if profile else [()]
    lists = {holder: _at(table, (*holder, _IGNORE)) for holder in holders}
    for holder, named in lists.items():
        for name in named or ():
            # Not "*", which would ignore it for every action.
            if name != "*" and _names(name, action):
                return (*holder, _IGNORE, name)
    holder = next((holder for holder, named in lists.items() if named is not None), ())
    return (*holder, _IGNORE, action)


def _at(table: Mapping[str, Any], path: Iterable[str]) -> Any:
    value: Any = table
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def _add(table: Any, path: _Path, pointer: str) -> None:
    """Add a pointer to the list at a path, which is made with the tables above it if it is not there."""
    *tables, name = path
    for key in tables:
        if key not in table:
            table[key] = {}
        table = table[key]
    if name in table:
        table[name].append(pointer)
    else:
        table[name] = [pointer]


def _remove(table: Any, path: _Path, pointer: str) -> None:
    _at(table, path).remove(pointer)


def _edited(root: Path, edit: Callable[[Any], None]) -> Changes:
    # Late: only an edit needs it.
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    # The models refuse what is not a table or a list before anything is put into it.
    read_tables(root)
    path = root / FILE
    file = read_if_present(path)
    text = "" if file is None else file.text
    expected = copy.deepcopy(tomllib.loads(text.replace("\r\n", "\n")))
    edit(expected)
    try:
        document = tomlkit.parse(text)
        is_exact = document.as_string() == text
        edit(document)
        after = _with_line_ends_of(text, document.as_string())
        is_exact = is_exact and tomllib.loads(after.replace("\r\n", "\n")) == expected
    except (TOMLKitError, ValueError, TypeError, KeyError, AttributeError):
        is_exact = False
    if not is_exact:
        # What it holds otherwise is not ours to write anew.
        raise _refused("`ignore` is written in a way that cannot be edited.", f"edit {FILE} by hand.")
    written = TextFile(after, has_mark=file is not None and file.has_mark)
    write_file(path, written, over=file)
    return Changes(
        text,
        after,
        FILE,
        masked=(_masked(text), _masked(after)),
        take_back=lambda: _taken_back(path, file, written),
    )


def _with_line_ends_of(text: str, after: str) -> str:
    r"""Return a text whose new lines end as those of the text before: a file of \r\n has no other."""
    if "\r\n" in text and not re.search(r"(?<!\r)\n", text):
        return re.sub(r"(?<!\r)\n", "\r\n", after)
    return after


def _taken_back(path: Path, before: TextFile | None, after: TextFile) -> Changes:
    if before is not None:
        write_file(path, before, over=after)
        return Changes(after.text, before.text, FILE, masked=(_masked(after.text), _masked(before.text)))
    if read_if_present(path) != after:
        message = f'"{path}" has changed since it was written, so it was not removed.'
        raise SaveError.from_code(Code.FILE_CHANGED, message, "remove what it should not have by hand.")
    remove_file(path)
    return Changes(after.text, "", FILE, masked=(_masked(after.text), ""))


def _masked(text: str) -> str:
    """Return a text of which only keys and pointers can be read: a value of another key may be a token."""
    lines: list[str] = []
    is_ignore = False
    for line in re.split(r"(?<=\n)", text):
        bare = line.rstrip("\r\n")
        end = line[len(bare) :]
        lines.append(_masked_line(bare, is_ignore=is_ignore) + end)
        if header := _HEADER.match(bare):
            is_ignore = bool(_IGNORE_KEY.search(header["name"]))
    return "".join(lines)


def _masked_line(line: str, *, is_ignore: bool) -> str:
    if header := _HEADER.fullmatch(line):
        return header[0]
    key, equals, value = line.partition("=")
    if _ELEMENT.fullmatch(line):
        return line
    if equals and "#" not in key and not key.lstrip().startswith(('"/', "'/")):
        is_shown = (is_ignore or _IGNORE_KEY.search(key.strip())) and "#" not in value
        return line if is_shown else f"{key}{equals} …"
    return "# …" if line.lstrip().startswith("#") else "…"


def _refused(message: str, fix: str) -> EditError:
    return EditError.from_code(Code.PROFILE_FILE, message, fix)
