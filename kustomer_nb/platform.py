"""What is known and what is assumed about the platform that runs an action.

Each uncertain behavior of the runtime is a field of `Platform`, with its evidence. If you know better, pass
``platform=Platform(...)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any


class Evidence(StrEnum):
    """How a fact about the platform is known, most certain first."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    MEASURED = "measured on the npm library the evidence points to"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Assumption:
    """An uncertain behavior: its name, the value in use, its evidence, and the reason."""

    name: str
    value: object
    evidence: Evidence
    why: str


def _assumed(default: Any, evidence: Evidence, why: str) -> Any:
    return field(default=default, metadata={"evidence": evidence, "why": why})


# For previews: a run refuses to send them (KNB707).
SAMPLE_ENV: Mapping[str, str] = MappingProxyType(
    {"orgId": "sample-org-id", "workflowId": "sample-workflow-id", "appVersion": "sample-1.0.0"}
)
BOTH: Mapping[str, str] = MappingProxyType({"response": "/#response", "body": "/#body"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """The assumed behavior of Kustomer's runtime; frozen, every field with its evidence.

    ``passed`` are the names of the fields that were passed: they override a profile, whatever their value.

    Example:
        >>> Platform().timeout
        60.0
        >>> Platform(escape_html=False).escape_html
        False
    """

    timeout: float = _assumed(
        60.0, Evidence.OBSERVED, "seconds; the context of an executed step holds timeout: 60000"
    )
    escape_html: bool = _assumed(
        True, Evidence.MEASURED, "{{x}} escapes & < > \" ' ` = in handlebars 4.7; {{{x}}} does not"
    )
    adjacent_raw_numbers_add: bool = _assumed(
        True,
        Evidence.MEASURED,
        "{{{a}}}{{{b}}} at the start of a template adds two numbers in handlebars 4.7",
    )
    template_steps: int = _assumed(
        5_000_000,
        Evidence.MEASURED,
        "statements that a template runs in blocks before it is stopped here; 200,000 for all templates of a "
        "request, unless this is passed; handlebars 4.7 has no limit",
    )
    string_qs_is_query: bool = _assumed(
        True,
        Evidence.DOCUMENTED,
        "the page's own example has a string for qs; npm request would split it into characters",
    )
    keeps_method_case: bool = _assumed(
        True,
        Evidence.MEASURED,
        "npm request compares the method as written: a post in lower case is redirected, a get has "
        "content-length: 0",
    )
    json_scalar_is_body: bool = _assumed(
        True,
        Evidence.MEASURED,
        "npm request sends a json that is a string or number as the body, if there is no data",
    )
    keeps_alive: bool = _assumed(
        True, Evidence.MEASURED, "Node 20 sends Connection: keep-alive; before Node 19 it was close"
    )
    setting_beats_input: bool = _assumed(
        True, Evidence.INFERRED, "if an input and an app setting have the same name, the setting is used"
    )
    output_schema_at_every_depth: bool = _assumed(
        True, Evidence.INFERRED, "the page only mentions top-level properties; ajv filters nested ones too"
    )
    absent_input_schema_takes_all: bool = _assumed(
        True, Evidence.INFERRED, "what an action without inputSchema accepts is undocumented"
    )
    absent_output_schema_keeps_all: bool = _assumed(
        True, Evidence.INFERRED, "what an action without outputSchema passes on is undocumented"
    )
    decompresses: bool = _assumed(
        False, Evidence.MEASURED, "npm request decompresses a body only with gzip: true"
    )
    default_output_template: Mapping[str, str] = field(
        default_factory=lambda: BOTH,
        metadata={
            "evidence": Evidence.OBSERVED,
            "why": "later steps of real workflows read response and body of actions without outputTemplate",
        },
    )
    conversions: Mapping[str, Callable[[Any], Any]] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata={
            "evidence": Evidence.INFERRED,
            "why": "values are converted as with ajv's coerceTypes; functions passed here take precedence, "
            "by type: they receive the value and return UNDEFINED if it cannot be converted",
        },
    )
    env: Mapping[str, str] = field(
        default_factory=lambda: SAMPLE_ENV,
        metadata={
            "evidence": Evidence.OBSERVED,
            "why": "templates see _env with orgId, workflowId and appVersion",
        },
    )
    passed: frozenset[str] = field(init=False, repr=False, compare=False)
    # dataclasses.replace() passes every field that can be passed: with this one it passes on `passed`.
    _passed_before: frozenset[str] | None = field(default=None, repr=False, compare=False)

    def __new__(cls, *, _passed_before: frozenset[str] | None = None, **values: Any) -> Platform:
        """Return a platform that knows which fields were passed."""
        known = cls.__dataclass_fields__
        if not values.keys() <= known.keys():
            # Late: only for an error.
            from kustomer_nb.near_names import no_option

            name = next(name for name in values if name not in known)
            raise TypeError(no_option(name, (option.name for option in _options()), "Platform"))
        platform = object.__new__(cls)
        names = frozenset(values)
        if _passed_before is not None:
            # By dataclasses.replace(): of the other fields, only those that are not the default count.
            defaults = _defaults()
            changed = [name for name, value in values.items() if value != defaults[name]]
            names = _passed_before.union(changed)
        object.__setattr__(platform, "passed", names)
        return platform

    def __post_init__(self) -> None:
        """Prepare `dataclasses.replace`."""
        object.__setattr__(self, "_passed_before", self.passed)

    def assumptions(self) -> tuple[Assumption, ...]:
        """Return every field with the value in use, its evidence, and the reason.

        Example:
            >>> print(Platform().assumptions()[0].evidence)
            observed
        """
        return tuple(
            Assumption(
                option.name, getattr(self, option.name), option.metadata["evidence"], option.metadata["why"]
            )
            for option in _options()
        )


@cache
def _options() -> tuple[Field[Any], ...]:
    """Return the fields that are assumptions."""
    return tuple(option for option in fields(Platform) if option.metadata)


@cache
def _defaults() -> dict[str, Any]:
    """Return the default of each field; cached, because every run has a platform of its own."""
    usual = Platform()
    return {option.name: getattr(usual, option.name) for option in _options()}


# The values and limits that the platform's documentation names.
REST_API = "rest_api"
METHODS = ("get", "post", "put", "patch", "delete")
NAME_PREFIX = "kustomer.app."
# In characters, spaces included.
NAME_LENGTH = 128
DESCRIPTION_LENGTH = 4096
TYPES = ("string", "boolean", "number", "object", "array")
SETTING_TYPES = ("string", "number", "boolean", "secret")
ACCOUNT = "default"
# docs "data-and-variables": what a reference in a step of a workflow begins with; an action sees none.
WORKFLOW_ROOTS = ("steps", "variables", "error")
_IDENTIFIER = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
# A semantic version (semver 2.0.0), as a pattern that means the same in Python and JavaScript.
VERSION = (
    rf"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){{2}}(?:-{_IDENTIFIER}(?:\.{_IDENTIFIER})*)?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)


def is_pointed(value: Any) -> bool:
    """Return whether a whole value is a reference or a function, and so not a template."""
    return isinstance(value, str) and value.startswith("/#")


def is_fixed(value: Any) -> bool:
    """Return whether a value is the same in every run: it is neither a reference nor a template."""
    return not isinstance(value, str) or not (is_pointed(value) or "{{" in value)
