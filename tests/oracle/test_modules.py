"""What `fix` makes of JavaScript modules, beside what Node imports of them before and after."""

import json
import os
from pathlib import Path

import pytest

from kustomer_nb.codes import Code
from kustomer_nb.definition import read_document
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.javascript import Undefined
from kustomer_nb.jsontext.pointer import join, resolve, split
from kustomer_nb.jsontext.read_guesses import encloses, guesses
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.linting import Selection
from kustomer_nb.rules import RULES, fix_document
from tests.oracle.conftest import started
from tests.oracle.modules import CASES, RandomModules

# Ten seconds; with KUSTOMER_NB_FUZZ as long as it takes.
pytestmark = [pytest.mark.node, pytest.mark.uncounted, pytest.mark.timeout(3600)]
SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20210420"))
COUNT = int(os.environ.get("KUSTOMER_NB_FUZZ", "200"))
RULE_CODES = tuple(rule.code for rule in RULES if rule.code > "KNB2")


@pytest.fixture(scope="module")
def importer(node):
    with started(node, "modules.mjs") as oracle:
        yield lambda modules: oracle.tell([{"suffix": suffix, "text": text} for suffix, text in modules])


def fixed(suffix, text, **arguments):
    """Return the text of a module after a fix, and the fixes; the text itself if nothing is read."""
    try:
        document = read_document(text, Path(f"shop{suffix}"))
    except LoadError:
        return text, []
    after, changes = fix_document(document, **arguments)
    return after.text, changes.fixed


def code_of(suffix, text):
    """Return the pieces of code that were found in a module."""
    faults = read_document(text, Path(f"shop{suffix}")).reading.diagnostics
    spans = [fault.span for fault in faults if fault.code == Code.NOT_LITERAL]
    return sorted(text[span.start : span.end] for span in spans)


def differences(before, after, pointer=""):
    """Yield the pointers at which two values differ; a member that one of them lacks is its object's."""
    if isinstance(before, dict) and isinstance(after, dict) and list(before) == list(after):
        for key in before:
            yield from differences(before[key], after[key], f"{pointer}/{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, items in enumerate(zip(before, after, strict=True)):
            yield from differences(*items, f"{pointer}/{index}")
    elif before != after:
        yield pointer


def unexplained(before, after, fixes):
    """Return where two values differ though nothing was fixed there, nor a member of the same object."""
    pointers = {fix.pointer for fix in fixes} | {fix.pointer.rpartition("/")[0] for fix in fixes}
    # A variable that names a setting gets its key in appSettings.
    pointers |= {
        fix.pointer.partition("/inputTemplate")[0] for fix in fixes if fix.code == Code.VARIABLE_NOT_DECLARED
    }
    changed = differences(json.loads(before["value"]), json.loads(after["value"]))
    return [pointer for pointer in changed if pointer not in pointers]


def unlike_node(suffix, text, value):
    """Return where our value of a module is not the one of Node, apart from what we report."""
    try:
        reading = read_document(text, Path(f"shop{suffix}")).reading
    except LoadError:
        return []
    ours, unknown = json.loads(stringify(reading.value)), guesses(reading)
    return [
        pointer
        for pointer in unlike(ours, json.loads(value))
        if not any(explains(guess, pointer, ours, reading) for guess in unknown)
    ]


def explains(guess, pointer, ours, reading):
    """Return whether a reported guess makes unknown whether there is a value at a pointer, or which."""
    if reading.text.startswith("...", guess.span.start) and isinstance(resolve(ours, guess.pointer), str):
        # A spread in an array: how many items it has is unknown too.
        return f"{pointer}/".startswith(f"{guess.pointer.rpartition('/')[0]}/")
    is_within = f"{pointer}/".startswith(f"{guess.pointer}/")
    outer = resolve(ours, guess.pointer)
    if not is_within or not isinstance(outer, (dict, list)) or guess.pointer == pointer:
        return is_within
    key = split(pointer)[len(split(guess.pointer))]
    has_key = not isinstance(resolve(ours, join(guess.pointer, key)), Undefined)
    return not has_key or encloses(guess, pointer, reading)


def unlike(ours, theirs, pointer=""):
    """Yield the pointers at which two values differ, or that only one of them has."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in {**ours, **theirs}:
            if key in ours and key in theirs:
                yield from unlike(ours[key], theirs[key], join(pointer, key))
            else:
                yield join(pointer, key)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, items in enumerate(zip(ours, theirs, strict=True)):
            yield from unlike(*items, join(pointer, index))
    elif ours != theirs or isinstance(ours, bool) is not isinstance(theirs, bool):
        yield pointer


def random_modules(seed=SEED):
    made = RandomModules(seed)
    return [made.module() for _ in range(COUNT)]


def test_each_module_of_the_corpus_is_imported_and_a_safe_fix_leaves_it_alone(importer):
    imported = importer([(suffix, text) for _, suffix, text in CASES])

    assert [
        (name, result) for (name, *_), result in zip(CASES, imported, strict=True) if "error" in result
    ] == []
    assert [name for name, suffix, text in CASES if fixed(suffix, text)[0] != text] == []


def test_random_modules_are_imported_and_a_safe_fix_leaves_them_alone(importer):
    modules = random_modules()

    imported = importer(modules)

    errors = [(text, a) for (_, text), a in zip(modules, imported, strict=True) if "error" in a]
    assert errors[:3] == []
    assert [text for suffix, text in modules if fixed(suffix, text)[0] != text][:3] == []


def test_whatever_node_imports_after_a_slip_of_the_hand_a_safe_fix_leaves_alone(importer):
    made = RandomModules(SEED + 1)
    modules = [(suffix, made.slip(text)) for suffix, text in (made.module() for _ in range(3 * COUNT))]

    imported = importer(modules)

    valid = [module for module, result in zip(modules, imported, strict=True) if "value" in result]
    assert len(valid) > COUNT / 4
    assert [text for suffix, text in valid if fixed(suffix, text)[0] != text][:3] == []


def test_what_is_known_of_each_module_is_what_node_imports(importer):
    modules = [*((suffix, text) for _, suffix, text in CASES), *random_modules(SEED + 3)]

    imported = importer(modules)

    assert [result for result in imported if "error" in result] == []
    compared = [
        (text, unlike_node(suffix, text, result["value"]))
        for (suffix, text), result in zip(modules, imported, strict=True)
    ]
    assert [(text, pointers) for text, pointers in compared if pointers][:3] == []


@pytest.mark.parametrize("unsafe", [True, False], ids=["unsafe", "every rule by its code"])
def test_fixes_of_rules_change_the_values_they_are_about_and_no_code(importer, unsafe):
    modules = [*((suffix, text) for _, suffix, text in CASES), *random_modules(SEED + 2)]
    selection = None if unsafe else Selection(select=RULE_CODES)

    results = [fixed(suffix, text, selection=selection, unsafe=unsafe) for suffix, text in modules]

    changed = [
        (suffix, text, after, made)
        for (suffix, text), (after, made) in zip(modules, results, strict=True)
        if after != text
    ]
    before = importer([(suffix, text) for suffix, text, *_ in changed])
    after = importer([(suffix, text) for suffix, _, text, _ in changed])
    assert len(changed) > len(modules) / 2
    assert [pair for pair in zip(changed, after, strict=True) if "error" in pair[1]][:3] == []
    values = zip(before, after, (fixes for *_, fixes in changed), strict=True)
    assert [triple for triple in values if unexplained(*triple)][:3] == []
    assert [(text, new) for suffix, text, new, _ in changed if code_of(suffix, text) != code_of(suffix, new)][
        :3
    ] == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("export default {a: 1\n  b: [2 3]} // c", {"a": 1, "b": [2, 3]}, id="missing commas"),
        pytest.param("export default {a: 1,, 'b': 2,};", {"a": 1, "b": 2}, id="a comma too many"),
        pytest.param("export default {x-y: “a”};", {"x-y": "a"}, id="a bare key and typographic quotes"),
    ],
)
def test_a_module_that_cannot_be_valid_is_fixed_so_that_node_imports_it(importer, text, meant):
    after, _ = fixed(".mjs", text)

    before, repaired = importer([(".mjs", text), (".mjs", after)])

    assert "error" in before
    assert json.loads(repaired["value"]) == meant
