"""The workbench and its leaves. Each can be used alone, and without a browser."""

from __future__ import annotations

from .action_form import ActionForm
from .definition_code import DefinitionCode
from .definition_form import DefinitionForm
from .diff_view import DiffView
from .history_view import HistoryView
from .output_view import OutputView
from .problems_view import ProblemsView
from .request_preview import RequestPreview
from .response_view import ResponseView
from .run_bar import RunBar
from .settings_form import SettingsForm
from .workbench import Workbench, workbench

__all__ = [
    "ActionForm",
    "DefinitionCode",
    "DefinitionForm",
    "DiffView",
    "HistoryView",
    "OutputView",
    "ProblemsView",
    "RequestPreview",
    "ResponseView",
    "RunBar",
    "SettingsForm",
    "Workbench",
    "workbench",
]
