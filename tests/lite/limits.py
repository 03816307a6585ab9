"""What a browser cannot do, tried in Pyodide: prints message and fix of each error; see test_pyodide.py."""

import json
from pathlib import Path

import kustomer_nb as knb
from kustomer_nb import demo
from kustomer_nb.widgets.running import Runner
from kustomer_nb.widgets.session import Session

SETTINGS = {"authToken": "my-own-demo-token"}
ELSEWHERE = {"https://api.ecommstore.com": "http://127.0.0.1:9"}
LIMIT = '"type": "string", "maxLength": 9'


def sentences(error: knb.KustomerNbError) -> list[tuple[str, str]]:
    return [(diagnostic.message, diagnostic.fix) for diagnostic in error.diagnostics]


async def main() -> None:
    refund = knb.load("ecommstore.json").action()
    limited = knb.loads(Path("ecommstore.json").read_text().replace('"type": "string"', LIMIT)).action()
    store = demo.start()
    inputs = {"orderId": 1042}
    runs = {
        "live": refund.arun(inputs, settings=SETTINGS),
        "another port": refund.arun(inputs, hosts=ELSEWHERE, settings=SETTINGS),
        "record": refund.arun(inputs, settings=SETTINGS, mode="record"),
        "store": refund.arun(inputs, hosts=store.hosts, settings=store.settings),
    }
    errors = {}
    for name, run in runs.items():
        try:
            await run
        except knb.KustomerNbError as error:
            errors[name] = sentences(error)
    calls = {
        "run": lambda: refund.run(inputs, mode="fault:429"),
        "hazards": lambda: knb.hazards(limited),
    }
    for name, call in calls.items():
        try:
            call()
        except knb.KustomerNbError as error:
            errors[name] = sentences(error)
    # A person presses Run in a workbench.
    session = Session(refund, {"settings": SETTINGS})
    session.set_inputs(inputs)
    runner = Runner(session)
    runner.press("a press")
    errors["press"] = runner.outcome.words
    print(json.dumps(errors))
