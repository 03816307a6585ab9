"""The tables of ``kustomer-nb.toml`` as pydantic models: they check the file and give its JSON Schema.

The loader imports this module only when there is a file, because building the models takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import fields
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, ValidationError, create_model
from pydantic.json_schema import GenerateJsonSchema, WithJsonSchema

from kustomer_nb.diagnostics import Diagnostic
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns
from kustomer_nb.near_names import near_miss
from kustomer_nb.platform import SAMPLE_ENV, Platform
from kustomer_nb.printable import quoted
from kustomer_nb.transport.fault_names import FAULT_DESCRIPTIONS

from .keys import VARIABLE, fault, is_origin
from .modes import FAULT, MODES, is_mode

MOST_PER_MINUTE = 100_000
# The other fields are functions, or have a key of their own.
_PLATFORM = {
    field.name: type(getattr(Platform(), field.name))
    for field in fields(Platform)
    if field.metadata and field.name not in {"conversions", "env"}
}


def _check(is_valid: Callable[[Any], bool]) -> AfterValidator:
    def checked(value: Any) -> Any:
        if not is_valid(value):
            raise ValueError
        return value

    return AfterValidator(checked)


def _are_pointers(pointers: list[str]) -> bool:
    # `PointerPatterns` raises ValueError for a pointer that is malformed.
    return not pointers or PointerPatterns.from_pointers(pointers) is not None


def _described(words: str) -> Any:
    """Return the description of a key: it ends the message "<key> of <table> is not"."""
    return Field(None, description=words)


def _words(names: tuple[str, ...]) -> str:
    return " or ".join(f'"{name}"' for name in names)


class _Table(BaseModel):
    # Strict: TOML has types, so "5" is not a number.
    model_config = ConfigDict(extra="forbid", strict=True)


class Variable(_Table):
    """The environment variable, or line of ``.env``, that holds a value."""

    env: Annotated[str, Field(pattern=f"^{VARIABLE}$")]


class AccountTable(Variable):
    """The variable that holds the token of an app account, and the header that carries the token."""

    header: str = ""


class Settings(RootModel["dict[str, str | int | float | bool | Variable | Settings]"]):
    """Settings by key; TOML reads ``shop.default.token = …`` as nested tables."""

    model_config = ConfigDict(strict=True)


_Colour = Literal["green", "yellow", "red", "blue", "grey"]
_Guard = Literal["none", "confirm", "type", "deny"]
_Path = Annotated[str, Field(pattern=r"^[^\x00]*$")]
_Origin = Annotated[str, _check(is_origin)]
_Host = Annotated[str, Field(pattern="^[^/]*$")]
# A JSON Schema cannot call Python: these patterns say the same of all but malformed hosts and pointers.
_ORIGIN = {"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@]+/?$"}
_HOSTS = {"type": "object", "propertyNames": _ORIGIN, "additionalProperties": _ORIGIN}
_MODE = f"^({'|'.join(MODES)}|{FAULT}({'|'.join(FAULT_DESCRIPTIONS)}|[45][0-9][0-9]))$"
# The parts of a recorded run; "*" and "**" match any of them.
_Pointer = Annotated[str, Field(pattern=r"^/(inputs|request|response|output|\*\*?)(/|$)")]
_OutputPointer = Annotated[str, Field(pattern=r"^(/([^~]|~[012])*)?$")]
_PLATFORM_TYPES = {
    float: Annotated[float, Field(gt=0)],
    int: Annotated[int, Field(gt=0)],
    bool: bool,
}
_TLS = ("ca_file", "cert_file", "key_file")
Tls = create_model("Tls", __base__=_Table, **dict.fromkeys(_TLS, (_Path, "")))  # type: ignore[call-overload]
Env = create_model("Env", __base__=_Table, **dict.fromkeys(SAMPLE_ENV, (str, "")))  # type: ignore[call-overload]
PlatformTable = create_model(  # type: ignore[call-overload]
    "PlatformTable",
    __base__=_Table,
    **{name: (_PLATFORM_TYPES.get(kind, dict[str, Any]), None) for name, kind in _PLATFORM.items()},
)


class ProfileTable(_Table):
    """One profile: how an environment is called."""

    label: str = _described("a string")
    colour: _Colour = _described(_words(get_args(_Colour)))
    settings: Settings = _described(
        'a table of settings: a string, a number, true, false, or { env = "NAME" }'
    )
    hosts: Annotated[dict[_Origin, _Origin], WithJsonSchema(_HOSTS)] = _described(
        'a table of origins, "https://…" = "https://…"'
    )
    allowed_hosts: list[_Host] = _described('a list of hosts without https:// and path, as in ["*.shop.com"]')
    mode: Annotated[str, _check(is_mode), WithJsonSchema({"type": "string", "pattern": _MODE})] = _described(
        f"{', '.join(MODES)} or fault:<name>"
    )
    guard: _Guard = _described(_words(get_args(_Guard)))
    rate_limit: Annotated[int, Field(gt=0, le=MOST_PER_MINUTE)] = _described(
        f"a number of requests a minute, 1 to {MOST_PER_MINUTE}"
    )
    tls: Tls = _described(f"a table of paths: {', '.join(_TLS)}")
    proxy: str | Variable = _described('a URL, or { env = "NAME" } when it contains a password')
    env: Env = _described(f"a table of strings: {', '.join(SAMPLE_ENV)}")
    accounts: dict[str, AccountTable] = _described(
        'a table of accounts: { env = "NAME", header = "authorization" }'
    )
    platform: PlatformTable = _described(f"a table of fields of Platform: {', '.join(sorted(_PLATFORM))}")
    mask: Annotated[list[_Pointer], _check(_are_pointers)] = _described(
        'a list of JSON pointers into inputs, request, response or output, as in ["/inputs/email"]'
    )
    ignore: dict[str, list[_OutputPointer]] = _described(
        'a table of lists of JSON pointers into the output, by the name of an action or "*" for all, as in '
        '{ find = ["/updatedAt"] }'
    )


class FileTable(ProfileTable):
    """The whole file: the keys of a profile for all profiles, and the profiles."""

    evaluate: bool = _described("true or false")
    history: bool = _described("true or false")
    profile: str = _described("the name of the profile that is used when none is named")
    profiles: dict[str, ProfileTable] = _described("a table of profiles")


def problems(table: dict[str, Any], name: str, model: type[ProfileTable]) -> Iterator[tuple[str, Diagnostic]]:
    """Yield each faulty key of a table, and what is wrong with it; never a value, which may be a token.

    ``name`` is that of the table, empty for the keys for all profiles.
    """
    known = model.model_fields
    invalid: set[int | str] = set()
    try:
        model.model_validate(table)
    except ValidationError as error:
        # Without the input: an error must not carry a token into a traceback.
        invalid = {item["loc"][0] for item in error.errors(include_input=False, include_context=False)}
    for key in table:
        if key not in known:
            yield (
                key,
                fault(f"{name or 'the file'} has an unknown key {quoted(key)}.", _fix_of_unknown(key, known)),
            )
        elif key in invalid:
            words = known[key].description
            yield key, fault(f"{key}{f' of {name}' if name else ''} is not {words}.", f"make it {words}.")


# Keys of the tables within a profile; many authors write them beside it.
_INNER = {"platform": tuple(_PLATFORM), "tls": _TLS, "env": tuple(SAMPLE_ENV)}
_DEFAULTS = ("default", "default_profile", "defaultProfile")


def _fix_of_unknown(key: str, known: Collection[str]) -> str:
    """Return the fix for an unknown key: the nearest one, or where all of them are listed."""
    if key in _DEFAULTS:
        is_outside = "" if "profile" in known else " at the top of the file"
        return f'for the profile that is used when none is named, write profile = "<name>"{is_outside}.'
    if near := near_miss(key, known):
        return f"did you mean `{near}`?"
    for table, names in _INNER.items():
        if near := near_miss(key, names):
            return f"did you mean `{table}.{near}`?"
    return "remove it, or use a key that `kustomer-nb schema --config` lists."


def file_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``kustomer-nb.toml``, for editors and CI.

    Example:
        >>> file_schema()["properties"]["guard"]["enum"]
        ['none', 'confirm', 'type', 'deny']
    """
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        **FileTable.model_json_schema(schema_generator=_Schema),
    }


class _Schema(GenerateJsonSchema):
    """The schema without titles, which repeat the names, and without the defaults, which are None."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])
