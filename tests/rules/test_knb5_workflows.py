from functools import partial

import pytest

import kustomer_nb as knb
from kustomer_nb.definition import document_from_value
from kustomer_nb.linting.context import LintContext
from kustomer_nb.rules import rule
from tests.rules.looking import a_request, an_action, an_app, look, places, quoted
from tests.work import count_calls

TEMPLATE = {"total": "/#body.total", "order": {"id": "/#body.id"}, "body": "/#body"}


def flow(*params, action="kustomer.app.shop.find", **keys):
    steps = [{"id": at, "action": "kustomer.rest-api.json", "params": {}} for at in ("x", "y")]
    steps += [{"id": "find", "action": action, "params": {}}]
    steps += [
        {"id": f"s{at}", "action": "kustomer.note.create", "params": {"p": param}}
        for at, param in enumerate(params)
    ]
    return {"name": "w", "trigger": {"id": "1", "eventName": "e"}, "steps": steps, **keys}


def app(*workflows, template=TEMPLATE):
    sample = {"total": 1, "order": {"id": 1}, "body": {}} if template is TEMPLATE else "a"
    action = an_action(
        inputTemplate=a_request(json=True), outputTemplate=template, sampleOutputContext=sample
    )
    return an_app(actions=[action], workflows=list(workflows))


@pytest.mark.parametrize(
    ("text", "code", "tag"),
    [
        pytest.param("{{steps.x.custom.@attr}}", "KNB313", "{{steps.x.custom.@attr}}", id="an at sign"),
        pytest.param("a {{steps.x.list.0}}", "KNB314", "{{steps.x.list.0}}", id="a number last"),
        pytest.param("{{steps.x.a}}}", "KNB315", "{{steps.x.a}}}", id="a brace too many"),
        pytest.param("{{#if steps.x.a}}b", "KNB301", "{{#if steps.x.a}}", id="an open block"),
        pytest.param("/#", "KNB302", '"/#"', id="a reference without a path"),
    ],
)
def test_a_template_of_a_workflow_that_does_not_parse_is_an_error(text, code, tag):
    value = app(flow(text))

    assert places(value, code) == ["error /workflows/0/steps/3/params/p"]
    assert [part.strip('"') for part in quoted(value, code)] == [tag.strip('"')]


def test_the_templates_of_an_exported_workflow_are_checked_too():
    assert places(flow("{{steps.x.custom.@attr}}"), "KNB313") == ["error /steps/3/params/p"]


def test_the_condition_of_a_transition_is_checked_too():
    workflow = flow()
    condition = {"op": "eq", "values": ["/#steps.find.status", "{{steps.x.@a}}"]}
    workflow["steps"][2]["transitions"] = [{"target": "x", "condition": condition}]

    assert look(app(workflow)).codes == ["KNB514", "KNB313"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{{steps.x.custom.[@attr]}}", id="brackets"),
        pytest.param("/#steps.x.custom.@attr", id="a reference"),
        pytest.param("{{#each steps.x.list}}{{@index}}{{/each}}", id="a variable of a loop"),
        pytest.param("{{steps.1.data.id}} {{variables.a}} {{error.message}}", id="other roots"),
        pytest.param("\\{{ text", id="braces as text"),
    ],
)
def test_a_template_of_a_workflow_that_parses_is_right(text):
    assert look(app(flow(text))).codes == []


def test_what_the_builder_keeps_with_a_step_is_not_a_template():
    workflow = flow()
    workflow["steps"][0]["meta"] = {"label": "{{ not a template"}

    assert look(app(workflow)).codes == []


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        pytest.param("/#steps.find.totl", "did you mean `total`?", id="a misspelt key"),
        pytest.param("{{steps.find.data.x}}", "read one of `total`, `order`, `body`.", id="another key"),
        pytest.param("{{{steps.find.order.number}}}", "read one of `id`.", id="a key within"),
        pytest.param(
            "/#fn:parseInt,steps.find.status", "read one of `total`, `order`, `body`.", id="a function"
        ),
        pytest.param(
            "{{#if steps.find.ok}}a{{/if}}", "read one of `total`, `order`, `body`.", id="a condition"
        ),
    ],
)
def test_a_step_that_reads_what_its_action_never_emits_is_a_warning(text, fix):
    (diagnostic,) = look(app(flow(text)))

    assert (diagnostic.code, diagnostic.severity.value, diagnostic.fix) == ("KNB514", "warning", fix)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        pytest.param("/#steps.find.body.any.thing", {}, id="within a reference"),
        pytest.param("/#steps.find.order.id", {}, id="a key within an object"),
        pytest.param("/#steps.find", {}, id="the whole output"),
        pytest.param("/#steps.x.status", {}, id="another step"),
        pytest.param("/#steps.find.status", {"action": "kustomer.rest-api.json"}, id="an action of Kustomer"),
        pytest.param("/#steps.find.status", {"action": None}, id="a condition step"),
    ],
)
def test_what_an_action_emits_or_may_emit_is_right(text, keys):
    assert look(app(flow(text, **keys))).codes == []


def test_an_output_that_is_one_reference_may_have_any_key():
    assert look(app(flow("/#steps.find.status"), template="/#body")).codes == []


def step(key, *targets, **keys):
    transitions = [{"target": target} for target in targets]
    return {"id": key, "action": "kustomer.rest-api.json", "transitions": transitions, **keys}


def order(*steps, first="a", **keys):
    """Return an app whose workflow begins with the step `first`."""
    trigger = {"id": "1", "eventName": "e", "transitions": [{"target": first}] if first else []}
    return an_app(workflows=[{"name": "w", "trigger": trigger, "steps": list(steps), **keys}])


OWN_OUTPUT = {"op": "dne", "values": ["/#steps.a.x"]}


def reading(key, text, *targets):
    return step(key, *targets, params={"p": text})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(order(reading("a", "/#steps.b.x")), "has no step `b`", id="no such step"),
        pytest.param(order(reading("a", "t {{{steps.A.x}}}")), "has no step `A`", id="another case"),
        pytest.param(
            order(reading("a", "{{#each steps.no.list}}{{sku}}{{/each}}")), "has no step `no`", id="a loop"
        ),
        pytest.param(
            order(reading("a", "/#fn:parseInt,steps.2.x")), "has no step `2`", id="a number that is no id"
        ),
        pytest.param(
            order(reading("a", "/#steps.b.x", "b"), step("b")),
            "no transition leads from it",
            id="a later step",
        ),
        pytest.param(
            order(step("b"), reading("a", "/#steps.b.x", "b")),
            "no transition leads from it",
            id="a later step that is listed first",
        ),
        pytest.param(
            order(step("a", "b", "c"), step("b"), reading("c", "{{steps.b.x}}")),
            "no transition leads from it",
            id="a step of another branch",
        ),
        pytest.param(
            order(reading("a", "/#steps.b.x"), step("b"), first=None),
            "it is listed later",
            id="no transitions",
        ),
        pytest.param(order(reading("a", "/#steps.a.x")), "its own output", id="its own output"),
    ],
)
def test_a_read_of_a_step_that_has_not_run_is_a_warning(value, message):
    (diagnostic,) = look(value)

    assert (diagnostic.code, diagnostic.severity.value) == ("KNB515", "warning")
    assert message in diagnostic.message


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(order(step("a", "b"), reading("b", "/#steps.a.x")), id="an earlier step"),
        pytest.param(order(reading("b", "/#steps.a.x"), step("a", "b")), id="listed later, and run before"),
        pytest.param(
            order(step("a", "b", "c"), step("b", "d"), step("c", "d"), reading("d", "{{steps.b.x}}")),
            id="a step of one of two branches",
        ),
        pytest.param(order(reading("a", "/#steps.b.x", "b"), step("b", "a")), id="a loop"),
        pytest.param(order(reading("a", "/#steps.1.attributes.id")), id="the trigger"),
        pytest.param(order(reading("a", "/#steps.a.x", "a")), id="its own output, one round before"),
        pytest.param(
            order(step("a", transitions=[{"target": "b", "condition": OWN_OUTPUT}]), step("b")),
            id="its own output in its transition",
        ),
        pytest.param(order(step("a"), reading("b", "/#steps.a.x"), first=None), id="no transitions"),
        pytest.param(order(reading("a", "{{variables.b.x}} {{error.c.d}}")), id="other roots"),
        pytest.param(order(reading("a", "{{lookup steps variables.x}}")), id="a step that only a run knows"),
        pytest.param(order(step("a", transitions="x"), reading("b", "/#steps.1.x")), id="odd transitions"),
        pytest.param(order(reading("a", "/#steps.b.x"), "b"), id="steps that are not all objects"),
    ],
)
def test_a_read_of_a_step_that_may_have_run_is_right(value):
    assert look(value).codes in ([], ["KNB202"])


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        pytest.param(order(step("a", "b")), "/workflows/0/steps/0/transitions/0/target", id="of a step"),
        pytest.param(order(step("b")), "/workflows/0/trigger/transitions/0/target", id="of the trigger"),
    ],
)
def test_a_transition_to_no_step_is_a_warning(value, pointer):
    assert places(value, "KNB515") == [f"warning {pointer}"]


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        pytest.param("[{id: 'a', params: {p: '/#steps.b.x', q: now()}}]", ["KNB515"], id="code in params"),
        pytest.param("[{id: 'a', params: {p: '/#steps.b.x'}}, ...more]", [], id="steps that code adds"),
        pytest.param("[{id: now(), params: {p: '/#steps.b.x'}}]", [], id="an id that is code"),
        pytest.param("build()", [], id="steps that are code"),
    ],
)
def test_steps_of_a_module_are_judged_only_when_the_text_shows_them(steps, codes):
    text = (
        "export default {app: 'shop', version: '1.0.0', title: 'Shop',\n"
        f"workflows: [{{name: 'w', trigger: {{id: '1'}}, steps: {steps}}}]}}"
    )

    found = knb.loads(text).lint().codes

    assert [code for code in found if code not in ("KNB124", "KNB122")] == codes


def chained(length):
    """Return a workflow in which each step reads the next one, so that all steps are visited for each."""
    steps = [step(f"s{at}", f"s{at + 1}", params={"p": f"/#steps.s{at + 1}.x"}) for at in range(length)]
    return document_from_value(order(*steps, step(f"s{length}"), first="s0"))


def test_the_steps_that_are_visited_are_bounded():
    def check(document):
        return list(rule("KNB515").diagnostics(LintContext(document)))

    few, many = (count_calls(partial(check, chained(length))) for length in (500, 2000))

    # Quadratic work would be 16 times as much.
    assert many < 8 * few


def test_many_missing_steps_are_linear_work():
    def check(length):
        steps = [step(f"s{at}", params={"p": f"/#steps.z{at}.x"}) for at in range(length)]
        document = document_from_value(order(*steps, first=None))
        return count_calls(lambda: list(rule("KNB515").diagnostics(LintContext(document))))

    assert check(1200) < 6 * check(300)
