"""A cache and a bell that are not there: aimed at nobody, or at somebody who takes the call and never says a word."""

from __future__ import annotations

import contextlib
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

from core import cache

WAYS = ("stopped", "silent")


def aim(settings, location: str) -> None:
    """Let the cache speak to this server from now on, with keys of its own."""
    both = {name: {**one, "KEY_PREFIX": f"t{uuid.uuid4().hex[:10]}"} for name, one in settings.CACHES.items()}
    both["default"]["LOCATION"] = location
    settings.CACHES = both
    cache._lines.pop(location, None)


@contextlib.contextmanager
def nobody(way: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the addresses (of a cache, of a broker) at which nobody answers, in one of the WAYS."""
    if way == "stopped":
        yield f"unix://{folder}/nobody.sock", f"redis+socket://{folder}/nobody.sock"
        return
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listener:
        address = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        yield address, address
