"""What Colab needs of an output, to draw a widget that is none of ipywidgets' own."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest
from anywidget._util import enable_custom_widget_manager_once

from kustomer_nb import ActionForm, loads, workbench

VIEW = "application/vnd.jupyter.widget-view+json"
DEFINITION = '{"type": "rest_api", "name": "kustomer.app.shop.find", "inputTemplate": {"uri": "http://a.b/"}}'


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> str:
    output = ModuleType("google.colab.output")
    output.enable_custom_widget_manager = lambda: None  # type: ignore[attr-defined]
    output._widgets = SimpleNamespace(_installed_url="manager.js")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    enable_custom_widget_manager_once.cache_clear()
    return "manager.js"


def test_a_form_and_a_workbench_say_what_draws_them(url: str) -> None:
    for widget in (ActionForm(loads(DEFINITION).action()), workbench(loads(DEFINITION))):
        data, metadata = widget._repr_mimebundle_()

        assert VIEW in data
        assert metadata[VIEW] == {"colab": {"custom_widget_manager": {"url": url}}}
        widget.close()
