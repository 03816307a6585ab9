"""The last runs of a project's actions, from its history, its examples and its test cases."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from kustomer_nb.config import project_root
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.language import LastRun, LastRunOf, never_run
from kustomer_nb.storage.case import CASE_SUFFIX, read_case
from kustomer_nb.storage.examples import read_examples
from kustomer_nb.storage.folders import files_below
from kustomer_nb.storage.history.last_inputs import latest_entries, usable
from kustomer_nb.storage.history.store import status_of_file

if TYPE_CHECKING:
    from pathlib import Path

    from kustomer_nb.storage.case import CaseFile

# Of a project with more, the others are not needed to show one value.
MOST_CASES = 200


class ProjectRuns:
    """What is known of the runs of the actions in a project; what was read is kept until it changes.

    What the project keeps is redacted: an input that was not stored has no value here.
    """

    def __init__(self) -> None:
        self._histories: dict[Path, tuple[tuple[int, ...] | None, dict[str, LastRun]]] = {}
        self._others: dict[tuple[Path, str], LastRun] = {}

    def of(self, path: Path | None) -> LastRunOf:
        """Return a function that gives the last run of an action of a file; it knows none without a file."""
        if path is None:
            return never_run
        root = project_root(path)

        def last_run(name: str) -> LastRun:
            run = self._history(root).get(name, LastRun())
            if not name or (run.inputs is not None and run.body is not UNDEFINED):
                return run
            other = self._other(root, name)
            inputs = other.inputs if run.inputs is None else run.inputs
            return LastRun(inputs, other.body if run.body is UNDEFINED else run.body)

        return last_run

    def forget(self) -> None:
        """Read examples and test cases again, as after a file was saved."""
        self._others.clear()

    def _history(self, root: Path) -> dict[str, LastRun]:
        status = status_of_file(root)
        if root not in self._histories or self._histories[root][0] != status:
            self._histories[root] = (status, _runs_of(root))
        return self._histories[root][1]

    def _other(self, root: Path, name: str) -> LastRun:
        if (root, name) not in self._others:
            self._others[root, name] = _of_examples(root, name)
        return self._others[root, name]


def _runs_of(root: Path) -> dict[str, LastRun]:
    """Return the latest inputs and the latest response of each action in a history."""
    runs: dict[str, LastRun] = {}
    for entry in latest_entries(root):
        run = runs.get(entry.action, LastRun())
        if run.inputs is None and "inputs" not in entry.truncated:
            run = run._replace(inputs=usable(entry)[0])
        if run.body is UNDEFINED and entry.response is not None:
            run = run._replace(body=entry.response.get("body", UNDEFINED))
        runs[entry.action] = run
    return runs


def _of_examples(root: Path, name: str) -> LastRun:
    """Return the inputs of an example of an action, and the response of a test case."""
    inputs: Any = None
    body: Any = UNDEFINED
    try:
        inputs = next(iter(read_examples(root, name).values()), None)
        for case in _cases(root, name):
            # Those of a table have placeholders for its columns.
            inputs = case.inputs if inputs is None and case.rows is None else inputs
            body = _body(case)
            if inputs is not None and body is not UNDEFINED:
                break
    # What cannot be read shows no value; lint and the tests report it.
    except (KustomerNbError, OSError):
        pass
    return LastRun(inputs, body)


def _body(case: CaseFile) -> Any:
    response = case.exchange.response if case.exchange else None
    return UNDEFINED if response is None or response.body_base64 else response.body


def _cases(root: Path, name: str) -> Iterator[CaseFile]:
    paths = files_below(root, lambda file: file.endswith(CASE_SUFFIX))
    for path in islice(paths, MOST_CASES):
        file = read_case(path).file
        if file is not None and (file.action == name or name.endswith(f".{file.action}")):
            yield file
