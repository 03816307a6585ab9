"""The models of a case file: they check it, and give its JSON Schema.

Every description completes the sentence "<key> is not …" in the message about a key that is at fault.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.json_schema import WithJsonSchema

from kustomer_nb.definition import TEST_CASES
from kustomer_nb.jsontext.json_styles import STYLES
from kustomer_nb.options import LARGEST_SEED
from kustomer_nb.platform import Platform

CASE_SUFFIX = TEST_CASES
VERSION = 1
# The other fields are functions, or have a key of their own.
PLATFORM_FIELDS = {
    field.name: type(getattr(Platform(), field.name))
    for field in fields(Platform)
    if field.metadata and field.name not in {"conversions", "env"}
}
_POINTER = r"^(/([^~/]|~[012])*)*$"


def _check(is_valid: Callable[[Any], bool]) -> AfterValidator:
    def checked(value: Any) -> Any:
        if not is_valid(value):
            raise ValueError
        return value

    return AfterValidator(checked)


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _are_platform_fields(table: dict[str, Any]) -> bool:
    return all(name in PLATFORM_FIELDS and _has_type(name, value) for name, value in table.items())


def _has_type(name: str, value: Any) -> bool:
    kind = PLATFORM_FIELDS[name]
    if kind is bool:
        return isinstance(value, bool)
    if kind in (int, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
    return isinstance(value, dict)


def _words(description: str, default: Any = None) -> Any:
    # Pydantic would copy an empty list or object for each case, in more time than all else takes.
    if default in ({}, []):
        return Field(default_factory=type(default), description=description)
    return Field(default, description=description)


_Pointers = list[Annotated[str, Field(pattern=_POINTER)]]
_Time = Annotated[str, _check(_is_time), WithJsonSchema({"type": "string", "format": "date-time"})]
_Platform = Annotated[
    dict[str, Any],
    _check(_are_platform_fields),
    WithJsonSchema({"type": "object", "propertyNames": {"enum": list(PLATFORM_FIELDS)}}),
]
_Seed = Annotated[int, Field(ge=-LARGEST_SEED, lt=LARGEST_SEED)]
_Style = Annotated[str, _check(STYLES.__contains__), WithJsonSchema({"type": "string", "enum": list(STYLES)})]


class _Table(BaseModel):
    # Strict: JSON has types, so "5" is not a number.
    model_config = ConfigDict(extra="forbid", strict=True)


class RequestTable(_Table):
    """The request that the action must make, settings as ``$<key>``; markers may stand for what varies."""

    method: str | None = _words("the method, such as POST")
    url: str | None = _words("the whole URL, with its query")
    headers: dict[str, str] | None = _words("an object of strings, with the names in lower case")
    body: Any = _words("a JSON value, or the text of a body that is not JSON")


class ResponseTable(_Table):
    """The response that the service gave to it."""

    status_code: Annotated[int, Field(ge=100, le=599)] = _words("a status, 100 to 599", 200)
    headers: dict[str, str] | list[Annotated[str, Field(pattern="^[^:]+:")]] = _words(
        'an object of strings, or a list of lines such as "content-type: application/json"', {}
    )
    body: Any = _words("a JSON value, or the text of a body that is not JSON", "")
    body_style: _Style = _words("the layout of a JSON body, such as compact or indent 2", "compact")
    body_base64: str | None = _words("the bytes of a body that is not text, in base64")
    is_truncated: bool = _words("true or false", False)
    redirects: list[Annotated[str, Field(pattern="^[0-9]{3} ")]] = _words(
        'a list of lines such as "302 https://…"', []
    )


class ExchangeTable(_Table):
    """The request of the case, and the response that was recorded for it or written by hand."""

    request: RequestTable | None = _words("an object with method, url, headers and body")
    response: ResponseTable | None = _words("an object with status_code, headers and body")


class PointerTables(_Table):
    """Pointers into the output, and into the request."""

    output: _Pointers = _words("a list of JSON pointers into the output", [])
    request: _Pointers = _words("a list of JSON pointers into the request", [])


class CaseFile(_Table):
    """One test case of an action: what goes in, the exchange with the service, and what must come out."""

    schema_url: str | None = Field(None, alias="$schema", description="a URL or a path")
    version: Literal[1] = _words(f"{VERSION}, the version that this kustomer_nb reads", VERSION)
    name: Annotated[str, Field(min_length=1)] = Field(description="a name, in words")
    action: Annotated[str, Field(min_length=1)] = Field(description="the name of the action")
    app: Annotated[str, Field(min_length=1)] | None = _words("the path of the definition, from this file")
    severity: Literal["error", "warning"] = _words('"error" or "warning"', "error")
    inputs: dict[str, Any] = _words("an object with the inputs of the action", {})
    settings: dict[str, str | int | float | bool] = _words(
        "an object of strings, numbers, true or false, by the key of the setting", {}
    )
    env: dict[str, str] = _words("an object of strings, the variables of _env", {})
    now: _Time | None = _words("an ISO 8601 time such as 2026-01-31T12:00:00+00:00")
    seed: _Seed | None = _words("an integer of at most 64 bits")
    allow_missing: list[str] = _words("a list of variables that may have no value", [])
    platform: _Platform = _words(
        f"an object with fields of Platform: {', '.join(sorted(PLATFORM_FIELDS))}", {}
    )
    exchange: ExchangeTable | None = _words("an object with request and response")
    simulate: Annotated[str, Field(pattern="^([45][0-9][0-9]|204|[a-z]+)$")] | None = _words(
        "the failure of a service that is simulated: a status from 400 to 599, or a name such as timeout"
    )
    expected: Any = _words("the output of the run, with markers for what varies")
    findings: list[Annotated[str, Field(pattern=r"^KNB[0-9]{3}( (/.*)?)?$")]] | None = _words(
        'a list of codes such as "KNB702", or "KNB702 /amount" with the pointer'
    )
    ignore: _Pointers | PointerTables = _words(
        'a list of JSON pointers into the output, such as "/items/*/id", or an object of such lists for '
        "output and request",
        [],
    )
    warn: _Pointers | PointerTables = _words(
        "a list of JSON pointers into the output, or an object of such lists for output and request", []
    )
    rows: str | list[dict[str, Any]] | None = _words(
        "the path of a CSV or JSON file, from this file, or a list of objects"
    )
