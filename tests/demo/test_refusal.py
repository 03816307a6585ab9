from __future__ import annotations

from kustomer_nb.demo.refusal import Refusal


def test_says_nothing_of_a_meta_that_is_empty() -> None:
    refusal = Refusal.from_error(404, "not_found", "There is nothing here.")

    body = refusal.body

    assert body == {"errors": [{"code": "not_found", "message": "There is nothing here."}]}


def test_a_meta_may_be_called_as_an_argument_is() -> None:
    refusal = Refusal.from_error(503, "failed", "As asked.", status=503, code=7)

    (error,) = refusal.body["errors"]

    assert error["meta"] == {"status": 503, "code": 7}
