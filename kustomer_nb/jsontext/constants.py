"""The constants of a module: which names are declared, and which of them nothing changes later.

Code is only read, never run. Strings cannot change; an object or array counts as constant only if each
mention of its name is a plain read. A mention in a call, or in front of an assignment, may change it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from .expressions import Token, UnpairedError, tokens
from .javascript import UNDEFINED

# The tokens of a longer text would take too much memory; its names stay unknown.
MAX_LENGTH = 2_000_000
# No definition is nested deeper; looking at all brackets for each name would be quadratic.
MAX_LEVELS = 100
EXPORT = "exports"
_NAME = re.compile(r"[^\W\d]|[$_\\]")
_DECLARATIONS = frozenset(("let", "var", "function", "class", "import", "type", "interface")) | {"enum"}
_BEGINNINGS = _DECLARATIONS | {";", "const"}
# After these a name is only read, and a bracket begins an object, an array or an index.
_BEFORE_DATA = frozenset({"=", ":", "[", ",", "default"})
_BEFORE_READ = _BEFORE_DATA | {"{", "+", "...", "typeof", "["}
_AFTER_DATA = frozenset({"", ",", "}", "]", ")", ";", "as", "satisfies", "+"})
_CHANGES = frozenset({"(", "++", "--"})
# What reads its argument or its object alone.
_READERS = frozenset({"console", "JSON", "Object", "String", "Array"})
_CONDITIONS = frozenset({"if", "while", "switch"})
_WRITERS = frozenset({"assign", "defineProperty", "defineProperties", "setPrototypeOf"})
_READ_METHODS = frozenset(
    ("at", "concat", "entries", "every", "filter", "find", "flatMap", "forEach", "includes", "indexOf")
) | {"join", "keys", "map", "reduce", "slice", "some", "toString", "values"}
_COMBINED = frozenset("+-*/%&|^<>?")


class Change(NamedTuple):
    """A piece of code that may change an object after it is written, and the first key on its path.

    ``reads`` is the path of a member that the code only reads, or calls a method of; None if it does more.
    ``takes_members`` is true if the code gives its members names of their own: ``const { a } = S``.
    """

    start: int
    key: str | None
    reads: tuple[str, ...] | None = None
    takes_members: bool = False

    def may_change(self, value: Any) -> bool:
        """Return whether the code may change an object: a member that is a string or number cannot change.

        Example:
            >>> change = Change(0, "base", ("base",))
            >>> change.may_change({"base": "https://x.com"}), change.may_change({"base": {}})
            (False, True)
        """
        for name in self.reads or ():
            value = _member(value, name)
            if value is UNDEFINED:
                return True
        if self.takes_members:
            return any(isinstance(item, (dict, list)) for item in _items(value))
        return isinstance(value, (dict, list)) or not self.reads


def _member(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name, UNDEFINED)
    is_index = isinstance(value, list) and name.isdecimal() and name.isascii()
    return value[int(name)] if is_index and int(name) < len(value) else UNDEFINED


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


class Declaration(NamedTuple):
    """A constant: its name, and the offset at which its value begins."""

    name: str
    start: int


class _Mention(NamedTuple):
    name: str
    owner: str
    change: Change | None
    path: list[str | None]
    # Whether it is `module.exports =`, or `exports.default =`.
    is_export: bool = False
    is_default: bool = False


class Constants:
    """The constants and imports of a module.

    Example:
        >>> constants = Constants("const a = 'x', S = {b: 1}; S.b = 2; export default {a, S};", 0)
        >>> [declaration.name for declaration in constants.declarations], constants.changes['S']
        (['a', 'S'], [Change(start=27, key='b', reads=None, takes_members=False)])
    """

    def __init__(self, text: str, start: int) -> None:
        self.declarations: list[Declaration] = []
        self.imports: dict[str, int] = {}
        self.changes: dict[str, list[Change]] = {}
        # How often each name is used.
        self.counts: Counter[str] = Counter()
        if len(text) - start > MAX_LENGTH:
            return
        try:
            reader = _Reader(list(tokens(text, start)))
        except UnpairedError:
            return
        mentions = reader.read()
        self.declarations, self.imports = reader.declarations, reader.imports
        self.counts.update(mention.name for mention in mentions if mention.name != mention.owner)
        self._collect_changes(mentions)

    def _collect_changes(self, mentions: list[_Mention]) -> None:
        """Collect what may change each name: directly, or through a constant that contains it."""
        # `exports.default =` is the export itself, unless `module.exports =` is.
        is_default = any(mention.is_default for mention in mentions) and not any(
            mention.is_export for mention in mentions
        )
        for mention in mentions:
            change = mention.change
            if is_default and mention.name == EXPORT:
                change = _within_default(mention)
            if change:
                self.changes.setdefault(mention.name, []).append(change)
        self._collect_changes_through_owners(mentions)

    def _collect_changes_through_owners(self, mentions: list[_Mention]) -> None:
        held: dict[str, set[str]] = {}
        for mention in mentions:
            held.setdefault(mention.owner, set()).add(mention.name)
        pending, reached = list(self.changes), set(self.changes)
        while pending:
            owner = pending.pop()
            for name in held.get(owner, set()) - reached:
                reached.add(name)
                outer = self.changes[owner][0]._replace(key=None, reads=None)
                self.changes.setdefault(name, []).append(outer)
                pending.append(name)


def _within_default(mention: _Mention) -> Change | None:
    """Return how a mention of ``exports`` may change its member ``default``; the path begins within that."""
    if mention.change is None or mention.is_default:
        return None
    first, *path = [*mention.path, None]
    # Passing `exports` on may change all of it; another member is another export.
    if first is None:
        return mention.change
    reads = mention.change.reads
    return None if first != "default" else mention.change._replace(key=path[0], reads=reads and reads[1:])


class _Reader:
    """Reads the tokens of a module once."""

    def __init__(self, items: list[Token]) -> None:
        self._items = items
        self._texts = [token.text for token in items]
        self.declarations: list[Declaration] = []
        self.imports: dict[str, int] = {}
        self._closer = self._matching()
        # What the current statement is: `const` or `export`, whose value is data, or something else.
        self._statement = self._owner = ""
        self._awaits_value = self._takes_members = False
        self._import_end = 0

    def read(self) -> list[_Mention]:
        """Return each mention of a name whose value may be an object."""
        mentions, open_brackets = [], list[int]()
        for index, token in enumerate(self._items):
            if token.depth == 0:
                self._read_statement(index)
            if index in self._closer:
                open_brackets.append(index)
            elif open_brackets and index == self._closer[open_brackets[-1]]:
                open_brackets.pop()
            if self._is_mention(index):
                mentions.append(self._mention(index, open_brackets))
        return mentions

    def _text(self, index: int) -> str:
        return self._texts[index] if 0 <= index < len(self._texts) else ""

    def _matching(self) -> dict[int, int]:
        """Return the index of the closing bracket for that of each opening one."""
        pairs, waiting = {}, list[int]()
        for index, text in enumerate(self._texts):
            if text in ("(", "[", "{"):
                waiting.append(index)
            elif text in (")", "]", "}") and waiting:
                pairs[waiting.pop()] = index
        return pairs

    def _read_statement(self, index: int) -> None:
        """Follow which statement the tokens outside of all brackets belong to."""
        text, before = self._texts[index], self._text(index - 1)
        if text in _BEGINNINGS:
            self._begin_statement(index)
        elif before == "export" and text in ("{", "default"):
            self._statement, self._owner = ("export {", self._owner) if text == "{" else ("export", EXPORT)
        elif text == "=":
            self._read_assignment(index)
        elif self._statement == "const" and text == ",":
            self._awaits_value = True
        elif self._awaits_value and self._is_declared(index):
            self._owner = text

    def _is_declared(self, index: int) -> bool:
        """Return whether a name is that of a constant: no `=` or `:` follows the arguments of a type."""
        return self._text(index - 1) in ("const", ",") and self._text(index + 1) in ("=", ":")

    def _begin_statement(self, index: int) -> None:
        self._statement = self._texts[index]
        if self._statement == "const":
            self._owner, self._awaits_value = "", True
        elif self._statement == "import":
            self._read_import(index)

    def _read_assignment(self, index: int) -> None:
        if self._statement == "const" and self._awaits_value:
            self._awaits_value = False
            self._takes_members = not self._owner and self._text(index - 1) in ("}", "]")
            if self._owner and index + 1 < len(self._items):
                self.declarations.append(Declaration(self._owner, self._items[index + 1].start))
        elif self._statement != "const" and self._is_export(index):
            self._statement, self._owner = "export", EXPORT
        else:
            self._statement = ""

    def _is_export(self, index: int) -> bool:
        """Return whether ``module.exports =``, ``exports.default =`` or ``export =`` ends with a token."""
        before = self._text(index - 1)
        is_default = before == "default" and self._texts[max(index - 3, 0) : index - 1] == [EXPORT, "."]
        return before in (EXPORT, "export") or is_default

    def _read_import(self, index: int) -> None:
        """Note the names that an import statement declares."""
        # Each token once, also if one statement seems to contain the next.
        for at in range(max(index + 1, self._import_end), len(self._items)):
            text, self._import_end = self._texts[at], at + 1
            if text in ("from", ";") or text[0] in "\"'(":
                return
            if _NAME.match(text) and text not in ("as", "type"):
                self.imports[text] = self._items[at].start

    def _is_mention(self, index: int) -> bool:
        """Return whether a token is the name of a variable, not that of a member or key."""
        text, before, after = self._texts[index], self._text(index - 1), self._text(index + 1)
        if not _NAME.match(text) or before in (".", "?.", "const"):
            return text == EXPORT and before == "." and self._text(index - 2) == "module"
        return self._statement not in ("import", "export {") and not (after == ":" and before in ("{", ","))

    def _mention(self, index: int, open_brackets: list[int]) -> _Mention:
        name = self._texts[index]
        end, path = self._path(index)
        changes = self._may_change(index, end, open_brackets)
        # `const { a } = S` makes `a` another name of a member.
        if not changes and name != EXPORT and self._is_taken_apart(open_brackets):
            return _Mention(name, "", self._taking(index, end, path), path)
        change = self._change(index, end, path, open_brackets) if changes else None
        # `module.exports =` begins a statement: the constant of the statement before it does not hold it.
        is_export = name == EXPORT and self._assigns(index + 1)
        is_default = name == EXPORT and path == ["default"] and self._assigns(end)
        owner = "" if is_export or is_default else self._owner
        return _Mention(name, owner, change, path, is_export, is_default)

    def _change(self, index: int, end: int, path: list[str | None], open_brackets: list[int]) -> Change:
        """Return the change of a constant by the code around a name, whose members end at ``end``."""
        follows_module = self._texts[index] == EXPORT and self._text(index - 1) == "."
        start = self._items[index - 2 if follows_module else index].start
        return Change(start, path[0] if path else None, self._read_path(index, end, path, open_brackets))

    def _taking(self, index: int, end: int, path: list[str | None]) -> Change:
        reads = self._read_path(index, end, path, []) if path else ()
        return Change(self._items[index].start, path[0] if path else None, reads, reads is not None)

    def _may_change(self, index: int, end: int, open_brackets: list[int]) -> bool:
        """Return whether the code around a name, whose members end at ``end``, may change its value."""
        if self._texts[index] == EXPORT:
            # `module.exports = …` writes it; `module.exports.actions = …` may change it.
            return end > index + 1 and self._is_changed(end)
        if self._statement == "const" and self._awaits_value:
            return False
        if len(open_brackets) > MAX_LEVELS:
            return True
        if self._is_in_function(open_brackets):
            return self._is_changed(end)
        is_used = self._is_read(index, open_brackets) or self._text(end) == "("
        return self._is_changed(end) or not is_used

    def _is_read(self, index: int, open_brackets: list[int]) -> bool:
        is_value = self._statement in ("const", "export") and self._text(index - 1) in _BEFORE_READ
        return (is_value and self._is_data(open_brackets)) or self._is_argument_of_reader(open_brackets)

    def _is_taken_apart(self, open_brackets: list[int]) -> bool:
        is_value = self._statement == "const" and not self._awaits_value
        return is_value and self._takes_members and not open_brackets

    def _read_path(
        self, index: int, end: int, path: list[str | None], open_brackets: list[int]
    ) -> tuple[str, ...] | None:
        """Return the path of a member that a mention only reads, or calls a method of; otherwise None."""
        follows, before = self._text(end), self._text(index - 1)
        if follows == "(":
            # A method may change what it belongs to.
            path = path[:-1]
        elif self._is_changed(end):
            return None
        names = [name for name in path if name is not None]
        if not names or len(names) < len(path) or before == "delete" or follows in ("in", "of"):
            return None
        # `[a.b] = …` and `for ({a: a.b} of …)` assign to a member.
        if any(self._is_pattern(self._closer[at] + 1) for at in open_brackets):
            return None
        return tuple(names)

    def _is_pattern(self, index: int) -> bool:
        return self._assigns(index) or self._text(index) in ("in", "of")

    def _is_in_function(self, open_brackets: list[int]) -> bool:
        """Return whether a token is in the body of a function, which runs only if it is called."""
        return any(
            self._text(at) == "{" and (self._text(at - 1) in (")", "=>") or _NAME.match(self._text(at - 1)))
            for at in open_brackets
            if self._text(at - 1) not in ("default", "export")
        )

    def _is_argument_of_reader(self, open_brackets: list[int]) -> bool:
        """Return whether a token is an argument of a call that changes nothing, such as ``console.log``."""
        if not open_brackets or self._text(open_brackets[-1]) != "(":
            return False
        at = open_brackets[-1] - 1
        is_read = self._text(at - 1) == "." and self._text(at - 2) in _READERS
        return self._text(at) in _CONDITIONS or (is_read and self._text(at) not in _WRITERS)

    def _is_data(self, open_brackets: list[int]) -> bool:
        """Return whether all brackets around a token only hold data: objects and arrays, not code."""
        return all(
            (self._text(at - 1) in _BEFORE_DATA or self._is_index(at))
            and self._text(at) != "("
            and (self._text(self._closer[at] + 1) in _AFTER_DATA or self._begins_line(self._closer[at] + 1))
            for at in open_brackets
        )

    def _is_index(self, at: int) -> bool:
        return self._text(at) == "[" and (
            self._text(at - 1) == "{" or _NAME.match(self._text(at - 1)) is not None
        )

    def _begins_line(self, index: int) -> bool:
        """Return whether a token may begin a statement: none that continues an expression does."""
        text = self._text(index)
        return _NAME.match(text) is not None and text not in ("in", "instanceof", "as", "satisfies")

    def _path(self, index: int) -> tuple[int, list[str | None]]:
        """Return the index after the members that follow a name, and their keys, None if computed."""
        at, keys = index + 1, list[str | None]()
        while self._text(at) in (".", "?.", "["):
            if self._text(at) == "[" and at in self._closer:
                text = self._text(at + 1)
                is_key = self._closer[at] == at + 2 and (text[0] in "\"'" or text.isdecimal())
                # The first key is named in a message; a computed one is not known.
                keys.append(text.strip("\"'") if is_key or not keys else None)
                at = self._closer[at] + 1
            else:
                keys.append(self._text(at + 1))
                at += 2
        return at, keys

    def _assigns(self, index: int) -> bool:
        """Return whether a token is an assignment, not a part of a comparison."""
        is_compared = self._text(index - 1) in ("=", "!", "<", ">") or self._text(index + 1) == "="
        return self._text(index) == "=" and not is_compared

    def _is_changed(self, index: int) -> bool:
        """Return whether what follows a name and its members assigns to them or calls them."""
        text = self._text(index)
        if text == "(" and self._text(index - 2) == "." and self._text(index - 1) in _READ_METHODS:
            return any(map(self._assigns, range(index, self._closer[index])))
        if text == "=":
            return self._assigns(index)
        if text in _CHANGES or text.startswith("`"):
            return True
        while self._text(index) in _COMBINED:
            index += 1
            if self._text(index) == "=":
                return True
        return False
