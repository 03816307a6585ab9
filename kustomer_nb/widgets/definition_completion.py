"""What a field of the form of a definition offers: completions of its text, and paths of the response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.strings import offset_in_source
from kustomer_nb.language import Completions, LastRun, complete
from kustomer_nb.language.names import at_route, output_names

if TYPE_CHECKING:
    from kustomer_nb.definition import Document
    from kustomer_nb.language import LastRunOf

    from .session import Session

# More are found with the search of the response.
MOST_PATHS = 500
DEEPEST_PATH = 8


def last_runs(session: Session) -> LastRunOf:
    """Return the last run of each action as a session knows it: what is typed, and the last response.

    Example:
        >>> from kustomer_nb import load
        >>> from .session import Session
        >>> session = Session(load({"name": "find", "inputTemplate": {"uri": "http://a.b/{{id}}"}}).action())
        >>> session.set_inputs({"id": 7})
        >>> last_runs(session)("find").inputs, last_runs(session)("other").inputs
        ({'id': 7}, None)
    """

    def last_run(name: str) -> LastRun:
        # The selected one first: several may have no name yet.
        for action in (session.action, *session.app.actions):
            if action.name == name:
                state = session.state_of(session.key_of(action))
                return LastRun(state.inputs, state.last_body)
        return LastRun()

    return last_run


def complete_part(document: Document, pointer: str, offset: int, last_run: LastRunOf) -> Completions:
    """Return what can be written at an offset of the string at a pointer, with offsets of that string.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> from kustomer_nb.language import never_run
        >>> text = '{"inputTemplate": {"uri": "/{{i"}, "inputSchema": {"properties": {"id": {}}}}'
        >>> document = read_document(text)
        >>> [item.label for item in complete_part(document, "/inputTemplate/uri", 4, never_run).items]
        ['id', '#if']
    """
    value, span = pointers.resolve(document.value, pointer), document.reading.span(pointer)
    nothing = Completions(offset, offset, ())
    if not isinstance(value, str) or span is None:
        return nothing
    places = {offset_in_source(document.text, span.start, value, at): at for at in range(len(value) + 1)}
    source = offset_in_source(document.text, span.start, value, offset)
    if source is None:
        return nothing
    completions = complete(document.text, source, last_run=last_run)
    if completions.start not in places or completions.end not in places:
        return nothing
    return Completions(places[completions.start], places[completions.end], completions.items)


def response_paths(definition: Any, body: Any) -> list[dict[str, str]]:
    """Return the paths of the last response, or of what the sample shows of one, with their types.

    Example:
        >>> response_paths({}, {"id": 7})[-1]
        {'path': 'response.body.id', 'detail': 'number'}
    """
    paths: list[dict[str, str]] = []
    pending = [(name.name, name, 0) for name in reversed(output_names(definition, body))]
    while pending and len(paths) < MOST_PATHS:
        path, name, depth = pending.pop()
        paths.append({"path": path, "detail": name.type or ""})
        if depth < DEEPEST_PATH:
            children = list(name.children())[:MOST_PATHS]
            pending += [(f"{path}.{child.name}", child, depth + 1) for child in reversed(children)]
    return paths


def path_type(definition: Any, body: Any, path: str) -> str:
    """Return the type of the value at a path of `response_paths`; "" if nobody knows.

    Example:
        >>> path_type({}, {"lines": [{"qty": 7}]}, "body.lines.0.qty")
        'number'
    """
    name = at_route(output_names(definition, body), path.split("."))
    return (name.type or "") if name is not None else ""
