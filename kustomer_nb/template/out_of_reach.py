"""What an author meant by a variable that a template of an action cannot read, and the way to its value.

docs "data-and-variables": an action reads its inputs and app settings; only the steps of a workflow read
``steps``, ``variables`` and ``error``. The response exists only after the request.
"""

from __future__ import annotations

from collections.abc import Sequence

from kustomer_nb.platform import WORKFLOW_ROOTS

RESPONSE_ROOTS = ("body", "response")
# The members of /#response that authors read without it. Not `request`, which contains the tokens sent.
_MEMBERS_OF_RESPONSE = frozenset({"statusCode", "headers"})
# The objects of Kustomer that a workflow has and an action has not, unless an input has this name.
_OBJECTS = frozenset(
    ("company", "conversation", "currentUser", "customer", "event", "kobject", "message", "note", "org")
) | {"queue", "team", "trigger", "user", "workflow"}
_LONGEST = 60


def explain_input_variable(segments: Sequence[str]) -> tuple[str, str] | None:
    """Return what is wrong with an undeclared variable of an input template, and the fix; None if it is any.

    Example:
        >>> explain_input_variable(["steps", "1", "id"])[0]
        'is a value of the workflow, which an action cannot read'
        >>> explain_input_variable(["orderId"]) is None
        True
    """
    root, path = segments[0], _cut(".".join(segments))
    # A variable without a path may be meant as an input: `"data": "/#body"`.
    if len(segments) == 1:
        return None
    if root in WORKFLOW_ROOTS:
        problem = "is a value of the workflow, which an action cannot read"
        return problem, f"{_ADD} `/#{path}`"
    if root in RESPONSE_ROOTS:
        problem = "is read from the response, which does not exist before the request is sent"
        return problem, f"{_ADD} the output of an earlier step, such as `/#steps.<id>.{path}`"
    if root in _OBJECTS:
        problem = "is an object of the workflow, which an action cannot read"
        return problem, f"{_ADD} a reference to it, such as `/#steps.1.<path>`"
    return None


_ADD = "declare an input for it in inputSchema, read that input here, and let the workflow fill it with"


def explain_output_variable(segments: Sequence[str], *, is_input: bool) -> tuple[str, str] | None:
    """Return what is wrong with a variable of an output template, and the fix; None if it is any.

    Example:
        >>> explain_output_variable(["statusCode"], is_input=False)[1]
        'write `response.statusCode`'
    """
    root, path = segments[0], _cut(".".join(segments))
    if is_input:
        problem = "is an input, which an output template cannot read"
        return problem, f"remove it, since the workflow has that value; or read the response: `body.{path}`"
    if root in WORKFLOW_ROOTS and len(segments) > 1:
        problem = "is a value of the workflow, which an action cannot read"
        return problem, f"remove it: a later step reads `/#{path}` itself"
    if root in _MEMBERS_OF_RESPONSE:
        return "is a part of the response", f"write `response.{path}`"
    return None


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
