"""Where the values of app settings come from; the first source that has one wins.

A mapping, the profile, the environment, ``.env``, the keyring, the definition's own default, and last a
hidden prompt where there is a person.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import InputError, SettingError
from kustomer_nb.jsontext.text_file import UnsuitableFileError, read_settings
from kustomer_nb.printable import one_line
from kustomer_nb.schema import coerce
from kustomer_nb.secrets import Secret, keys_by_variable, variable

KEYRING_SERVICE = "kustomer-nb"
# Kustomer writes "" or null for no default; an empty variable is none either.
_NONE = (None, "")
PLACEHOLDER = "placeholder"
DEFAULT = "default of the definition"
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,99}")
# Letters among digits, longer than a name has them.
_TOKEN = re.compile(r"(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{12,}")
_NOTHING = Secret("", source="nowhere")
Prompt = Callable[[str], str]


@dataclass(frozen=True)
class EnvironmentVariable:
    """What stands in a profile for a value: the environment variable, or line of ``.env``, that holds it.

    A variable without a value is no value: none of the later sources stands in for it, for it may be that of
    another environment.
    """

    name: str


@dataclass(frozen=True)
class Sources:
    """Every place a value may come from, but the definition and the prompt.

    ``given`` and ``profile`` name settings by full key or by an unambiguous tail; a value may be a
    `EnvironmentVariable`.
    """

    given: Mapping[str, Any] = field(default_factory=dict, repr=False)
    profile: Mapping[str, Any] = field(default_factory=dict, repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    env_file: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    keyring: Callable[[str], str | None] = field(default=lambda key: None)

    def read(self, named: EnvironmentVariable) -> Secret | None:
        """Return the value of the variable that a profile names, None where it has none."""
        found = _of_variable(named.name, self)
        return None if found is _NOTHING else found


def sources(
    root: Path, *, given: Mapping[str, Any] | None = None, profile: Mapping[str, Any] | None = None
) -> Sources:
    """Return the sources of this machine: environment, ``.env`` in the root, the keyring if installed.

    Raises:
        SettingError: ``.env`` cannot be read.
    """
    return Sources(given or {}, profile or {}, os.environ, _env_file(root / ".env"), _keyring())


def _env_file(path: Path) -> Mapping[str, str | None]:
    from dotenv import dotenv_values

    # A folder of that name is often a virtual environment.
    if not path.exists() or path.is_dir():
        return {}
    try:
        text = read_settings(path, encoding="utf-8-sig")
        # Without interpolation: a token may hold ${…} of its own.
        return dotenv_values(stream=StringIO(text), interpolate=False)
    except UnsuitableFileError as error:
        message = f".env cannot be read: {error}."
        raise SettingError([_fault(message, "put a small text file in its place, or remove it.")]) from None
    except (OSError, UnicodeDecodeError) as error:
        message = f".env cannot be read ({type(error).__name__})."
        raise SettingError([_fault(message, "make it UTF-8 that you may read.")]) from None


def _keyring() -> Callable[[str], str | None]:
    """Return what asks the keyring, which is never required: whatever goes wrong in it, it has no value."""

    def ask(key: str) -> str | None:
        try:
            import keyring

            password: str | None = keyring.get_password(KEYRING_SERVICE, key)
        except Exception:  # not installed, locked, or one of the many ways a backend fails
            return None
        return password

    return ask


def resolve(
    keys: Iterable[str], sources: Sources, app: AppDefinition, *, prompt: Prompt | None = None
) -> dict[str, Secret | None]:
    """Return the value of each setting key, None where no source has one.

    A text takes the type the app declares, wherever it comes from.

    Raises:
        SettingError: ``given`` names no setting of these keys or of the app, or a name fits two.
        SettingError: two keys give one name of an environment variable.
        SettingError: a text cannot be read as the declared type.
    """
    wanted = list(dict.fromkeys(keys))
    known = [*wanted, *_declared(app)]
    _require_one_variable_each(wanted, known)
    chosen = [
        ("settings=", _by_key(sources.given, wanted, known)),
        ("profile", _by_key(sources.profile, wanted)),
    ]
    if faults := [
        _fault(f"settings of the profile names `{name}`, which is no setting here.", way)
        for name, way in unknown_names(sources.profile, known, app.app)
        if way.startswith(_SURE)
    ]:
        raise SettingError(faults)
    values: dict[str, Secret | None] = {}
    for key in wanted:
        found = next((one for one in _candidates(key, chosen, sources, app) if one is not _NOTHING), None)
        if found is None and prompt is not None and (typed := prompt(key)):
            found = Secret(typed, source="typed in")
        values[key] = None if found is None else _typed(found, key, app)
    return values


def _declared(app: AppDefinition) -> list[str]:
    return [
        f"{app.app}.{category}.{name}" for category, named in (app.settings or {}).items() for name in named
    ]


def _require_one_variable_each(wanted: Iterable[str], known: Iterable[str]) -> None:
    faults = []
    by_name = keys_by_variable(known)
    for name in dict.fromkeys(map(variable, wanted)):
        if len(keys := by_name[name]) > 1:
            message = f"{' and '.join(keys)} give one environment variable, {name}."
            faults.append(_fault(message, "give one of them another key."))
    if faults:
        raise SettingError(faults)


def variables(keys: Iterable[str], sources: Sources) -> dict[str, str]:
    """Return the environment variable that gives each setting its value: the one a profile names, or its own.

    Example:
        >>> variables(["shop.default.token"], Sources(profile={"token": EnvironmentVariable("LIVE_TOKEN")}))
        {'shop.default.token': 'LIVE_TOKEN'}
    """
    wanted = list(dict.fromkeys(keys))
    named = {**_by_key(sources.profile, wanted), **_by_key(sources.given, wanted)}
    return {
        key: named[key].name if isinstance(named.get(key), EnvironmentVariable) else variable(key)
        for key in wanted
    }


def placeholder(key: str, declared_type: str | None) -> Secret:
    """Return what stands for the value of a setting where nothing is sent: the same in every process.

    Text may stand in a host, an address, a header or a body, and is another one for each key.

    Example:
        >>> placeholder("shop.default.token", "secret")
        <Secret: placeholder, 28 characters>
        >>> placeholder("shop.default.size", "number").reveal()
        0
    """
    if declared_type == "number":
        return Secret(0, source=PLACEHOLDER)
    if declared_type == "boolean":
        return Secret(False, source=PLACEHOLDER)
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return Secret(f"placeholder-{digest[:16]}", source=PLACEHOLDER)


def _candidates(
    key: str, chosen: list[tuple[str, dict[str, Any]]], sources: Sources, app: AppDefinition
) -> Iterator[Secret | None]:
    """Yield the value of each source, ``_NOTHING`` where it has none; lazily, for a keyring may ask a person.

    None is that of a variable which a profile names, and which has no value.
    """
    for source, named in chosen:
        value = named.get(key)
        if isinstance(value, EnvironmentVariable):
            found = _of_variable(value.name, sources)
            yield None if found is _NOTHING else found
            return
        yield _found(value, source)
    yield _of_variable(variable(key), sources)
    yield _found(sources.keyring(key), "keyring")
    declared = app.setting(key)
    yield _found(declared.default_value if declared else None, DEFAULT)


def _of_variable(name: str, sources: Sources) -> Secret:
    found = _found(sources.environment.get(name), f"environment variable {name}")
    return _found(sources.env_file.get(name), ".env") if found is _NOTHING else found


def _found(value: Any, source: str) -> Secret:
    if value in _NONE:
        return _NOTHING
    if isinstance(value, Secret):
        return _NOTHING if value.reveal() in _NONE else value
    return Secret(value, source=source)


def _typed(found: Secret, key: str, app: AppDefinition) -> Secret:
    declared = app.setting(key)
    is_text = isinstance(found.reveal(), str)
    if not is_text or declared is None or declared.type not in {"number", "boolean"}:
        return found
    try:
        typed = coerce({key: found.reveal()}, {"properties": {key: {"type": declared.type}}}).value[key]
    except InputError:
        message = f"the setting {key} is declared as {declared.type}, and its value is none."
        raise SettingError([_fault(message, f"give it a {declared.type}.")]) from None
    return Secret(typed, source=found.source)


def _by_key(values: Mapping[str, Any], keys: list[str], known: list[str] | None = None) -> dict[str, Any]:
    """Return the values by full key; with ``known``, a name that fits none of these is a fault."""
    found: dict[str, Any] = {}
    faults = []
    for name, value in values.items():
        fits = _fitting(name, keys)
        if len(fits) == 1:
            found[fits[0]] = value
        elif fits:
            faults.append(_fault(f"{name!r} fits {' and '.join(fits)}.", "write the full key."))
        elif known is not None and not _fitting(name, known):
            faults.append(
                _fault(f"settings= names {_said(name)}, which is no setting here.", _near_miss(name, known))
            )
    if faults:
        raise SettingError(faults)
    return found


def _said(name: str) -> str:
    """Return a name in quotes; not where it may be the value, given without the name before it."""
    return repr(name) if _NAME.fullmatch(name) and not _TOKEN.search(name) else "something"


_SURE = ("did you mean", "write { env")


def unknown_names(names: Iterable[str], known: list[str], app: str | None) -> Iterator[tuple[str, str]]:
    """Yield the names that fit none of the known setting keys, each with the way out.

    A full key of another app is passed over: one file may serve several.

    Example:
        >>> list(unknown_names(["tokn", "other.default.x"], ["shop.default.token"], "shop"))
        [('tokn', 'did you mean `token`?')]
    """
    for name in names:
        if _fitting(name, known) or (name.count(".") > 1 and not name.startswith(f"{app}.")):
            continue
        first, dot, _ = name.partition(".")
        is_table = bool(dot) and bool(_fitting(first, known))
        yield name, f'write {{ env = "NAME" }} at `{first}`.' if is_table else _near_miss(name, known)


def _near_miss(name: str, known: list[str]) -> str:
    tails = [tail for key in known for tail in (key, key.rpartition(".")[2])]
    near = get_close_matches(name, tails, n=1)
    listed = ", ".join(dict.fromkeys(known)) or "none"
    return f"did you mean `{near[0]}`?" if near else f"known here: {listed}."


def _fitting(name: str, keys: list[str]) -> list[str]:
    return [key for key in keys if key == name] or [key for key in keys if key.endswith(f".{name}")]


def _fault(message: str, fix: str) -> Diagnostic:
    return Diagnostic(Code.SETTING_INVALID, Severity.ERROR, "", message, fix)


def person() -> Prompt | None:
    """Return a hidden prompt where somebody can type: a terminal, or a notebook cell that is being run."""
    # While a cell runs, ipykernel puts a bound method of its own in getpass's place.
    in_kernel = hasattr(getpass.getpass, "__self__")
    return _ask if in_kernel or (sys.stdin is not None and sys.stdin.isatty()) else None


def _ask(key: str) -> str:
    try:
        # getpass may open the terminal itself, past whatever stands for stderr.
        return getpass.getpass(one_line(f"{key} (not shown): "))
    except (NotImplementedError, EOFError):
        # nbclient and nbval run cells where nobody can answer.
        return ""
