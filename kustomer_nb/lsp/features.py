"""The answers of ``kustomer_nb.language`` as what the protocol calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from kustomer_nb.diagnostics import Severity
from kustomer_nb.language import (
    complete,
    find_declaration,
    find_fixes,
    find_problems,
    find_renamable,
    fix_all,
    hover,
    outline,
    rename,
)
from kustomer_nb.language.reading import problems_within, worst_problems
from kustomer_nb.printable import one_line

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Edit
    from kustomer_nb.language import LastRunOf, Part
    from kustomer_nb.linting import Selection

    from .documents import OpenDocument

SOURCE = "kustomer-nb"
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.{SOURCE}"
TRIGGERS = ('"', "'", "{", ".", "#", "/", ",")
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}
_ITEM_KINDS = {
    "key": types.CompletionItemKind.Property,
    "input": types.CompletionItemKind.Variable,
    "setting": types.CompletionItemKind.Constant,
    "helper": types.CompletionItemKind.Function,
    "env": types.CompletionItemKind.Variable,
    "body": types.CompletionItemKind.Field,
    "value": types.CompletionItemKind.Value,
}
_SYMBOL_KINDS = {
    "action": types.SymbolKind.Function,
    "input": types.SymbolKind.Variable,
    "setting": types.SymbolKind.Constant,
    "template": types.SymbolKind.Object,
    "schema": types.SymbolKind.Struct,
    "sample": types.SymbolKind.Object,
}
# What `hover` writes: bold, code, code blocks and escapes.
_MARKDOWN = re.compile(r"\*\*|^```+\w*\n?|\\(?=[\\`*_{}\[\]<>()#+!|~-])", re.MULTILINE)


def problems_of(document: OpenDocument, selection: Selection | None) -> Diagnostics:
    """Return the problems of a document, in its order."""
    return find_problems(document.text, path=document.path, selection=selection)


def diagnostics(document: OpenDocument, selection: Selection | None = None) -> list[types.Diagnostic]:
    """Return what an editor marks in a document; nothing in a file that is no definition."""
    if document.is_too_large:
        return [_too_large(document)]
    if not document.is_definition or document.is_empty:
        return []
    problems = worst_problems(problems_of(document, selection))
    return [_diagnostic(document, problem) for problem in problems]


def _diagnostic(document: OpenDocument, problem: Diagnostic) -> types.Diagnostic:
    span = problem.span
    place = document.positions.first_line(span.start, span.end) if span else document.positions.range(0, 0)
    fix = f" Fix: {problem.fix}" if problem.fix else ""
    return types.Diagnostic(
        range=place,
        message=one_line(f"{problem.message}{fix}"),
        severity=_SEVERITIES[problem.severity],
        code=problem.code,
        source=SOURCE,
    )


def _too_large(document: OpenDocument) -> types.Diagnostic:
    message = "This file is too large to check while it is typed; run `kustomer-nb lint` on it."
    severity = types.DiagnosticSeverity.Information
    return types.Diagnostic(document.positions.range(0, 0), message, severity=severity, source=SOURCE)


def completions(
    document: OpenDocument, position: types.Position, last_run: LastRunOf, *, is_typed: bool
) -> types.CompletionList:
    """Return what can be written at a position; ``is_typed`` is true if a character asked for it."""
    positions, text = document.positions, document.text
    offset = positions.offset(position)
    proposed = complete(text, offset, last_run=last_run).as_source()
    # A string was closed: what follows it begins with a comma.
    if is_typed and proposed.start == offset and text[:offset].endswith(('"', "'")):
        return types.CompletionList(is_incomplete=True, items=[])
    # The protocol wants one line.
    place = positions.first_line(proposed.start, proposed.end)
    items = [
        types.CompletionItem(
            label=item.label,
            kind=_ITEM_KINDS[item.kind],
            detail=item.detail or None,
            text_edit=types.TextEdit(place, item.insert),
            # An editor compares this with the text that is replaced, which may begin with a quote.
            filter_text=item.insert if item.insert[:1] in ('"', "'") else item.label,
            sort_text=f"{number:05}",
        )
        for number, item in enumerate(proposed.items)
    ]
    # From the third letter on there may be others.
    return types.CompletionList(is_incomplete=True, items=items)


def hover_of(
    document: OpenDocument,
    position: types.Position,
    last_run: LastRunOf,
    selection: Selection | None,
    *,
    takes_markdown: bool,
) -> types.Hover | None:
    """Return what is known of a position, None if that is nothing."""
    offset = document.positions.offset(position)
    about = hover(document.text, offset, last_run=last_run, problems=problems_of(document, selection))
    if about is None:
        return None
    kind, value = types.MarkupKind.Markdown, about.markdown
    if not takes_markdown:
        kind, value = types.MarkupKind.PlainText, _MARKDOWN.sub("", about.markdown)
    place = document.positions.range(about.start, about.end)
    return types.Hover(types.MarkupContent(kind, value), place)


def code_actions(
    document: OpenDocument, params: types.CodeActionParams, last_run: LastRunOf, selection: Selection | None
) -> list[types.CodeAction]:
    """Return the quick fixes for a range, and what fixes all that is safe to fix."""
    actions: list[types.CodeAction] = []
    only = params.context.only
    if _wants(only, types.CodeActionKind.QuickFix.value):
        actions += _quick_fixes(document, params.range, last_run, selection)
    # Only for who asks: in a list of fixes, it would be there for each problem.
    if only and _wants(only, FIX_ALL) and (edits := fix_all(document.text, path=document.path)):
        edit = workspace_edit(document, edits)
        actions.append(types.CodeAction("Fix all that is safe to fix", kind=FIX_ALL, edit=edit))
    return actions


def _wants(only: Iterable[str] | None, kind: str) -> bool:
    return not only or any(f"{kind}.".startswith(f"{wanted}.") for wanted in only)


def _quick_fixes(
    document: OpenDocument, place: types.Range, last_run: LastRunOf, selection: Selection | None
) -> Iterator[types.CodeAction]:
    start, end = document.positions.offset(place.start), document.positions.offset(place.end)
    problems = problems_within(problems_of(document, selection), start, end)
    for fix in find_fixes(document.text, problems, path=document.path, last_run=last_run):
        yield types.CodeAction(
            title=f"{fix.title} ({fix.problem.code})",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[_diagnostic(document, fix.problem)],
            is_preferred=fix.is_safe,
            edit=workspace_edit(document, fix.edits),
        )


def workspace_edit(document: OpenDocument, edits: Iterable[Edit]) -> types.WorkspaceEdit:
    """Return edits of a document as every editor takes them."""
    changes = [types.TextEdit(document.positions.range(edit.start, edit.end), edit.text) for edit in edits]
    return types.WorkspaceEdit(changes={document.uri: changes})


def renamable(document: OpenDocument, position: types.Position) -> types.PrepareRenamePlaceholder | None:
    """Return the name at a position that can be renamed, None if there is none."""
    written = find_renamable(document.text, document.positions.offset(position))
    if written is None:
        return None
    return types.PrepareRenamePlaceholder(
        document.positions.range(written.start, written.end), placeholder=written.name
    )


def renamed(document: OpenDocument, position: types.Position, name: str) -> types.WorkspaceEdit:
    """Return the edits that rename what is at a position.

    Raises:
        EditError: it cannot be renamed, or not to that name.
    """
    return workspace_edit(document, rename(document.text, document.positions.offset(position), name))


def declaration(document: OpenDocument, position: types.Position) -> types.Location | None:
    """Return where the name at a position is declared, None if nothing declares it."""
    span = find_declaration(document.text, document.positions.offset(position))
    if span is None:
        return None
    return types.Location(document.uri, document.positions.range(span.start, span.end))


def symbols(document: OpenDocument) -> list[types.DocumentSymbol]:
    """Return the outline of a document."""
    return [_symbol(document, part) for part in outline(document.text)]


def _symbol(document: OpenDocument, part: Part) -> types.DocumentSymbol:
    span, name = part.span, part.name_span
    return types.DocumentSymbol(
        name=part.name or '""',
        kind=_SYMBOL_KINDS[part.kind],
        range=document.positions.range(span.start, span.end),
        selection_range=document.positions.range(name.start, name.end),
        children=[_symbol(document, inner) for inner in part.parts],
    )
