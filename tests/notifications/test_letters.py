"""Every letter is read back with the standard parser."""

import email
import email.policy
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.letters import LONGEST, BadAddress, CalendarPart, Letter, TooLong, bare_address, one_line

NBSP = "\u00a0"
nasty = st.text(alphabet=st.one_of(st.characters(), st.sampled_from('\r\n\u2028\u2029\0\t:=?"<>,@\\. é')), max_size=300)


def letter(**more) -> Letter:
    values = {
        "subject": "Hello", "plain": "Hello\n.\n..\nend", "html": "<p>Hello</p>", "message_id": "<abc@localhost>",
        "sender": "Action Series <series@example.ca>", "to": "nia@example.ca",
    }  # fmt: skip
    return Letter(**values | more)


def words_of(one, subtype: str = "plain") -> str:
    return one.get_body((subtype,)).get_content().replace("\r\n", "\n")


def read(one: Letter):
    return email.message_from_bytes(one.as_bytes(), policy=email.policy.default)


def test_what_arrives():
    one = read(
        letter(subject=f"Séance 2{NBSP}: 12 h 30", to_name="Pierre Côté", language="fr", reply_to="us@example.ca")
    )
    assert one["Subject"] == f"Séance 2{NBSP}: 12 h 30"
    assert one["To"] == "Pierre Côté <nia@example.ca>"
    assert one["From"] == "Action Series <series@example.ca>"
    assert one["Reply-To"] == "us@example.ca"
    assert one["Message-ID"] == "<abc@localhost>"
    assert one["Content-Language"] == "fr-CA"
    assert one["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in one.iter_parts()] == ["text/plain", "text/html"]
    assert words_of(one) == "Hello\n.\n..\nend\n"
    assert words_of(one, "html") == "<p>Hello</p>\n"
    assert one.defects == []


@given(subject=nasty, name=nasty)
def test_nobody_can_add_a_header(subject, name):
    raw = letter(subject=subject, to_name=name, reply_to="us@example.ca").as_bytes()
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert b"\r" not in head.replace(b"\r\n", b"")
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    one = email.message_from_bytes(raw)
    assert one.keys() == [
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted",
        "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert parseaddr(str(one["To"]).replace("\r\n", ""))[1] == "nia@example.ca"
    assert len(one.get_payload()) == 2


@given(words=st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=2000))
def test_words_arrive_as_they_were(words):
    one = read(letter(plain=f"|{words}|"))
    assert words_of(one) == f"|{words}|\n"
    assert max(map(len, letter(plain=words).as_bytes().split(b"\r\n"))) <= 998


@given(
    subject=st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=80)
)
def test_a_subject_arrives_as_it_was(subject):
    assert read(letter(subject=subject))["Subject"] == one_line(subject)


def test_one_line():
    assert one_line("a\r\nBcc: b\u2028c\0  d ") == "a Bcc: b c d"
    assert one_line(f"14{NBSP}h") == f"14{NBSP}h"
    assert one_line("x" * 300) == "x" * 250


@pytest.mark.parametrize("good", ["nia@example.ca", "n.o'k+x_y@sub.example.ca", "root@localhost"])
def test_good_addresses(good):
    assert bare_address(good) == good


def test_a_domain_beyond_ascii():
    assert bare_address("a@hôpital.ca") == "a@xn--hpital-ixa.ca"


@pytest.mark.parametrize(
    "bad",
    ["", "nia", "@x.ca", "nia@", "a b@x.ca", "é@x.ca", "a@x..ca", "a@x.ca\r\nRCPT TO:<b@x.ca>", "a>@x.ca", "a@-x.ca", "a@" + "x" * 64 + ".ca", "x" * 65 + "@x.ca"],
)  # fmt: skip
def test_bad_addresses(bad):
    with pytest.raises(BadAddress):
        bare_address(bad)
    with pytest.raises(BadAddress):
        letter(to=bad).as_bytes()


def test_words_without_end_are_no_letter():
    assert letter(plain="x" * (LONGEST - 100)).as_bytes()
    with pytest.raises(TooLong):
        letter(plain="x" * LONGEST).as_bytes()


def test_an_invitation_is_a_third_form_of_the_words_and_a_file():
    text = "BEGIN:VCALENDAR\r\nSUMMARY:Séance\r\nEND:VCALENDAR\r\n"
    one = read(letter(calendar=(CalendarPart("REQUEST", text),)))
    assert one.defects == []
    assert one.get_content_type() == "multipart/mixed"
    words, file = one.iter_parts()
    assert [part.get_content_type() for part in words.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
    *_words, calendar = words.iter_parts()
    assert (calendar.get_param("method"), calendar.get_param("charset")) == ("REQUEST", "utf-8")
    assert calendar.get_payload(decode=True).decode() == text
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "invite.ics")
    assert file.get_payload(decode=True).decode() == text
    assert words_of(one) == "Hello\n.\n..\nend\n"


def test_several_invitations_are_files():
    parts = tuple(CalendarPart("REQUEST", f"{n}\r\n" * 60, f"invite-{n}.ics") for n in (1, 2))
    raw = letter(calendar=parts).as_bytes()
    one = email.message_from_bytes(raw, policy=email.policy.default)
    words, *files = one.iter_parts()
    assert [part.get_content_type() for part in words.iter_parts()] == ["text/plain", "text/html"]
    assert [file.get_filename() for file in files] == ["invite-1.ics", "invite-2.ics"]
    assert max(map(len, raw.split(b"\r\n"))) <= 78 + 20
    assert b"\n" not in raw.replace(b"\r\n", b"")
