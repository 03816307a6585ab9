"""Completion within a string: in a tag, in a reference and in the call of a function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kustomer_nb.template.helpers.signatures import FUNCTION_SIGNATURES, HELPER_SIGNATURES, Signature
from kustomer_nb.template.read_paths import ITEM, Item, is_plain_name
from kustomer_nb.template.runtime import DEPTH
from kustomer_nb.template.value_syntax import FUNCTION, REFERENCE

from .items import Completion, Completions, matching
from .names import Name, at_route

Route = tuple[str | Item, ...]
_TAG = re.compile(r"\{\{\{?~?(?P<mark>[#^/&]?)\s*+(?P<inner>[^{}]*?)~?\}\}\}?")
_DELIMITERS = frozenset(" \t\r\n(){}=|'\"~")
_WORD_END = re.compile(r"[^\s(){}=|'\",~./]*")
_PATH_END = re.compile(r"[^,\s\"'.{}]*")
_PARAMS = re.compile(r"\bas\s+\|([^|]*)\|")
_STEP = re.compile(r"[./]")
_DATA = ("@index", "@first", "@last", "@key")


@dataclass(frozen=True)
class _Scope:
    """The contexts that are open, the innermost last, and the block parameters with their routes."""

    contexts: tuple[Route | None, ...] = ((),)
    params: tuple[tuple[str, Route | None], ...] = ()
    is_loop: bool = False
    opened: str = ""


def complete_string(before: str, after: str, offset: int, names: Sequence[Name]) -> Completions | None:
    """Return what can be written in a string; ``before`` and ``after`` are its source around the offset.

    None if it is plain text there.
    """
    if before.startswith(FUNCTION):
        return _in_function(before, after, offset, names)
    if before.startswith(REFERENCE):
        return _in_path(before[len(REFERENCE) :], after, offset, names)
    if before in ("", "/"):
        return _references(before, after, offset, names)
    opening = before.rfind("{{")
    if opening < 0 or "}}" in before[opening:] or before[:opening].rstrip("{").endswith("\\"):
        return None
    return _in_tag(before[:opening].rstrip("{"), before[opening + 2 :], after, offset, names)


def _in_path(path: str, after: str, offset: int, names: Sequence[Name]) -> Completions:
    *outer, typed = path.split(".")
    children = _children(names, tuple(outer))
    items = [_as_item(name) for name in children if "." not in name.name and "," not in name.name]
    return Completions(offset - len(typed), offset + _length(_PATH_END, after), matching(items, typed))


def _in_function(before: str, after: str, offset: int, names: Sequence[Name]) -> Completions:
    name, *arguments = before[len(FUNCTION) :].split(",")
    if not arguments:
        items = [
            Completion(function, "helper", signature.form, function if after[:1] == "," else f"{function},")
            for function, signature in FUNCTION_SIGNATURES.items()
        ]
        return Completions(offset - len(name), offset + _length(_PATH_END, after), matching(items, name))
    if len(arguments) == 1:
        return _in_path(arguments[0], after, offset, names)
    signature = FUNCTION_SIGNATURES.get(name)
    typed = ",".join(arguments[1:])
    texts = [
        Completion(text, "value", f"for {name}", text) for text in (signature.texts if signature else ())
    ]
    return Completions(offset - len(typed), offset, matching(texts, typed))


def _in_tag(earlier: str, inner: str, after: str, offset: int, names: Sequence[Name]) -> Completions | None:
    content = inner.lstrip("~")
    mark = content[:1] if content[:1] in "#^/&!>" else ""
    if mark in ("!", ">") and content:
        return None
    content = content[len(mark) :]
    scope = _scope_at(earlier, names)
    if mark == "/":
        typed = content.lstrip()
        closing = (
            [Completion(scope.opened, "helper", "closes the block", scope.opened)] if scope.opened else []
        )
        return Completions(offset - len(typed), offset + _length(_WORD_END, after), matching(closing, typed))
    # A subexpression is a call of its own.
    call = content[content.rfind("(") + 1 :] if content.count("(") > content.count(")") else content
    helper = call.split()[0] if call.split() and call.strip() != _last_word(call) else ""
    if (quote := _open_quote(content)) is not None:
        return _in_text(content[quote:], helper, offset)
    word = _last_word(call)
    is_first = not helper and not call.endswith("=")
    items = list(_readable(word, scope, names))
    start = offset - len(_STEP.split(word)[-1])
    if not _STEP.search(word):
        helpers = list(_helpers(mark, is_first=is_first, is_call="(" in content))
        # After # a block helper is what is mostly meant.
        items = [*helpers, *items] if mark in ("#", "^") and mark else [*items, *helpers]
        items += _arguments(helper, call)
        start = offset - len(word)
    typed = word[len(word) - (offset - start) :]
    return Completions(start, offset + _length(_WORD_END, after), matching(items, typed))


def _last_word(text: str) -> str:
    start = len(text)
    while start and text[start - 1] not in _DELIMITERS:
        start -= 1
    return text[start:]


def _length(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


def _open_quote(text: str) -> int | None:
    """Return where the text of an argument that is not closed begins."""
    position, quote = 0, ""
    for index, char in enumerate(text):
        if quote and char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote, position = char, index + 1
    return position if quote else None


def _in_text(typed: str, helper: str, offset: int) -> Completions:
    signature = HELPER_SIGNATURES.get(helper)
    items = [
        Completion(text, "value", f"for {helper}", text) for text in (signature.texts if signature else ())
    ]
    return Completions(offset - len(typed), offset, matching(items, typed))


def _references(before: str, after: str, offset: int, names: Sequence[Name]) -> Completions:
    """Return the references that a string may begin with."""
    items = [
        Completion(f"{REFERENCE}{name.name}", name.kind, name.detail, f"{REFERENCE}{name.name}")
        for name in names
        if is_plain_name(name.name)
    ]
    end = offset + (0 if before or not after.startswith(REFERENCE) else len(REFERENCE))
    return Completions(offset - len(before), end, tuple(items))


def _fits(signature: Signature, mark: str, *, is_call: bool) -> bool:
    """Return whether a helper can be called after a mark, or within another call."""
    if signature.has_block:
        return not is_call and mark != "&"
    return mark not in ("#", "^")


def _helpers(mark: str, *, is_first: bool, is_call: bool) -> Iterator[Completion]:
    if not is_first:
        return
    for name, signature in HELPER_SIGNATURES.items():
        if not _fits(signature, mark, is_call=is_call):
            continue
        label = f"#{name}" if signature.has_block and not mark else name
        yield Completion(label, "helper", signature.form, f"{label} ")


def _arguments(helper: str, call: str) -> Iterator[Completion]:
    signature = HELPER_SIGNATURES.get(helper.lstrip("#"))
    for name in signature.hash if signature else ():
        if f"{name}=" not in call:
            yield Completion(f"{name}=", "helper", signature.form if signature else "", f"{name}=")


def _readable(word: str, scope: _Scope, names: Sequence[Name]) -> Iterator[Completion]:
    """Yield the names that continue a path which is being typed."""
    *outer, _ = _STEP.split(word.removeprefix("./")) if not word.startswith("..") else [*word.split("/")]
    depth = 0
    while outer and outer[0] in ("..", "."):
        depth += outer.pop(0) == ".."
    if outer and outer[0] == "this":
        outer.pop(0)
        outer = outer or []
    keys = tuple(part.strip("[]") for item in outer for part in item.split(".") if part)
    if keys and keys[0] == "@root":
        yield from map(_as_tag_item, _children(names, keys[1:]))
        return
    for param, route in reversed(scope.params):
        if keys and keys[0] == param and not depth:
            yield from () if route is None else map(_as_tag_item, _children(names, (*route, *keys[1:])))
            return
    context = scope.contexts[-1 - depth] if depth < len(scope.contexts) else None
    if context is not None:
        yield from map(_as_tag_item, _children(names, (*context, *keys)))
    if not keys and not depth and "/" not in word and "." not in word:
        yield from _of_blocks(scope)


def _of_blocks(scope: _Scope) -> Iterator[Completion]:
    """Yield what only blocks give: their parameters, the item of a loop, and the way out."""
    for param, _ in reversed(scope.params):
        yield Completion(param, "input", "given by the block", param)
    if scope.is_loop:
        yield Completion("this", "input", "the item of the loop", "this")
        yield from (Completion(name, "input", "of the loop", name) for name in _DATA)
    if len(scope.contexts) > 1:
        yield Completion("../", "input", "the context around the block", "../")
        yield Completion("@root", "input", "the inputs, from anywhere", "@root.")


def _children(names: Sequence[Name], route: Route) -> list[Name]:
    if not route:
        return list(names)
    parent = at_route(names, route)
    return [] if parent is None else list(parent.children())


def _as_item(name: Name) -> Completion:
    return Completion(name.name, name.kind, name.detail, name.name)


def _as_tag_item(name: Name) -> Completion:
    # An index too needs brackets in a tag.
    written = name.name if is_plain_name(name.name) else f"[{name.name}]"
    return Completion(name.name, name.kind, name.detail, written)


def _scope_at(earlier: str, names: Sequence[Name]) -> _Scope:
    """Return the blocks that are open after a text, and the contexts that they make."""
    scopes = [_Scope()]
    for match in _TAG.finditer(earlier):
        mark, inner = match["mark"], match["inner"].strip()
        if mark == "/" and len(scopes) > 1:
            scopes.pop()
        elif mark == "#":
            # The engine parses no deeper template, and each level is as long as those around it.
            outer = scopes[-1] if len(scopes) <= DEPTH else _Scope()
            scopes.append(_opened(inner, outer, names))
        elif mark == "^" and inner:
            scopes.append(_Scope(scopes[-1].contexts, scopes[-1].params, opened=inner.split()[0]))
        elif (inner == "else" or inner.startswith("else ") or (mark == "^" and not inner)) and len(
            scopes
        ) > 1:
            outer = scopes[-2]
            scopes[-1] = _Scope(outer.contexts, outer.params, outer.is_loop, scopes[-1].opened)
    return scopes[-1]


def _opened(inner: str, scope: _Scope, names: Sequence[Name]) -> _Scope:
    words = _PARAMS.sub("", inner).split()
    helper = words[0] if words else ""
    match = _PARAMS.search(inner)
    params = match[1].split() if match else []
    argument = words[1] if len(words) > 1 else ""
    if helper in ("if", "unless"):
        return _Scope(scope.contexts, scope.params, scope.is_loop, helper)
    route = _route(argument or helper, scope)
    kind = helper
    if helper not in ("each", "with"):
        value = at_route(names, route) if route else None
        kind = {"array": "each", "object": "with"}.get((value.type if value else None) or "", "")
    inner_route = None if route is None else (*route, ITEM) if kind == "each" else route
    routes = [inner_route, *[None] * len(params)]
    named = tuple(zip(params, routes, strict=False))
    contexts = (*scope.contexts, inner_route) if kind else scope.contexts
    return _Scope(contexts, (*scope.params, *named), kind == "each", helper)


def _route(path: str, scope: _Scope) -> Route | None:
    """Return where a path in a block tag leads."""
    depth = 0
    while path.startswith("../"):
        path, depth = path[3:], depth + 1
    keys = tuple(
        part.strip("[]") for part in _STEP.split(path.removeprefix("this.").removeprefix("./")) if part
    )
    if keys[:1] == ("@root",):
        return keys[1:]
    for param, route in reversed(scope.params):
        if keys and keys[0] == param and not depth:
            return None if route is None else (*route, *keys[1:])
    context = scope.contexts[-1 - depth] if depth < len(scope.contexts) else None
    if context is None:
        return None
    return context if keys in ((), ("this",)) else (*context, *keys)
