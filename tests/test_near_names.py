import pytest

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
