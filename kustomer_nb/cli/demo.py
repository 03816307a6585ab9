"""``kustomer-nb demo``: the E-comm Store on loopback, until it is stopped."""

from __future__ import annotations

import signal
import threading

import click

from .console import failing, show_text


@click.command()
@click.option("--port", default=0, show_default=True, help="0 takes a free one.")
def demo(port: int) -> None:
    """Serve the demo store on 127.0.0.1 until Ctrl+C."""
    from kustomer_nb.demo import Store

    stopped = threading.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: stopped.set())
    with failing(), Store(port=port) as store:
        lines = [
            f"The E-comm Store answers at {store.url}",
            f"  its token: {store.token}",
            "  try: kustomer-nb run ecommstore.json -i orderId=1001 \\",
            f"         --host https://api.ecommstore.com={store.url} --set authToken=TOKEN",
            "Ctrl+C stops it.",
        ]
        show_text("\n".join(lines), highlight=False)
        stopped.wait()
        show_text("Stopped.", highlight=False)
