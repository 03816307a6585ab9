"""The exchanges of a cassette, read from its text.

The reader is written by hand. Pydantic models were tried: with their own words for each message they were
longer, and building them cost the first read of a process 12 ms, for a cassette that is read in 0.4 ms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.json_styles import STYLES
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import quoted

from .body import FORMS, body_content, body_text
from .matching import Key, RecordedRequest
from .model import VERSION, Exchange, RecordedResponse

READ = Code.CASSETTE_UNREADABLE
MAX_VALUE_LENGTH = 60
_FIX = "undo the change there, or delete the file and record it again."
# A setting such as $shop.default.token, or a credential that has no key, such as $(basic auth).
_SETTING = re.compile(r"\$(?:[A-Za-z_][\w-]*(?:\.[\w-]+)+|\([a-z ]+\))")


def parse_exchanges(text: str, path: Path) -> list[Exchange]:
    """Return the exchanges of a cassette's text.

    Raises:
        LoadError: it is not as `serialization` writes it; the diagnostic says where, and what to do.
    """
    return _Reader(path).exchanges(text)


def parse_exchange(text: str, path: Path) -> Exchange:
    """Return the exchange of the text of an object.

    Raises:
        LoadError: it is not as `serialization` writes it; the position is that in this text.
    """
    reader = _Reader(path)
    return reader.exchange(reader.value(text), "")


class _Reader:
    """Reads one cassette; it rejects whatever it does not know, because writing would lose it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def refuse(self, pointer: str, problem: str, fix: str = _FIX, span: Span | None = None) -> NoReturn:
        message = f'the cassette "{self.path}" cannot be read: {problem}.'
        # The position is in the cassette and not in the definition.
        file = str(self.path) if span else ""
        raise LoadError([Diagnostic(READ, Severity.ERROR, pointer, message, fix, span, file=file)])

    def value(self, text: str) -> Any:
        try:
            return json.loads(text, object_pairs_hook=self._unique, parse_constant=self._refuse_constant)
        except json.JSONDecodeError as error:
            self.refuse("", f"it is not JSON ({error.msg})", span=Span.from_offsets(text, error.pos))
        except (ValueError, RecursionError):
            # Python reads no integer of more than 4,300 digits, and nothing nested 1,000 levels deep.
            self.refuse("", "a number is too long, or it is nested too deeply")

    def exchanges(self, text: str) -> list[Exchange]:
        cassette = self.value(text)
        self.require("", cassette, "an object", isinstance(cassette, dict))
        version = cassette.get("version")
        if "exchanges" not in cassette and type(version) is not int:
            # Such as a definition.
            fix = "use the path of a cassette, or of a file that does not exist yet."
            self.refuse("", "it is not a cassette, since it has no version number", fix)
        if version != VERSION or isinstance(version, bool):
            problem = f"its version is {json.dumps(version)}, but this kustomer_nb reads version {VERSION}"
            self.refuse("/version", problem, "use the kustomer_nb that wrote it, or a newer one.")
        cassette = self.members(cassette, "", {"version": True, "exchanges": True})
        items = self.items(cassette["exchanges"], "/exchanges")
        exchanges = [self.exchange(item, f"/exchanges/{at}") for at, item in enumerate(items)]
        self._require_unique_requests(exchanges)
        return exchanges

    def _unique(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        # Python would keep the last of two members with one key, and hide the other.
        members = dict(pairs)
        if len(members) < len(pairs):
            names = [name for name, _ in pairs]
            duplicate = next(name for name in names if names.count(name) > 1)
            self.refuse("", f"an object has the key {quoted(duplicate)} twice")
        return members

    def _refuse_constant(self, constant: str) -> NoReturn:
        self.refuse("", f"{constant} is not JSON")

    def _require_unique_requests(self, exchanges: list[Exchange]) -> None:
        first_positions: dict[Key, int] = {}
        for at, exchange in enumerate(exchanges):
            if (first := first_positions.setdefault(exchange.request.key, at)) != at:
                problem = f"it has the same request as /exchanges/{first}"
                self.refuse(f"/exchanges/{at}", problem, "remove one of them.")

    def exchange(self, value: Any, pointer: str) -> Exchange:
        keys = dict.fromkeys(("action", "request", "response", "settings", "env", "now", "seed"), True)
        members = self.members(value, pointer, keys)
        settings = self.mapping(members["settings"], f"{pointer}/settings", (str, int, float))
        seed = members["seed"]
        # type(), because isinstance(True, int) holds.
        self.require(f"{pointer}/seed", seed, "an integer or null", seed is None or type(seed) is int)
        return Exchange(
            self.text(members["action"], f"{pointer}/action"),
            self.request(members["request"], f"{pointer}/request", settings),
            self.response(members["response"], f"{pointer}/response"),
            self.time(members["now"], f"{pointer}/now"),
            seed,
            self.mapping(members["env"], f"{pointer}/env", (str,)),
        )

    def request(self, value: Any, pointer: str, settings: dict[str, Any]) -> RecordedRequest:
        keys = {"method": True, "url": True, "headers": True, "body": False, "wildcards": False}
        members = self.members(value, pointer, keys)
        wildcards = self.items(members.get("wildcards", []), f"{pointer}/wildcards")
        headers = self.mapping(members["headers"], f"{pointer}/headers", (str,))
        body = None
        if "body" in members:
            body = self.body(members["body"], f"{pointer}/body", body_text, FORMS - {"base64"})
        return RecordedRequest(
            self.text(members["method"], f"{pointer}/method"),
            self.text(members["url"], f"{pointer}/url"),
            headers,
            body,
            settings,
            frozenset(self.text(label, f"{pointer}/wildcards/{at}") for at, label in enumerate(wildcards)),
            # Which settings a file names is not known before it is matched.
            frozenset(_SETTING.findall(headers.get("cookie", ""))),
        ).without_cookies()

    def response(self, value: Any, pointer: str) -> RecordedResponse:
        keys = {"status_code": True, "headers": True, "body": True, "is_truncated": False, "redirects": False}
        members = self.members(value, pointer, keys)
        status_code, is_truncated = members["status_code"], members.get("is_truncated", False)
        self.require(f"{pointer}/status_code", status_code, "an integer", type(status_code) is int)
        self.require(f"{pointer}/is_truncated", is_truncated, "true or false", isinstance(is_truncated, bool))
        headers = self.items(members["headers"], f"{pointer}/headers")
        redirects = self.items(members.get("redirects", []), f"{pointer}/redirects")
        return RecordedResponse(
            status_code,
            tuple(self.pair(item, f"{pointer}/headers/{at}", ": ") for at, item in enumerate(headers)),
            self.body(members["body"], f"{pointer}/body", body_content, FORMS),
            is_truncated,
            tuple(self.redirect(item, f"{pointer}/redirects/{at}") for at, item in enumerate(redirects)),
        )

    def redirect(self, value: Any, pointer: str) -> tuple[int, str]:
        status_code, url = self.pair(value, pointer, " ")
        self.require(pointer, value, "a status and a URL", status_code.isdecimal())
        return int(status_code), url

    def pair(self, value: Any, pointer: str, separator: str) -> tuple[str, str]:
        before, match, after = self.text(value, pointer).partition(separator)
        self.require(pointer, value, f"two parts separated by {quoted(separator)}", bool(match))
        return before, after

    def body(
        self, value: Any, pointer: str, parse: Callable[[Mapping[str, Any]], Any], forms: frozenset[str]
    ) -> Any:
        wanted = "an object with one of " + ", ".join(sorted(forms))
        self.require(pointer, value, wanted, isinstance(value, dict) and len(forms & value.keys()) == 1)
        (form,) = forms & value.keys()
        members = self.members(value, pointer, {form: True, **({"style": True} if form == "json" else {})})
        self._require_form(members, pointer, form)
        try:
            return parse(members)
        except ValueError as error:
            self.refuse(f"{pointer}/{form}", f"it is not a valid body ({error})")

    def _require_form(self, members: dict[str, Any], pointer: str, form: str) -> None:
        content = members[form]
        if form == "json":
            style = members["style"]
            self.require(f"{pointer}/style", style, "one of " + ", ".join(STYLES), style in STYLES)
        elif form == "text" and isinstance(content, list):
            for at, line in enumerate(content):
                self.text(line, f"{pointer}/text/{at}")
        else:
            self.text(content, f"{pointer}/{form}")

    def time(self, value: Any, pointer: str) -> datetime | None:
        try:
            return None if value is None else datetime.fromisoformat(value)
        except (TypeError, ValueError):
            self.refuse(pointer, f"{_abbreviate(value)} is not an ISO 8601 time or null")

    def members(self, value: Any, pointer: str, keys: Mapping[str, bool]) -> dict[str, Any]:
        """Return the members of an object; ``keys`` says for each key whether it is required."""
        self.require(pointer, value, "an object", isinstance(value, dict))
        for name in (name for name in value if name not in keys):
            near = near_miss(name, keys)
            fix = f"did you mean `{near}`?" if near else _FIX
            self.refuse(pointers.join(pointer, name), f"the key {_abbreviate(name)} is unknown", fix)
        for name, is_required in keys.items():
            if is_required and name not in value:
                self.refuse(pointer, f"`{name}` is missing")
        return dict(value)

    def mapping(self, value: Any, pointer: str, kinds: tuple[type, ...]) -> dict[str, Any]:
        self.require(pointer, value, "an object", isinstance(value, dict))
        wanted = "a string" if kinds == (str,) else "a string, a number, true or false"
        for name, item in value.items():
            self.require(pointers.join(pointer, name), item, wanted, isinstance(item, kinds))
        return dict(value)

    def items(self, value: Any, pointer: str) -> list[Any]:
        self.require(pointer, value, "an array", isinstance(value, list))
        return list(value)

    def text(self, value: Any, pointer: str) -> str:
        self.require(pointer, value, "a string", isinstance(value, str))
        return str(value)

    def require(self, pointer: str, value: Any, wanted: str, is_valid: bool) -> None:
        if not is_valid:
            self.refuse(pointer, f"{_abbreviate(value)} is not {wanted}")


def _abbreviate(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_VALUE_LENGTH else f"{text[:MAX_VALUE_LENGTH]}…"
