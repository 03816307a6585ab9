"""The options that render, run, workbench, the command line and the magics share: their types and meanings.

Each verb declares ``**options: Unpack[...]`` of one of these classes, so that a type checker rejects a
misspelt option, and is decorated with `takes`, so that completion, Shift+Tab and ``help`` show each one.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypedDict, TypeVar, get_args, get_type_hints

from kustomer_nb.near_names import no_option
from kustomer_nb.platform import Platform

F = TypeVar("F", bound=Callable[..., Any])

MOST_RETRIES = 100
# Seeds have at most 64 bits, with their sign.
LARGEST_SEED = 2**63


class RenderOptions(TypedDict, total=False):
    """What decides a request besides its inputs. None means not given; a given option overrides a profile."""

    settings: Annotated[Mapping[str, Any] | None, "Values of app settings, by full key or its last part."]
    profile: Annotated[str | None, "A profile in kustomer-nb.toml."]
    hosts: Annotated[
        Mapping[str, str] | None,
        "Send requests for ORIGIN to another ORIGIN.",
    ]
    accounts: Annotated[Mapping[str, Any] | None, "Tokens of app accounts, by appAccountName."]
    env: Annotated[Mapping[str, str] | None, "Variables of _env, such as orgId or workflowId."]
    allow_missing: Annotated[Iterable[str] | None, "Variables that may have no value."]
    helpers: Annotated[
        Mapping[str, Callable[..., Any]] | None,
        "Your own template helpers, by name: `helper(options, *args)`.",
    ]
    now: Annotated[datetime | None, "The current time for templates, in UTC if it has no time zone."]
    seed: Annotated[int | None, "Random seed for template helpers."]
    steps: Annotated[
        Mapping[str, Any] | None,
        "Outputs of earlier steps by step id, for inputs such as /#steps.find.body.id.",
    ]
    platform: Annotated[Platform | None, "Assumptions about Kustomer's runtime to override."]


class WorkbenchOptions(RenderOptions, total=False):
    """What also decides a run that a person confirms in the page."""

    mode: Annotated[
        str | None,
        "Where the response comes from: live, record, replay, sample or fault:<name>. Default: "
        "KUSTOMER_NB_MODE, the mode of the profile, or live.",
    ]
    cassette: Annotated[str | Path | None, "The file that record writes and replay reads."]
    retry: Annotated[int | None, "Number of retries on 429, 502, 503, 504 and connection errors."]
    parse_limit: Annotated[
        int | None, "Size in bytes above which a response body stays a string. Default: 32 MB."
    ]
    transport: Annotated[Any, "An httpx transport to send with, such as httpx.MockTransport."]


class MapOptions(RenderOptions, total=False):
    """What decides the runs of many rows, besides their inputs."""

    mode: Annotated[
        str | None,
        "Where the responses come from: live, sample or replay. Default: KUSTOMER_NB_MODE, the mode of the "
        "profile, or live.",
    ]
    cassette: Annotated[str | Path | None, "The file that replay reads."]
    parse_limit: Annotated[
        int | None, "Size in bytes above which a response body stays a string. Default: 32 MB."
    ]
    transport: Annotated[Any, "An httpx transport to send with, such as httpx.MockTransport."]


class RunOptions(WorkbenchOptions, total=False):
    """What decides a run besides its inputs."""

    confirm: Annotated[
        str | None,
        "Confirm a request by the name of its profile or host. POST, PUT, PATCH and DELETE need it, and so "
        "does a host that comes from an input.",
    ]


@cache
def meanings(options: type) -> dict[str, str]:
    """Return what each option of a class means, by name.

    Example:
        >>> meanings(RenderOptions)["seed"]
        'Random seed for template helpers.'
    """
    return {name: get_args(hint)[1] for name, hint in get_type_hints(options, include_extras=True).items()}


def takes(options: type) -> Callable[[F], F]:
    """Return a decorator that shows each option of a class in the signature and docstring of a function.

    The function collects them as ``**options``, its last parameter.

    Raises:
        TypeError: the function does not collect them.
    """
    hints = {
        # As in the code: without the modules that the types are from.
        name: re.sub(r"(?:\w+\.)+(?=\w)", "", inspect.formatannotation(hint))
        for name, hint in get_type_hints(options).items()
    }

    def decorate(function: F) -> F:
        signature = inspect.signature(function)
        *parameters, collected = signature.parameters.values()
        if collected.kind is not inspect.Parameter.VAR_KEYWORD:
            msg = f"{function.__qualname__} does not collect its options as the last parameter"
            raise TypeError(msg)
        keywords = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=hint)
            for name, hint in hints.items()
        ]
        # What inspect, IPython's completion and help() read in place of the code's own signature.
        function.__signature__ = signature.replace(parameters=[*parameters, *keywords])  # type: ignore[attr-defined] # read by inspect
        if function.__doc__:
            function.__doc__ = _with_options(
                function.__doc__, {name: meanings(options)[name] for name in hints}
            )
        return function

    return decorate


def require_known(names: Iterable[str], options: type, function: str) -> None:
    """Refuse a name that is not an option, with the nearest one that is.

    Raises:
        TypeError: there is no such option.

    Example:
        >>> require_known(["profil"], RenderOptions, "render")
        Traceback (most recent call last):
        TypeError: render() has no option 'profil'; did you mean 'profile'?
    """
    known = options.__annotations__.keys() | meanings(options).keys()
    for name in names:
        if name not in known:
            raise TypeError(no_option(name, known, function))


def _with_options(doc: str, meaning_of: Mapping[str, str]) -> str:
    """Return a docstring with a list of options in front of its errors and its example."""
    text = inspect.cleandoc(doc)
    section = "\n".join(["Options:", *(f"    {name}: {meaning}" for name, meaning in meaning_of.items())])
    before, heading, after = re.split(r"^(Raises:|Example:|\Z)", text, maxsplit=1, flags=re.MULTILINE)
    return f"{before.rstrip()}\n\n{section}\n\n{heading}{after}".rstrip() + "\n"
