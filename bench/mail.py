"""A mail server that only counts; the peer: two processes that push finished letters over a kept-open connection; and
the floor: the same two, that write down as much as is needed to lose no letter and to know which one may have gone twice.

`python -m bench.mail PORT` serves. `XCOUNT n` begins to count anew and answers when n letters have come: the seconds
from the first to the last, and the size of the last one.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import smtplib
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.synchronize import Barrier

import psycopg2

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
                    case b"EHLO":
                        writer.write(b"250-bench\r\n250 PIPELINING\r\n")
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
        self._file.close()
        self._line.close()
        return float(seconds), int(size)


def _letter(size: int) -> bytes:
    head = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: bench\r\n\r\n"
    return head + (b"x" * 70 + b"\r\n") * max(1, (size - len(head)) // 72)


@contextlib.contextmanager
def _line(port: int) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", port, "localhost") as line:
        assert line.sock is not None  # connected when it was made
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.ehlo()
        yield line


def _push(port: int, letters: int, size: int, together: Barrier) -> None:
    letter = _letter(size)
    with _line(port) as line:
        together.wait(30)
        for number in range(letters):
            line.sendmail("a@example.org", [f"b{number}@example.org"], letter)


DIARY = """
CREATE TABLE IF NOT EXISTS bench_letter (id integer PRIMARY KEY, state text NOT NULL);
TRUNCATE bench_letter;
INSERT INTO bench_letter SELECT k, 'planned' FROM generate_series(1, %s) k;
ANALYZE bench_letter;
"""
_STEPS = {
    "claim": """UPDATE bench_letter SET state = 'claimed' WHERE id IN (
        SELECT id FROM bench_letter WHERE state = 'planned' LIMIT 20 FOR UPDATE SKIP LOCKED) RETURNING id""",
    "sending": "UPDATE bench_letter SET state = 'sending' WHERE id = $1 AND state = 'claimed'",
    "sent": "UPDATE bench_letter SET state = 'sent' WHERE id = $1 AND state = 'sending'",
}


def _push_marked(port: int, database: str, size: int, together: Barrier) -> None:
    """Claim twenty; before each dot, write that it comes; after each reply, write that it came, and wait for the disk."""
    letter = _letter(size)
    db, hurried = (psycopg2.connect(database) for _ in range(2))
    db.autocommit = hurried.autocommit = True
    with closing(db), closing(hurried), _line(port) as line, db.cursor() as cursor, hurried.cursor() as mark:
        cursor.execute(f"PREPARE claim AS {_STEPS['claim']}; PREPARE sent(integer) AS {_STEPS['sent']}")
        mark.execute(f"SET synchronous_commit = off; PREPARE sending(integer) AS {_STEPS['sending']}")
        together.wait(30)
        while True:
            cursor.execute("EXECUTE claim")
            if not (rows := cursor.fetchall()):
                return
            for (number,) in rows:
                line.send(f"MAIL FROM:<a@example.org>\r\nRCPT TO:<b{number}@example.org>\r\nDATA\r\n")
                for _ in range(3):
                    line.getreply()
                line.send(letter)
                mark.execute("EXECUTE sending(%s)", [number])
                line.send(b".\r\n")
                line.getreply()
                cursor.execute("EXECUTE sent(%s)", [number])


def _together(work: Callable[..., None], *args: object) -> None:
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(PROCESSES)
    workers = [context.Process(target=work, args=(*args, together)) for _ in range(PROCESSES)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()


def push(port: int, letters: int, size: int) -> None:
    """Push so many letters of this size from two processes that begin together."""
    _together(_push, port, letters // PROCESSES, size)


def push_marked(port: int, letters: int, size: int, database: str) -> None:
    """Push them with a diary: one bare table, one statement before each dot and one after each reply."""
    with closing(psycopg2.connect(database)) as db, db, db.cursor() as cursor:
        cursor.execute(DIARY, [letters])
    _together(_push_marked, port, database, size)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
