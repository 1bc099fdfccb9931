"""A DNS server on this machine that answers what a test gives it, and says nothing when it is asked to be silent.

    with DnsServer() as dns:
        settings.DNS_RESOLVERS = [dns.address]
        dns.texts["series.example"] = ["v=spf1 -all"]

Names that it does not know do not exist. ``silent``: names about which no answer comes; ``asked``: what was asked, in order.
"""

from __future__ import annotations

import socketserver
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class DnsServer:
    """Starts on a free port of the loopback, and ends with the block."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.exchanges: dict[str, list[str]] = {}
        self.addresses: dict[str, list[str]] = {}
        self.silent: set[str] = set()
        self.broken: set[str] = set()
        self.asked: list[tuple[str, str]] = []
        self._server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> DnsServer:
        self._thread.start()
        return self

    def __exit__(self, *exc) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def answer(self, wire: bytes) -> bytes | None:
        """Return what is said to a question, None for nothing."""
        question = dns.message.from_wire(wire)
        asked = question.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
        self.asked.append((name, kind))
        if name in self.silent or "*" in self.silent:
            return None
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        if name in self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
            return answer.to_wire()
        known = {"TXT": self.texts, "MX": self.exchanges, "A": self.addresses}
        if not any(name in some for some in known.values()):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        for one in known.get(kind, {}).get(name, []):
            words = " ".join(f'"{one[at : at + 200]}"' for at in range(0, len(one), 200)) if kind == "TXT" else one
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, words))
        return answer.to_wire()


def _handler(server: DnsServer):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, line = self.request
            if (said := server.answer(wire)) is not None:
                line.sendto(said, self.client_address)

    return Handler
