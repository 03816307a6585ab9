"""Write, check, preview and run Kustomer workflow actions, in JupyterLab, from the command line and in CI.

The door is lazy: a name is imported when it is first asked for, so that ``import kustomer_nb`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .action import Action
    from .app import App, lint, load, loads
    from .definition.jsonschema import definition_schema
    from .diagnostics import Diagnostic, Diagnostics, Severity, Span
    from .difference import Diff, diff
    from .errors import (
        AnswerTimeoutError,
        EditError,
        GuardError,
        InputError,
        KustomerNbError,
        LoadError,
        NameNotFoundError,
        ReplayError,
        RequestError,
        SaveError,
        SettingError,
        TemplateError,
        TransportError,
    )
    from .history import History
    from .jsontext.javascript import UNDEFINED
    from .kustomer import Platform
    from .request import Request
    from .response import Response
    from .run import Run
    from .schema import infer
    from .secret import Secret
    from .widgets import ActionForm, RequestPreview, RunPanel, SettingsForm, Workbench, workbench

_HOMES = {
    "action": ("Action",),
    "app": (
        "App",
        "lint",
        "load",
        "loads",
    ),
    "definition.jsonschema": ("definition_schema",),
    "diagnostics": (
        "Diagnostic",
        "Diagnostics",
        "Severity",
        "Span",
    ),
    "difference": (
        "Diff",
        "diff",
    ),
    "errors": (
        "AnswerTimeoutError",
        "EditError",
        "GuardError",
        "InputError",
        "KustomerNbError",
        "LoadError",
        "NameNotFoundError",
        "ReplayError",
        "RequestError",
        "SaveError",
        "SettingError",
        "TemplateError",
        "TransportError",
    ),
    "history": ("History",),
    "jsontext.javascript": ("UNDEFINED",),
    "kustomer": ("Platform",),
    "request": ("Request",),
    "response": ("Response",),
    "run": ("Run",),
    "schema": ("infer",),
    "secret": ("Secret",),
    "widgets": (
        "ActionForm",
        "RequestPreview",
        "RunPanel",
        "SettingsForm",
        "Workbench",
        "workbench",
    ),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Action",
    "ActionForm",
    "AnswerTimeoutError",
    "App",
    "Diagnostic",
    "Diagnostics",
    "Diff",
    "EditError",
    "GuardError",
    "History",
    "InputError",
    "KustomerNbError",
    "LoadError",
    "NameNotFoundError",
    "Platform",
    "ReplayError",
    "Request",
    "RequestError",
    "RequestPreview",
    "Response",
    "Run",
    "RunPanel",
    "SaveError",
    "Secret",
    "SettingError",
    "SettingsForm",
    "Severity",
    "Span",
    "TemplateError",
    "TransportError",
    "UNDEFINED",
    "Workbench",
    "__version__",
    "definition_schema",
    "diff",
    "infer",
    "lint",
    "load",
    "loads",
    "workbench",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def load_ipython_extension(shell: Any) -> None:
    """Give IPython the cell magic ``%%action``; ``%load_ext kustomer_nb`` calls this."""
    from .magics import load as give

    give(shell)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
