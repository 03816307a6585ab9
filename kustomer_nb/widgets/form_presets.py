"""Inputs to begin with: the examples of a project, those of earlier runs, and values of the last outputs."""

from __future__ import annotations

import pprint
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.config import fault_of, project_root
from kustomer_nb.errors import LoadError, NameNotFoundError, SaveError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.printable import quoted, shortened
from kustomer_nb.schema.conversions import kind_of
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.masking import cover
from kustomer_nb.storage import examples

from .form_entries import link_entry
from .form_inputs import plain_inputs
from .form_json import json_text

if TYPE_CHECKING:
    from kustomer_nb.storage.history import History

    from .form_tree import FormEntry
    from .session import Session

EXAMPLE, EARLIER = "example:", "run:"
# The preset of no inputs.
RESET = "reset"
MOST_RUNS = 20
MOST_VALUES = 300
SHOWN = 80


def presets(session: Session) -> list[dict[str, str]]:
    """Return what the inputs of the selected action can be set to, each with its ``id``, label and note.

    Raises:
        LoadError: the file of examples or the history cannot be read.
    """
    saved = examples.read_examples(project_root(session.app.path), session.action.name)
    listed = [
        {"id": f"{EXAMPLE}{name}", "label": name, "note": _note(inputs), "group": "Examples"}
        for name, inputs in saved.items()
    ]
    seen: set[str] = set()
    for number, inputs in _earlier(session):
        note = _note(inputs)
        if note not in seen:
            seen.add(note)
            listed.append(
                {"id": f"{EARLIER}{number}", "label": note, "note": f"run {number}", "group": "Runs"}
            )
    return listed


def preset(session: Session, name: str) -> dict[str, Any]:
    """Return the inputs of a preset, by its id, as plain JSON.

    Raises:
        NameNotFoundError: there is no such preset.
    """
    return plain_inputs({} if name == RESET else _inputs_named(session, name))


def preset_words(name: str) -> str:
    """Return what is said when a preset was entered.

    Example:
        >>> [preset_words(name) for name in ("example:EU order", "run:-1", RESET)]
        ['Inputs of the example "EU order" entered.', 'Inputs of the run -1 entered.', 'All inputs cleared.']
    """
    if name == RESET:
        return "All inputs cleared."
    is_example = name.startswith(EXAMPLE)
    label = quoted(name.removeprefix(EXAMPLE)) if is_example else name.removeprefix(EARLIER)
    return f"Inputs of the {'example' if is_example else 'run'} {label} entered."


def _inputs_named(session: Session, name: str) -> dict[str, Any]:
    if name.startswith(EXAMPLE):
        saved = examples.read_examples(project_root(session.app.path), session.action.name)
        if (inputs := saved.get(name.removeprefix(EXAMPLE))) is not None:
            return inputs
    if name.startswith(EARLIER):
        for number, inputs in _earlier(session):
            if str(number) == name.removeprefix(EARLIER):
                return inputs
    message = f"there are no inputs named {name!r}."
    raise NameNotFoundError.from_code(Code.ACTION_NOT_FOUND, message, "open the list again.")


def keep_example(session: Session, name: str, inputs: Mapping[str, Any]) -> str:
    """Keep inputs as an example of the selected action, with a way back; return the name of the file.

    Raises:
        SaveError: they hold the value of a setting or what `mask` names, or the file cannot be written.
        LoadError: the file exists and cannot be read.
    """
    prepared = session.previewed
    if prepared is not None:
        text = stringify(dict(inputs)) or ""
        if Redactor(prepared.secrets).text(text) != text:
            message = "an input holds the value of an app setting, so the inputs were not written to a file."
            raise SaveError.from_code(Code.FILE_NOT_WRITABLE, message, "clear that input first.")
        record = {"inputs": dict(inputs)}
        if prepared.profile.mask and cover(prepared.profile.mask, record) != record:
            message = "`mask` names an input that has a value, so the inputs were not written to a file."
            raise SaveError.from_code(Code.FILE_NOT_WRITABLE, message, "clear that input first.")
    example = examples.keep_example(project_root(session.app.path), session.action.name, name, inputs)

    def undo() -> None:
        example.undo()
        session.say(f"Undone: example {quoted(name)} saved.")

    session.say(f"Saved example {quoted(name)} in {example.path.name}.", undo=undo)
    return example.path.name


def _earlier(session: Session) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number and the inputs of the latest runs of the selected action."""
    history = _history(session)
    if history is None:
        return
    count = 0
    for number, entry in zip(history.numbers, history, strict=True):
        is_usable = isinstance(entry.inputs, dict) and not entry.is_redacted
        if entry.action == session.action.name and is_usable and "inputs" not in entry.truncated:
            yield number, entry.inputs
            count += 1
            if count == MOST_RUNS:
                return


def _history(session: Session) -> History | None:
    try:
        return session.history()
    except LoadError:
        # The history view shows that error.
        return None


def last_outputs(session: Session) -> dict[str, Any]:
    """Return the last output of each action by the short name that a step has; a simulated one is none."""
    outputs: dict[str, Any] = {}
    if (live := session.state.live) is not None:
        outputs[short_name(session.action.name)] = live.run.output
    for entry in _history(session) or ():
        is_real = entry.is_completed and not fault_of(entry.mode)
        if is_real and "output" not in entry.truncated and not entry.is_redacted:
            outputs.setdefault(short_name(entry.action), entry.output)
    return outputs


def short_name(action: str) -> str:
    """Return the last part of the name of an action, which names its step.

    Example:
        >>> short_name("kustomer.shop.get-order"), short_name("")
        ('get-order', 'step')
    """
    return action.rpartition(".")[2] or "step"


def step_link(session: Session, action: str, output: str) -> FormEntry:
    """Return the entry of a field that takes its value from the last output of an action; make that a step.

    Raises:
        NameNotFoundError: that action has no output, or no value there.
    """
    outputs = {**last_outputs(session), **session.steps}
    value = pointers.resolve(outputs[action], output) if action in outputs else UNDEFINED
    if value is UNDEFINED:
        message = f"the last output of {quoted(action)} has no value at {quoted(output)}."
        raise NameNotFoundError.from_code(Code.ACTION_NOT_FOUND, message, "run that action first.")
    if action not in session.steps:
        session.use_steps({**session.steps, action: outputs[action]})
    return link_entry(action, output, value)


def output_values(outputs: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return each value in the outputs, to pick one: where it is, its text and its type.

    Example:
        >>> output_values({"find": {"body": {"id": 7}}})
        [{'action': 'find', 'pointer': '/body/id', 'path': 'body.id', 'text': '7', 'type': 'number'}]
    """
    values = []
    for action, output in outputs.items():
        for pointer, value in _leaves(output, ""):
            text = shortened(stringify(value) or "", SHOWN)
            path = ".".join(pointers.split(pointer)) or "output"
            values.append(
                {"action": action, "pointer": pointer, "path": path, "text": text, "type": kind_of(value)}
            )
            if len(values) == MOST_VALUES:
                return values
    return values


def _leaves(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Yield the scalars of a value, and its arrays as a whole too, in its order."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, pointers.join(pointer, key))
        return
    if isinstance(value, list):
        if pointer:
            yield pointer, value
        for index, item in enumerate(value[:20]):
            yield from _leaves(item, f"{pointer}/{index}")
        return
    yield pointer, value


def python_text(inputs: Mapping[str, Any]) -> str:
    """Return inputs as the argument of a call in Python.

    Example:
        >>> python_text({"id": 7, "note": None})
        "inputs={'id': 7, 'note': None}"
    """
    return f"inputs={pprint.pformat(dict(inputs), width=88, sort_dicts=False)}"


def _note(inputs: Mapping[str, Any]) -> str:
    return (
        shortened(", ".join(f"{name}: {stringify(value)}" for name, value in inputs.items()), SHOWN) or "{}"
    )


def listed_choices(session: Session, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the menus of a form list: presets, values of outputs, and its inputs as Python and JSON."""
    return {
        "presets": presets(session),
        "outputs": output_values({**last_outputs(session), **session.steps}),
        "python": python_text(inputs),
        "json": json_text(inputs),
    }
