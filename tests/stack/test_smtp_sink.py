"""The mail server of the demo and the tests: what it keeps, and how it misbehaves on request."""

import asyncio
import smtplib

import pytest

from stack.smtp_sink import Behaviour, Handler, MailFolder, Script, Server

MESSAGE = b"Subject: Hello\r\n\r\nA word.\r\n"


def test_a_message_is_kept_whole_with_its_envelope(tmp_path):
    folder = MailFolder(tmp_path)
    first = folder.keep("a@example.org", ["b@example.org", "c@example.org"], MESSAGE)
    second = folder.keep("", ["d@example.org"], MESSAGE)
    assert first.read_bytes() == (
        b"X-Envelope-From: a@example.org\r\nX-Envelope-To: b@example.org, c@example.org\r\n" + MESSAGE
    )
    assert first.name.endswith("-000001.eml")
    assert second.name.endswith("-000002.eml")
    assert sorted(tmp_path.iterdir()) == [first, second]


@pytest.mark.parametrize(
    ("line", "behaviour"),
    [
        ("accept", Behaviour()),
        ("451", Behaviour("451")),
        ("550 forever", Behaviour("550", forever=True)),
        ("stall dot 2.5", Behaviour("stall", "dot", 2.5)),
        ("stall connect", Behaviour("stall", "connect", 30.0)),
    ],
)
def test_a_line_of_a_script(line, behaviour):
    assert Behaviour.read(line) == behaviour


@pytest.mark.parametrize("line", ["explode", "250", "stall", "stall lunch", "451 twice"])
def test_a_line_that_says_nothing_known_is_an_error(line):
    with pytest.raises(ValueError, match="no such behaviour"):
        Behaviour.read(line)


def test_a_script_is_used_line_by_line_and_read_again_when_it_changes(tmp_path):
    path = tmp_path / "script"
    path.write_text("refuse\n451\n")
    script = Script(path)
    assert script.next(for_connection=False) == Behaviour()  # the next line is the connection's
    assert script.next(for_connection=True) == Behaviour("refuse")
    assert script.next(for_connection=True) == Behaviour()
    assert script.next(for_connection=False) == Behaviour("451")
    assert script.next(for_connection=False) == Behaviour()
    path.write_text("550 forever\n")
    assert [script.next(for_connection=False).what for _ in range(3)] == ["550"] * 3


async def _talk(folder, lines, talk):
    script = Script(lines=[Behaviour.read(line) for line in lines])

    def connection():
        return Server(Handler(MailFolder(folder), script, script.next(for_connection=True)), hostname="localhost")

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    try:
        return await asyncio.to_thread(talk, server.sockets[0].getsockname()[1])
    finally:
        server.close()


def send(port):
    """What a sender sees: None for success, or the name or code of the failure."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=0.5) as client:
            client.sendmail("a@example.org", ["b@example.org"], MESSAGE)
    except smtplib.SMTPRecipientsRefused as refused:
        return refused.recipients["b@example.org"][0]
    except (smtplib.SMTPServerDisconnected, ConnectionResetError):
        return "cut"
    except TimeoutError:
        return "silent"
    return None


@pytest.mark.parametrize(
    ("lines", "seen", "kept"),
    [
        ([], [None, None], 2),
        (["451"], [451, None], 1),
        (["550"], [550, None], 1),
        (["refuse"], ["cut", None], 1),
        (["drop-after-dot"], ["cut", None], 2),
        (["lose-after-dot"], ["cut", None], 1),
        (["stall ehlo 0.01"], [None], 1),
        (["stall data 0.01"], [None], 1),
        (["stall connect 0.01"], [None], 1),
    ],
)
def test_the_sender_sees_what_the_script_says(tmp_path, lines, seen, kept):
    assert asyncio.run(_talk(tmp_path, lines, lambda port: [send(port) for _ in seen])) == seen
    assert len(list(tmp_path.glob("*.eml"))) == kept
