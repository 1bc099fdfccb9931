"""A mail server in a thread of the test, that keeps what it takes and misbehaves on demand.

`sink.script` is a list of orders, each used up by one message: "accept", a code ("451", "550": said to the recipient),
"550 to nobody" (said to the recipient, and the letter is asked for all the same), "451 dot" (said to the final dot),
"drop after dot" (kept, but the line is cut instead of an answer), "lose after dot" (not kept, cut), "drop at data",
"stall PHASE SECONDS" with the phases mail, rcpt, data and dot. An empty list accepts.

`sink.lines`: the same for connections, each order used up by one: "stall connect SECONDS" (before the greeting), "stall ehlo
SECONDS". `sink.rule`: given an address, returns the order for a letter to it, where the script is empty; what it said is
counted in `sink.ledger`, by address.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import logging
import random
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP

# It would print every address it hears.
logging.getLogger("mail").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Kept:
    """One message as it arrived."""

    sender: str
    to: str
    raw: bytes

    @property
    def message_id(self) -> str:
        head = self.raw.partition(b"\r\n\r\n")[0]
        line = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"message-id:"))
        return line.partition(b":")[2].strip().decode()

    @property
    def parsed(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    def text(self, subtype: str = "plain") -> str:
        return self.parsed.get_body((subtype,)).get_content()


class _Server(SMTP):
    def __init__(self, sink: Sink) -> None:
        super().__init__(sink, enable_SMTPUTF8=False, hostname="sink", loop=sink.loop)
        self.order = ""
        self.line = ""

    async def _handle_client(self):
        self.line = self.event_handler.lines.popleft() if self.event_handler.lines else ""
        try:
            await self.event_handler.stall(self.line, "connect")
        except asyncio.CancelledError:
            self.transport.abort()
            raise
        await super()._handle_client()

    async def smtp_DATA(self, arg):
        if self.order == "drop at data":
            self.transport.abort()
            return
        await self.event_handler.stall(self.order, "data")
        await super().smtp_DATA(arg)


class Sink:
    """`kept` in order of arrival; `connections` counts; `jitter` is the longest wait before a dot is answered, seconds.

    `pipelining`: what it says when it is greeted; it takes several commands at once in any case.
    """

    def __init__(self) -> None:
        self.kept: list[Kept] = []
        self.script: deque[str] = deque()
        self.lines: deque[str] = deque()
        self.rule: Callable[[str], str] | None = None
        self.ledger: dict[str, list[str]] = defaultdict(list)
        self.connections = 0
        self.jitter = 0.0
        self.pipelining = True
        self.loop = asyncio.new_event_loop()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Sink:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._listen())
        self._ready.set()
        self.loop.run_forever()

    async def _listen(self) -> None:
        self._server = await self.loop.create_server(lambda: _Server(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def away(self) -> None:
        """Refuse connections until `back`."""
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(10)

    def back(self) -> None:
        asyncio.run_coroutine_threadsafe(self._listen(), self.loop).result(10)

    async def _close(self) -> None:
        self._server.close()
        await asyncio.sleep(0)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    async def _end(self) -> None:
        self._server.close()
        mine = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)
        await asyncio.sleep(0.01)

    @property
    def message_ids(self) -> list[str]:
        return [one.message_id for one in list(self.kept)]

    # ------------------------------------------------------------ what aiosmtpd asks

    async def stall(self, order: str, phase: str) -> None:
        words = order.split()
        if words[:2] == ["stall", phase]:
            await asyncio.sleep(float(words[2]))

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        await self.stall(server.line, "ehlo")
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]] if self.pipelining else responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        server.order = self.script.popleft() if self.script else "accept"
        await self.stall(server.order, "mail")
        envelope.mail_from = address
        return "250 ok"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rule is not None and server.order == "accept":
            server.order = self.rule(address)
            self.ledger[address].append(server.order)
        await self.stall(server.order, "rcpt")
        code, _, rest = server.order.partition(" ")
        refused = code.isdigit() and rest in ("", "to nobody")
        if not refused or rest:
            envelope.rcpt_tos.append(address)
        return f"{code} {code[0]}.1.1 <{address}>: as the script says" if refused else "250 ok"

    async def handle_DATA(self, server, session, envelope):
        order = server.order
        await self.stall(order, "dot")
        if self.jitter:
            await asyncio.sleep(random.random() * self.jitter)
        if order.endswith(" dot") and order[:3].isdigit():
            return f"{order[:3]} as the script says"
        if order != "lose after dot":
            self.kept.append(Kept(envelope.mail_from, envelope.rcpt_tos[0], bytes(envelope.content)))
        if order.endswith("after dot"):
            server.transport.abort()
        return "250 2.0.0 kept as 4711"


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """A mail server that the settings point to for this test."""
    server = Sink().start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    yield server
    server.stop()
