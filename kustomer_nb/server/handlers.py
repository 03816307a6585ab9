"""What the server answers, at addresses below ``kustomer-nb/``."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from kustomer_nb._version import __version__

from . import FACTORY, OPEN

# The largest text in characters of three bytes, with inputs and a body of the last run.
MOST_BYTES = 4_000_000
NAMES = ("lint", "overview", "profile", "complete", "hover", "fixes", "rename", "definition")
# Two texts at a time: more would only wait for each other.
_WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="kustomer-nb")


class _Handler(APIHandler):
    # Whoever may read may ask: a hub grants that by this name.
    auth_resource = "kustomer_nb"
    # Typing in an editor is not what keeps a server from being stopped when nobody uses it.
    _track_activity = False


class VersionHandler(_Handler):
    """Which kustomer_nb answers: a kernel may have another one."""

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator] # it returns any function
    async def get(self) -> None:
        """Write the version, and what can be asked."""
        self.finish(json.dumps({"version": __version__, "questions": NAMES}))


class QuestionHandler(_Handler):
    """Answers one question about a posted text."""

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator] # it returns any function
    async def post(self, question: str) -> None:
        """Write the answer as JSON.

        Raises:
            HTTPError: 413 for a text that is too large, 400 for a question that is not asked as it must be.
        """
        if len(self.request.body) > MOST_BYTES:
            raise web.HTTPError(413, "the posted text is too large.")
        # Not on the event loop, which answers all other requests of the server.
        work = partial(_answer, question, self.request.body)
        status, result = await asyncio.get_running_loop().run_in_executor(_WORKERS, work)
        if status != 200:
            raise web.HTTPError(status, str(result))
        self.finish(json.dumps(result))


class LastResultsHandler(_Handler):
    """The last test results of folders of the server: their names and outcomes, from one hidden file."""

    # Whoever may read files there.
    auth_resource = "contents"

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator] # it returns any function
    async def get(self) -> None:
        """Write the results as JSON; none where files are not in a folder of this machine."""
        root = getattr(self.contents_manager, "root_dir", None)
        folders = self.get_query_arguments("folder")
        results = await asyncio.get_running_loop().run_in_executor(_WORKERS, partial(_results, root, folders))
        self.finish(json.dumps({**results, "version": __version__}))


class StarterHandler(_Handler):
    """The text of a starter definition."""

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator] # it returns any function
    async def get(self) -> None:
        """Write the text as JSON.

        Raises:
            HTTPError: 400 for what is not the id of an app.
        """
        from kustomer_nb.kernel_questions import reply

        status, result = reply("starter", {"app": self.get_query_argument("app")})
        if status != 200:
            raise web.HTTPError(status, str(result))
        self.finish(json.dumps(result))


class OpenHandler(JupyterHandler):
    """Leads to a definition as a document.

    The address of such a document has a query, and Jupyter would print it with a second one for its token.
    """

    # Whoever may read files there.
    auth_resource = "contents"

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator] # it returns any function
    async def get(self, path: str) -> None:
        """Redirect to the page that shows a file of the server in the workbench."""
        page = url_path_join(self.base_url, "doc/tree", quote(path))
        self.redirect(f"{page}?{urlencode({'factory': FACTORY}, quote_via=quote)}")


def _results(root: str | None, folders: list[str]) -> dict[str, Any]:
    # Late, as below.
    from .results import command_of_tests, last_results

    runs = [] if root is None else last_results(Path(root), folders)
    return {"runs": runs, "command": command_of_tests()}


def _answer(question: str, content: bytes) -> tuple[int, Any]:
    """Return the status of an answer and the answer, or why there is none."""
    # Late: the first question waits for it, and not the server.
    from kustomer_nb.kernel_questions import reply

    try:
        posted = json.loads(content)
    except (ValueError, RecursionError):
        posted = None
    return reply(question, posted)


def handlers(base_url: str) -> list[tuple[str, type[JupyterHandler]]]:
    """Return the handlers with their addresses."""
    names = "|".join(NAMES)
    return [
        (url_path_join(base_url, "kustomer-nb", "version"), VersionHandler),
        (url_path_join(base_url, "kustomer-nb", "starter"), StarterHandler),
        (url_path_join(base_url, "kustomer-nb", "tests"), LastResultsHandler),
        (url_path_join(base_url, OPEN, "(.+)"), OpenHandler),
        (url_path_join(base_url, "kustomer-nb", f"({names})"), QuestionHandler),
    ]
