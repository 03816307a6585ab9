"""A project whose one secret is the canary: a definition, a profile and ``.env``."""

from __future__ import annotations

import json
from pathlib import Path

from tests.canary.token import TOKEN, VARIABLE

SOURCES = frozenset({"work/.env"})


def write_project(folder: Path, address: str) -> Path:
    """Write the project, and return the path of its definition."""
    folder.mkdir(parents=True)
    template = {
        "uri": f"{address}/orders/{{{{{{id}}}}}}/{{{{token}}}}?raw={{{{token}}}}",
        "method": "post",
        "json": True,
        "headers": {"authorization": "Bearer {{{token}}}", "x-key": "{{{token}}}", "x-escaped": "{{token}}"},
        "qs": {"token": "/#token", "sum": "a{{token}}b"},
        "data": {"token": "/#token", "text": "say {{{token}}}", "id": "/#id", "list": ["/#token"]},
    }
    action = {
        "name": "kustomer.app.canary.find",
        "description": "Find an order",
        "type": "rest_api",
        "appSettings": {"token": {"key": "canary.default.token"}},
        "inputSchema": {"properties": {"id": {"type": "number"}}, "required": ["id"]},
        "inputTemplate": template,
        "outputTemplate": {"response": "/#response", "body": "/#body", "note": "got {{body.token}}"},
        "sampleOutputContext": {"body": {"id": 7}},
    }
    app = {
        "app": "canary",
        "version": "1.0.0",
        "title": "Canary",
        "settings": {"default": {"token": {"type": "secret", "defaultValue": ""}}},
        "actions": [action],
    }
    path = folder / "canary.json"
    path.write_text(json.dumps(app, indent=2), encoding="utf-8")
    (folder / "kustomer-nb.toml").write_text('[profiles.local]\nguard = "none"\n', encoding="utf-8")
    escaped = TOKEN.replace("\\", "\\\\").replace("'", "\\'")
    (folder / ".env").write_text(f"{VARIABLE}='{escaped}'\n", encoding="utf-8")
    return path
