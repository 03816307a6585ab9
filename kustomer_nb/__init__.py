"""Write, check, preview and run Kustomer workflow actions, in JupyterLab, from the command line and in CI.

The public names are imported when they are first used, so that ``import kustomer_nb`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._lazy import lazy_names
from ._version import __version__ as __version__
from .display import set_provider

if TYPE_CHECKING:
    from .action import Action as Action
    from .app import App as App
    from .batch import Batch as Batch
    from .batch import Plan as Plan
    from .comparing import compare as compare
    from .compatibility.result import Comparison as Comparison
    from .covering import Coverage as Coverage
    from .covering import coverage as coverage
    from .definition.json_schema import definition_schema as definition_schema
    from .diagnostics import Diagnostic as Diagnostic
    from .diagnostics import Diagnostics as Diagnostics
    from .diagnostics import Severity as Severity
    from .diagnostics import Span as Span
    from .difference import Diff as Diff
    from .difference import diff as diff
    from .errors import ConversionError as ConversionError
    from .errors import EditError as EditError
    from .errors import GuardError as GuardError
    from .errors import InputError as InputError
    from .errors import KustomerNbError as KustomerNbError
    from .errors import LoadError as LoadError
    from .errors import NameNotFoundError as NameNotFoundError
    from .errors import ReplayError as ReplayError
    from .errors import RequestError as RequestError
    from .errors import ResponseTimeoutError as ResponseTimeoutError
    from .errors import SaveError as SaveError
    from .errors import SettingError as SettingError
    from .errors import TemplateError as TemplateError
    from .errors import TransportError as TransportError
    from .importing import Imported as Imported
    from .importing import from_curl as from_curl
    from .jsontext.javascript import UNDEFINED as UNDEFINED
    from .loading import lint as lint
    from .loading import load as load
    from .loading import loads as loads
    from .loading import new_app as new_app
    from .notebooks import Shared as Shared
    from .notebooks import share as share
    from .platform import Platform as Platform
    from .probing import Hazards as Hazards
    from .probing import hazards as hazards
    from .request import Request as Request
    from .response import Response as Response
    from .run import Run as Run
    from .schema import infer as infer
    from .secrets import Secret as Secret
    from .storage.history import History as History
    from .testing.platform_log import from_log as from_log
    from .testing.results import Results as Results
    from .testing.running import test as test
    from .widgets import ActionForm as ActionForm
    from .widgets import DefinitionCode as DefinitionCode
    from .widgets import DefinitionForm as DefinitionForm
    from .widgets import DiffView as DiffView
    from .widgets import HistoryView as HistoryView
    from .widgets import OutputView as OutputView
    from .widgets import ProblemsView as ProblemsView
    from .widgets import RequestPreview as RequestPreview
    from .widgets import ResponseView as ResponseView
    from .widgets import RunBar as RunBar
    from .widgets import SettingsForm as SettingsForm
    from .widgets.workbench import Workbench as Workbench
    from .widgets.workbench import workbench as workbench

# Each public name and the module that defines it; a test holds the typed imports above to it.
_MODULES = {
    "Action": "action",
    "ActionForm": "widgets",
    "ResponseTimeoutError": "errors",
    "App": "app",
    "Batch": "batch",
    "compare": "comparing",
    "Comparison": "compatibility.result",
    "ConversionError": "errors",
    "Coverage": "covering",
    "coverage": "covering",
    "definition_schema": "definition.json_schema",
    "Diagnostic": "diagnostics",
    "Diagnostics": "diagnostics",
    "Diff": "difference",
    "DiffView": "widgets",
    "ProblemsView": "widgets",
    "ResponseView": "widgets",
    "diff": "difference",
    "EditError": "errors",
    "GuardError": "errors",
    "Hazards": "probing",
    "hazards": "probing",
    "History": "storage.history",
    "infer": "schema",
    "from_curl": "importing",
    "from_log": "testing.platform_log",
    "Imported": "importing",
    "InputError": "errors",
    "KustomerNbError": "errors",
    "lint": "loading",
    "load": "loading",
    "LoadError": "errors",
    "loads": "loading",
    "NameNotFoundError": "errors",
    "new_app": "loading",
    "Plan": "batch",
    "Platform": "platform",
    "ReplayError": "errors",
    "Request": "request",
    "RequestError": "errors",
    "RequestPreview": "widgets",
    "Response": "response",
    "Results": "testing.results",
    "Run": "run",
    "DefinitionCode": "widgets",
    "DefinitionForm": "widgets",
    "HistoryView": "widgets",
    "OutputView": "widgets",
    "RunBar": "widgets",
    "SaveError": "errors",
    "Secret": "secrets",
    "SettingError": "errors",
    "SettingsForm": "widgets",
    "Severity": "diagnostics",
    "share": "notebooks",
    "Shared": "notebooks",
    "Span": "diagnostics",
    "TemplateError": "errors",
    "test": "testing.running",
    "TransportError": "errors",
    "UNDEFINED": "jsontext.javascript",
    "Workbench": "widgets",
    "workbench": "widgets",
}
__all__ = ["__version__", *_MODULES]

# Values do not import the package that renders them: they only know its name.
set_provider(f"{__name__}.reporting")


__getattr__ = lazy_names(__name__, _MODULES)


def load_ipython_extension(shell: Any) -> None:
    """Give IPython the magics ``%%action`` and ``%knb``; ``%load_ext kustomer_nb`` calls this."""
    from .magics import load as give

    give(shell)


def __dir__() -> list[str]:
    return sorted(__all__)
