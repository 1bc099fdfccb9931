"""A mail server that delivers to a folder: `python -m stack.smtp_sink --port 2525 --folder mail`.

Every message becomes one `<timestamp>-<n>.eml`, whole or not at all, with the
envelope in X-Envelope-From and X-Envelope-To. A script makes it misbehave for
the tests of faults: a text file with one behaviour a line, each used once, in
order; after the last line everything is accepted. A file that has changed is
begun anew. `… forever` at the end of a line keeps that line in force.

    accept                  take the message
    refuse                  close the connection without a word
    451  or any 4xx, 5xx    answer the recipient with this code
    stall PHASE [SECONDS]   be silent (30 s) at connect, ehlo, mail, rcpt, data or dot, then go on
    drop-after-dot          keep the message and close the connection instead of answering
    lose-after-dot          close the connection without keeping the message
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime
import itertools
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

ACCEPTED = "250 2.0.0 kept"
LARGEST = 50 * 1024 * 1024
PHASES = ("connect", "ehlo", "mail", "rcpt", "data", "dot")
AT_CONNECTION = ("connect", "ehlo")


@dataclass(frozen=True)
class Behaviour:
    """One line of a script."""

    what: str = "accept"
    phase: str = ""
    seconds: float = 0.0
    forever: bool = False

    @classmethod
    def read(cls, line: str) -> Behaviour:
        """The behaviour that a line asks for; a line that says nothing known is an error."""
        words = line.split()
        forever = words[-1] == "forever"
        what, *rest = words[:-1] if forever else words
        if what == "stall" and rest and rest[0] in PHASES:
            return cls(what, rest[0], float(rest[1]) if rest[1:] else 30.0, forever)
        known = what in ("accept", "refuse", "drop-after-dot", "lose-after-dot")
        if rest or not (known or (len(what) == 3 and what.isdigit() and what[0] in "45")):
            raise ValueError(f"no such behaviour: {line!r}")
        return cls(what, forever=forever)

    def belongs_to_connection(self) -> bool:
        """Whether it shows before any message is named."""
        return self.what == "refuse" or self.phase in AT_CONNECTION


@dataclass
class Script:
    """The behaviours still to come."""

    path: Path | None = None
    lines: list[Behaviour] = field(default_factory=list)
    stamp: int = 0

    def next(self, *, for_connection: bool) -> Behaviour:
        """The next behaviour if it is of this sort, or plain acceptance."""
        self._read_again()
        if not self.lines or self.lines[0].belongs_to_connection() != for_connection:
            return Behaviour()
        return self.lines[0] if self.lines[0].forever else self.lines.pop(0)

    def _read_again(self) -> None:
        if self.path is None or not self.path.exists():
            return
        stamp = self.path.stat().st_mtime_ns
        if stamp != self.stamp:
            self.stamp = stamp
            self.lines = [Behaviour.read(line) for line in self.path.read_text().splitlines() if line.strip()]


@dataclass
class MailFolder:
    """Where the messages are kept."""

    path: Path
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def keep(self, sender: str, recipients: list[str], content: bytes) -> Path:
        """Write one message so that a reader sees all of it or none."""
        now = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        target = self.path / f"{now}-{next(self.numbers):06d}.eml"
        unfinished = target.with_suffix(".part")
        envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
        try:
            unfinished.write_bytes(envelope.encode() + content)
            os.replace(unfinished, target)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        return target


class Handler:
    """What is done at each phase of one connection."""

    def __init__(self, folder: MailFolder, script: Script, at_connection: Behaviour) -> None:
        self.folder = folder
        self.script = script
        self.at_connection = at_connection
        self.behaviour = Behaviour()

    async def _phase(self, name: str) -> None:
        behaviour = self.at_connection if name in AT_CONNECTION else self.behaviour
        if behaviour.what == "stall" and behaviour.phase == name:
            await asyncio.sleep(behaviour.seconds)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        await self._phase("ehlo")
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.behaviour = self.script.next(for_connection=False)
        await self._phase("mail")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._phase("rcpt")
        if self.behaviour.what.isdigit():
            return f"{self.behaviour.what} {self.behaviour.what[0]}.0.0 as the script says"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await self._phase("dot")
        lost = self.behaviour.what == "lose-after-dot"
        if not lost:
            try:
                self.folder.keep(envelope.mail_from or "", envelope.rcpt_tos, cast(bytes, envelope.content))
            except OSError as error:
                return f"452 4.3.1 cannot be kept now: {error.strerror}"
        if lost or self.behaviour.what == "drop-after-dot":
            cast(asyncio.WriteTransport, server.transport).abort()
        return ACCEPTED


class Server(SMTP):
    """One connection; adds the phases that aiosmtpd has no hook for."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        behaviour: Behaviour = self.event_handler.at_connection
        if behaviour.what == "refuse":
            cast(asyncio.WriteTransport, transport).abort()
        elif behaviour.phase == "connect":
            asyncio.get_running_loop().call_later(behaviour.seconds, super().connection_made, transport)
        else:
            super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.session is not None:
            super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:
        await self.event_handler._phase("data")
        await super().smtp_DATA(arg)


async def serve(port: int, folder: Path, script: Path | None) -> None:
    """Take mail on this port of the loopback until somebody says stop."""
    folder.mkdir(parents=True, exist_ok=True)
    mail, lines = MailFolder(folder), Script(script)

    def connection() -> Server:
        handler = Handler(mail, lines, lines.next(for_connection=True))
        settings: dict[str, Any] = {"enable_SMTPUTF8": True, "data_size_limit": LARGEST, "hostname": "localhost"}
        return Server(handler, **settings)

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(connection, "127.0.0.1", port)
    print(f"Mail for 127.0.0.1:{port} goes to {folder}", flush=True)
    await stop.wait()
    server.close()


def main(arguments: list[str]) -> int:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="stack.smtp_sink", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--script", type=Path)
    chosen = parser.parse_args(arguments)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(chosen.port, chosen.folder, chosen.script))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
