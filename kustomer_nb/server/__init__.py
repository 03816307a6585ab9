"""The Jupyter server extension: answers JupyterLab about the text that it sends, and last test results.

It reads no setting and sends nothing. It reads one kind of file, ``.kustomer-nb/tests.json``, below the
folder that the server shows. This package alone imports jupyter_server, which comes with JupyterLab.
"""

from __future__ import annotations

from typing import Any

# What a page finds the version under.
PAGE_OPTION = "kustomerNb"
# As the extension names it, in labextension/modules/remoteEntry.js.
FACTORY = "Kustomer Workbench"
# Below it, the path of a file leads to its document.
OPEN = "kustomer-nb/open"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "kustomer_nb.server"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Add the handlers; jupyter_server calls this when it starts."""
    # Only then: the core of the package does not know jupyter_server.
    from kustomer_nb._version import __version__

    from .handlers import handlers

    # So that a page need not ask: where there is no answer, its console would have an error.
    server.web_app.settings.setdefault("page_config_data", {})[PAGE_OPTION] = __version__
    server.web_app.add_handlers(".*$", handlers(server.base_url))
