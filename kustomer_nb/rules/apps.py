"""KNB2: the keys of an app definition, and the types of everything in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kustomer_nb import kustomer
from kustomer_nb.definition import WholeApp
from kustomer_nb.diagnostics import Severity

from .model import Finding, document_rule
from .proof import LEFT_OUT, a_request, an_action, an_app, file
from .subject import Subject
from .words import near_miss, said
from .written import is_pointed

KNOWN_KEYS = WholeApp.keys()
_SEMVER = re.compile(kustomer.VERSION)
_NEAR_SEMVER = re.compile(r"v?(0|[1-9][0-9]*)(?:\.(0|[1-9][0-9]*))?(?:\.(0|[1-9][0-9]*))?")
_WORKFLOW = {"name": "find-order", "steps": [], "trigger": {"id": "1", "eventName": "order.created"}}


@document_rule(
    "KNB201",
    "actions-not-an-array",
    Severity.ERROR,
    why="docs: the workflow actions property takes an array; no action is registered from anything else.",
    bad=file(an_app(actions={"find": an_action()})),
    good=file(an_app(actions=[an_action()])),
)
def _actions_not_an_array(subject: Subject) -> Iterator[Finding]:
    if not subject.has_list_of_actions and subject.app is not None:
        message = f"actions is {said(subject.app['actions'])}, not an array."
        yield Finding("/actions", message, 'put the actions in square brackets: "actions": [{…}].')


@document_rule(
    "KNB202",
    "wrong-type",
    Severity.ERROR,
    why="docs: the page gives each property its type, and every component is validated at registration.",
    bad=file(an_action(inputTemplate=a_request(uri=5))),
    good=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders/5"))),
)
def _wrong_type(subject: Subject) -> Iterator[Finding]:
    for pointer, wanted, found in () if subject.is_workflow else subject.document.faults:
        in_actions = pointer == "/actions" or pointer.startswith("/actions/")
        if subject.has_list_of_actions or not in_actions:
            yield Finding(pointer, f"{said(found)} is not {wanted}.", f"write {wanted}.")
    for one in subject.actions:
        headers = (one.request or {}).get("headers")
        if isinstance(headers, str) and not is_pointed(headers):
            message = "headers is text, not an object of names and values, so none is sent."
            yield Finding(
                one.at("inputTemplate", "headers"), message, 'write an object: "headers": {"accept": …}.'
            )


@document_rule(
    "KNB211",
    "app-key-missing",
    Severity.ERROR,
    why="docs: app, version and title are required; without one of them nothing is registered.",
    bad=file(an_app(title=LEFT_OUT)),
    good=file(an_app()),
)
def _app_key_missing(subject: Subject) -> Iterator[Finding]:
    for key in WholeApp.REQUIRED if subject.app is not None else ():
        if subject.app is not None and subject.app.get(key) in (None, ""):
            yield Finding(f"/{key}", f"the app definition has no {key}.", f'add "{key}": "…".')


@document_rule(
    "KNB212",
    "unknown-app-key",
    Severity.ERROR,
    why="docs: a top-level key that Kustomer does not know fails the registration.",
    bad=file(an_app(action=[an_action()])),
    good=file(an_app(actions=[an_action()])),
)
def _unknown_app_key(subject: Subject) -> Iterator[Finding]:
    for key in subject.app or {}:
        if key not in KNOWN_KEYS:
            pointer = "/" + key.replace("~", "~0").replace("/", "~1")
            near = near_miss(key, KNOWN_KEYS)
            fix = f"did you mean `{near}`?" if near else "take it out."
            message = f"{said(key)} is no key of an app definition, and registration fails on it."
            edits = subject.renamed(pointer, near)
            yield Finding(pointer, message, fix, span=subject.key_span(pointer), edits=edits)


@document_rule(
    "KNB213",
    "version-not-semver",
    Severity.ERROR,
    why="docs: a version is a semantic version, and each one must be greater than the last registered.",
    bad=file(an_app(version="1.0")),
    good=file(an_app(version="1.0.0")),
)
def _version_not_semver(subject: Subject) -> Iterator[Finding]:
    version = (subject.app or {}).get("version")
    if isinstance(version, str) and version and not _SEMVER.fullmatch(version):
        found = _NEAR_SEMVER.fullmatch(version)
        better = ".".join(part or "0" for part in found.groups()) if found else None
        fix = f"write {better}." if better else "write it as 1.2.3."
        edits = subject.layout.set("/version", better) if better else ()
        yield Finding("/version", f"{said(version)} is no semantic version.", fix, edits=edits)


@document_rule(
    "KNB217",
    "workflow-not-an-app",
    Severity.ERROR,
    why="observed: an exported workflow has steps and a trigger, and neither app nor actions; what an app "
    "definition holds of it stands under workflows.",
    bad=file(_WORKFLOW),
    good=file(an_app(workflows=[_WORKFLOW])),
)
def _workflow(subject: Subject) -> Iterator[Finding]:
    if subject.is_workflow:
        message = "this is an exported workflow, not an app definition: it has steps and no actions."
        yield Finding("", message, 'load the app definition, or put this under its "workflows".')
