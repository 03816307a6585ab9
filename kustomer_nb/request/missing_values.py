"""Values that a request reads and that are missing, and whether the others need a closer look."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.faces import alternatives, how_to_pass, how_to_type
from kustomer_nb.near_names import near_miss
from kustomer_nb.platform import SAMPLE_ENV, WORKFLOW_ROOTS
from kustomer_nb.secrets import variable
from kustomer_nb.template import Kind, MissingReference, Piece
from kustomer_nb.template.mistakes import explain_reference, fix_of_name
from kustomer_nb.template.traced_values import html_escape_warnings

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Span
    from kustomer_nb.template import Text

    from .context import BuildContext
    from .parts import RequestParts

# A value that is empty, or has a character that delimits a URL; values are separated by NUL.
_IN_URL = re.compile(r"[&+#?%;/\\@=<>\"'`]|\.\.|(?:^|\x00)[\s.]*(?:\x00|\Z)")
# What delimits JSON or a cookie, or begins [object Object].
_CONTAINERS = frozenset({dict, list})
_QUOTE = re.compile("'|%27")
_IN_TEXT = re.compile(r'[;"\\\[\n]')


def report_missing_values(
    context: BuildContext, unset: Mapping[str, Piece], variables: Mapping[str, str]
) -> None:
    """Report settings and variables without a value, and values that double braces changed.

    ``unset`` are the `unset_settings` of the request, ``variables`` is the environment variable of each
    setting that is not set by its default one.
    """
    for label, piece in unset.items():
        context.add(unset_setting(label, variables, piece.pointer, piece.span))
    context.diagnostics.extend(html_escape_warnings(context.used))
    for reference in context.notes.missing:
        _report_reference(context, reference)


def unset_setting(label: str, variables: Mapping[str, str], pointer: str, span: Span | None) -> Diagnostic:
    """Return the error for a setting without a value; ``variables`` as in `report_missing_values`."""
    key = label.removeprefix("$")
    fix = _ways_to_set(key, variables.get(key))
    message = f"the setting {key} has no value."
    return Diagnostic(Code.SETTING_UNSET, Severity.ERROR, pointer, message, fix, span)


def _ways_to_set(key: str, named: str | None) -> str:
    """Return every way to give a setting a value; ``named`` is the variable that a profile names for it."""
    name = named or variable(key)
    ways = [
        how_to_type("settings", key),
        f"set the environment variable {name}",
        f"add a line {name}=… to .env",
        # In a widget it is typed.
        "" if how_to_type("settings", key) else how_to_pass("settings", key),
    ]
    # A variable that the profile names replaces what comes after it: see `config.settings`.
    if named is None:
        ways += [
            "name another variable under settings in kustomer-nb.toml",
            f"run `keyring set kustomer-nb {key}` (package keyring)",
        ]
    return alternatives(*ways)


def needs_value_checks(context: BuildContext, parts: RequestParts) -> bool:
    """Return whether `value_checks` may have anything to report; for most requests they have not.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "http://a.b/x/{{{id}}}", "method": "get"}
        >>> action = load({"inputTemplate": template, "inputSchema": {"properties": {"id": {}}}}).action()
        >>> [action.render({"id": value}).diagnostics.codes for value in (7, "a/b")]
        [[], ['KNB730']]
    """
    if parts.body is not None and _may_contradict_type(parts):
        return True
    used = [piece for piece in context.used if piece.kind is not Kind.LITERAL and piece.text]
    texts = [piece.raw or piece.text for piece in used]
    if _may_delimit_url(parts.uri, used) or _may_end_string(context.used, texts):
        return True
    has_objects = not _CONTAINERS.isdisjoint(map(type, parts.headers_json.values()))
    return has_objects or _IN_TEXT.search("\0".join(texts)) is not None


def _may_contradict_type(parts: RequestParts) -> bool:
    # A body that npm request encodes can only contradict a type that the author wrote.
    return not parts.parses_json or "content-type" in map(str.lower, parts.headers_json)


def _may_delimit_url(uri: Text, used: Iterable[Piece]) -> bool:
    texts = [piece.raw or piece.text for piece in uri.pieces if piece.kind is not Kind.LITERAL]
    # A string qs may be sent as the query; the members of an object are encoded.
    texts += [piece.raw or piece.text for piece in used if piece.pointer == "/inputTemplate/qs"]
    return bool(texts) and _IN_URL.search("\0".join(texts)) is not None


def _may_end_string(pieces: Iterable[Piece], texts: Iterable[str]) -> bool:
    """Return whether a value has a quote, and an author wrote one: it matters in Name = 'x' of a query."""
    if "'" not in "\0".join(texts):
        return False
    return any(_QUOTE.search(piece.text) for piece in pieces if piece.kind is Kind.LITERAL)


def _report_reference(context: BuildContext, reference: MissingReference) -> None:
    name, pointer, span = reference.name, reference.pointer, reference.span
    if not name:
        message = f"`{reference.path}` has no value here."
        fix = "use ../ in blocks that open a context, which #if does not, and @index and the like in loops."
        context.report(Code.VALUE_GAP, Severity.WARNING, pointer, message, fix, span)
    elif "{" in name and (mistake := explain_reference(reference.path)) is not None:
        # Only a reference reads such a name: in a template, braces end the tag.
        message = f"`/#{reference.path}` {mistake[0]}."
        context.report_error(Code.REFERENCE_SYNTAX, pointer, message, f"{mistake[1]}.", span)
    elif name not in context.declared and name not in context.allow_missing:
        if correct := fix_of_name(name):
            message = f"`{reference.path}` has no value: it is neither an input nor an app setting."
            context.report_error(Code.VARIABLE_UNSET, pointer, message, correct, span)
            return
        message, declare = _explain_undeclared(name, reference.path, context.declared)
        fix = alternatives(declare, how_to_pass("allow_missing", name))
        context.report_error(Code.VARIABLE_UNSET, pointer, message, fix, span)
    elif pointer == "/inputTemplate/uri":
        # Elsewhere a declared input without a value is what the platform allows: it is left out.
        message = f"`{reference.path}` has no value, so that part of the URL is empty."
        fix = f"pass a value for `{name}`, or make it required."
        context.report(Code.VALUE_GAP, Severity.WARNING, pointer, message, fix, span)


def _explain_undeclared(name: str, path: str, declared: Collection[str]) -> tuple[str, str]:
    """Return the message and the fix for a variable that is neither an input nor an app setting."""
    # Imported late: what only a request that cannot be sent needs.
    from kustomer_nb.template.out_of_reach import explain_input_variable

    # The text of a call is no path.
    segments = path.split(".") if path.partition(".")[0] == name else [name]
    if name not in WORKFLOW_ROOTS and (near := near_miss(name, declared)):
        problem, fix = "", f"write `{near}`, if you mean that"
    else:
        problem, fix = explain_input_variable(segments) or (
            "",
            f"declare `{name}` in inputSchema or appSettings",
        )
    reason = "it is neither an input nor an app setting"
    return f"`{path}` {problem or f'has no value: {reason}'}.", fix


def refuse_sample_environment(context: BuildContext) -> None:
    """Report reads of the workflow's environment that have only a sample value: previewed, never sent."""
    samples = {name for name, value in SAMPLE_ENV.items() if context.platform.env.get(name) == value}
    # Reversed, so that the first piece of a path wins.
    by_path = {piece.path: piece for piece in reversed(context.used) if piece.kind is Kind.ENV}
    for path, piece in by_path.items():
        # A path of one segment, _env, reads all of them.
        name = path.split(".")[1] if "." in path else min(samples, default="")
        if name in samples:
            message = f"`{path}` has only a sample value here, which is never sent."
            fix = alternatives(how_to_pass("env", name), "write it under env in the profile")
            context.report_error(Code.SAMPLE_ENV_SENT, piece.pointer, message, fix, piece.span)


def paths_read(pieces: Iterable[Piece]) -> tuple[str, ...]:
    """Return the keys of settings and the paths in ``_env`` that a request reads, sorted."""
    paths = {
        piece.label.removeprefix("$") if piece.label else piece.path
        for piece in pieces
        if piece.label or piece.kind is Kind.ENV
    }
    return tuple(sorted(paths))
