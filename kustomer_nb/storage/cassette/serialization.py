"""The text of a cassette: exchanges to JSON that people read and compare, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.json_styles import STYLES

from .body import FORMS, body_content, body_text, written_body, written_text
from .matching import RecordedRequest
from .model import Exchange, RecordedResponse

VERSION = 1
READ = Code.CASSETTE_UNREADABLE
_WAY_OUT = "undo the change there, or delete the file and record anew."
_SETTING = re.compile(r"\$(?:[A-Za-z_][\w-]*(?:\.[\w-]+)+|\([a-z ]+\))")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def text_of(exchanges: Iterable[Exchange]) -> str:
    """Return the text of a cassette; the exchanges are sorted, so that their order says nothing."""
    found = sorted(exchanges, key=lambda one: (one.action, one.asked.url, one.asked.method, one.asked.key))
    whole = {"version": VERSION, "exchanges": [_exchange(one) for one in found]}
    text = json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False)
    return _LONE_SURROGATE.sub(lambda one: f"\\u{ord(one[0]):04x}", text) + "\n"


def _exchange(one: Exchange) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "action": one.action,
        "request": _request(one.asked),
        "response": _response(one.answer),
        "settings": dict(one.asked.settings),
        "env": dict(one.env),
        "now": None if one.now is None else one.now.isoformat(),
        "seed": one.seed,
    }
    return whole


def _request(asked: RecordedRequest) -> dict[str, Any]:
    whole: dict[str, Any] = {"method": asked.method, "url": asked.url, "headers": dict(asked.headers)}
    if asked.body is not None:
        whole["body"] = written_text(asked.body)
    if asked.matches_any:
        whole["matches_any"] = sorted(asked.matches_any)
    return whole


def _response(answer: RecordedResponse) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "status_code": answer.status_code,
        "headers": [f"{name}: {value}" for name, value in answer.headers],
        "body": written_body(answer.content),
    }
    if answer.is_cut:
        whole["is_cut"] = True
    if answer.redirects:
        whole["redirects"] = [f"{status_code} {url}" for status_code, url in answer.redirects]
    return whole


def read_text(text: str, path: Path) -> list[Exchange]:
    """Return the exchanges of a cassette's text.

    Raises:
        LoadError: it is not as `text_of` writes it; where, and what to do.
    """
    return _Reader(path).exchanges(text)


class _Reader:
    """Reads one cassette; whatever it does not know it refuses, for writing would lose it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def refuse(self, pointer: str, said: str, fix: str = _WAY_OUT, span: Span | None = None) -> NoReturn:
        message = f"the cassette '{self.path}' cannot be read: {said}."
        raise LoadError([Diagnostic(READ, Severity.ERROR, pointer, message, fix, span)])

    def exchanges(self, text: str) -> list[Exchange]:
        try:
            whole = json.loads(text, object_pairs_hook=self._once, parse_constant=self._no_constant)
        except json.JSONDecodeError as error:
            self.refuse("", f"it is no JSON ({error.msg})", span=Span.from_offsets(text, error.pos))
        except (ValueError, RecursionError):
            self.refuse("", "it holds a number or a depth that no cassette has")
        self.require("", whole, "an object", isinstance(whole, dict))
        version = whole.get("version")
        if version != VERSION or isinstance(version, bool):
            said = f"its version is {json.dumps(version)}, and this kustomer_nb knows version {VERSION}"
            self.refuse("/version", said, "use the kustomer_nb that wrote it, or a newer one.")
        whole = self.members(whole, "", {"version": True, "exchanges": True})
        items = self.items(whole["exchanges"], "/exchanges")
        found = [self.exchange(one, f"/exchanges/{at}") for at, one in enumerate(items)]
        self._require_one_each(found)
        return found

    def _once(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            self.refuse("", f"it gives the key {twice!r} twice in one object")
        return members

    def _no_constant(self, constant: str) -> NoReturn:
        self.refuse("", f"{constant} is not JSON")

    def _require_one_each(self, found: list[Exchange]) -> None:
        seen: dict[str, int] = {}
        for at, one in enumerate(found):
            if (first := seen.setdefault(one.asked.key, at)) != at:
                self.refuse(
                    f"/exchanges/{at}", f"it asks the same as /exchanges/{first}", "take one of them out."
                )

    def exchange(self, value: Any, place: str) -> Exchange:
        known = dict.fromkeys(("action", "request", "response", "settings", "env", "now", "seed"), True)
        one = self.members(value, place, known)
        settings = self.mapping(one["settings"], f"{place}/settings", (str, int, float))
        seed = one["seed"]
        self.require(f"{place}/seed", seed, "a whole number or null", seed is None or type(seed) is int)
        return Exchange(
            self.text(one["action"], f"{place}/action"),
            self.request(one["request"], f"{place}/request", settings),
            self.response(one["response"], f"{place}/response"),
            self.time(one["now"], f"{place}/now"),
            seed,
            self.mapping(one["env"], f"{place}/env", (str,)),
        )

    def request(self, value: Any, place: str, settings: dict[str, Any]) -> RecordedRequest:
        known = {"method": True, "url": True, "headers": True, "body": False, "matches_any": False}
        one = self.members(value, place, known)
        labels = self.items(one.get("matches_any", []), f"{place}/matches_any")
        headers = self.mapping(one["headers"], f"{place}/headers", (str,))
        return RecordedRequest(
            self.text(one["method"], f"{place}/method"),
            self.text(one["url"], f"{place}/url"),
            headers,
            self.body(one["body"], f"{place}/body", body_text, "base64") if "body" in one else None,
            settings,
            frozenset(self.text(label, f"{place}/matches_any/{at}") for at, label in enumerate(labels)),
            # Which settings a file names is not known before it is matched.
            frozenset(_SETTING.findall(headers.get("cookie", ""))),
        ).without_cookies()

    def response(self, value: Any, place: str) -> RecordedResponse:
        known = {"status_code": True, "headers": True, "body": True, "is_cut": False, "redirects": False}
        one = self.members(value, place, known)
        status_code, is_cut = one["status_code"], one.get("is_cut", False)
        self.require(f"{place}/status_code", status_code, "a whole number", type(status_code) is int)
        self.require(f"{place}/is_cut", is_cut, "true or false", isinstance(is_cut, bool))
        headers = self.items(one["headers"], f"{place}/headers")
        redirects = self.items(one.get("redirects", []), f"{place}/redirects")
        return RecordedResponse(
            status_code,
            tuple(self.pair(item, f"{place}/headers/{at}", ": ") for at, item in enumerate(headers)),
            self.body(one["body"], f"{place}/body", body_content),
            is_cut,
            tuple(self.redirect(item, f"{place}/redirects/{at}") for at, item in enumerate(redirects)),
        )

    def redirect(self, value: Any, place: str) -> tuple[int, str]:
        status_code, url = self.pair(value, place, " ")
        self.require(place, value, "a status and a url", status_code.isdecimal())
        return int(status_code), url

    def pair(self, value: Any, place: str, between: str) -> tuple[str, str]:
        name, found, rest = self.text(value, place).partition(between)
        self.require(place, value, f"two parts with {between!r} between", bool(found))
        return name, rest

    def body(self, value: Any, place: str, read: Callable[[Mapping[str, Any]], Any], *unfit: str) -> Any:
        names = FORMS - set(unfit)
        wanted = "an object with one of " + ", ".join(sorted(names))
        self.require(place, value, wanted, isinstance(value, dict) and len(names & value.keys()) == 1)
        (form,) = names & value.keys()
        one = self.members(value, place, {form: True, **({"style": True} if form == "json" else {})})
        if form == "json":
            self.require(
                f"{place}/style", one["style"], "one of " + ", ".join(STYLES), one["style"] in STYLES
            )
        elif not (form == "text" and isinstance(one[form], list)):
            self.text(one[form], f"{place}/{form}")
        else:
            for at, line in enumerate(one[form]):
                self.text(line, f"{place}/{form}/{at}")
        try:
            return read(one)
        except ValueError as error:
            self.refuse(f"{place}/{form}", f"that is no body ({error})")

    def time(self, value: Any, place: str) -> datetime | None:
        try:
            return None if value is None else datetime.fromisoformat(value)
        except (TypeError, ValueError):
            self.refuse(place, f"{_short(value)} is no time in ISO 8601, and not null")

    def members(self, value: Any, place: str, known: Mapping[str, bool]) -> dict[str, Any]:
        self.require(place, value, "an object", isinstance(value, dict))
        for name in value:
            self.require(pointers.join(place, name), value[name], "known here", name in known)
        for name, is_needed in known.items():
            if is_needed and name not in value:
                self.refuse(place, f"`{name}` is missing")
        return dict(value)

    def mapping(self, value: Any, place: str, kinds: tuple[type, ...]) -> dict[str, Any]:
        self.require(place, value, "an object", isinstance(value, dict))
        for name, item in value.items():
            self.require(pointers.join(place, name), item, "a plain value", isinstance(item, kinds))
        return dict(value)

    def items(self, value: Any, place: str) -> list[Any]:
        self.require(place, value, "an array", isinstance(value, list))
        return list(value)

    def text(self, value: Any, place: str) -> str:
        self.require(place, value, "a string", isinstance(value, str))
        return str(value)

    def require(self, place: str, value: Any, wanted: str, fits: bool) -> None:
        if not fits:
            self.refuse(place, f"{_short(value)} is not {wanted}")


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}…"
