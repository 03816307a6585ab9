"""Which values of a command are proposed as inputs: what a person would vary is ticked, and well named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kustomer_nb import ConversionError, from_curl
from kustomer_nb.cli import main
from tests.convert.test_documented import COMMANDS

LINES = (Path(__file__).parent / "ticked.txt").read_text(encoding="utf-8").splitlines()[2:]
TICKED = {title.strip(): places.strip() for title, _, places in (line.partition(" | ") for line in LINES)}
TOKEN = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"


def written(inputs: dict[str, str]) -> str:
    return " ".join(f"{name}={where}" for name, where in inputs.items())


def test_each_command_of_the_documentation_is_in_the_table() -> None:
    assert list(TICKED) == list(COMMANDS)


@pytest.mark.parametrize("title", COMMANDS)
def test_what_a_person_would_vary_is_ticked(title: str) -> None:
    imported = from_curl(COMMANDS[title].replace("{base}", "https://api.example.com"))

    assert written(imported.inputs) == TICKED[title]


@pytest.mark.parametrize(
    ("path", "ticked"),
    [
        ("orders/8031", "orderId=path[1]"),
        ("v1/customers/5f0e8b5a-5b5f-4a5e-9d5d-0123456789ab", "customerId=path[2]"),
        ("companies/9f8e7d6c5b4a3928/notes", "companyId=path[1]"),
        ("o/aB3dE5gH7jK9mN1pQr", "oId=path[1]"),
        ("tickets/INV-17", "ticketId=path[1]"),
        ("users/octocat", "userId=path[1]"),
        ("users/octocat/repos", "userId=path[1]"),
        ("repos/acme/store/issues", "repoOwner=path[1] repo=path[2]"),
        ("products/iphone-15-pro", "productId=path[1]"),
        ("products/632910392.json", "productId=path[1]"),
        ("customers/externalId=c-1001", "externalId=path[1]"),
        ("customers/jane@shop.com", "email=path[1]"),
        ("rates/2024-05-03", "rateDate=path[1]"),
        ("orders/2/items/3", "orderId=path[1] itemId=path[3]"),
        ("orders/{orderId}/items", "orderId=path[1]"),
        ("sobjects/Account/001D000000IRFma", "accountId=path[2]"),
        # Words of the path, versions, and operations on a collection.
        ("v2/orders", ""), ("orders", ""), ("api/v1.2/orders", ""), ("2010-04-01/orders", ""),
        ("1/cards", ""),
        ("rest/api/3/search", ""), ("orders/search", ""), ("customers/count", ""), ("users/me", ""),
        ("lists/all/contacts/all", ""), ("oauth2/authorize", ""), ("base64/encode", ""),
        ("maps/api/geocode", ""),
        ("crm/v3/objects/contacts", ""), ("orders/bulk-update", ""), ("pets/findByStatus", ""),
        ("orders/recent", ""), ("customers/", ""), ("services/data/v59.0/query", ""),
        ("admin/api/2024-01/x", ""),
    ],
)  # fmt: skip
def test_values_of_a_path_are_told_from_its_words(path: str, ticked: str) -> None:
    imported = from_curl(f"curl https://api.shop.com/{path}")

    assert written(imported.inputs) == ticked
    # Both are sent as the command says.
    assert imported.action.render(imported.examples).url == f"https://api.shop.com/{path}".replace(
        "{orderId}", "orderId"
    )


@pytest.mark.parametrize(
    ("query", "ticked"),
    [
        ("email=jane@shop.com", ["email"]),
        ("q=boots", ["q"]),
        ("customer_id=42", ["customerId"]),
        ("created_after=2024-05-03", ["createdAfter"]),
        ("filter[status]=open", ["status"]),
        ("cursor=eyJpZCI6MX0", ["cursor"]),
        ("limit=50", []), ("per_page=50", []), ("pageSize=5", []), ("page=2", []), ("format=json", []),
        ("expand=lines", []), ("fields=id,name", []), ("include=customer", []), ("sort=-created_at", []),
        ("order=desc", []), ("archived=false", []), ("api-version=2023-06-01", []), ("locale=en_US", []),
    ],
)  # fmt: skip
def test_data_of_a_query_is_told_from_constants(query: str, ticked: list[str]) -> None:
    imported = from_curl(f"curl -g 'https://api.shop.com/orders?{query}'")

    assert list(imported.inputs) == ticked
    assert f"query{query.partition('=')[0]}"[:5] in {
        row.where[:5] for row in imported.proposals if not row.is_fixed
    }


def test_values_have_the_type_that_is_sent() -> None:
    query = "zip=01234&phone=15551234567&amount=5.5&count=3&notify=true&sku=1300"
    imported = from_curl(f"curl 'https://api.shop.com/v1/orders/8031?{query}' -H 'X-Shop-No: 7'")

    rows = {row.name: (row.type, row.example) for row in imported.proposals}
    assert rows["orderId"] == ("number", 8031)
    assert rows["zip"] == ("string", "01234")
    assert rows["phone"] == ("string", "15551234567")
    assert rows["amount"] == ("number", 5.5)
    assert rows["notify"] == ("boolean", True)
    assert rows["sku"] == ("string", "1300")
    assert rows["shopNo"] == ("string", "7")
    assert rows["version"] == ("string", "v1")


def test_a_second_value_of_a_name_is_named_by_what_is_around_it() -> None:
    body = {"name": "Ann", "to": {"name": "Bo", "email": "b@x.com"}, "from": {"email": "a@x.com"}}

    imported = from_curl(f"curl https://a.b/mails --json '{json.dumps(body)}'")

    assert list(imported.inputs) == ["name", "toName", "email", "fromEmail"]


def test_words_of_the_path_and_technical_headers_are_offered_last(tmp_path: Path) -> None:
    command = "curl 'https://api.shop.com/v1/orders/8031?limit=5' -H 'Accept: text/csv' -H 'X-Shop: eu'"
    (tmp_path / "command.sh").write_text(command)

    imported = from_curl(command)
    output = CliRunner().invoke(main, ["new", "--from-curl", str(tmp_path / "command.sh")]).stderr

    fixed = [row.name for row in imported.proposals if row.is_fixed]
    assert fixed == ["version", "orders", "accept"]
    lines = output.partition("NAME=WHERE:\n")[2].splitlines()
    assert [line.partition("] ")[2].partition("=")[0] for line in lines] == [
        "orderId",
        "limit",
        "shop",
        *fixed,
    ]


@pytest.mark.parametrize(
    "header",
    [
        f"X-Custom: {TOKEN}", "X-Shop-Pass: Zq7hunter2", "X-ShopPass: hunter22", "Shop: aB3dE5gH7jK9mN1pQr",
        "X-Cred: abcabc99",
    ],
)  # fmt: skip
def test_what_looks_like_a_credential_is_a_secret_until_it_is_called_public(header: str) -> None:
    name, _, value = header.partition(": ")
    command = f"curl https://api.shop.com/orders/8031 -H '{header}'"

    imported = from_curl(command)
    public = from_curl(command, public=[f"header.{name}"])

    assert [secret.reveal() for secret in imported.secrets.values()] == [value]
    assert list(imported.suspected.values()) == [f"header.{name}"]
    assert value not in imported.app.text + repr(imported) + repr(imported.proposals)
    assert dict(public.secrets) == {}
    assert public.action.read.value["inputTemplate"]["headers"] == {name: value}


@pytest.mark.parametrize(
    "header",
    [
        f"X-Request-Id: {TOKEN}", f'ETag: "{TOKEN}"', f"traceparent: 00-{TOKEN}-00f067aa0ba902b7-01",
        "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==", "X-Api-Version: 2023-06-01-preview1",
        f"X-Tenant-Id: {TOKEN}",
        "Stripe-Account: acct_1032D82eZvKYlo2C", f"X-Amz-Content-Sha256: {TOKEN}{TOKEN}",
        f"X-B3-TraceId: {TOKEN}",
        "X-Amz-Date: 20240115T103000Z", "X-Client: OrderService-Production-2024", "X-Region: us-east-1",
        "X-Store: 0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d", "X-Build: web-frontend-2-1-0-rc1",
        "Accept-Language: en-US,en;q=0.9", "X-Order: 12345678901234567890",
    ],
)  # fmt: skip
def test_a_header_that_only_looks_generated_is_no_secret(header: str) -> None:
    imported = from_curl(f"curl https://api.shop.com/orders/8031 -H '{header}'")

    assert dict(imported.secrets) == {}


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Idempotency-Key: 0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d", "idempotencyKey"),
        ("X-Nonce: 7f3a9b2c", "nonce"),
        ('If-Match: "33a64df5"', "ifMatch"),
        ("X-Request-Id: 0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d", "requestId"),
    ],
)
def test_what_is_new_for_each_request_is_an_input(header: str, name: str) -> None:
    imported = from_curl(f"curl -X POST https://api.shop.com/orders -H '{header}'")

    assert imported.inputs == {name: f"header.{header.partition(':')[0]}"}


def test_a_name_that_a_template_would_call_as_a_helper_is_used_only_where_it_is_read() -> None:
    command = 'curl https://a.b/rates/2024-05-03 --json \'{"date": "2024-05-03"}\''

    with pytest.raises(ConversionError, match="the name of a helper"):
        from_curl(command, inputs={"date": "path[1]"})
    imported = from_curl(command, inputs={"date": "body.date"})

    assert json.loads(str(imported.action.render({"date": "today"}).body)) == {"date": "today"}


@pytest.mark.parametrize("where", ["header.Authorization", "header.X-Trace", "nowhere", "body.password"])
def test_only_what_is_suspected_can_be_public(where: str) -> None:
    with pytest.raises(ConversionError) as caught:
        from_curl(
            f"curl https://a.b/x -H 'Authorization: Bearer {TOKEN}' -H 'X-Trace: 1' "
            f"-H 'X-Custom: {TOKEN[::-1]}' "
            '--json \'{"password": "hunter22"}\'',
            public=[where],
        )

    assert caught.value.diagnostics.codes == ["KNB910"]
    assert "header.X-Custom" in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_a_value_that_is_a_credential_elsewhere_stays_one() -> None:
    command = f"curl https://a.b/x -H 'Authorization: Bearer {TOKEN}' -H 'X-Custom: {TOKEN}'"

    imported: Any = from_curl(command)

    assert imported.suspected == {}
    with pytest.raises(ConversionError):
        from_curl(command, public=["header.X-Custom"])


PASSENGERS = [
    {"name": "Ana Ruiz", "age": 41, "berth": None, "bags": [{"kg": 8}]},
    {"name": "Leo Ruiz", "age": 7.5, "berth": "window"},
]


def test_a_list_of_records_is_one_input_that_takes_any_number_of_them() -> None:
    body = {"tripId": "T-1", "passengers": PASSENGERS, "tags": ["new", "group"], "notes": "none"}

    imported = from_curl(f"curl https://a.b/bookings --json '{json.dumps(body)}'")

    assert (
        written(imported.inputs)
        == "tripId=body.tripId passengers=body.passengers tags=body.tags notes=body.notes"
    )
    data = imported.action.read.value["inputTemplate"]["data"]
    assert data["passengers"] == "/#passengers"
    schema = imported.action.read.value["inputSchema"]["properties"]
    # Nothing shows that the platform applies `items`.
    assert (schema["passengers"], schema["tags"]) == ({"type": "array"}, {"type": "array"})
    assert not [item for item in imported.app.lint() if item.code == "KNB503"]
    # What is in it is no proposal beside it, and it is sent as in the command, or with more.
    assert not [row for row in imported.proposals if row.where.startswith("body.passengers[")]
    assert json.loads(str(imported.action.render(imported.examples).body)) == body
    more = imported.examples | {"passengers": [*PASSENGERS, {"name": "Mia", "age": 2, "berth": 5}]}
    assert len(json.loads(str(imported.action.render(more).body))["passengers"]) == len(PASSENGERS) + 1


@pytest.mark.parametrize(
    ("body", "ticked"),
    [
        # One item shows no list, and the parts of a query are chosen one by one.
        ({"lines": [{"sku": "A1"}]}, "sku=body.lines[0].sku"),
        ({"or": [{"term": "a"}, {"term": "b"}]}, "term=body.or[0].term orTerm=body.or[1].term"),
        # Items of different kinds are no list of any length.
        ({"blocks": [{"title": "a"}, {"url": "b"}]}, "title=body.blocks[0].title url=body.blocks[1].url"),
        ({"range": [1, "x"]}, "range=body.range[0] range2=body.range[1]"),
        # Nothing in it varies.
        ({"fields": ["id", "name"]}, ""),
        ({"sorts": [{"order": "asc"}, {"order": "desc"}]}, ""),
    ],
)  # fmt: skip
def test_another_list_is_offered_and_its_values_are_ticked(body: dict[str, Any], ticked: str) -> None:
    imported = from_curl(f"curl https://a.b/x --json '{json.dumps(body)}'")

    assert written(imported.inputs) == ticked
    (name,) = body
    offered = [
        (row.where, row.type, row.is_selected) for row in imported.proposals if row.where == f"body.{name}"
    ]
    assert offered == [(f"body.{name}", "array", False)]
    chosen = from_curl(f"curl https://a.b/x --json '{json.dumps(body)}'", inputs={"whole": f"body.{name}"})
    assert chosen.inputs == {"whole": f"body.{name}"}
    assert chosen.examples == {"whole": body[name]}
    assert json.loads(str(chosen.action.render(chosen.examples).body)) == body


@pytest.mark.parametrize(
    "items",
    [
        [{"name": "a", "password": "hunter22"}, {"name": "b", "password": "hunter23"}],
        [{"name": "a", "note": f"Bearer {TOKEN}"}, {"name": "b", "note": "x"}],
    ],
)
def test_a_list_with_a_credential_is_no_input(items: list[dict[str, str]]) -> None:
    imported = from_curl(f"curl https://a.b/users --json '{json.dumps({'users': items})}'")

    assert "body.users" not in {row.where for row in imported.proposals}
    assert imported.secrets
    assert TOKEN not in repr(imported.proposals)
    assert "hunter" not in imported.app.text + repr(imported.proposals)


def test_a_list_with_a_variable_is_chosen_by_its_values() -> None:
    imported = from_curl(
        """curl https://a.b/users --json '{"users": [{"name": "'$FIRST'"}, {"name": "Leo"}]}'"""
    )

    assert imported.inputs["first"] == "body.users[0].name"
    assert "body.users" not in {row.where for row in imported.proposals}
