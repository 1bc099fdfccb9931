"""A mail server that only counts, and the peer: two processes that push finished letters over a kept-open connection.

`python -m bench.mail PORT` serves. `XCOUNT n` begins to count anew and answers when n letters have come: the seconds
from the first to the last, and the size of the last one.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import smtplib
import socket
import sys
import time
from multiprocessing.synchronize import Barrier

LARGEST = 10 * 1024 * 1024
PROCESSES = 2


class Counter:
    """Letters since the last XCOUNT."""

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, wanted: int) -> None:
        self.wanted, self.count, self.first, self.last, self.size = wanted, 0, 0.0, 0.0, 0
        self.done = asyncio.Event()

    def came(self, letter: bytes) -> None:
        self.last, self.size = time.perf_counter(), len(letter)
        self.first = self.first or self.last
        self.count += 1
        if self.count == self.wanted:
            self.done.set()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        writer.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        writer.write(b"220 bench\r\n")
        try:
            while line := await reader.readline():
                word, _, rest = line.strip().partition(b" ")
                match word.upper():
                    case b"DATA":
                        writer.write(b"354 go on\r\n")
                        self.came(await reader.readuntil(b"\r\n.\r\n"))
                        writer.write(b"250 kept\r\n")
                    case b"XCOUNT":
                        self.begin(int(rest))
                        writer.write(b"250 counting\r\n")
                        await writer.drain()
                        await self.done.wait()
                        writer.write(f"250 {self.last - self.first:.6f} {self.size}\r\n".encode())
                    case b"QUIT":
                        writer.write(b"221 bye\r\n")
                        break
                    case _:
                        writer.write(b"250 ok\r\n")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def serve(port: int) -> None:
    """Count until ended."""
    server = await asyncio.start_server(Counter().talk, "127.0.0.1", port, limit=LARGEST)
    await server.serve_forever()


class Waiting:
    """Asks the counter for the next n letters; `seconds` waits until they are there."""

    def __init__(self, port: int, letters: int) -> None:
        self._line = socket.create_connection(("127.0.0.1", port), timeout=300)
        self._file = self._line.makefile("rb")
        self._file.readline()
        self._line.sendall(f"XCOUNT {letters}\r\n".encode())
        self._file.readline()

    def result(self) -> tuple[float, int]:
        """The seconds from the first to the last, and the size of one letter."""
        _code, seconds, size = self._file.readline().split()
        self._line.close()
        return float(seconds), int(size)


def _push(port: int, letters: int, size: int, together: Barrier) -> None:
    head = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: bench\r\n\r\n"
    letter = head + (b"x" * 70 + b"\r\n") * max(1, (size - len(head)) // 72)
    with smtplib.SMTP("127.0.0.1", port, "localhost") as line:
        assert line.sock is not None  # connected when it was made
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.ehlo()
        together.wait(30)
        for number in range(letters):
            line.sendmail("a@example.org", [f"b{number}@example.org"], letter)


def push(port: int, letters: int, size: int) -> None:
    """Push so many letters of this size from two processes that begin together."""
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(PROCESSES)
    share = letters // PROCESSES
    pushers = [context.Process(target=_push, args=(port, share, size, together)) for _ in range(PROCESSES)]
    for one in pushers:
        one.start()
    for one in pushers:
        one.join()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
