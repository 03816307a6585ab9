"""What a problem has an effect on, and the order in which a list of problems is shown."""

from __future__ import annotations

from enum import IntEnum

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity


class Effect(IntEnum):
    """What a problem changes, the first to be shown first.

    A silent change comes before what stops the registration or the run, which nobody can miss.
    """

    CHANGES_NOW = 1
    BLOCKS = 2
    MAY_CHANGE = 3


# Warnings that depend on values that are not known yet, or that are about the builder and the preview alone.
_MAY_CHANGE = frozenset(
    {
        Code.ESCAPED_IN_ADDRESS_OR_HEADER,
        Code.HELPER_NOT_KNOWN_HERE,
        Code.UNKNOWN_HELPER,
        Code.NAME_IN_BOTH,
        Code.SAMPLE_NOT_EMITTED,
        Code.SAMPLE_CONTRADICTS_SCHEMA,
        Code.SAMPLE_DROPPED,
        Code.INPUT_CHOOSES_HOST,
        Code.SETTING_DEFAULT_MISSING,
        Code.UNKNOWN_ACTION_KEY,
    }
)


def effect_of(diagnostic: Diagnostic) -> Effect:
    """Return what a problem has an effect on.

    Example:
        >>> warning = Diagnostic("KNB404", Severity.WARNING, "/inputTemplate/qs", "qs is a string.")
        >>> effect_of(warning).name
        'CHANGES_NOW'
    """
    if diagnostic.severity is Severity.ERROR:
        return Effect.BLOCKS
    is_certain = diagnostic.severity is Severity.WARNING and diagnostic.code not in _MAY_CHANGE
    return Effect.CHANGES_NOW if is_certain else Effect.MAY_CHANGE


def by_effect(diagnostics: Diagnostics) -> Diagnostics:
    """Return the problems in the order in which they are shown: by effect, hints last, else as they were.

    Example:
        >>> hint = Diagnostic("KNB219", Severity.HINT, "/description", "the action has no description.")
        >>> warning = Diagnostic("KNB404", Severity.WARNING, "/inputTemplate/qs", "qs is a string.")
        >>> by_effect(Diagnostics([hint, warning])).codes
        ['KNB404', 'KNB219']
    """
    return Diagnostics(sorted(diagnostics, key=_rank), text=diagnostics.text)


def _rank(diagnostic: Diagnostic) -> tuple[Effect, bool]:
    return effect_of(diagnostic), diagnostic.severity is Severity.HINT
