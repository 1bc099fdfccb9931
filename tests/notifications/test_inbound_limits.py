"""A small mail made to cost time is not taken apart: people get it as it came."""

from __future__ import annotations

import pytest

from notifications.inbound import page_text, reading
from notifications.inbound.page_text import text_of
from notifications.inbound.reading import MOST_TEXT, read

HEAD = b"From: Nia <nia@example.ca>\nSubject: hello\nMIME-Version: 1.0\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=q\n\n"


def nested(kind: bytes, deep: int = 250, lines: bytes = b"x\n" * 100) -> bytes:
    return HEAD + b"".join(b'%b; boundary="b%d"\n\n--b%d\n' % (kind, nth, nth) for nth in range(deep)) + b"\n" + lines


COSTLY = {
    "nested": nested(b"Content-Type: multipart/mixed"),
    "nested and folded": nested(b"Content-Type:\n multipart/mixed"),
    "folded twice": nested(b"content-TYPE: \n\t\n  multipart/mixed"),
    "other blanks": nested(b"Content-Type:\x0b\x1fmultipart/mixed"),
    "less deep and long": nested(b"Content-Type:\n multipart/mixed", 150, b"x\n" * 100_000),
    "ends of lines alone": nested(b"Content-Type: multipart/mixed", 150, b"x\n" * 100_000).replace(b"\n", b"\r"),
    "both ends": nested(b"Content-Type:\n multipart/mixed").replace(b"\n", b"\r\n"),
    "flat parts": MIXED + b"--q\n\n" * 100_000 + b"--q--",
    "flat parts, ends alone": (MIXED + b"--q\n\n" * 100_000 + b"--q--").replace(b"\n", b"\r"),
    "a list of mails": HEAD + b"Content-Type: multipart/digest; boundary=q\n\n" + b"--q\n\n\n" * 100_000,
    "told of each letter": HEAD + b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n\n" * 100_000,
    "headers": HEAD + b"X:\n" * 100_000 + b"\nhi",
    "lines": HEAD + b"\n" + b"\n" * 1_000_000,
}


@pytest.mark.parametrize("raw", COSTLY.values(), ids=COSTLY)
def test_it_is_not_taken_apart(raw, monkeypatch):
    monkeypatch.setattr(reading.email, "message_from_bytes", lambda *_, **__: pytest.fail("it was taken apart"))
    mail = read(raw)
    assert mail.is_unreadable
    assert (mail.sender, mail.subject, mail.files) == ("nia@example.ca", "hello", ())
    assert mail.everything
    assert len(mail.everything) <= MOST_TEXT


KINDLY = {
    "many files": MIXED + b"--q\nContent-Type: image/png\n\nabc\n" * 150 + b"--q--",
    "a difference": HEAD + b"\n" + b"--- a/file\n" * 4_000,
    "a large file": MIXED + b"--q\nContent-Transfer-Encoding: base64\n\n" + (b"A" * 76 + b"\n") * 300_000 + b"--q--",
    "a long letter": HEAD + b"\n" + b"words\n\n" * 30_000,
}


@pytest.mark.parametrize("raw", KINDLY.values(), ids=KINDLY)
def test_what_people_send_is(raw):
    assert not read(raw).is_unreadable
    assert not read(raw.replace(b"\n", b"\r\n")).is_unreadable


def test_all_words_of_a_mail_have_one_limit(monkeypatch):
    """However many parts it has."""
    walked = []
    monkeypatch.setattr(reading, "text_of", lambda page: walked.append(page) or text_of(page))
    page = b"--q\nContent-Type: text/html\n\n" + b"<p>word" * 50_000 + b"\n"
    mail = read(MIXED + page * 20 + b"--q--")
    assert sum(map(len, walked)) <= reading.MOST_WALKED
    assert mail.everything.startswith("word")


class _Counted:
    """A pattern that counts how many letters it was let look at."""

    def __init__(self, pattern) -> None:
        self.pattern, self.letters = pattern, 0

    def search(self, text, *more):
        self.letters += len(text)
        return self.pattern.search(text, *more)

    def match(self, text, *more):
        self.letters += len(text)
        return self.pattern.match(text, *more)


@pytest.mark.parametrize("name", ["class", "id"])
def test_what_a_tag_bears_is_looked_at_once(name, monkeypatch):
    counted = {one: _Counted(getattr(page_text, one)) for one in ("_QUOTED_CLASS", "_QUOTED_ID")}
    for one, pattern in counted.items():
        monkeypatch.setattr(page_text, one, pattern)
    tags = 500
    text_of(f"<div {f'{name}=' * 300}>" * tags)
    for pattern in counted.values():
        assert pattern.letters <= tags * 200


@pytest.mark.parametrize("tag", [
    '<div class="x gmail_quote">', "<div class=gmail_quote>", "<div dir=ltr CLASS = 'a yahoo_quoted b'>",
    '<div data-class="x" class="protonmail_quote">',
])  # fmt: skip
def test_what_is_quoted_is_known_by_its_class(tag):
    assert text_of(f"a{tag}b</div>c") == "a\n> b\nc"


@pytest.mark.parametrize(
    "tag", ['<div class="x" title="gmail_quote">', '<div class="a_gmail_quote">', "<div id=gmail_quote>"]
)
def test_and_by_nothing_else(tag):
    assert text_of(f"a{tag}b</div>c") == "a\nb\nc"


@pytest.mark.parametrize(
    "tag", ['<div id="divRplyFwdMsg">', "<div dir=ltr id=x_divRplyFwdMsg>", '<div data-id=1 id="appendonsend">']
)
def test_outlook_marks_it_by_an_id(tag):
    assert text_of(f"a{tag}</div>b") == "a\n-----Original Message-----\nb"
