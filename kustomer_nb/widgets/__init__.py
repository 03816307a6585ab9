"""The workbench and its parts. Each can be used alone, and without a browser."""

from __future__ import annotations

from .action_form import ActionForm
from .diff_view import DiffView
from .problems_view import ProblemsView
from .request_preview import RequestPreview
from .response_view import ResponseView
from .run_panel import RunPanel
from .settings_form import SettingsForm
from .workbench import Workbench, workbench

__all__ = [
    "ActionForm",
    "DiffView",
    "ProblemsView",
    "RequestPreview",
    "ResponseView",
    "RunPanel",
    "SettingsForm",
    "Workbench",
    "workbench",
]
