"""What `benchmarks.widgets` draws: the same form in each library, run in the kernel of a notebook."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import anywidget
import httpx
import ipywidgets
import traitlets
from ipywidgets.widgets.widget import _instances

import kustomer_nb as knb
from benchmarks.large_response import APP, MEGABYTE, SETTING, TOKEN, body_of

KINDS: tuple[dict[str, Any], ...] = (
    {"type": "string"},
    {"type": "number"},
    {"type": "boolean"},
    {"type": "string", "enum": ["new", "open", "done"]},
)


def schema(count: int, prefix: str = "field") -> dict[str, Any]:
    """Return an inputSchema of ``count`` scalar fields, a quarter of each kind."""
    return {"type": "object", "properties": {f"{prefix}{at}": KINDS[at % 4] for at in range(count)}}


def definition(count: int, prefix: str = "field") -> dict[str, Any]:
    """Return an action that sends each of its fields, the strings among other text."""
    fields = schema(count, prefix)["properties"]
    data = {name: f"{{{{{{{name}}}}}}}" if at % 4 == 0 else f"/#{name}" for at, name in enumerate(fields)}
    return {
        "name": f"kustomer.app.shop.{prefix}",
        "type": "rest_api",
        "inputSchema": schema(count, prefix),
        "inputTemplate": {
            "uri": f"https://api.shop.com/orders/{{{{{{{prefix}0}}}}}}",
            "method": "post",
            "json": True,
            "data": data,
        },
    }


def app_of(*actions: dict[str, Any]) -> knb.App:
    """Return an app of these actions."""
    facts = {name: APP[name] for name in ("app", "version", "title")}
    return knb.load({**facts, "actions": list(actions)})


def action_form(count: int) -> knb.ActionForm:
    """Return our form."""
    return knb.ActionForm(app_of(definition(count)).action())


def workbench(count: int) -> Any:
    """Return our workbench, of two actions with ``count`` fields each."""
    return knb.workbench(app_of(definition(count), definition(count, "other")))


class CountedKeys:
    """The calls of Python functions, and the milliseconds, that each key in a JSON pane takes.

    Every other key is timed, and the calls of the others are counted: to count takes time.
    """

    def __init__(self, pane: Any) -> None:
        self.calls: list[int] = []
        self.milliseconds: list[float] = []
        self._handle = pane._handle_custom_msg
        self._number = 0
        pane._handle_custom_msg = self._watch

    def _watch(self, content: Any, buffers: Any) -> None:
        if content.get("kind") != "edit_text":
            self._handle(content, buffers)
            return
        self._number += 1
        if self._number % 2:
            began = time.perf_counter()
            self._handle(content, buffers)
            self.milliseconds.append((time.perf_counter() - began) * 1000)
        else:
            self.calls.append(calls_of(lambda: self._handle(content, buffers)))

    def figures(self) -> list[float]:
        """Return the median of the calls and of the milliseconds, and how many keys there were."""
        return [median(self.calls), median(self.milliseconds), self._number]


def calls_of(act: Callable[[], object]) -> int:
    """Return how many functions written in Python a call runs."""
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


def large_definition(lines: int) -> dict[str, Any]:
    """Return an app of as many actions with a body, schemas and samples as give so many lines."""
    actions: list[dict[str, Any]] = []
    while len(json.dumps(actions, indent=2).splitlines()) < lines:
        at = len(actions)
        fields = {f"field{number}": {"type": "string"} for number in range(12)}
        actions.append(
            {
                "name": f"kustomer.app.shop.action{at}",
                "description": f"The action number {at}",
                "type": "rest_api",
                "appSettings": {"token": {"key": "shop.default.token"}},
                "inputTemplate": {
                    "uri": f"https://api.shop.com/v{at}/orders/{{{{{{field0}}}}}}",
                    "method": "post",
                    "json": True,
                    "headers": {"authorization": "Bearer {{{token}}}"},
                    "data": {name: f"/#{name}" for name in fields},
                },
                "inputSchema": {"type": "object", "properties": fields, "additionalProperties": False},
                "outputTemplate": {"status": "/#body.status"},
                "outputSchema": {"type": "object", "properties": {"status": {"type": "string"}}},
                "sampleOutputContext": {"status": "PAID"},
            }
        )
    settings = {"default": {"token": {"type": "secret", "defaultValue": ""}}}
    facts = {name: APP[name] for name in ("app", "version", "title")}
    return {**facts, "settings": settings, "actions": actions}


def pane(lines: int) -> Any:
    """Return our workbench of a definition of so many lines, with its middle action selected."""
    app = large_definition(lines)
    middle = app["actions"][len(app["actions"]) // 2]["name"]
    return knb.workbench(knb.loads(json.dumps(app, indent=2)), middle, inputs={"field0": "7"})


def ipywidgets_form(count: int) -> ipywidgets.Widget:
    """Return the controls of ipywidgets, which share what can be shared: one layout, and a style a kind."""
    layout = ipywidgets.Layout(width="400px")
    text_style, plain_style = ipywidgets.Text().style, ipywidgets.FloatText().style
    check_style = ipywidgets.Checkbox().style

    def control(at: int) -> ipywidgets.Widget:
        common = {"description": f"field{at}", "layout": layout}
        if at % 4 == 0:
            return ipywidgets.Text(style=text_style, **common)
        if at % 4 == 1:
            return ipywidgets.FloatText(style=plain_style, **common)
        if at % 4 == 2:
            return ipywidgets.Checkbox(style=check_style, **common)
        return ipywidgets.Dropdown(options=KINDS[3]["enum"], style=plain_style, **common)

    return ipywidgets.VBox([control(at) for at in range(count)])


def jsonschema_form(count: int) -> ipywidgets.Widget:
    """Return the form of ipywidgets-jsonschema."""
    from ipywidgets_jsonschema import Form

    # Its default order is that of the names; ours is that of the schema.
    form: Any = Form(schema(count), sorter=list)
    return form.widget


class RjsfForm(anywidget.AnyWidget):
    """A form of @rjsf/core; its module is loaded from an address, so that the page keeps it."""

    _esm = os.environ.get("KNB_RJSF", "export default { render() {} };")

    schema = traitlets.Dict().tag(sync=True)
    value = traitlets.Dict().tag(sync=True)


def rjsf_form(count: int) -> RjsfForm:
    """Return the form of rjsf."""
    return RjsfForm(schema=schema(count))


# In a notebook there are others, so what the first widget costs is not measured.
SMALL = ipywidgets.Label("small")
_KEPT = set(_instances)


def close_all() -> None:
    """Close all widgets but the small one."""
    for name, widget in list(_instances.items()):
        if name not in _KEPT:
            widget.close()


def large_run() -> knb.Run:
    """Return a run whose response is 10 MB of JSON, parsed already."""
    body = body_of(10 * MEGABYTE, "nothing to hide")
    headers = {"content-type": "application/json"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=body))
    action = knb.load(APP).action()
    return action.run({}, settings={SETTING: TOKEN}, mode="live", confirm="api.shop.com", transport=transport)
