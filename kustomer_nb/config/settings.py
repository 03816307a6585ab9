"""Where the values of app settings come from: the first source that has a value wins.

The sources are ``settings=``, the profile, the environment, ``.env``, the keyring, the default in the
definition and, in a terminal or a running notebook cell, a hidden prompt.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import InputError, SettingError
from kustomer_nb.faces import name_of
from kustomer_nb.jsontext.text_file import UnsuitableFileError, read_settings
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import one_line, quoted
from kustomer_nb.secrets import PLACEHOLDER, Secret, keys_by_variable, variable

if TYPE_CHECKING:
    from kustomer_nb.definition import AppDefinition

    from .profile import Profile

KEYRING_SERVICE = "kustomer-nb"
# Kustomer writes "" or null for no default; an empty environment variable counts as unset too.
_EMPTY = (None, "")
DEFAULT = "default of the definition"
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,99}")
# Letters mixed with digits, longer than in a usual name.
_TOKEN = re.compile(r"(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{12,}")
_NO_VALUE = Secret("", source="nowhere")
_NO_VARIABLES: Mapping[str, str] = {}
Prompt = Callable[[str], str]
_MAY_ASK: ContextVar[bool] = ContextVar("may_ask", default=True)
# Values of CI with which nobody means that it is on.
_NOT_SET = ("", "0", "false", "no")


@dataclass(frozen=True)
class EnvironmentVariable:
    """A value in a profile that is read from an environment variable or a line of ``.env``.

    When the variable has no value, later sources are not used: their value may be that of another
    environment.
    """

    name: str


@dataclass(frozen=True)
class Sources:
    """Every source of values except the definition and the prompt.

    ``settings`` (the argument) and ``profile`` name settings by full key or unambiguous tail; a value may be
    an `EnvironmentVariable`.
    """

    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    profile: Mapping[str, Any] = field(default_factory=dict, repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    env_file: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    keyring: Callable[[str], str | None] = field(default=lambda key: None)

    def read(self, variable: EnvironmentVariable) -> Secret | None:
        """Return the value of an environment variable, None when it has none."""
        secret = _read_variable(variable.name, self)
        return None if secret is _NO_VALUE else secret


def sources(
    root: Path, *, settings: Mapping[str, Any] | None = None, profile: Mapping[str, Any] | None = None
) -> Sources:
    """Return the sources: the arguments, the environment, ``.env`` in the root, the keyring if installed.

    Raises:
        SettingError: ``.env`` cannot be read.
    """
    # A tenth of the time of Path's /.
    env_file = f"{root}{os.sep}.env"
    # A folder of that name is often a virtual environment.
    is_file = os.access(env_file, os.F_OK) and not os.path.isdir(env_file)  # noqa: PTH112 - see above
    return Sources(
        settings or {},
        profile or {},
        os.environ,
        _read_env_file(Path(env_file)) if is_file else {},
        ask_keyring,
    )


def resolve_proxy(profile: Profile, root: Path) -> str | Secret | None:
    """Return the URL of a profile's proxy, None if it has none.

    Raises:
        SettingError: the environment variable that holds it has no value.
    """
    proxy = profile.proxy
    if not isinstance(proxy, EnvironmentVariable):
        return proxy
    # Without a value the request must not go out directly: the proxy may be there to control it.
    if (value := sources(root).read(proxy)) is None:
        message = f"the profile reads its proxy from {proxy.name}, which has no value; nothing was sent."
        fix = f"set the environment variable {proxy.name}, or add a line {proxy.name}=… to .env."
        raise SettingError.from_code(Code.SETTING_UNSET, message, fix)
    return value


def _read_env_file(path: Path) -> Mapping[str, str | None]:
    from dotenv import dotenv_values

    try:
        text = read_settings(path, encoding="utf-8-sig")
        # Without interpolation: a token may hold ${…} of its own.
        return dotenv_values(stream=StringIO(text), interpolate=False)
    except UnsuitableFileError as error:
        message = f".env cannot be read: {error}."
        raise SettingError([_fault(message, "replace it with a small text file, or remove it.")]) from None
    except (OSError, UnicodeDecodeError) as error:
        message = f".env cannot be read ({type(error).__name__})."
        raise SettingError([_fault(message, "save it as UTF-8 and check its permissions.")]) from None


def ask_keyring(key: str) -> str | None:
    """Return the value of a setting in the keyring, which is optional: when it fails, there is no value."""
    try:
        import keyring

        password: str | None = keyring.get_password(KEYRING_SERVICE, key)
    except Exception:  # not installed, locked, or one of the many ways a backend fails
        return None
    return password


def resolve(
    keys: Iterable[str],
    sources: Sources,
    app: AppDefinition,
    *,
    prompt: Prompt | None = None,
    variables: Mapping[str, str] = _NO_VARIABLES,
    app_keys: Callable[[], Iterable[str]] = tuple,
) -> dict[str, Secret | None]:
    """Return the value of each setting key, None when no source has one.

    A string is converted to the type that the app declares, whatever its source. ``variables`` are the names
    of appSettings with their keys: an error about a name that is one of them says which setting it reads.
    ``app_keys`` returns the keys that other actions of the app read: they may be named too, and are asked
    for only where a name is none of ``keys`` or of those that the app declares.

    Raises:
        SettingError: a name in ``settings`` matches no setting, or several.
        SettingError: two keys share an environment variable.
        SettingError: a string cannot be converted to the declared type.
    """
    requested = list(dict.fromkeys(keys))
    known = [*requested, *_declared(app)]
    _require_one_variable_each(requested, known)
    if not all(_matching_keys(name, known) for name in (*sources.settings, *sources.profile)):
        known += app_keys()
    chosen = [
        ("settings=", _by_key(sources.settings, requested, known, variables)),
        ("profile", _by_key(sources.profile, requested)),
    ]
    if sources.profile:
        _require_known_names(sources.profile, known, app)
    values: dict[str, Secret | None] = {}
    for key in requested:
        candidates = _candidates(key, chosen, sources, app)
        secret = next((candidate for candidate in candidates if candidate is not _NO_VALUE), None)
        if secret is None and prompt is not None and (answer := prompt(key)):
            secret = Secret(answer, source="typed in")
        values[key] = None if secret is None else _converted(secret, key, app)
    return values


def _require_known_names(settings: Mapping[str, Any], known: list[str], app: AppDefinition) -> None:
    if faults := [
        _fault(f"settings of the profile names `{name}`, which is not a setting of this app.", fix)
        for name, fix in unknown_names(settings, known, app.app)
        # One file may serve several apps: only a near miss or a wrong table is certainly an error.
        if fix.startswith(_SURE)
    ]:
        raise SettingError(faults)


def _declared(app: AppDefinition) -> list[str]:
    return [
        f"{app.app}.{category}.{name}" for category, named in (app.settings or {}).items() for name in named
    ]


def _require_one_variable_each(requested: Iterable[str], known: Iterable[str]) -> None:
    faults = []
    distinct = set(known)
    if len(distinct) == len(set(map(variable, distinct))):
        return
    by_name = keys_by_variable(known)
    for name in dict.fromkeys(map(variable, requested)):
        if len(keys := by_name[name]) > 1:
            message = f"{' and '.join(keys)} are read from the same environment variable, {name}."
            faults.append(_fault(message, "rename one of the keys."))
    if faults:
        raise SettingError(faults)


def named_variables(keys: Iterable[str], sources: Sources) -> dict[str, str]:
    """Return the environment variable of each setting for which ``settings=`` or the profile names one.

    Example:
        >>> profile = {"token": EnvironmentVariable("LIVE_TOKEN")}
        >>> named_variables(["shop.default.token", "shop.default.size"], Sources(profile=profile))
        {'shop.default.token': 'LIVE_TOKEN'}
    """
    values = [*sources.profile.values(), *sources.settings.values()]
    if EnvironmentVariable not in map(type, values):
        return {}
    requested = list(dict.fromkeys(keys))
    by_key = {**_by_key(sources.profile, requested), **_by_key(sources.settings, requested)}
    return {key: value.name for key, value in by_key.items() if isinstance(value, EnvironmentVariable)}


def placeholder(key: str, declared_type: str | None) -> Secret:
    """Return the placeholder for a setting when nothing is sent; it is the same in every process.

    A string is valid in a host, URL, header and body, and differs for each key.

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
    # 28 lower-case letters, digits and dashes: valid as a DNS label, which has at most 63 (RFC 1035).
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return Secret(f"placeholder-{digest[:16]}", source=PLACEHOLDER)


def _candidates(
    key: str, chosen: list[tuple[str, dict[str, Any]]], sources: Sources, app: AppDefinition
) -> Iterator[Secret | None]:
    """Yield the value of each source, ``_NO_VALUE`` when it has none; lazily, because a keyring may prompt.

    None means a variable that the profile names and that has no value: no later source is used.
    """
    for source, named in chosen:
        value = named.get(key)
        if isinstance(value, EnvironmentVariable):
            yield sources.read(value)
            return
        yield _secret(value, source)
    yield _read_variable(variable(key), sources)
    yield _secret(sources.keyring(key), "keyring")
    declared = app.setting(key)
    yield _secret(declared.default_value if declared else None, DEFAULT)


def _read_variable(name: str, sources: Sources) -> Secret:
    secret = _secret(sources.environment.get(name), f"environment variable {name}")
    return _secret(sources.env_file.get(name), ".env") if secret is _NO_VALUE else secret


def _secret(value: Any, source: str) -> Secret:
    if value in _EMPTY:
        return _NO_VALUE
    if isinstance(value, Secret):
        return _NO_VALUE if value.reveal() in _EMPTY else value
    return Secret(value, source=source)


def _converted(secret: Secret, key: str, app: AppDefinition) -> Secret:
    declared = app.setting(key)
    is_string = isinstance(secret.reveal(), str)
    if not is_string or declared is None or declared.type not in {"number", "boolean"}:
        return secret
    # For a number or boolean only: loading a definition does not wait for it.
    from kustomer_nb.schema import coerce

    try:
        value = coerce({key: secret.reveal()}, {"properties": {key: {"type": declared.type}}}).value[key]
    except InputError:
        # The value is not quoted, and `from None` keeps it out of the traceback.
        message = f"the setting {key} is declared as {declared.type}, but its value is not a {declared.type}."
        raise SettingError([_fault(message, f"set it to a {declared.type}.")]) from None
    return Secret(value, source=secret.source)


def _fix_of_variable(name: str, variables: Mapping[str, str]) -> str:
    """Return the fix for the variable of a setting instead of its key; empty for another name."""
    key = variables.get(name)
    if key is None or not _NAME.fullmatch(name):
        return ""
    return f"write `{key}`: `{name}` is only the variable of templates that reads it."


def _by_key(
    values: Mapping[str, Any],
    keys: list[str],
    known: list[str] | None = None,
    variables: Mapping[str, str] = _NO_VARIABLES,
) -> dict[str, Any]:
    """Return the values by full key; with ``known``, a name that matches none of these is an error."""
    by_key: dict[str, Any] = {}
    faults = []
    for name, value in values.items():
        matches = _matching_keys(name, keys)
        if len(matches) == 1:
            by_key[matches[0]] = value
        elif matches:
            faults.append(_fault(f"{quoted(name)} matches {' and '.join(matches)}.", "write the full key."))
        elif known is not None and not _matching_keys(name, known):
            message = f"{name_of('settings')} names {_quote(name)}, which is not a setting of this app."
            fix = _fix_of_variable(name, variables) or _fix_of_unknown(name, known)
            faults.append(_fault(message, fix))
    if faults:
        raise SettingError(faults)
    return by_key


def _quote(name: str) -> str:
    """Return a name in quotes, unless it may be a token that was passed without its name."""
    return quoted(name) if _NAME.fullmatch(name) and not _TOKEN.search(name) else "something"


_SURE = ("did you mean", "write { env")


def unknown_names(names: Iterable[str], known: list[str], app: str | None) -> Iterator[tuple[str, str]]:
    """Yield the names that match none of the known setting keys, each with a fix.

    The full key of another app is skipped: one file may serve several apps.

    Example:
        >>> list(unknown_names(["tokn", "other.default.x"], ["shop.default.token"], "shop"))
        [('tokn', 'did you mean `token`?')]
    """
    for name in names:
        if _matching_keys(name, known) or (name.count(".") > 1 and not name.startswith(f"{app}.")):
            continue
        first, dot, _ = name.partition(".")
        # { evn = "NAME" } is read as a nested table.
        is_table = bool(dot) and bool(_matching_keys(first, known))
        yield name, f'write {{ env = "NAME" }} at `{first}`.' if is_table else _fix_of_unknown(name, known)


def _fix_of_unknown(name: str, known: list[str]) -> str:
    tails = [tail for key in known for tail in (key, key.rpartition(".")[2])]
    near = near_miss(name, tails)
    listed = ", ".join(dict.fromkeys(known)) or "none"
    return f"did you mean `{near}`?" if near else f"known settings: {listed}."


def _matching_keys(name: str, keys: list[str]) -> list[str]:
    return [key for key in keys if key == name] or [key for key in keys if key.endswith(f".{name}")]


def _fault(message: str, fix: str) -> Diagnostic:
    return Diagnostic(Code.SETTING_INVALID, Severity.ERROR, "", message, fix)


@contextmanager
def without_prompts() -> Iterator[None]:
    """Ask nobody for the value of a setting in a block."""
    token = _MAY_ASK.set(False)
    try:
        yield
    finally:
        _MAY_ASK.reset(token)


def _is_ci() -> bool:
    """Return whether a CI service runs this: nobody is there, also if it provides a terminal."""
    return os.environ.get("CI", "").lower() not in _NOT_SET


def person() -> Prompt | None:
    """Return a hidden prompt where a person can answer: in a terminal or a running notebook cell."""
    if not _MAY_ASK.get() or _is_ci():
        return None
    # While a cell runs, ipykernel replaces getpass with a bound method.
    in_kernel = hasattr(getpass.getpass, "__self__")
    return _ask if in_kernel or (sys.stdin is not None and sys.stdin.isatty()) else None


def ask_person(key: str) -> str:
    """Return the value of a setting that a person types in, an empty string where nobody can answer.

    Whether somebody can is found out when it is asked: few runs need it.
    """
    ask = person()
    return "" if ask is None else ask(key)


def _ask(key: str) -> str:
    try:
        # getpass may write to the terminal directly, past any wrapper of stderr that cleans control
        # characters.
        return getpass.getpass(one_line(f"{key} (not shown): "))
    except (NotImplementedError, EOFError):
        # nbclient and nbval run cells without a person.
        return ""
