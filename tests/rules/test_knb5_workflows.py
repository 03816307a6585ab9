import pytest

from tests.rules.looking import a_request, an_action, an_app, look, places, quoted

TEMPLATE = {"total": "/#body.total", "order": {"id": "/#body.id"}, "body": "/#body"}


def flow(*params, action="kustomer.app.shop.find", **keys):
    steps = [{"id": "find", "action": action, "params": {}}]
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

    assert places(value, code) == ["error /workflows/0/steps/1/params/p"]
    assert [part.strip('"') for part in quoted(value, code)] == [tag.strip('"')]


def test_the_templates_of_an_exported_workflow_are_checked_too():
    assert places(flow("{{steps.x.custom.@attr}}"), "KNB313") == ["error /steps/1/params/p"]


def test_the_condition_of_a_transition_is_checked_too():
    workflow = flow()
    condition = {"op": "eq", "values": ["/#steps.find.status", "{{steps.x.@a}}"]}
    workflow["steps"][0]["transitions"] = [{"target": "s", "condition": condition}]

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
        pytest.param("/#steps.s9.status", {}, id="another step"),
        pytest.param("/#steps.find.status", {"action": "kustomer.rest-api.json"}, id="an action of Kustomer"),
        pytest.param("/#steps.find.status", {"action": None}, id="a condition step"),
    ],
)
def test_what_an_action_emits_or_may_emit_is_right(text, keys):
    assert look(app(flow(text, **keys))).codes == []


def test_an_output_that_is_one_reference_may_have_any_key():
    assert look(app(flow("/#steps.find.status"), template="/#body")).codes == []
