"""Commands after the documentation of public APIs: the action sends what curl sends, and has no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from kustomer_nb import Severity, from_curl
from tests.request.copies.replays import Recorder

from .sending import assert_same

ENVIRONMENT = {
    "GITHUB_TOKEN": "ghp_from_the_environment",
    "STRIPE_SECRET_KEY": "sk_test_from_the_environment",
    "TWILIO_ACCOUNT_SID": "AC0123",
    "API_USER": "AC0123",
    "API_PASSWORD": "pw of the environment",
    "SHOPIFY_TOKEN": "shp-env",
    "SENDGRID_API_KEY": "SG.env",
    "SF_TOKEN": "sf-env",
    "OPENAI_API_KEY": "sk-env",
    "KUSTOMER_TOKEN": "kustomer-env",
    "DROPBOX_TOKEN": "dropbox-env",
    "NOTION_API_KEY": "notion-env",
    "AIRTABLE_TOKEN": "airtable-env",
    # The output of $(…), and the placeholder that Airtable's page has.
    "authToken": "s3cr3t-from-a-command",
}
# A secret in a URL and a body of GET are what these commands do.
INHERENT = {"KNB602", "KNB412"}


def documented() -> dict[str, str]:
    text = (Path(__file__).parent / "documented.txt").read_text(encoding="utf-8")
    blocks = text.split("\n### ")[1:]
    return {title: command for title, _, command in (block.partition("\n") for block in blocks)}


COMMANDS = documented()


def test_there_are_more_than_sixty_commands() -> None:
    assert len(COMMANDS) > 60


@pytest.mark.parametrize("title", COMMANDS)
def test_an_action_sends_what_curl_sends(title: str, recorder: Recorder) -> None:
    command = COMMANDS[title].replace("{base}", recorder.url)
    environment = dict(ENVIRONMENT)
    if "YOUR_SECRET_API_TOKEN" in command:
        environment["authToken"] = "YOUR_SECRET_API_TOKEN"
    if "STRIPE_SECRET_KEY:" in command:
        environment |= {"API_USER": environment["STRIPE_SECRET_KEY"], "API_PASSWORD": ""}

    imported = from_curl(command)

    assert_same(recorder, imported, command, environment)


@pytest.mark.parametrize("title", COMMANDS)
def test_the_definition_is_clean_and_has_no_secret(title: str) -> None:
    imported = from_curl(COMMANDS[title].replace("{base}", "https://api.example.com"))

    lint = imported.app.lint()
    serious = [item for item in lint if item.severity is not Severity.HINT and item.code not in INHERENT]
    assert serious == []
    shown = "\n".join(
        [imported.app.text, repr(imported), repr(imported.proposals), str(imported.diagnostics)]
    )
    for secret in imported.secrets.values():
        assert str(secret.reveal()) not in shown
