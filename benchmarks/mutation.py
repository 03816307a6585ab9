"""Counts the faults that notebooks and cases see: ``python -m benchmarks.mutation [--count N] [--seed N]``.

Each fault is one fixed operator on one leaf of one action, drawn by a fixed seed from all leaves of all
actions of the demo app and of the team's app (tests/notebooks). The cells of a notebook run on the faulty
definition in this process, and their texts, which ``pytest --nbval`` compares, are compared with those of the
sound definition, in replay and in sample mode. In the mode "cases" it is judged by test cases: one of each
run of the notebook, and those that ``kustomer-nb coverage --add`` writes to them. A fault that only
`app.lint` shows is counted apart. One is excused only if request, output, difference and lint are equal for
all inputs of the notebook and all that `kustomer_nb.hazards` tries. Ends with 1 if less than 95 % (replay),
90 % (sample) or 98 % (cases) of the others are caught.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx

import kustomer_nb as knb
from kustomer_nb.covering.saving import add_cases
from kustomer_nb.demo.definition import definition_text
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.probing import inputs_to_try
from tests.notebooks.service import respond
from tests.notebooks.team import DEFINITION, INPUTS, REJECTED, sources

COUNT, SEED = 400, 17
CASES = "cases"
LEAST = {"replay": 95, "sample": 90, CASES: 98}
TYPES = ("string", "number", "boolean", "object", "array")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
DEMO_INPUTS: dict[str, list[dict[str, Any]]] = {
    "refundOrder": [
        {"orderId": 1042, "reason": "arrived late", "notify": "email", "amount": 5},
        {"orderId": "1042"},
    ]
}
TOKENS = {"authToken": "a-token", "token": "a-token", "region": "eu"}
Json = Any


class Leaf(NamedTuple):
    """A leaf of a definition: its keys, the first three of which lead to a part of an action."""

    keys: tuple[str | int, ...]
    value: Json

    @property
    def part(self) -> str:
        """The part of the action."""
        return str(self.keys[2]) if len(self.keys) > 3 else "name, description, type"

    def is_in(self, *names: str) -> bool:
        """Return whether the keys within the action begin with these."""
        return self.keys[2 : 2 + len(names)] == names


class Fault(NamedTuple):
    """One operator on one leaf, in one of its variants."""

    app: str
    leaf: Leaf
    operator: str
    variant: int


@dataclass(frozen=True)
class Notebook:
    """A definition, the inputs of its runs, and the cells that run them."""

    name: str
    app: Json
    inputs: Mapping[str, list[dict[str, Any]]]

    @property
    def file(self) -> str:
        """The name of the definition's file."""
        return f"{self.name}.json"

    @property
    def cells(self) -> list[str]:
        """The sources of its cells."""
        return sources(self.file, self.inputs)


def notebooks() -> dict[str, Notebook]:
    """Return the two notebooks by the name of their app."""
    team = json.loads(DEFINITION.read_text(encoding="utf-8"))
    demo = json.loads(definition_text())
    return {"team": Notebook("team", team, INPUTS), "demo": Notebook("demo", demo, DEMO_INPUTS)}


def leaves(app: Json) -> Iterator[Leaf]:
    """Yield the leaves of all actions: values without members, and empty objects and arrays."""
    pending: list[Leaf] = [Leaf(("actions", at), action) for at, action in enumerate(app["actions"])]
    while pending:
        keys, value = pending.pop(0)
        members = (
            list(value.items())
            if isinstance(value, dict)
            else list(enumerate(value))
            if isinstance(value, list)
            else []
        )
        if not members:
            yield Leaf(keys, value)
        pending += [Leaf((*keys, key), member) for key, member in members]


# -- operators: whether one applies to a leaf, and what it puts there in each of its variants


def _is_reference(leaf: Leaf) -> bool:
    return isinstance(leaf.value, str) and leaf.value.startswith("/#")


def _is_string(leaf: Leaf) -> bool:
    return isinstance(leaf.value, str) and leaf.value != ""


def _is_number(leaf: Leaf) -> bool:
    return isinstance(leaf.value, (int, float)) and not isinstance(leaf.value, bool)


DELETED = object()
Operator = tuple[Callable[[Leaf], bool], list[Callable[[Any], Any]]]
OPERATORS: dict[str, Operator] = {
    "delete a leaf": (lambda leaf: True, [lambda value: DELETED]),
    "change a string": (
        _is_string,
        [lambda value: f"{value}x", lambda value: value[1:], lambda value: value.swapcase()],
    ),
    "change a number": (_is_number, [lambda value: value + 1, lambda value: -value or 1]),
    "change a boolean": (lambda leaf: isinstance(leaf.value, bool), [lambda value: not value]),
    "swap a type": (
        lambda leaf: leaf.value in TYPES and leaf.keys[-1] == "type" and "Schema" in leaf.part,
        [lambda value, step=step: TYPES[(TYPES.index(value) + step) % 5] for step in (1, 2, 3, 4)],  # type: ignore[misc]
    ),
    "swap the method": (
        lambda leaf: leaf.is_in("inputTemplate", "method"),
        [lambda value, step=step: METHODS[(METHODS.index(value) + step) % 5] for step in (1, 2, 3, 4)],  # type: ignore[misc]
    ),
    "break a path": (_is_reference, [lambda value: f"{value}x", lambda value: f"{value}.none"]),
    "rename a setting": (
        lambda leaf: leaf.is_in("appSettings") and leaf.keys[-1] == "key",
        [lambda value: f"{value}2", lambda value: value.rpartition(".")[0] + ".other"],
    ),
    "drop a header": (lambda leaf: leaf.is_in("inputTemplate", "headers"), [lambda value: DELETED]),
    "drop a required": (lambda leaf: "required" in leaf.keys[3:], [lambda value: DELETED]),
}


def draw(count: int, seed: int, apps: Mapping[str, Notebook]) -> list[Fault]:
    """Return faults: a leaf, uniformly, then an operator that applies to it, and no fault twice."""
    pool = [(name, leaf) for name, notebook in apps.items() for leaf in leaves(notebook.app)]
    chance = random.Random(seed)  # noqa: S311 - the same faults each time
    faults: dict[str, Fault] = {}
    tries = 0
    while len(faults) < count and tries < 100 * count:
        tries += 1
        name, leaf = chance.choice(pool)
        operator = chance.choice([name for name, (applies, _) in OPERATORS.items() if applies(leaf)])
        fault = Fault(name, leaf, operator, chance.randrange(len(OPERATORS[operator][1])))
        changed = json.dumps(mutated(apps[name].app, fault))
        if changed != json.dumps(apps[name].app):
            faults.setdefault(f"{name}{changed}", fault)
    return list(faults.values())


def mutated(app: Json, fault: Fault) -> Json:
    """Return a copy of a definition with a fault."""
    faulty = copy.deepcopy(app)
    *path, last = fault.leaf.keys
    parent = faulty
    for key in path:
        parent = parent[key]
    value = OPERATORS[fault.operator][1][fault.variant](fault.leaf.value)
    if value is DELETED:
        del parent[last]
    else:
        parent[last] = value
    return faulty


# -- what a notebook shows, and what an action does


def shown_texts(cells: list[str]) -> list[str]:
    """Run cells as a kernel does, and return the text of each: that of its last expression, or its error."""
    namespace: dict[str, Any] = {}
    return [_shown_text(cell, namespace) for cell in cells]


def _shown_text(cell: str, namespace: dict[str, Any]) -> str:
    tree = ast.parse(cell)
    *statements, last = tree.body
    try:
        exec(compile(ast.Module(statements, []), "<cell>", "exec"), namespace)  # noqa: S102 - cells of ours
        if not isinstance(last, ast.Expr):
            exec(compile(ast.Module([last], []), "<cell>", "exec"), namespace)  # noqa: S102
            return ""
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)  # noqa: S307
    except Exception as error:
        # nbval does not compare tracebacks: a cell that fails is one that was recorded without an error.
        return f"failed: {type(error).__name__}"
    bundle = getattr(value, "_repr_mimebundle_", None)
    return bundle()["text/plain"] if bundle else repr(value)


def behavior(notebook: Notebook) -> list[str]:
    """Return request, output and difference of each run, what is rejected, and all of lint, as they are."""
    app = knb.load(notebook.file)
    runs = [(name, inputs) for name, inputs_of in notebook.inputs.items() for inputs in inputs_of]
    facts = [
        _run_facts(lambda name=name, inputs=inputs: app.action(name).run(inputs)) for name, inputs in runs
    ]
    facts.append(_shown_text(REJECTED, {"knb": knb, "app": app}))
    facts += [repr((d.code, d.severity, d.pointer, d.message, d.fix)) for d in app.lint()]
    return facts


def _run_facts(run_it: Callable[[], knb.Run]) -> str:
    try:
        run = run_it()
    except knb.KustomerNbError as error:
        # Without lines, which are others below a line that is gone.
        return repr([(d.code, d.pointer, d.message, d.fix) for d in error.diagnostics])
    except Exception as error:
        return repr(error)
    request = run.request
    sent = [request.method, request.url, *request.headers.items(), request.body]
    rows = [(row.pointer, row.change.value, row.expected, row.actual) for row in run.diff or ()]
    return repr((sent, run.output, rows, run.diff is None))


Tried = Mapping[str, list[dict[str, Any]]]


def tried_inputs(notebook: Notebook) -> Tried:
    """Return all inputs that `hazards` makes of those of the notebook, by action, for a sound definition."""
    app = knb.load(notebook.file)
    return {
        name: [inputs for first in inputs_of for inputs in inputs_to_try(app.action(name), first)]
        for name, inputs_of in notebook.inputs.items()
    }


def tried_behavior(notebook: Notebook, tried: Tried) -> Iterator[str]:
    """Yield request, output and difference of runs with all tried inputs, each answered by the service."""
    app = knb.load(notebook.file)
    for name, inputs_of in tried.items():
        for inputs in inputs_of:
            yield _run_facts(lambda name=name, inputs=inputs: _live_run(app, name, inputs))


def _live_run(app: knb.App, name: str, inputs: dict[str, Any]) -> knb.Run:
    action = app.action(name)
    tokens = {key: TOKENS[key] for key in action.definition.setting_keys if key in TOKENS}
    return action.run({**inputs}, mode="live", settings=tokens, transport=httpx.MockTransport(_serve))


def differs(sound: Iterable[str], faulty: Iterable[str]) -> bool:
    """Return whether two behaviors differ; no more is run than up to the first difference."""
    return any(before != after for before, after in zip(sound, faulty, strict=True))


class Tries:
    """What a notebook's actions do with all tried inputs, live: it is the same in each mode."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._inputs = tried_inputs(notebook)
        self._sound = [*tried_behavior(notebook, self._inputs)]
        self._differs: dict[str, bool] = {}

    def show(self, fault: Fault) -> bool:
        """Return whether the definition, which has this fault, does something else than the sound one."""
        key = repr(fault)
        if key not in self._differs:
            self._differs[key] = differs(self._sound, tried_behavior(self._notebook, self._inputs))
        return self._differs[key]


def write(notebook: Notebook, app: Json) -> None:
    """Write a definition as that of a notebook."""
    Path(notebook.file).write_text(json.dumps(app, ensure_ascii=False, indent=2), encoding="utf-8")


def _serve(request: httpx.Request) -> httpx.Response:
    body = json.loads(request.content) if request.content else None
    # The bytes that are sent; httpx would write the path in its own way.
    target = request.extensions["target"].decode()
    if request.url.host == "api.ecommstore.com":
        return httpx.Response(200, json={"status": "REFUNDED", "orderId": 1042, "amount": 27.5})
    status, headers, answer = respond(request.method, target, body)
    return httpx.Response(status, headers=headers, json=answer)


def record(apps: Mapping[str, Notebook]) -> None:
    """Write the definitions, and record the runs of the notebooks."""
    Path("kustomer-nb.toml").write_text('guard = "none"\n', encoding="utf-8")
    for notebook in apps.values():
        write(notebook, notebook.app)
        app = knb.load(notebook.file)
        for name, inputs_of in notebook.inputs.items():
            action = app.action(name)
            tokens = {name: TOKENS[name] for name in action.definition.setting_keys}
            for inputs in inputs_of:
                transport = httpx.MockTransport(_serve)
                run = action.run(inputs, mode="record", settings=tokens, transport=transport)
                if not run.ok:
                    message = f"the service of {action.name} has no response to {inputs}: {run.output}"
                    raise RuntimeError(message)
                run.save_case(f"{notebook.name} {name} {inputs_of.index(inputs)}")
        # What `kustomer-nb coverage --add` writes.
        add_cases(app)


# -- the count


class Verdict(NamedTuple):
    """How a notebook sees a fault."""

    fault: Fault
    # How it was seen: by a cell or a case, by `app.lint` alone, by nothing, or there is nothing to see.
    seen: str
    # Whether an action does something else, and whether another cell than that of the app sees it.
    acts: bool
    by_a_run: bool


class Sound(NamedTuple):
    """What there is to see of a sound definition in a mode: by the cells or by cases, and what it does."""

    texts: list[str]
    behavior: list[str]


def notebook_texts(notebook: Notebook) -> list[str]:
    """Return the texts of the cells; the second is that of lint."""
    return shown_texts(notebook.cells)


def case_texts(notebook: Notebook) -> list[str]:
    """Return the outcome of each case of a definition, all as one text, and then that of lint."""
    results = knb.test(CASES)
    of_this = [result for result in results if result.case.app_path.name == notebook.file]
    failed = [result.case.id for result in of_this if result.outcome in ("failed", "error")]
    namespace = {"app": knb.load(notebook.file)}
    # As `kustomer-nb test` tells, which exits with 1; and `kustomer-nb lint`.
    return [f"failed: {failed}" if failed else f"{len(of_this)} passed", _shown_text("app.lint()", namespace)]


def judge(
    fault: Fault, notebook: Notebook, sound: Sound, tries: Tries, show: Callable[[Notebook], list[str]]
) -> Verdict:
    """Return how a notebook, or its cases, sees a fault."""
    write(notebook, mutated(notebook.app, fault))
    texts = show(notebook)
    changed = {
        at for at, (before, after) in enumerate(zip(sound.texts, texts, strict=True)) if before != after
    }
    acts = behavior(notebook) != sound.behavior
    if not changed and not acts:
        acts = tries.show(fault)
    unseen = "survived" if acts else "excused"
    seen = "seen" if changed - {1} else "lint" if changed else unseen
    return Verdict(fault, seen, acts, bool(changed - {0}) if show is notebook_texts else bool(changed - {1}))


def count_faults(
    mode: str, faults: list[Fault], apps: Mapping[str, Notebook], tries: Mapping[str, Tries]
) -> list[Verdict]:
    """Return how the notebooks see each fault in a mode, or how their cases do."""
    os.environ["KUSTOMER_NB_MODE"] = "replay" if mode == CASES else mode
    show = case_texts if mode == CASES else notebook_texts
    verdicts = []
    for name, notebook in apps.items():
        write(notebook, notebook.app)
        sound = Sound(show(notebook), behavior(notebook))
        if any(text.startswith("failed") for text in sound.texts):
            message = f"{name} fails on the sound definition in {mode} mode: {sound.texts}"
            raise RuntimeError(message)
        verdicts += [
            judge(fault, notebook, sound, tries[name], show) for fault in faults if fault.app == name
        ]
        write(notebook, notebook.app)
    return verdicts


def share(verdicts: list[Verdict]) -> float:
    """Return the percentage of the faults that are not excused, and that a notebook or a case sees."""
    seen = Counter(verdict.seen for verdict in verdicts)
    judged = len(verdicts) - seen["excused"]
    return 100 * (seen["seen"] + seen["lint"]) / judged if judged else 100.0


def table(title: str, verdicts: list[Verdict], key: Callable[[Verdict], str]) -> str:
    """Return a table of verdicts by part or operator."""
    rows = [
        f"{title:<26}{'faults':>7}{'seen':>6}{'lint':>6}{'excused':>9}{'survived':>10}{'caught':>9}{'runs':>9}"
    ]
    for name in [*sorted({key(verdict) for verdict in verdicts}), ""]:
        chosen = [verdict for verdict in verdicts if key(verdict) == name or not name]
        seen = Counter(verdict.seen for verdict in chosen)
        counts = (
            f"{len(chosen):>7}{seen['seen']:>6}{seen['lint']:>6}{seen['excused']:>9}{seen['survived']:>10}"
        )
        judged = len(chosen) - seen["excused"]
        acting = [verdict for verdict in chosen if verdict.acts]
        runs = f"{sum(verdict.by_a_run for verdict in acting)}/{len(acting)}"
        caught = f"{share(chosen):>7.1f} %" if judged else "        -"
        rows.append(f"{name or 'all':<26}{counts}{caught}{runs:>9}")
    return "\n".join(rows)


def measure(count: int, seed: int) -> dict[str, list[Verdict]]:
    """Return the verdicts of each mode."""
    apps = notebooks()
    folder = tempfile.mkdtemp()
    before = {name: os.environ.get(name) for name in ("KUSTOMER_NB_MODE", "KUSTOMER_NB_HISTORY")}
    os.environ["KUSTOMER_NB_HISTORY"] = "off"
    try:
        with chdir(folder):
            record(apps)
            faults = draw(count, seed, apps)
            tries = {name: Tries(notebook) for name, notebook in apps.items()}
            return {mode: count_faults(mode, faults, apps, tries) for mode in LEAST}
    finally:
        shutil.rmtree(folder)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def main() -> int:
    """Print the tables, and every fault that survived."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    is_met = True
    for mode, verdicts in measure(arguments.count, arguments.seed).items():
        print(f"\n{mode}: {len(verdicts)} faults, seed {arguments.seed}\n")
        print(table("part", verdicts, lambda verdict: verdict.fault.leaf.part), end="\n\n")
        print(table("operator", verdicts, lambda verdict: verdict.fault.operator))
        for verdict in verdicts:
            if verdict.seen == "survived":
                place = pointers.join("", *verdict.fault.leaf.keys)
                print(f"survived: {verdict.fault.app} {place}: {verdict.fault.operator}")
        is_met = is_met and share(verdicts) >= LEAST[mode]
    print("\nlint: seen by app.lint() alone. excused: nothing that an action does has changed.")
    print("runs: seen without the text of the app, of the faults that change what an action does.")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
