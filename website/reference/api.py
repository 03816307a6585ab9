"""The reference of Python: a page of all public names, and on the site one a group, with signatures."""

from __future__ import annotations

import inspect
from importlib import import_module

_INTRODUCTION = """# Python

All public names of `kustomer_nb`, by what they are for. On the site of the documentation each leads to its
signature, its options and an example. In a notebook Shift+Tab shows the same, and `help(knb.load)` prints it.

Everything else in the package may change between two versions, except the modules at the end of this page.
"""

# The title of each group, its module and its names: a public name that is in no group fails the tests.
_GROUPS = {
    "definitions": (
        "Definitions",
        "kustomer_nb",
        "load loads new_app App Action lint definition_schema Diagnostic Diagnostics Severity Span",
    ),
    "runs": ("Requests and runs", "kustomer_nb", "Request Response Run Platform Secret UNDEFINED"),
    "comparing": (
        "Differences, schemas and versions",
        "kustomer_nb",
        "diff Diff infer compare Comparison",
    ),
    "testing": (
        "Tests and history",
        "kustomer_nb",
        "test Results coverage Coverage hazards Hazards History share Shared",
    ),
    "rows": ("Many rows", "kustomer_nb", "Plan Batch"),
    "importing": ("Imports", "kustomer_nb", "from_curl Imported from_log"),
    "widgets": (
        "Widgets",
        "kustomer_nb",
        "workbench Workbench ActionForm DefinitionCode DefinitionForm DiffView HistoryView OutputView "
        "ProblemsView RequestPreview ResponseView RunBar SettingsForm",
    ),
    "errors": (
        "Errors",
        "kustomer_nb",
        "KustomerNbError LoadError NameNotFoundError InputError SettingError TemplateError RequestError "
        "GuardError TransportError ResponseTimeoutError ReplayError ConversionError EditError SaveError",
    ),
    "demo": ("The demo store", "kustomer_nb.demo", "start Store definition_text project"),
    "reporting": ("Values as text", "kustomer_nb.reporting", "text html as_json"),
    "template": ("Templates", "kustomer_nb.template", "Template Scope render_value"),
    "schema": ("Schemas", "kustomer_nb.schema", "coerce project"),
    "transport": (
        "Transport",
        "kustomer_nb.transport",
        "Connection Destination fault_transport is_forbidden",
    ),
    "session": ("Sessions of widgets", "kustomer_nb.widgets.session", "Session"),
}
GROUPS = {key: (title, module, tuple(names.split())) for key, (title, module, names) in _GROUPS.items()}


def page() -> str:
    """Return the page of all public names, as ``docs/reference/api.md`` has it.

    Example:
        >>> page().splitlines()[0]
        '# Python'
    """
    return _INTRODUCTION + "".join(map(_table, GROUPS.values()))


def pages() -> dict[str, str]:
    """Return the page of each group, by its name on the site, in reStructuredText."""
    return {f"reference/api/{name}.rst": _group(*group) for name, group in GROUPS.items()}


def linked(text: str) -> str:
    """Return the text of the page of all names as the site has it: each name leads to its description."""
    listed = "\n".join(f"api/{name}" for name in GROUPS)
    for _, module, names in GROUPS.values():
        for name in names:
            text = text.replace(f"\n| `{name}` |", f"\n| {{py:obj}}`{name} <{module}.{name}>` |", 1)
    return text + f"\n```{{toctree}}\n:hidden:\n\n{listed}\n```\n"


def _table(group: tuple[str, str, tuple[str, ...]]) -> str:
    title, module, names = group
    where = "" if module == "kustomer_nb" else f"In `{module}`.\n\n"
    rows = "".join(f"| `{name}` | {_summary(module, name)} |\n" for name in names)
    return f"\n## {title}\n\n{where}| Name | What it is |\n|---|---|\n{rows}"


def _summary(module: str, name: str) -> str:
    value = getattr(import_module(module), name)
    sentence = " ".join((inspect.getdoc(value) or "").partition("\n\n")[0].split())
    if not sentence:
        raise ValueError(f"{module}.{name} has no docstring")
    return sentence.replace("``", "`").replace("|", "\\|")


def _group(title: str, module: str, names: tuple[str, ...]) -> str:
    parts = [title, "=" * len(title), "", f".. module:: {module}" if module != "kustomer_nb" else ""]
    for name in names:
        value = getattr(import_module(module), name)
        parts += ["", *_directive(value, f"{module}.{name}")]
    return "\n".join(parts) + "\n"


def _directive(value: object, name: str) -> list[str]:
    if not inspect.isclass(value):
        return [f".. auto{'function' if callable(value) else 'data'}:: {name}"]
    if issubclass(value, Exception):
        return [f".. autoexception:: {name}"]
    return [f".. autoclass:: {name}", "   :members:"]
