"""The workbench and its parts. Each can be used alone, and without a browser."""

from __future__ import annotations

from .action_form import ActionForm
from .request_preview import RequestPreview
from .run_panel import RunPanel
from .settings_form import SettingsForm
from .workbench import Workbench, workbench

__all__ = ["ActionForm", "RequestPreview", "RunPanel", "SettingsForm", "Workbench", "workbench"]
