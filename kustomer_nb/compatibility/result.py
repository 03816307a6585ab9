"""What a comparison of two definitions returns: the changes, what each breaks, and the version to write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.display import Displayable


class Bump(StrEnum):
    """Which part of the version number a change needs, the largest first.

    Example:
        >>> Bump.largest([Bump.PATCH, Bump.MINOR])
        <Bump.MINOR: 'minor'>
    """

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"
    NONE = "none"

    @staticmethod
    def largest(bumps: list[Bump]) -> Bump:
        """Return the largest of several bumps, ``NONE`` without any."""
        return min(bumps, key=list(Bump).index, default=Bump.NONE)


_BREAKING = (Severity.ERROR, Bump.MAJOR)
_REVIEWED = (Severity.WARNING, Bump.MAJOR)
_ODD = (Severity.WARNING, Bump.PATCH)
_NEW = (Severity.HINT, Bump.MINOR)
_FIXED = (Severity.HINT, Bump.PATCH)
_NOTE = (Severity.WARNING, Bump.NONE)


class ChangeKind(StrEnum):
    """The stable name of each kind of change, with its severity, the version bump and its meaning.

    docs, "Versioning and updates": major is for what an organization must review (changed roles, removed
    components, renamed settings, changed action inputs, new data sent to your servers), minor for new
    backward-compatible components and settings, patch for fixes that do not change the app's surface.

    Example:
        >>> kind = ChangeKind.INPUT_REMOVED
        >>> kind.value, kind.severity.value, kind.bump.value
        ('input-removed', 'error', 'major')
    """

    severity: Severity
    bump: Bump
    meaning: str

    def __new__(cls, name: str, level: tuple[Severity, Bump], meaning: str) -> ChangeKind:
        """Make a member from its name, its severity and bump, and its meaning."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.severity, member.bump = level
        member.meaning = meaning
        return member

    APP_RENAMED = "app-renamed", _BREAKING, "The id of the app is another one, so it is another app."
    ACTION_REMOVED = "action-removed", _BREAKING, "An action is gone: steps that call it fail."
    ACTION_RENAMED = "action-renamed", _BREAKING, "An action has another name: steps call the old one."
    ACTION_TYPE_CHANGED = "action-type-changed", _BREAKING, "An action has another `type`."
    COMPONENT_REMOVED = (
        "component-removed",
        _BREAKING,
        "A command, trigger, hook, view or other part is gone.",
    )
    COMPONENT_RENAMED = "component-renamed", _BREAKING, "A command, trigger or other part has another name."
    INPUT_REMOVED = (
        "input-removed",
        _BREAKING,
        "An input, or a property within one, is not declared any more.",
    )
    INPUT_RENAMED = "input-renamed", _BREAKING, "An input has another name: workflows pass the old one."
    INPUT_REQUIRED_ADDED = (
        "input-required-added",
        _BREAKING,
        "A new input is required: runs without it are rejected.",
    )
    INPUT_REQUIRED = (
        "input-required",
        _BREAKING,
        "An input that was optional is required: runs without it are rejected.",
    )
    INPUT_NARROWED = (
        "input-narrowed",
        _BREAKING,
        "A value that was accepted, after conversion to its type, is rejected.",
    )
    INPUT_TYPE_CHANGED = (
        "input-type-changed",
        _BREAKING,
        "A value of the old type is accepted, but converted to another value before it is sent.",
    )
    OUTPUT_REMOVED = "output-removed", _BREAKING, "A path of the output is not emitted any more."
    OUTPUT_RENAMED = "output-renamed", _BREAKING, "A path of the output has another name."
    OUTPUT_TYPE_CHANGED = "output-type-changed", _BREAKING, "The value at a path has another type."
    OUTPUT_SOURCE_CHANGED = (
        "output-source-changed",
        _BREAKING,
        "An object of the output is made from another part of the response: the paths below it move.",
    )
    SETTING_WITHOUT_DEFAULT = (
        "setting-without-default",
        _BREAKING,
        "A setting was added without a default, or lost its default: installed apps have no value for it.",
    )
    SETTING_REMOVED = "setting-removed", _BREAKING, "A setting is gone, and the values that were set with it."
    SETTING_RENAMED = (
        "setting-renamed",
        _BREAKING,
        "A setting has another key: the values that were set are lost.",
    )
    SETTING_TYPE_CHANGED = "setting-type-changed", _BREAKING, "A setting has another type than its values."
    ACCOUNT_CHANGED = "account-changed", _BREAKING, "An action needs an OAuth account that it did not need."
    ROLES_CHANGED = (
        "roles-changed",
        _BREAKING,
        "The roles of the app changed: Kustomer refuses that without a new major version.",
    )
    WORKFLOW_READS_LOST_PATH = (
        "workflow-reads-lost-path",
        _BREAKING,
        "A workflow of the app reads a path of the output that is lost.",
    )
    WORKFLOW_PASSES_LOST_INPUT = (
        "workflow-passes-lost-input",
        _BREAKING,
        "A workflow of the app passes an input that is removed or renamed.",
    )
    WORKFLOW_CALLS_LOST_ACTION = (
        "workflow-calls-lost-action",
        _BREAKING,
        "A workflow of the app calls an action that is removed or renamed.",
    )
    OUTPUT_TYPE_UNCERTAIN = (
        "output-type-uncertain",
        _REVIEWED,
        "The value at a path may have another type; neither a schema nor the sample says which it had.",
    )
    DATA_SENT_ADDED = (
        "data-sent-added",
        _REVIEWED,
        "An input or a setting that was not sent before is sent: new data sent to your servers.",
    )
    HOST_CHANGED = "host-changed", _REVIEWED, "The request, with its data, goes to another host."
    AUTHORIZATION_CHANGED = "authorization-changed", _REVIEWED, "The sign-in of the app (OAuth) changed."
    SCHEMA_NOT_COMPARED = (
        "schema-not-compared",
        _REVIEWED,
        "A schema changed in a way that cannot be judged, such as another pattern, or is not readable.",
    )
    METHOD_CHANGED = "method-changed", _ODD, "The request has another method."
    SAMPLE_CHANGED = "sample-changed", _ODD, "The sample that the workflow builder shows changed."
    OUTPUT_CONSTANT_CHANGED = "output-constant-changed", _ODD, "A constant of the output has another value."
    OUTPUT_LESS_CERTAIN = (
        "output-less-certain",
        _ODD,
        "outputSchema promises less, in a keyword that Kustomer does not apply to an output.",
    )
    SETTING_DEFAULT_CHANGED = "setting-default-changed", _ODD, "A setting has another default."
    SETTING_REQUIRED = "setting-required", _ODD, "A setting is required that was not."
    SCHEMA_REFERENCE = "schema-reference", _ODD, "A schema uses $ref, which Kustomer is not known to resolve."
    COMPONENT_CHANGED = "component-changed", _ODD, "A part of the app changed that is not compared in detail."
    APP_CHANGED = "app-changed", _ODD, "A key of the app changed that is not compared in detail."
    VERSION_TOO_LOW = "version-too-low", _NOTE, "The version is not enough for these changes."
    CODE_NOT_COMPARED = (
        "code-not-compared",
        _NOTE,
        "A value is code, which only running the module would show; it is not compared.",
    )
    ACTION_ADDED = "action-added", _NEW, "An action is new."
    COMPONENT_ADDED = "component-added", _NEW, "A command, trigger, hook, view or other part is new."
    INPUT_ADDED = "input-added", _NEW, "An optional input, or an optional property of one, is new."
    INPUT_WIDENED = "input-widened", _NEW, "An input accepts more values, or is not required any more."
    OUTPUT_ADDED = "output-added", _NEW, "The output has a new path."
    SETTING_ADDED = "setting-added", _NEW, "A setting with a default is new."
    REQUEST_CHANGED = "request-changed", _FIXED, "inputTemplate changed, but not what is sent to whom."
    OUTPUT_TEMPLATE_CHANGED = (
        "output-template-changed",
        _FIXED,
        "A value of the output is made in another way.",
    )
    SCHEMA_TEXT_CHANGED = (
        "schema-text-changed",
        _FIXED,
        "A schema changed in a title, a description, a default or a declaration without effect.",
    )
    SETTING_CHANGED = "setting-changed", _FIXED, "The description or visibility of a setting changed."
    TEXT_CHANGED = (
        "text-changed",
        _FIXED,
        "A description, or something else without effect on a run, changed.",
    )
    LISTING_CHANGED = "listing-changed", _FIXED, "The listing of the app or its texts changed."


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """One change between two definitions: what, where in the new one, and the fix.

    ``action`` is the name of the action, command, trigger or workflow that it belongs to, empty for the app.
    What was removed is located where it is missing.

    Example:
        >>> change = DefinitionChange(ChangeKind.INPUT_REMOVED, "/actions/0", "the input `id` is removed.")
        >>> change.is_breaking, change.bump.value
        (True, 'major')
    """

    kind: ChangeKind
    pointer: str
    message: str
    fix: str = ""
    action: str = ""
    span: Span | None = None

    @property
    def severity(self) -> Severity:
        """Error if it breaks workflows or installed apps, warning if it may, hint otherwise."""
        return self.kind.severity

    @property
    def bump(self) -> Bump:
        """The part of the version number that it needs."""
        return self.kind.bump

    @property
    def is_breaking(self) -> bool:
        """Whether it breaks workflows or installed apps."""
        return self.severity is Severity.ERROR

    @property
    def diagnostic(self) -> Diagnostic:
        """The change as a problem of the new definition, with the name of its kind as the code."""
        return Diagnostic(self.kind.value, self.severity, self.pointer, self.message, self.fix, self.span)

    def to_json(self) -> dict[str, Any]:
        """Return the change as plain JSON.

        Example:
            >>> change = DefinitionChange(ChangeKind.ACTION_ADDED, "/actions/1", "the action `pay` is new.")
            >>> change.to_json()["kind"], change.to_json()["bump"]
            ('action-added', 'minor')
        """
        return {
            "kind": self.kind.value,
            "severity": self.severity.value,
            "bump": self.bump.value,
            "action": self.action,
            "pointer": self.pointer,
            "line": self.span.line if self.span else None,
            "column": self.span.column if self.span else None,
            "message": self.message,
            "fix": self.fix,
        }


_NO_CHANGES: tuple[DefinitionChange, ...] = ()


@dataclass(frozen=True, repr=False)
class Comparison(Displayable):
    """The changes between two definitions, the worst first; empty, and false, if nothing changed.

    ``old_version`` and ``new_version`` are the versions in the definitions, empty where there is none.
    ``version`` is the version to write, empty if nothing changed or the old version is not a semantic one.

    Example:
        >>> import kustomer_nb as knb
        >>> old = {"app": "shop", "version": "1.4.2", "title": "Shop", "actions": []}
        >>> comparison = knb.compare(old, {**old, "title": "The Shop"})
        >>> comparison
        <Comparison: 1 hint, patch: 1.4.2 to 1.4.3>
        >>> [change.kind.value for change in comparison], comparison.is_breaking
        (['listing-changed'], False)
    """

    changes: tuple[DefinitionChange, ...] = _NO_CHANGES
    old_version: str = ""
    new_version: str = ""
    version: str = ""

    def __iter__(self) -> Iterator[DefinitionChange]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __getitem__(self, index: int) -> DefinitionChange:
        return self.changes[index]

    def with_severity(self, severity: Severity) -> tuple[DefinitionChange, ...]:
        """Return the changes of one severity."""
        return tuple(change for change in self.changes if change.severity is severity)

    @property
    def errors(self) -> tuple[DefinitionChange, ...]:
        """The changes that break workflows or installed apps."""
        return self.with_severity(Severity.ERROR)

    @property
    def warnings(self) -> tuple[DefinitionChange, ...]:
        """The changes that may break something, or that an organization should review."""
        return self.with_severity(Severity.WARNING)

    @property
    def is_breaking(self) -> bool:
        """Whether any change breaks workflows or installed apps."""
        return bool(self.errors)

    @property
    def bump(self) -> Bump:
        """The part of the version number that all changes together need."""
        return Bump.largest([change.bump for change in self.changes])

    @property
    def diagnostics(self) -> Diagnostics:
        """The changes as problems of the new definition."""
        return Diagnostics(change.diagnostic for change in self.changes)

    @property
    def summary(self) -> str:
        """The counts as text: ``2 errors, 1 hint``, or ``no changes``.

        Example:
            >>> Comparison().summary
            'no changes'
        """
        return self.diagnostics.summary if self.changes else "no changes"

    @property
    def version_line(self) -> str:
        """The version to write and why, as a sentence; empty if nothing changed.

        Example:
            >>> changes = (DefinitionChange(ChangeKind.ACTION_ADDED, "", "the action `pay` is new."),)
            >>> Comparison(changes, "1.4.2", "1.4.2", "1.5.0").version_line
            'Version to write: 1.5.0 (minor, after 1.4.2).'
        """
        if self.bump is Bump.NONE:
            return ""
        if not self.version:
            reason = f"{self.old_version} is not a semantic version" if self.old_version else "none before"
            return f"Version to write: a new {self.bump} version ({reason})."
        after = f"{self.bump}, after {self.old_version}"
        if self.version == self.new_version:
            return f"Version {self.version} is enough ({after})."
        return f"Version to write: {self.version} ({after})."

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as plain JSON.

        Example:
            >>> Comparison().to_json()
            {'bump': 'none', 'is_breaking': False, 'old_version': '', 'new_version': '', 'version': '', \
'changes': []}
        """
        return {
            "bump": self.bump.value,
            "is_breaking": self.is_breaking,
            "old_version": self.old_version,
            "new_version": self.new_version,
            "version": self.version,
            "changes": [change.to_json() for change in self.changes],
        }

    def __repr__(self) -> str:
        to = f": {self.old_version} to {self.version}" if self.version else ""
        bump = "" if self.bump is Bump.NONE else f", {self.bump}{to}"
        return f"<Comparison: {self.summary}{bump}>"
