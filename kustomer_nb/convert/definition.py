"""The action that makes a call, and the settings that it reads, as a definition has them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any
from urllib.parse import unquote, unquote_plus

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import ConversionError
from kustomer_nb.printable import shortened

from .credentials import credential_places, find_credentials
from .escaping import NOTHING, before_reference, escaped, without_reference
from .http_call import JSON_TYPE, BodyKind, HttpCall
from .imported_settings import ImportedSetting, MayReuse, Reference, declaration, read_settings
from .notes import note, problem
from .places import Part, Place
from .proposals import LONG_ENOUGH, Choice, Proposal, choose_inputs
from .query import QueryForm, query_form
from .words import MARKER

_CATEGORY = "default"
_ALONE = re.compile(r"\{\{\{(\w+)\}\}\}")


@dataclass(frozen=True, slots=True, repr=False)
class Conversion:
    """An action made from a call: its JSON, its settings, what may be an input, and notes."""

    action: dict[str, Any]
    settings: tuple[ImportedSetting, ...]
    proposals: tuple[Proposal, ...]
    notes: tuple[Diagnostic, ...]

    def declarations(self) -> dict[str, dict[str, Any]]:
        """Return what the app declares for the settings, by name."""
        return {setting.name: declaration(setting) for setting in self.settings}


def to_action(
    call: HttpCall,
    *,
    app: str,
    name: str,
    inputs: Mapping[str, str] | None = None,
    public: Collection[str] = (),
    may_reuse: MayReuse = lambda setting: True,
) -> Conversion:
    """Return the action that makes a call; no credential of the call is in it.

    ``inputs`` are places by the name of their input; None chooses what usually varies. ``public`` are places
    of values that look like credentials and are none. A setting has another name if ``may_reuse`` refuses it.

    Raises:
        ConversionError: a place is not in the call, or what it has is certainly a credential.

    Example:
        >>> from kustomer_nb.convert.curl import read_curl
        >>> call = read_curl("curl https://a.b/orders/42 -H 'Authorization: Bearer abcdef0123456789'")
        >>> to_action(call, app="shop", name="kustomer.app.shop.getOrder").action["inputTemplate"]["uri"]
        'https://a.b/orders/{{{orderId}}}'
    """
    credentials = find_credentials(call, _public_places(call, public))
    settings, references = read_settings(call, credentials, may_reuse)
    hidden = {marker for credential in credentials for marker in credential.markers}
    in_host = set(MARKER.findall(call.url.host))
    markers = [marker for marker in _used_markers(call) if marker not in hidden | in_host]
    values = {setting.name: _revealed(setting) for setting in settings}
    choice = choose_inputs(call, inputs, list(credential_places(credentials)), markers, values)
    template = _Template(call, settings, references, choice)
    input_template = template.build()
    return Conversion(
        _action(call, app, name, input_template, settings, choice),
        tuple(settings),
        choice.proposals,
        (*call.notes, *template.notes),
    )


def _public_places(call: HttpCall, public: Collection[str]) -> list[Place]:
    """Return the places of values that look like credentials and are none.

    Raises:
        ConversionError: nothing is suspected at one of them.
    """
    if not public:
        return []
    suspected = _suspected_places(call)
    problems = [_not_suspected(where, suspected) for where in public if where not in suspected]
    if problems:
        raise ConversionError(problems)
    return [suspected[where] for where in public]


def _suspected_places(call: HttpCall) -> dict[str, Place]:
    """Return the places of what only looks like a credential, by their names."""
    credentials = find_credentials(call)
    certain = [credential.secret for credential in credentials if not credential.is_suspected]
    return {
        str(credential.place): credential.place
        for credential in credentials
        if credential.is_suspected and credential.place is not None and credential.secret not in certain
    }


def _not_suspected(where: str, suspected: Collection[str]) -> Diagnostic:
    names = ", ".join(map(shortened, suspected))
    fix = f"use one of {names}." if names else "remove it: nothing else looks like a credential."
    label = shortened(where) if re.fullmatch(r"[\w.\[\]'\"-]{1,60}", where) else "it"
    message = f"{label} is not the place of a value that only looks like a credential."
    return problem(Code.INPUT_PLACE, message, fix)


def _revealed(setting: ImportedSetting) -> str:
    return "" if setting.secret is None else str(setting.secret.reveal())


def _used_markers(call: HttpCall) -> list[str]:
    texts = [call.url.path, call.url.query or "", *(value for _, value in call.headers)]
    texts += [call.body.text] if call.body else []
    return list(dict.fromkeys(MARKER.findall("".join(texts))))


# The keys of a member of a JSON body, or else the index of a segment, pair or header.
_Position = tuple[Part, int | tuple[str | int, ...]]


def _position(place: Place, index: int) -> _Position:
    return place.part, place.keys if index < 0 else index


@dataclass(slots=True, repr=False)
class _Template:
    """Builds the inputTemplate of a call."""

    call: HttpCall
    settings: list[ImportedSetting]
    references: list[Reference]
    choice: Choice
    notes: list[Diagnostic] = field(default_factory=list)
    # What is written in place of a value, by its position.
    named: dict[_Position, tuple[str, str, str]] = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)

    def build(self) -> dict[str, Any]:
        template: dict[str, Any] = {"uri": self._uri(), "method": self.call.method}
        qs = self._qs()
        if qs is None and self.call.url.query is not None:
            template["uri"] += f"?{self._pairs(Part.QUERY, self.call.url.pairs)}"
        headers = self._headers()
        if headers:
            template["headers"] = headers
        if qs is not None:
            template["qs"] = qs
        body = self.call.body
        if body is not None:
            template["data"] = self._data()
        if body is None or body.kind is BodyKind.JSON:
            template["json"] = True
        return template

    def __post_init__(self) -> None:
        for item in self.choice.inputs:
            if not item.marker:
                self.named[_position(item.place, item.index)] = (item.before, item.name, item.after)
        for reference in self.references:
            credential = reference.credential
            if credential.place is not None:
                position = _position(credential.place, credential.index)
                self.named[position] = (credential.before, reference.name, credential.after)
        # The longest first: one may be a part of another.
        self.texts = sorted(self._named_texts().items(), key=lambda item: len(item[0]), reverse=True)

    def _named_texts(self) -> dict[str, str]:
        """Return the texts that stand for a setting or an input wherever they are, with its name."""
        names = {setting.marker: setting.name for setting in self.settings if setting.marker}
        names |= {item.marker: item.name for item in self.choice.inputs if item.marker}
        for setting in self.settings:
            value = _revealed(setting)
            if len(value) >= LONG_ENOUGH:
                names[value] = setting.name
        return names

    def _name_at(self, part: Part, index: int) -> tuple[str, str, str] | None:
        """Return the variable at a position, between the texts around it; None for a literal."""
        return self.named.get((part, index))

    def _text(self, text: str) -> str:
        """Return a literal text as a template: variables and known credentials become references."""
        return self._texts([text])

    def _texts(self, texts: list[str], references: Iterable[str] = ()) -> str:
        """Return literal texts as a template, with references between them."""
        names = dict(self.texts)
        known = re.compile("|".join(map(re.escape, names)) or r"(?!)")
        literals: list[str] = []
        written: list[str] = []
        for text, reference in zip_longest(texts, references):
            past = 0
            for match in known.finditer(text):
                literals.append(text[past : match.start()])
                written.append(names[match[0]])
                past = match.end()
            literals.append(text[past:])
            written += [] if reference is None else [reference]
        parts = [before_reference(literals[0])]
        for name, text in zip(written, literals[1:], strict=True):
            # Four closing braces would be the end of a raw block.
            parts += [
                f"{{{{{{{name}}}}}}}",
                NOTHING if text.startswith("}") else "",
                before_reference(text),
            ]
        return "".join([*parts[:-1], escaped(literals[-1])])

    def _value(self, text: str) -> str:
        """Return a string as a value of the template: one that is a variable alone keeps its type."""
        template = self._text(text)
        if (match := _ALONE.fullmatch(template)) is not None:
            return f"/#{match[1]}"
        return without_reference(template)

    def _written(self, part: Part, index: int, text: str) -> str:
        named = self._name_at(part, index)
        if named is None:
            return self._text(text)
        return self._between(*named)

    def _between(self, before: str, name: str, after: str) -> str:
        return self._texts([before, after], [name])

    def _uri(self) -> str:
        url = self.call.url
        segments = [self._written(Part.PATH, index, segment) for index, segment in enumerate(url.segments)]
        return f"{self._text(url.origin)}/{'/'.join(segments)}"

    def _pairs(self, part: Part, pairs: tuple[tuple[str, str | None], ...]) -> str:
        return "&".join(
            self._text(name) if value is None else f"{self._text(name)}={self._written(part, index, value)}"
            for index, (name, value) in enumerate(pairs)
        )

    def _qs(self) -> dict[str, str] | None:
        """Return the query as an object, None if the platform would not write it like that."""
        pairs = self.call.url.pairs
        form = query_form(self.call.url)
        if form is QueryForm.TEXT:
            return None
        if form is QueryForm.OTHER_ENCODING:
            # A reference is encoded in an object, and not in a template of the uri.
            if not any(self._name_at(Part.QUERY, index) for index in range(len(pairs))):
                return None
            message = "the platform encodes the query in another way, for example a space as %20."
            fix = "nothing to do: services decode both."
            self.notes.append(note(Code.SENT_DIFFERENTLY, message, fix, Severity.HINT))
        return {
            unquote_plus(name): self._query_value(index, unquote_plus(value or ""))
            for index, (name, value) in enumerate(pairs)
        }

    def _query_value(self, index: int, value: str) -> str:
        named = self._name_at(Part.QUERY, index)
        return self._value(value) if named is None else self._reference(*named)

    def _reference(self, before: str, name: str, after: str) -> str:
        """Return what is written for a variable: a reference, or a template with the text around it."""
        return self._between(before, name, after) if before or after else f"/#{name}"

    def _headers(self) -> dict[str, str | list[str]]:
        headers: dict[str, str | list[str]] = {**self._credential_headers()}
        by_lower = {name.lower(): name for name in headers}
        for index, (name, value) in enumerate(self.call.headers):
            if self._is_added_by_platform(name, value):
                continue
            written = without_reference(self._written(Part.HEADER, index, value))
            first_name = by_lower.setdefault(name.lower(), name)
            if first_name in headers:
                before = headers[first_name]
                headers[first_name] = [*(before if isinstance(before, list) else [before]), written]
            else:
                headers[first_name] = written
        return headers

    def _credential_headers(self) -> dict[str, str]:
        """Return the headers that the command does not write as headers: those of -u and of cookies."""
        headers: dict[str, str] = {}
        auth = self.call.auth
        for reference in self.references:
            credential = reference.credential
            if credential.place is None:
                is_auth = auth is not None and credential.before == f"{auth.scheme} "
                name = "Authorization" if is_auth and "Authorization" not in headers else "Cookie"
                headers[name] = self._between(credential.before, reference.name, credential.after)
        return headers

    def _is_added_by_platform(self, name: str, value: str) -> bool:
        """Return whether a header is one that the platform adds itself if json is true."""
        body = self.call.body
        if value != JSON_TYPE or not (body is None or body.kind is BodyKind.JSON):
            return False
        lower = name.lower()
        if sum(other.lower() == lower for other, _ in self.call.headers) > 1:
            return False
        return lower == "accept" or (lower == "content-type" and body is not None)

    def _data(self) -> Any:
        body = self.call.body
        if body is None:  # pragma: no cover - asked for only with a body
            return None
        if body.kind is BodyKind.JSON:
            return self._json(body.value, ())
        if body.kind is BodyKind.FORM:
            template = self._pairs(Part.BODY, body.pairs)
        else:
            template = self._text_body(body.text)
        return without_reference(template)

    def _text_body(self, text: str) -> str:
        texts, names, past = [], [], 0
        for reference in self.references:
            credential = reference.credential
            if (
                credential.place is None
                or credential.place.part is not Part.BODY
                or credential.secret is None
            ):
                continue
            texts.append(text[past : credential.index])
            names.append(reference.name)
            past = credential.index + len(str(credential.secret.reveal()))
        return self._texts([*texts, text[past:]], names)

    def _json(self, value: Any, keys: tuple[str | int, ...]) -> Any:
        named = self.named.get((Part.BODY, keys))
        if named is not None:
            return self._json_reference(value, keys, named)
        match value:
            case dict():
                return {key: self._json(item, (*keys, key)) for key, item in value.items()}
            case list():
                return [self._json(item, (*keys, index)) for index, item in enumerate(value)]
            case str():
                return self._value(value)
        return value

    def _json_reference(self, value: Any, keys: tuple[str | int, ...], named: tuple[str, str, str]) -> str:
        if isinstance(value, (int, float)) and named[1] in {setting.name for setting in self.settings}:
            message = f"the number at {Place(Part.BODY, keys)} is sent as a string: a setting is text."
            fix = "nothing to do, if the service accepts a string; otherwise use an input in its place."
            self.notes.append(note(Code.SENT_DIFFERENTLY, message, fix))
        return self._reference(*named)


def _action(
    call: HttpCall,
    app: str,
    name: str,
    template: dict[str, Any],
    settings: list[ImportedSetting],
    choice: Choice,
) -> dict[str, Any]:
    action: dict[str, Any] = {
        "name": name,
        "description": f"{call.method} {_described(call)}",
        "type": "rest_api",
    }
    if settings:
        action["appSettings"] = {
            setting.name: {"key": f"{app}.{_CATEGORY}.{setting.name}"} for setting in settings
        }
    action["inputTemplate"] = template
    action["inputSchema"] = {
        "type": "object",
        "properties": {item.name: {"type": item.type} if item.type else {} for item in choice.inputs},
        # In the text of a uri, a value that is left out would leave a gap.
        "required": [item.name for item in choice.inputs if item.is_required or "qs" not in template],
        "additionalProperties": False,
    }
    action["outputTemplate"] = {"statusCode": "/#response.statusCode", "body": "/#body"}
    action["outputSchema"] = {
        "type": "object",
        "properties": {"statusCode": {"type": "number"}, "body": {}},
        "additionalProperties": False,
    }
    return action


def _described(call: HttpCall) -> str:
    """Return the path of a call without the values in it."""
    words = [unquote(segment) for segment in call.url.segments]
    return "/" + "/".join(
        word if re.fullmatch(r"[A-Za-z][A-Za-z_.-]*|v[0-9.]+", word) else "…" for word in words if word
    )
