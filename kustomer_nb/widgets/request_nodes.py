"""A request as the page draws it: pieces with their origin, and a JSON body as a tree of them."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from kustomer_nb.jsontext.pointer import join
from kustomer_nb.reporting import source as origin_words
from kustomer_nb.template import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kustomer_nb.request import Origin, Origins, Request
    from kustomer_nb.template import Text

# Characters of a body that are drawn as a tree; a longer one is shown as the start of its text.
LARGEST_BODY = 300_000
_KINDS = {
    Kind.INPUT: "input",
    Kind.SETTING: "setting",
    Kind.ENV: "env",
    Kind.HELPER: "helper",
    Kind.DEFAULT: "default",
    Kind.MISSING: "missing",
    Kind.NULL: "missing",
}
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\[\]{}:,"]+')
_TYPES = {"true": "boolean", "false": "boolean", "null": "null"}
Node = dict[str, Any]


class Source(NamedTuple):
    """The author's text, for the sources of templates, and what tells the fixes for what is shown.

    A fix is its id and its title: for a piece of the request, and for a variable without a value.
    """

    text: str = ""
    fixes: Callable[[Origin], list[list[str]]] | None = None
    of_missing: Callable[[str], list[list[str]]] | None = None


def request_as_json(request: Request, source: Source = Source()) -> Node:  # noqa: B008 - it has no state
    """Return a request as the page draws it, with the sources of its templates and the fixes for them.

    ``url``, each header and each part of the query are lists of pieces; ``body`` has its size in bytes and
    either a tree of nodes or a list of pieces. Nothing in it is the value of a setting.

    Example:
        >>> from kustomer_nb import load
        >>> action = load({"inputTemplate": {"uri": "http://a.b/{{id}}?q=1%2B", "method": "get"}}).action()
        >>> shown = request_as_json(action.render({"id": 7}))
        >>> [piece["x"] for piece in shown["url"]], shown["query"][0][0]
        (['http://a.b/', '7', '?q=1%2B'], 'q')
    """
    origins = {part: request.origins(part) for part in request.parts}
    return {
        **request_line(request, source),
        "host": request.host,
        "query": _query(origins["/uri"], source),
        "headers": [
            [name, _header(request, name, value, origins, source)] for name, value in _named(request)
        ],
        "body": _body(request, origins.get("/body"), source),
        "left_out": [
            [path, source.of_missing(path) if source.of_missing else []]
            for path in dict.fromkeys(miss.path for miss in request.missing)
        ],
    }


def request_line(request: Request, source: Source = Source()) -> Node:  # noqa: B008 - it has no state
    """Return the method and the URL of a request as the page draws them."""
    url = _pieces(request.origins("/uri"), source)
    authored = ""
    if request.sent_to is not None and request.address is not None:
        authored = request.url
        url = _redirected(url, f"{request.address.scheme}://{request.address.authority.shown}", request)
    return {
        "method": request.method,
        "effective": request.effective_method,
        "url": url,
        "authored": authored,
    }


def _named(request: Request) -> Iterator[tuple[str, Text]]:
    seen: set[str] = set()
    for name, value in request.header_texts:
        if name.lower() not in seen:
            seen.add(name.lower())
            yield name, value


def _header(
    request: Request, name: str, value: Text, origins: dict[str, Origins], source: Source
) -> list[Node]:
    if request.sent_to is not None and request.has_default_host(name, value):
        # It follows the destination, not the authored URL.
        host = request.sent_to.host_header.shown
        return [{"x": host, "k": "override", "n": "host override", "b": value.shown}]
    return _pieces(_origins_of(request, name, origins), source)


def _origins_of(request: Request, name: str, origins: dict[str, Origins]) -> Origins:
    return origins.get(join("/headers", name)) or request.origins(join("/headers", name))


def _redirected(url: list[Node], authored: str, request: Request) -> list[Node]:
    """Return the pieces of a URL with the origin that ``hosts`` gives in place of the authored one."""
    pieces, left = [], len(authored)
    for piece in url:
        cut = min(left, len(piece["x"]))
        left -= cut
        if cut < len(piece["x"]) or not piece["x"]:
            pieces.append({**piece, "x": piece["x"][cut:]})
    override = {"x": request.sent_to_origin, "k": "override", "n": "host override", "b": authored}
    return [override, *pieces]


def _query(origins: Sequence[Origin], source: Source) -> list[list[Any]]:
    """Return the parameters of a URL, decoded: each a name and the pieces of its value."""
    pieces = _pieces(origins, source)
    joined = "".join(piece["x"] for piece in pieces)
    start, end = joined.find("?"), joined.find("#") if "#" in joined else len(joined)
    if start < 0 or start > end:
        return []
    rows = []
    at = start + 1
    for parameter in joined[at:end].split("&"):
        name, _, _ = parameter.partition("=")
        begin = at + len(name) + 1
        value = [_decoded(piece) for piece in _cut(pieces, begin, at + len(parameter))]
        if parameter:
            rows.append([unquote(name.replace("+", " ")), value])
        at += len(parameter) + 1
    return rows


def _decoded(piece: Node) -> Node:
    # A label is not encoded: it stands for the value that is.
    text = piece["x"] if piece.get("k") == "setting" else unquote(piece["x"].replace("+", " "))
    return {**piece, "x": text}


def _body(request: Request, origins: Origins | None, source: Source) -> Node | None:
    if origins is None or request.body_text is None:
        return None
    size = len(request.body_text.real.encode("utf-8", "surrogatepass"))
    body_text = origins.text
    kind = request.headers.get("content-type") or request.headers.get("Content-Type") or ""
    body: Node = {"size": size, "type": kind}
    if len(body_text) > LARGEST_BODY:
        return {**body, "pieces": [{"x": body_text[:LARGEST_BODY]}], "cut": len(body_text) - LARGEST_BODY}
    pieces = _pieces(origins, source)
    node = json_node(pieces) if body_text[:1] in ("{", "[") else None
    return {**body, "pieces": pieces} if node is None else {**body, "node": node}


def _pieces(origins: Iterable[Origin], source: Source) -> list[Node]:
    return [piece_of(origin, source) for origin in origins]


def _shows_setting(origin: Origin) -> bool:
    """Return whether a text stands for a setting, as what a helper makes of one does."""
    is_hidden = origin.text.startswith("$") and origin.before is None
    return is_hidden and origin.kind in (Kind.SETTING, Kind.HELPER)


def piece_of(origin: Origin, source: Source) -> Node:
    """Return a piece of a request as the page draws it: its text, and what there is to say of its origin."""
    kind = "setting" if _shows_setting(origin) else _KINDS.get(origin.kind, "")
    piece: Node = {"x": origin.text}
    if not kind:
        return piece
    piece |= {"k": kind, "n": origin.path, "w": origin_words(origin)}
    if origin.span is not None:
        piece["l"] = origin.span.line
        if written := source.text[origin.span.start : origin.span.end]:
            piece["s"] = written
    if origin.before is not None and origin.before != origin.text:
        piece["b"] = origin.before
    if source.fixes is not None and (fixes := source.fixes(origin)):
        piece["f"] = fixes
    return piece


def _cut(pieces: Sequence[Node], start: int, end: int) -> list[Node]:
    """Return the pieces of a range of their joined text, the first and last of them cut to it."""
    ends = list(accumulate(len(piece["x"]) for piece in pieces))
    return _Cutter(pieces, ends)(start, end)


class _Cutter:
    """Cuts pieces of a joined text, of which it knows where each ends."""

    def __init__(self, pieces: Sequence[Node], ends: Sequence[int]) -> None:
        self._pieces = pieces
        self._ends = ends

    def __call__(self, start: int, end: int) -> list[Node]:
        parts = []
        index = bisect_right(self._ends, start)
        while index < len(self._pieces):
            piece = self._pieces[index]
            begin = self._ends[index] - len(piece["x"])
            if begin >= end:
                break
            part = piece["x"][max(0, start - begin) : end - begin]
            if part:
                parts.append({**piece, "x": part})
            index += 1
        return parts


def json_node(pieces: Sequence[Node]) -> Node | None:
    """Return JSON text that is made of pieces as a tree of nodes; None if it is not the JSON of one value.

    Example:
        >>> json_node([{"x": '{"id":'}, {"x": "7", "k": "input", "n": "id"}, {"x": "}"}])
        {'t': 'object', 'c': [['id', {'t': 'number', 'v': '7', 'p': [{'x': '7', 'k': 'input', 'n': 'id'}]}]]}
    """
    text = "".join(piece["x"] for piece in pieces)
    ends = list(accumulate(len(piece["x"]) for piece in pieces))
    return _Reader(text, _Cutter(pieces, ends)).read()


class _Reader:
    """Reads JSON as JSON.stringify writes it, in which the label of a setting may stand for a value."""

    def __init__(self, text: str, cut: Callable[[int, int], list[Node]]) -> None:
        self._tokens = [match.span() for match in _TOKEN.finditer(text)]
        self._text = text
        self._cut = cut

    def read(self) -> Node | None:
        """Return the value, None if the text is something else."""
        if any(left[1] != right[0] for left, right in pairwise(self._tokens)):
            return None
        try:
            return self._root()
        except ValueError:
            return None

    def _root(self) -> Node | None:
        root: Node | None = None
        # Without recursion: a body may be nested as deep as the reader of templates allows.
        open_nodes: list[Node] = []
        key: str | None = None
        for index, (start, end) in enumerate(self._tokens):
            written = self._text[start:end]
            if written in "]}":
                if not open_nodes:
                    return None
                open_nodes.pop()
            elif written in ":,":
                continue
            elif self._is_key(open_nodes, index):
                key = _unquoted(written)
            else:
                node = self._node(written, start, end)
                if open_nodes:
                    members = open_nodes[-1]["c"]
                    members.append([key if open_nodes[-1]["t"] == "object" else len(members), node])
                elif root is not None:
                    return None
                else:
                    root = node
                if "c" in node:
                    open_nodes.append(node)
        return None if open_nodes else root

    def _is_key(self, open_nodes: list[Node], index: int) -> bool:
        following = self._tokens[index + 1] if index + 1 < len(self._tokens) else (0, 0)
        is_named = self._text[following[0] : following[1]] == ":"
        return bool(open_nodes) and open_nodes[-1]["t"] == "object" and is_named

    def _node(self, written: str, start: int, end: int) -> Node:
        if written in ("{", "["):
            return {"t": "object" if written == "{" else "array", "c": []}
        if written.startswith('"'):
            node: Node = {"t": "string", "v": _unquoted(written)}
            parts = [{**part, "x": _unescaped(part["x"])} for part in self._cut(start + 1, end - 1)]
        else:
            node = {
                "t": _TYPES.get(written, "number" if written[0] in "-0123456789" else "setting"),
                "v": written,
            }
            parts = self._cut(start, end)
        if any("k" in part for part in parts):
            node["p"] = parts
        return node


def _unescaped(text: str) -> str:
    """Return a part of a JSON string without its escapes, as it is if it was cut within one."""
    try:
        return _unquoted(f'"{text}"')
    except ValueError:
        return text


def _unquoted(token: str) -> str:
    return str(json.loads(token, strict=False))
