"""``kustomer-nb demo``: serves the demo store on loopback."""

from __future__ import annotations

import signal
import sys
import threading

import click

from .arguments import WholeNumber, json_option
from .console import prints_json, show_json, show_text
from .failures import exit_on_error

_PAUSE = 0.25


@click.command()
@click.option(
    "--port", type=WholeNumber(0, 65535), default=0, show_default=True, help="The port; 0 chooses a free one."
)
@json_option
def demo(port: int) -> None:
    """Serve the demo store on 127.0.0.1 until Ctrl+C.

    Example: kustomer-nb demo --port 8800
    """
    from kustomer_nb.demo import Store

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with exit_on_error(), Store(port=port) as store:
        lines = [
            f"The E-comm Store is running at {store.url}",
            f"  Token: {store.token}",
            "  Try: kustomer-nb run ecommstore.json -i orderId=1001 \\",
            f"         --host https://api.ecommstore.com={store.url} --set authToken=TOKEN",
            "Press Ctrl+C to stop.",
        ]
        if prints_json():
            # At once: a program reads it from a pipe while the store runs.
            show_json({"url": store.url, "token": store.token})
            sys.stdout.flush()
            _wait_for(stopped)
            return
        show_text("\n".join(lines), highlight=False)
        _wait_for(stopped)
        show_text("Stopped.", highlight=False)


def _wait_for(stopped: threading.Event) -> None:
    # On Windows Ctrl+C is noticed only when a wait for a lock ends.
    while not stopped.wait(_PAUSE):
        pass
