"""Variables that an action cannot read, beside those that it declares; each fix is followed and linted."""

import pytest

from kustomer_nb.definition import document_from_value
from kustomer_nb.linting.context import LintContext
from kustomer_nb.rules import rule
from tests.rules.looking import an_action, closed_schema, look, quoted, sending
from tests.work import count_calls

FILL = "let the workflow fill it with"


def reading(text, schema=None, **keys):
    return sending(closed_schema(orderId="string") if schema is None else schema, data={"x": text}, **keys)


def only(value, code="KNB303"):
    (diagnostic,) = [diagnostic for diagnostic in look(value) if diagnostic.code == code]
    return diagnostic


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("{{steps.1.id}}", "`/#steps.1.id`"),
        ("/#steps.1.attributes.data.customer.id", "`/#steps.1.attributes.data.customer.id`"),
        ("{{{variables.63da823147}}}", "`/#variables.63da823147`"),
        ("a {{error.message}} b", "`/#error.message`"),
        ("/#fn:parseInt,steps.find.total", "`/#steps.find.total`"),
        ("{{#each steps.1.items}}{{sku}}{{/each}}", "`/#steps.1.items`"),
        ("{{body.total}}", "`/#steps.<id>.body.total`"),
        ("/#response.statusCode", "`/#steps.<id>.response.statusCode`"),
        ("{{conversation.id}}", "`/#steps.1.<path>`"),
        ("{{{customer.emails.[0].email}}}", "`/#steps.1.<path>`"),
        ("/#currentUser.id", "`/#steps.1.<path>`"),
    ],
)
def test_a_value_of_the_workflow_is_passed_as_an_input(text, reference):
    diagnostic = only(reading(text))

    assert FILL in diagnostic.fix
    assert diagnostic.fix.endswith(f"{reference}.")


@pytest.mark.parametrize(
    "root", ["steps", "variables", "error", "body", "response", "conversation", "customer", "workflow"]
)
@pytest.mark.parametrize("text", ["{{{%s.id}}}", "/#%s.id", "{{#if %s.id}}a{{/if}}"])
def test_an_input_may_have_any_of_these_names(root, text):
    assert look(reading(text % root, {"properties": {root: {"type": "object"}}})).codes == []


@pytest.mark.parametrize("name", ["steps", "error", "body", "conversation"])
def test_a_name_without_a_path_is_declared_as_an_input(name):
    assert only(reading(f"/#{name}")).fix == f"declare `{name}` in inputSchema."


@pytest.mark.parametrize(
    ("text", "inputs", "fix"),
    [
        ("{{{conversation.id}}}", {"conversationId": "string"}, "did you mean `conversationId`?"),
        ("/#order.id", {"order_id": "string"}, "did you mean `order_id`?"),
        ("{{{ordr.id}}}", {"order": "object"}, "did you mean `order`?"),
        # A string has no members, so reading `.id` of it is no better.
        ("{{{ordr.id}}}", {"order": "string"}, "declare `ordr` in inputSchema."),
    ],
)
def test_a_declared_input_is_suggested_where_it_can_be_read(text, inputs, fix):
    assert only(reading(text, closed_schema(**inputs))).fix == fix


def test_a_path_is_replaced_by_the_input_as_a_whole():
    value = reading("{{{conversation.id}}}", closed_schema(conversationId="string"))
    (edit,) = only(value).edits

    assert edit.text == "conversationId"
    assert quoted(value, "KNB303") == ["{{{conversation.id}}}"]


@pytest.mark.parametrize(
    ("output", "fix"),
    [
        ("/#orderId", "or read the response: `body.orderId`."),
        ("{{{orderId}}}", "or read the response: `body.orderId`."),
        ("/#fn:parseInt,orderId", "or read the response: `body.orderId`."),
        ("/#steps.1.id", "remove it: a later step reads `/#steps.1.id` itself."),
        ("{{variables.a}}", "remove it: a later step reads `/#variables.a` itself."),
        ("/#statusCode", "write `response.statusCode`."),
        ("{{headers.etag}}", "write `response.headers.etag`."),
        ("/#bdy.id", "did you mean `body`?"),
        ("/#order.id", "did you mean `body.order.id`?"),
    ],
)
def test_what_an_output_template_cannot_read_has_its_own_fix(output, fix):
    value = reading("/#orderId", output={"a": output})

    assert only(value).severity.value == "warning"
    assert only(value).fix.endswith(fix)


@pytest.mark.parametrize(
    "output",
    ["/#body.orderId", "/#response.statusCode", "{{body.steps.id}}", "{{#with body}}{{id}}{{/with}}"],
)
def test_an_output_template_reads_the_response(output):
    sample = {"sampleOutputContext": {"a": 1}}

    assert look(an_action(**{**reading("/#orderId", output={"a": output}), **sample})).codes == []


@pytest.mark.parametrize("text", ["order /#steps.1.id", "https://x.com/#steps.1.id", "a /#conversation.id"])
def test_no_tag_is_advised_for_an_embedded_reference_that_has_no_value(text):
    diagnostic = only(reading(text), "KNB305")

    assert (FILL in diagnostic.fix, diagnostic.edits) == (True, ())


@pytest.mark.parametrize("text", ["https://x.com/#error.html", "https://x.com/#conversation.id"])
def test_a_fragment_is_no_reference(text):
    assert look(reading(text)).codes == []


def test_many_undeclared_paths_are_linear_work():
    def check(length):
        schema = closed_schema(**{f"a{at}": "string" for at in range(length)})
        document = document_from_value(sending(schema, data={f"k{at}": f"/#b{at}.c" for at in range(length)}))
        return count_calls(lambda: list(rule("KNB303").diagnostics(LintContext(document))))

    assert check(1200) < 6 * check(300)
