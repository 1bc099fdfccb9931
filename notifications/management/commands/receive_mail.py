"""Take in mail: one from standard input, as a mail server pipes it, or all that lies in a maildir."""

from __future__ import annotations

import os
import signal
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import connections

from core.accidents import log_accident
from notifications.inbound import mailbox
from notifications.inbound.reading import MOST_BYTES
from notifications.inbound.receiving import AWAY, log, receive

# What a mail server understands as "keep it, and try again" (sysexits.h).
EX_TEMPFAIL: Final = os.EX_TEMPFAIL


class Command(BaseCommand):
    help = (
        "Read one mail from standard input and take it in; prints what became of it. Ends with 75 where it could not be "
        "stored: the mail server then keeps it. With --maildir, take in what lies there."
    )
    # They would ask the database, and end with another number while it is away.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sender", default=None, help='the sender of the envelope ("" for none, as bounces have)')
        parser.add_argument("--recipient", default="", help="the address to which it was delivered")
        parser.add_argument(
            "--maildir", type=Path, help="take in what lies in new/ of this folder, and move it to cur/"
        )
        parser.add_argument(
            "--loop", type=float, metavar="SECONDS", help="with --maildir: look again so often, until stopped"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["maildir"] is not None:
            self._from_folder(options["maildir"], options["loop"])
            return
        sender = options["sender"]
        try:
            raw = sys.stdin.buffer.read(MOST_BYTES + 1)
            code = receive(
                raw, envelope=None if sender is None else sender.strip("<> "), recipient=options["recipient"]
            )
            self.stdout.write(code)
        except Exception:  # whatever it is, the mail must not be lost for it
            log_accident(log, "a mail could not be stored: its server keeps it", quotes=True)
            sys.exit(EX_TEMPFAIL)

    def _from_folder(self, folder: Path, loop: float | None) -> None:
        asked_to_stop = threading.Event()
        if loop:
            for one in (signal.SIGTERM, signal.SIGINT):
                signal.signal(one, lambda *_: asked_to_stop.set())
        while True:
            try:
                taken = mailbox.take(folder, stop=asked_to_stop.is_set)
                if taken:
                    self.stdout.write(str(taken))
            except AWAY:
                if not loop:
                    log_accident(log, "mail could not be stored: it stays in the maildir")
                    sys.exit(EX_TEMPFAIL)
                log.warning("the database is away: mail stays in the maildir")
                connections.close_all()
            if not loop or asked_to_stop.wait(loop):
                return
