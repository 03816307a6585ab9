from __future__ import annotations

from typing import Any

import pytest

from kustomer_nb.notebooks.merging import merged_outputs, without_times

OURS = '<div class="knb-html">{}</div>'


def shown(text: str, html: str = "") -> dict[str, Any]:
    data = {"text/plain": text, **({"text/html": OURS.format(html)} if html else {})}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 3}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("<a at 0x7f0123456789>", "<a at 0x7f0123456780>", id="an address"),
        pytest.param("http://127.0.0.1:40001/x", "http://127.0.0.1:50002/x", id="a port of this machine"),
        pytest.param("Cell In[3], line 1", "Cell In[4], line 1", id="the number of a cell"),
    ],
)
def test_what_differs_each_time_stays_as_it_was(before: str, after: str) -> None:
    old = shown(before)

    assert merged_outputs([old], [shown(after)]) == [old]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("total 27.5", "total 28.5", id="a number"),
        pytest.param("http://shop.example:40001/x", "http://shop.example:50002/x", id="a port elsewhere"),
        pytest.param("id 0x7f0123456789", "id 0x7f0123456780", id="a hexadecimal number"),
        pytest.param("d41d8cd98f00b204e9800998ecf8427e", "900150983cd24fb0d6963f7d28e17f72", id="a hash"),
        pytest.param("2026-01-01 10:00:00", "2026-01-01 10:00:01", id="a time"),
        pytest.param("in 21 ms", "in 22 ms", id="a duration that the author prints"),
    ],
)
def test_what_an_author_shows_is_new(before: str, after: str) -> None:
    new = shown(after)

    assert merged_outputs([shown(before)], [new]) == [new]


def test_only_our_own_html_is_compared_without_its_times() -> None:
    foreign = {"output_type": "display_data", "data": {"text/html": "<td>2026-01-01 10:00:00</td>"}}
    other = {"output_type": "display_data", "data": {"text/html": "<td>2026-01-01 10:00:01</td>"}}

    assert merged_outputs([foreign], [other]) == [other]


def test_an_output_more_or_less_is_new() -> None:
    old = [shown("a"), shown("b")]

    assert merged_outputs(old, [shown("a")]) == [old[0]]
    assert merged_outputs([old[0]], [shown("a"), shown("c")]) == [old[0], shown("c")]


def test_the_html_of_a_run_has_no_times() -> None:
    run = shown("a", '<span class="knb-dim">in 1,021 ms, 2 attempts · Mode: Live</span>')
    response = shown("a", '<span class="knb-dim">in 3 ms 166 bytes</span>')
    header = "<tr><th><code>{}</code></th><td><code>{}</code></td></tr>"
    headers = shown("a", header.format("date", "Mon, 30 Nov") + header.format("content-type", "text/plain"))

    for output in (run, response, headers):
        without_times(output)

    assert run["data"]["text/html"] == OURS.format('<span class="knb-dim">2 attempts · Mode: Live</span>')
    assert response["data"]["text/html"] == OURS.format('<span class="knb-dim">166 bytes</span>')
    assert headers["data"]["text/html"] == OURS.format(
        header.format("date", "…") + header.format("content-type", "text/plain")
    )
