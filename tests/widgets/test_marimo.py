from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import anywidget
import pytest

from kustomer_nb import ActionForm, load, widgets
from kustomer_nb.widgets.base import BaseWidget

SCHEMA = {"properties": {"id": {"type": "number"}, "note": {"type": "string"}}}
# What adds to the method of the same name, and calls it.
EXTENDED = {"_repr_mimebundle_", "close", "get_state", "send_state"}


class Comm:
    """What connects a widget to a page; its module is what a widget knows marimo by."""

    kernel = "marimo"

    def __init__(self) -> None:
        self.comm_id = "1"
        self.updates: list[dict[str, Any]] = []

    def send(self, data: dict[str, Any], **others: object) -> None:
        self.updates.append(data.get("state", {}))

    def on_msg(self, callback: object) -> None:
        return

    def close(self, **others: object) -> None:
        return


def a_form() -> ActionForm:
    return ActionForm(load({"type": "rest_api", "inputSchema": SCHEMA}).action())


@pytest.fixture
def in_marimo(monkeypatch: pytest.MonkeyPatch) -> Iterator[ActionForm]:
    monkeypatch.setitem(sys.modules, "marimo", ModuleType("marimo"))
    monkeypatch.setattr(Comm, "__module__", "marimo._plugins.ui._impl.comm")
    form = a_form()
    form.comm = Comm()
    yield form
    form.close()


def test_in_marimo_the_state_is_the_inputs_and_each_change_has_a_number(in_marimo: ActionForm) -> None:
    in_marimo.enter("id", "7")
    in_marimo.enter("note", "")
    in_marimo.enter("note", "")

    assert in_marimo.get_state() == {"id": 7, "note": ""}
    assert in_marimo.revision == 2
    in_marimo.set_state({"revision_seen": 2})
    assert in_marimo.revision_seen == 2


def test_a_page_of_marimo_that_asks_for_the_state_gets_all_of_it(in_marimo: ActionForm) -> None:
    in_marimo.send_state()

    assert {"fields", "entries", "states"} <= set(in_marimo.comm.updates[-1])


def test_elsewhere_nothing_is_counted_and_the_state_is_the_traits() -> None:
    form = a_form()
    form.enter("id", "7")

    assert form.revision == 0
    assert {"fields", "entries"} <= set(form.get_state())


def test_no_widget_has_a_method_of_its_own_in_place_of_one_that_ipywidgets_calls() -> None:
    for module in pkgutil.iter_modules(widgets.__path__):
        importlib.import_module(f"{widgets.__name__}.{module.name}")
    # Read without looking them up, which warns of deprecated ones.
    kinds = anywidget.AnyWidget.__mro__
    theirs = {name for kind in kinds for name, member in vars(kind).items() if inspect.isfunction(member)}

    def below(kind: type) -> Iterator[type]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    replaced = {
        f"{kind.__name__}.{name}"
        for kind in (BaseWidget, *below(BaseWidget))
        for name in theirs.intersection(vars(kind)) - EXTENDED
        if not name.startswith("__")
    }
    assert replaced == set()
