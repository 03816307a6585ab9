import re
import subprocess
import sys
from pathlib import Path

from kustomer_nb.rules import RULES
from kustomer_nb.rules.docs import page

WRITTEN = Path(__file__).parents[2] / "docs/reference/rules.md"


def test_the_page_in_the_docs_is_that_of_the_rules():
    assert WRITTEN.read_text("utf-8") == page()


def test_every_link_of_the_contents_leads_to_a_section():
    text = page()

    links = re.findall(r"\]\(#([^)]*)\)", text)

    assert links == [heading.lower().replace(" ", "-") for heading in re.findall(r"^### (.*)$", text, re.M)]
    assert len(links) == len(RULES)


def test_every_rule_is_shown_with_its_proof():
    text = page()

    missing = [rule.code for rule in RULES if not all(part in text for part in (rule.bad, rule.good))]

    assert missing == []


def test_the_page_is_printed_when_the_module_is_run():
    done = subprocess.run(
        [sys.executable, "-m", "kustomer_nb.rules.docs"],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )

    assert done.stdout.decode("utf-8").replace("\r\n", "\n") == page()
