"""The rows in which a form shows an action: its request, inputs, settings, output and sample.

A row has a ``kind``, the ``pointer`` of its value within the action, its ``name`` if it is a key, and its
value as ``text``. What no other row can show is a row of JSON text, so nothing of an action is left out.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.written_numbers import json_source

if TYPE_CHECKING:
    from kustomer_nb.definition import ReadAction

Row = dict[str, Any]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TYPES = ("string", "number", "boolean", "object", "array")
# A larger object is one row of JSON: nobody edits it row by row, and the page would be slow.
MOST_ROWS = 200
DEEPEST = 8
_SHOWN = ("name", "description", "type", "appSettings", "appAccountName")
_SHOWN_TOO = ("inputTemplate", "inputSchema", "outputTemplate", "outputSchema", "sampleOutputContext")
_REQUEST = ("method", "uri", "qs", "headers", "data", "json")
_INPUT = ("type", "default", "description")


def sections_of(
    read: ReadAction,
    sources: Mapping[str, str],
    masked: Container[str] = (),
    masked_keys: Container[str] = (),
) -> list[dict[str, Any]]:
    """Return the sections of an action's form, each with its rows.

    ``sources`` says by the key of an app setting where its value comes from; ``masked`` has the pointers of
    the values that are masks, ``masked_keys`` those of the members whose keys are.

    Example:
        >>> from kustomer_nb import loads
        >>> action = loads('{"inputTemplate": {"uri": "/{{id}}", "qs": {"open": true}}}').action()
        >>> sections = {section["id"]: section["rows"] for section in sections_of(action.read, {})}
        >>> [row["text"] for row in sections["request"]], sections["query"][0]["kind"]
        (['', '/{{id}}'], 'json')
    """
    value = read.value
    template = value.get("inputTemplate", {})
    sections = [_section("about", "Action", _about(value))]
    if isinstance(template, dict):
        sections += [
            _section("request", "Request", _request(template)),
            _members_section("query", "Query", "/inputTemplate/qs", template.get("qs", UNDEFINED)),
            _members_section(
                "headers", "Headers", "/inputTemplate/headers", template.get("headers", UNDEFINED)
            ),
            _body_section(template),
        ]
    else:
        sections.append(
            _section("request", "Request", [_json_row("/inputTemplate", "inputTemplate", template)])
        )
    sections += [
        _inputs_section(value.get("inputSchema", UNDEFINED)),
        _settings_section(value, sources),
        _outputs_section(value),
        _sample_section(value),
    ]
    unshown = list(_unshown(value, template))
    sections += [_section("rest", "Only as JSON", unshown)] if unshown else []
    if masked or masked_keys:
        for section in sections:
            _mark_masked(section["rows"], masked, masked_keys)
    return sections


def _mark_masked(rows: list[Row], masked: Container[str], keys: Container[str]) -> None:
    """Say of each row which of its fields show a mask: they are edited as a whole."""
    for row in rows:
        fields = {"text": row["pointer"]}
        if row["kind"] == "input":
            fields = {key: pointers.join(row["pointer"], key) for key in ("default", "description")}
        elif row["kind"] == "setting":
            fields = {"setting": pointers.join(row["pointer"], "key")}
        row["masked"] = [field for field, pointer in fields.items() if pointer in masked]
        row["masked"] += ["name"] if row["pointer"] in keys else []
        _mark_masked(row.get("rows", []), masked, keys)


def _section(
    id: str, title: str, rows: list[Row], *, note: str = "", adds: str = "", pointer: str = ""
) -> Row:
    return {"id": id, "title": title, "note": note, "rows": rows, "adds": adds, "pointer": pointer}


def _about(action: Mapping[str, Any]) -> list[Row]:
    rows = [
        _text_row("/name", "name", action.get("name", ""), kind="name"),
        _text_row("/description", "description", action.get("description", ""), kind="plain"),
    ]
    if action.get("type", "rest_api") != "rest_api":
        rows.append(_text_row("/type", "type", action["type"], kind="plain"))
    return rows


def _methods(method: str) -> list[list[str]]:
    """Return the methods to choose from; the present one is written as the author does."""
    known = method.upper()
    options = [[method if name == known else name, name] for name in METHODS]
    return options if known in METHODS else [[method, method or "not set"], *options]


def _request(template: Mapping[str, Any]) -> list[Row]:
    method = template.get("method", "")
    row = _text_row("/inputTemplate/method", "method", method)
    if row["kind"] == "text":
        row |= {"kind": "choice", "options": _methods(method)}
    return [row, _text_row("/inputTemplate/uri", "uri", template.get("uri", ""))]


def _members_section(id: str, title: str, pointer: str, value: Any) -> Row:
    if value is UNDEFINED or isinstance(value, dict):
        members = value if isinstance(value, dict) else {}
        rows = _member_rows(pointer, members)
        return _section(id, title, rows, note=str(len(members)), adds="text", pointer=pointer)
    return _section(id, title, [_text_row(pointer, title.lower(), value)])


def _body_section(template: Mapping[str, Any]) -> Row:
    pointer, body, as_json = (
        "/inputTemplate/data",
        template.get("data", UNDEFINED),
        template.get("json", UNDEFINED),
    )
    form: Row = _json_row("/inputTemplate/json", "json", as_json)
    if as_json is UNDEFINED or isinstance(as_json, bool):
        options = [["true", "JSON"], ["false", "text or form"]]
        form |= {
            "kind": "choice",
            "options": options,
            "text": "true" if as_json is True else "false",
            "isJson": True,
        }
    if body is UNDEFINED:
        # `json: true` alone matters too: it parses the response.
        return _section("body", "Body", [form], note="none", adds="body", pointer=pointer)
    rows = _member_rows(pointer, body) if isinstance(body, dict) else [_value_row(pointer, "data", body, 1)]
    return _section(
        "body", "Body", [form, *rows], adds="any" if isinstance(body, dict) else "", pointer=pointer
    )


def _member_rows(pointer: str, members: Mapping[str, Any], depth: int = 1) -> list[Row]:
    if len(members) > MOST_ROWS:
        return [_json_row(pointer, pointer.rpartition("/")[2], members)]
    return [
        _value_row(pointers.join(pointer, name), name, value, depth) | {"isKey": True}
        for name, value in members.items()
    ]


def _value_row(pointer: str, name: str, value: Any, depth: int) -> Row:
    if isinstance(value, str):
        return _text_row(pointer, name, value)
    if isinstance(value, dict) and depth < DEEPEST and len(value) <= MOST_ROWS:
        rows = _member_rows(pointer, value, depth + 1)
        return {"kind": "object", "pointer": pointer, "name": name, "rows": rows}
    if isinstance(value, list) and depth < DEEPEST and 0 < len(value) <= MOST_ROWS and _has_text(value):
        items = enumerate(value)
        rows = [_value_row(pointers.join(pointer, at), str(at + 1), item, depth + 1) for at, item in items]
        return {"kind": "array", "pointer": pointer, "name": name, "rows": rows}
    return _json_row(pointer, name, value)


def _has_text(value: list[Any]) -> bool:
    return any(isinstance(item, (str, dict)) for item in value)


def _text_row(pointer: str, name: str, value: Any, kind: str = "text") -> Row:
    if not isinstance(value, str):
        return _json_row(pointer, name, value)
    return {"kind": kind, "pointer": pointer, "name": name, "text": value}


def _json_row(pointer: str, name: str, value: Any, *, is_long: bool = False) -> Row:
    text = "" if value is UNDEFINED else json_source(value, ensure_ascii=False, indent=2 if is_long else None)
    return {"kind": "json", "pointer": pointer, "name": name, "text": text, "isLong": is_long}


def _inputs_section(schema: Any) -> Row:
    pointer = "/inputSchema"
    properties = schema.get("properties", {}) if isinstance(schema, dict) else None
    if schema is UNDEFINED:
        properties = {}
    if not isinstance(properties, dict) or len(properties) > MOST_ROWS:
        return _section("inputs", "Inputs", [_json_row(pointer, "inputSchema", schema)])
    required = schema.get("required", []) if isinstance(schema, dict) else []
    required = required if isinstance(required, list) else []
    rows = [_input_row(name, node, is_required=name in required) for name, node in properties.items()]
    if isinstance(schema, dict):
        others = {key: item for key, item in schema.items() if key not in ("type", "properties", "required")}
        rows += [_json_row(pointers.join(pointer, key), key, item) for key, item in others.items()]
    return _section("inputs", "Inputs", rows, note=str(len(properties)), adds="input", pointer=pointer)


def _input_row(name: str, node: Any, *, is_required: bool) -> Row:
    pointer = pointers.join("/inputSchema/properties", name)
    if not isinstance(node, dict) or not isinstance(node.get("type", ""), str):
        return _json_row(pointer, name, node) | {"isKey": True}
    default = node.get("default", "")
    text = default if isinstance(default, str) else json_source(default, ensure_ascii=False)
    description = node.get("description", "")
    return {
        "kind": "input",
        "pointer": pointer,
        "name": name,
        "isKey": True,
        "type": node.get("type", ""),
        "types": list(TYPES) if node.get("type", "") in ("", *TYPES) else [node["type"], *TYPES],
        "isRequired": is_required,
        "default": text,
        "description": description if isinstance(description, str) else "",
        "rows": _keyword_rows(pointer, node),
    }


def _keyword_rows(pointer: str, node: Mapping[str, Any]) -> list[Row]:
    """Return the rows of the keywords of an input that have no field of their own."""
    return [
        _json_row(pointers.join(pointer, key), key, item)
        for key, item in node.items()
        if key not in _INPUT or (key == "description" and not isinstance(item, str))
    ]


def _setting_row(name: str, setting: Any, sources: Mapping[str, str]) -> Row:
    pointer = pointers.join("/appSettings", name)
    if not isinstance(setting, dict) or set(setting) != {"key"} or not isinstance(setting["key"], str):
        return _json_row(pointer, name, setting) | {"isKey": True}
    key = setting["key"]
    facts = {"text": key, "source": sources.get(key, "")}
    return {"kind": "setting", "pointer": pointer, "name": name, "isKey": True, **facts}


def _settings_section(action: Mapping[str, Any], sources: Mapping[str, str]) -> Row:
    settings = action.get("appSettings", {})
    rows: list[Row] = []
    if not isinstance(settings, dict):
        rows.append(_json_row("/appSettings", "appSettings", settings))
    for name, setting in settings.items() if isinstance(settings, dict) else ():
        rows.append(_setting_row(name, setting, sources))
    note = str(len(settings)) if isinstance(settings, dict) else ""
    if "appAccountName" in action:
        rows.append(_text_row("/appAccountName", "appAccountName", action["appAccountName"], kind="plain"))
    adds = "setting" if isinstance(settings, dict) else ""
    return _section("settings", "App Settings", rows, note=note, adds=adds, pointer="/appSettings")


def _outputs_section(action: Mapping[str, Any]) -> Row:
    pointer, template = "/outputTemplate", action.get("outputTemplate", UNDEFINED)
    schema = action.get("outputSchema", UNDEFINED)
    if template is not UNDEFINED and not isinstance(template, dict):
        rows = [_value_row(pointer, "outputTemplate", template, DEEPEST)]
        adds = ""
    else:
        members = template if isinstance(template, dict) else {}
        rows = [_output_row(name, value, schema) for name, value in members.items()]
        adds = "output"
    note = f"{len(rows)}, what the next step sees" if adds else ""
    if schema is not UNDEFINED:
        rows.append(_json_row("/outputSchema", "outputSchema", schema, is_long=True))
    return _section("output", "Output", rows, note=note, adds=adds, pointer=pointer)


def _output_row(name: str, value: Any, schema: Any) -> Row:
    row = _text_row(pointers.join("/outputTemplate", name), name, value)
    properties = schema.get("properties") if isinstance(schema, dict) else None
    node = properties.get(name, UNDEFINED) if isinstance(properties, dict) else None
    kind = node.get("type", "any value") if isinstance(node, dict) else ""
    is_declared = None if node is None else node is not UNDEFINED
    facts = {
        "isKey": True,
        "isDeclared": is_declared,
        "type": kind if isinstance(kind, str) else "several types",
    }
    return row | {"kind": "output", "isJson": row["kind"] == "json", **facts}


def _sample_section(action: Mapping[str, Any]) -> Row:
    sample = action.get("sampleOutputContext", UNDEFINED)
    row = _json_row("/sampleOutputContext", "sampleOutputContext", sample, is_long=True)
    return _section("sample", "Sample", [row], note="what the output is compared with")


def _unshown(action: Mapping[str, Any], template: Any) -> Iterator[Row]:
    if isinstance(template, dict):
        for key, value in template.items():
            if key not in _REQUEST:
                yield _json_row(pointers.join("/inputTemplate", key), key, value) | {"isKey": True}
    for key, value in action.items():
        if key not in (*_SHOWN, *_SHOWN_TOO):
            yield _json_row(pointers.join("", key), key, value) | {"isKey": True}
