from dataclasses import replace
from functools import partial

import pytest

import kustomer_nb
from kustomer_nb.demo import Store
from kustomer_nb.near_names import LONGEST_NAME, MOST_NAMES, near_miss
from tests.work import count_calls


@pytest.mark.parametrize(
    ("name", "known"),
    [
        pytest.param("orderid", "orderId", id="case"),
        pytest.param("order_id", "orderId", id="a separator"),
        pytest.param("Content-Type", "contentType", id="case and separator"),
        pytest.param("ordreId", "orderId", id="swapped letters"),
        pytest.param("methd", "method", id="a letter missing"),
        pytest.param("methodd", "method", id="a letter too many"),
        pytest.param("inputTenplate", "inputTemplate", id="a letter replaced in a long name"),
        pytest.param("outputTemlpat", "outputTemplate", id="two slips in a long name"),
        pytest.param("bdy", "body", id="a short name with a letter missing"),
        pytest.param("sampleOutput", "sampleOutputContext", id="the beginning"),
        pytest.param("descr", "description", id="an abbreviation by its beginning"),
        pytest.param("qtty", "quantity", id="an abbreviation by its consonants"),
        pytest.param("email", "customerEmail", id="the last word"),
        pytest.param("customer", "customerName", id="the first word"),
        pytest.param("orders", "order", id="a plural"),
        pytest.param("status", "state", id="a common stem"),
        pytest.param("uir", "uri", id="swapped letters in a short name"),
    ],
)
def test_a_name_that_shares_the_meaning_is_suggested(name, known):
    assert near_miss(name, ["zzz", known, "other"]) == known


@pytest.mark.parametrize(
    ("name", "known"),
    [
        pytest.param("url", "uri", id="two words of three letters"),
        pytest.param("date", "data", id="two words within a letter"),
        pytest.param("total", "token", id="a common beginning and length"),
        pytest.param("postId", "hostId", id="another first letter"),
        pytest.param("userId", "orderId", id="a common last word that names a family"),
        pytest.param("inputSchema", "outputSchema", id="input and output"),
        pytest.param("customerId", "customerName", id="another property of the same thing"),
        pytest.param("line1", "line2", id="another number"),
        pytest.param("formData", "data", id="a kind of what is known"),
        pytest.param("firstName", "name", id="a part of what is known"),
        pytest.param("orderId", "order", id="a property of what is known"),
        pytest.param("city", "capacity", id="letters in the same order"),
        pytest.param("street", "stratum", id="similar consonants"),
        pytest.param("fetch", "patch", id="a common end"),
        pytest.param("phone", "phase", id="two letters of five"),
        pytest.param("", "a", id="no name"),
        pytest.param("…", "—", id="no letters"),
        pytest.param("id", "ie", id="two letters"),
        pytest.param("a" * (LONGEST_NAME + 1), "a" * LONGEST_NAME, id="too long"),
    ],
)
def test_a_name_that_shares_only_letters_is_not_suggested(name, known):
    assert near_miss(name, ["zzz", known]) is None


def test_the_nearest_comes_first():
    assert near_miss("order", ["orders", "orderId", "Order"]) == "Order"
    assert near_miss("total", ["orderTotal", "totl", "total_"]) == "total_"


def test_many_names_are_bounded_work():
    names = [f"name{at}" for at in range(100 * MOST_NAMES)]

    assert count_calls(lambda: near_miss("nam", iter(names))) < 100 * MOST_NAMES


APP = kustomer_nb.loads('{"inputTemplate": {"uri": "http://a.b/", "method": "get"}}')


@pytest.mark.parametrize(
    ("call", "options", "message"),
    [
        (kustomer_nb.Platform, {"timout": 1}, "Platform() has no option 'timout'; did you mean 'timeout'?"),
        (kustomer_nb.Platform, {"colour": 1}, "Platform() has no option 'colour'; its options are "),
        (kustomer_nb.Platform, {"escapeHtml": 1}, "did you mean 'escape_html'?"),
        (APP.lint, {"selct": []}, "lint() has no option 'selct'; did you mean 'select'?"),
        (APP.fix, {"usnafe": True}, "fix() has no option 'usnafe'; did you mean 'unsafe'?"),
        (APP.action().lint, {"ignroe": []}, "lint() has no option 'ignroe'; did you mean 'ignore'?"),
        (APP.action().render, {"profil": "a"}, "render() has no option 'profil'; did you mean 'profile'?"),
        (APP.action().run, {"confrim": "a"}, "run() has no option 'confrim'; did you mean 'confirm'?"),
        (APP.history().find, {"staus": 404}, "find() has no option 'staus'; did you mean 'status'?"),
        (APP.history().diff, {"mdoe": "type"}, "diff() has no option 'mdoe'; did you mean 'mode'?"),
        (
            partial(kustomer_nb.diff, 1, 2),
            {"mdoe": "type"},
            "diff() has no option 'mdoe'; did you mean 'mode'?",
        ),
        (
            partial(kustomer_nb.workbench, APP),
            {"setings": {}},
            "has no option 'setings'; did you mean 'settings'?",
        ),
        (Store, {"prot": 80}, "Store() has no option 'prot'; did you mean 'port'?"),
    ],
)
def test_a_misspelled_option_is_named_with_the_nearest_one(call, options, message):
    with pytest.raises(TypeError) as caught:
        call(**options)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("call", "options"),
    [
        (partial(kustomer_nb.diff, {"a": 1}, {"a": 2}), {"mode": "shape"}),
        (APP.lint, {"ignore": ["KNB2"]}),
        (kustomer_nb.Platform, {"timeout": 5.0}),
        (partial(replace, kustomer_nb.Platform(timeout=5.0)), {"escape_html": False}),
    ],
)
def test_an_option_that_there_is_passes(call, options):
    call(**options)


def test_another_type_error_stays_what_it_is():
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        kustomer_nb.diff(1)
