"""KNB3: what authors write again and again, and Handlebars cannot read."""

from __future__ import annotations

from collections.abc import Iterator

from kustomer_nb.diagnostics import Severity

from .model import Finding, action_rule
from .proof import a_request, an_action, file
from .subject import Action
from .templates import faults


@action_rule(
    "KNB313",
    "at-name-in-template",
    Severity.ERROR,
    why="measured: handlebars 4.7 reads no name with an @ within a path. observed: attributes of private "
    "apps have such names, which a reference takes as they are; an author lost several versions to this.",
    bad=file(an_action(outputTemplate={"done": "{{body.@done}}"}, inputTemplate=a_request(json=True))),
    good=file(an_action(outputTemplate={"done": "{{body.[@done]}}"}, inputTemplate=a_request(json=True))),
)
def _at_name(action: Action) -> Iterator[Finding]:
    yield from faults(action, "KNB313")


@action_rule(
    "KNB314",
    "number-segment-last",
    Severity.ERROR,
    why="measured: handlebars 4.7 takes digits at the end of a path for a number, and refuses it there. "
    "`{{list.0.id}}` is fine, and so is the reference /#list.0.",
    bad=file(an_action(outputTemplate={"first": "{{body.0}}"}, inputTemplate=a_request(json=True))),
    good=file(an_action(outputTemplate={"first": "{{body.[0]}}"}, inputTemplate=a_request(json=True))),
)
def _number_last(action: Action) -> Iterator[Finding]:
    yield from faults(action, "KNB314")


@action_rule(
    "KNB315",
    "brace-run",
    Severity.ERROR,
    why="measured: handlebars 4.7 takes three closing braces for the end of a tag in three, also where one "
    "of them was meant as text, as in JSON around a tag.",
    bad=file(an_action(outputTemplate={"said": '{"code":{{response.statusCode}}}'})),
    good=file(an_action(outputTemplate={"said": '{"code":{{response.statusCode}} }'})),
)
def _brace_run(action: Action) -> Iterator[Finding]:
    yield from faults(action, "KNB315")
