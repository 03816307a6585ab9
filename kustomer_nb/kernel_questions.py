"""A kernel that answers the questions of a page by a comm, where there is no server that does.

The kernel of JupyterLite evaluates no ``user_expressions``, and each code that it executes becomes a line
of its history. What a page sends by a comm leaves no trace.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from kustomer_nb._version import __version__
from kustomer_nb.language.questions import QuestionError, TooLargeError, answer

TARGET = "kustomer_nb.questions"
APP = re.compile(r"[a-z][a-z0-9_-]{0,99}")


def serve() -> None:
    """Let pages ask by comms with the target `TARGET`; again, it changes nothing."""
    # Late: without a kernel, nothing has it.
    from comm import get_comm_manager

    get_comm_manager().register_target(TARGET, _connect)


def _connect(comm: Any, message: object) -> None:
    comm.on_msg(lambda question: _receive(question["content"]["data"], comm.send))


def _receive(content: object, send: Callable[[dict[str, Any]], object]) -> None:
    if isinstance(content, Mapping):
        status, result = _answered(content.get("question"), content.get("posted"))
        send({"id": content.get("id"), "status": status, "answer": result})


def _answered(question: object, posted: object) -> tuple[int, Any]:
    try:
        return reply(question, json.loads(posted) if isinstance(posted, str) else None)
    except ValueError:
        return 400, "post a JSON object."
    except Exception as error:  # the page waits for an answer
        return 500, f"Internal error ({type(error).__name__}: {error})."


def reply(question: object, posted: object) -> tuple[int, Any]:
    r"""Return the status and the answer of a question, as the server gives them; a message if there is none.

    ``starter`` is the text of a new definition, for an ``app``; the others are those of a text.

    Example:
        >>> reply("definition", {"text": "{}", "offset": 0})[1]["definition"]
        >>> reply("starter", {"app": "shop"})[1]["text"][:18]
        '{\n  "app": "shop",'
        >>> reply("starter", {"app": "?"})
        (400, 'app must match [a-z][a-z0-9_-]{0,99}')
    """
    if not isinstance(question, str) or not isinstance(posted, Mapping):
        return 400, "post a JSON object."
    try:
        result = _starter(posted) if question == "starter" else answer(question, posted)
    except TooLargeError as error:
        return 413, str(error)
    except QuestionError as error:
        return 400, str(error)
    except (ValueError, RecursionError):
        return 400, "post a JSON object."
    return 200, {**result, "version": __version__}


def _starter(posted: Mapping[str, Any]) -> dict[str, str]:
    # Late, as its first use is a person's act.
    from kustomer_nb.reporting import starter

    app = posted.get("app")
    if not isinstance(app, str) or not APP.fullmatch(app):
        message = f"app must match {APP.pattern}"
        raise QuestionError(message)
    return {"text": starter(app)}
