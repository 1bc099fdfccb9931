"""Readers who ask for a page again and again over connections that stay open."""

from __future__ import annotations

import re
import secrets
import socket
import threading
import time
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Broken(Exception):
    """A page did not answer 200."""


@dataclass
class Measured:
    """What came of it."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """The time that this share of all answers kept within, in seconds."""
        every = sorted(self.times)
        return every[min(len(every) - 1, int(len(every) * share))]


def _get(port: int, path: str, cookie: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\nAccept-Language: en\r\n\r\n".encode()


def _post(port: int, path: str, cookie: str) -> bytes:
    # Each page has a token of its own: the same one twice would be a double click.
    token = secrets.token_hex(16)
    body = f"csrfmiddlewaretoken={token}"
    cookies = "; ".join(one for one in (cookie, f"csrftoken={token}") if one)
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookies}\r\nAccept-Language: en\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


class Reader:
    """One connection, opened anew when the server has closed it."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self._port = port
        self._line: socket.socket | None = None
        self._request = _get(port, path, cookie)

    def send(self, path: str, cookie: str) -> bytes:
        """Press a button of a page, which has no field but its token; return the body of the answer."""
        self._request = _post(self._port, path, cookie)
        return self.ask()

    def ask(self) -> bytes:
        """Return the body of one answer."""
        for attempt in (1, 2):
            try:
                if self._line is None:
                    self._line = socket.create_connection(("127.0.0.1", self._port), timeout=30)
                    self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._line.sendall(self._request)
                return self._read(self._line)
            except (ConnectionError, EOFError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def _read(self, line: socket.socket) -> bytes:
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more(line)
        head, body = data[:end], data[end + 4 :]
        length = _LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200") or length is None:
            raise Broken(head.split(b"\r\n", 1)[0].decode())
        while len(body) < int(length[1]):
            body += self._more(line)
        if b"connection: close" in head.lower():
            self.close()
        return body

    @staticmethod
    def _more(line: socket.socket) -> bytes:
        if not (data := line.recv(1 << 16)):
            raise EOFError
        return data

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def press(port: int, path: str, cookie: str, *, seconds: float, readers: int = 8) -> Measured:
    """Let so many readers ask for a page as fast as it comes."""
    measured, began = Measured(), time.perf_counter()

    def read() -> None:
        reader, mine = Reader(port, path, cookie), []
        try:
            while (start := time.perf_counter()) - began < seconds:
                reader.ask()
                mine.append(time.perf_counter() - start)
        except (Broken, OSError, EOFError) as error:
            measured.broken.append(str(error) or type(error).__name__)
        finally:
            reader.close()
            measured.times.extend(mine)

    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    measured.seconds = time.perf_counter() - began
    if measured.broken or not measured.times:
        raise Broken(f"{path}: {(measured.broken or ['no answer'])[0]}")
    return measured


def storm(port: int, presses: list[tuple[str, str]], *, readers: int = 8) -> Measured:
    """Let these buttons (path, cookie) be pressed once each, as fast as so many readers get through."""
    measured, waiting, began = Measured(), iter(presses), time.perf_counter()
    turn = threading.Lock()

    def pressing() -> None:
        reader, mine = Reader(port, "/", ""), []
        try:
            while True:
                with turn:
                    one = next(waiting, None)
                if one is None:
                    break
                start = time.perf_counter()
                reader.send(*one)
                mine.append(time.perf_counter() - start)
        except (Broken, OSError, EOFError) as error:
            measured.broken.append(str(error) or type(error).__name__)
        finally:
            reader.close()
            measured.times.extend(mine)

    threads = [threading.Thread(target=pressing) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    measured.seconds = time.perf_counter() - began
    if measured.broken:
        raise Broken(f"a press: {measured.broken[0]}")
    return measured
