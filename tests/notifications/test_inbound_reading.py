"""What a mail says is read whatever it is made of, and nothing that somebody sends costs more than its bytes."""

from __future__ import annotations

import email
import email.policy
import time
from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.inbound import telling
from notifications.inbound.cutting import words_of
from notifications.inbound.page_text import text_of
from notifications.inbound.reading import MOST_BYTES, Mail, decoded, read

HEAD = b"From: Nia <nia@example.ca>\nSubject: hello\nMIME-Version: 1.0\n"


def test_a_mail_taken_apart():
    mail = read(
        b"From: =?utf-8?q?Nia_R=C3=B4y?= <NIA@Example.ca>\nTo: x@y.example\nSubject: =?iso-8859-1?Q?R=E9union?= ok\n"
        b"Message-ID: <1@mail>\nReferences: <a@b> <c@d>\nIn-Reply-To: <e@f>\n\nYes\n"
    )
    assert (mail.sender, mail.subject, mail.words) == ("nia@example.ca", "Réunion ok", "Yes")
    assert (mail.message_id, mail.references) == ("<1@mail>", ("<e@f>", "<a@b>", "<c@d>"))
    assert mail.addressed_to == ("x@y.example",)


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("=?utf-8?q?R=C3=A9pondez?=\n avec un chiffre", "Répondez avec un chiffre"),
        ("=?utf-8?q?R=C3=A9pondez?=\r\n\tavec un chiffre", "Répondez avec un chiffre"),
        ("Re: How many\n conversations?", "Re: How many conversations?"),
        ("Re: votre\n =?utf-8?b?w6lxdWlwZQ==?=", "Re: votre équipe"),
        ("=?utf-8?q?Une_r=C3=A9?=\n =?utf-8?q?union?=", "Une réunion"),
        ("=?utf-8?q?Une_r=C3=A9?= =?iso-8859-1?q?union?= ici", "Une réunion ici"),
        ("=?utf-8?q?Une_r=C3?= =?utf-8?q?=A9union?=", "Une réunion"),
        ("=?utf-8?q?\N{LATIN SMALL LETTER E WITH ACUTE}?= broken", "é broken"),
        ("c’est =?utf-8?q?=C3=A7a?=", "c’est ça"),
        ("=?utf-8?b?a?=\n words", "=?utf-8?b?a?= words"),
    ],
)  # fmt: skip
def test_a_folded_subject_keeps_its_blanks(raw, subject):
    assert read(f"From: a@b.ca\nSubject: {raw}\n\nx".encode()).subject == subject


def test_the_writer_of_a_forwarded_mail_keeps_the_blank_of_a_fold():
    inner = "From: =?utf-8?q?Andr=C3=A9?=\n Boisvert <x@y.ca>\nSubject: =?utf-8?q?d=C3=A9j=C3=A0?=\n vu\n\nOld words\n"
    raw = (
        HEAD.decode()
        + "Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: message/rfc822\n\n"
        + inner
        + "--q--\n"
    )
    everything = read(raw.encode()).everything
    assert "From: André Boisvert <x@y.ca>" in everything
    assert "Subject: déjà vu" in everything


_PHRASES = st.lists(st.text("abcé’ñ漢 ", min_size=1, max_size=60).map(str.split).filter(bool), min_size=1, max_size=5)


@given(_PHRASES, st.integers(24, 76))
def test_a_header_is_decoded_as_the_standard_library_does_it(phrases, width):
    header = Header(maxlinelen=width)
    for words in phrases:
        header.append(" ".join(words), None if " ".join(words).isascii() else "utf-8")
    raw = header.encode()
    theirs = email.message_from_string(f"Subject: {raw}\n\nx", policy=email.policy.default)["subject"]
    assert decoded(raw).split() == theirs.split()


def test_a_mail_is_known_by_its_number_and_sender_else_by_its_bytes():
    numbered = b"From: a@b.ca\nMessage-ID: <1@mail>\n\n"
    assert read(numbered + b"one").once == read(numbered + b"two").once
    assert read(numbered + b"one").once != read(numbered.replace(b"a@b", b"c@d") + b"one").once
    bare = b"From: a@b.ca\n\n"
    assert read(bare + b"one").once != read(bare + b"two").once


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Can&#39;t,<br>sick kid &lt;3</p>", "Can't,\nsick kid <3"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<style>p{}</style><script>alert(1)</script ><!-- no -->yes", "yes"),
        ("<style>p{} never closed", "p{} never closed"),
        ("<div>a<blockquote>b<div>c</div></blockquote>d</div>", "a\n> b\n> c\nd"),
        ('<div class="x gmail_quote">b</div>c', "> b\nc"),
        ("5 < 7 and 8 > 7", "5 < 7 and 8 > 7"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("</div></blockquote>out", "out"),
    ],
)
def test_pages_become_text(page, text):
    assert text_of(page) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7", "7"),
        ("Merci", "Merci"),
        ("Merci\nVingt-deux", "Merci\nVingt-deux"),
        ("7\nThanks,\nMarie Roy\nTrois-Rivières et Québec", "7"),
        ("Yes\nThanks", "Yes"),
        ("On 3 May we start.\nFine?", "On 3 May we start.\nFine?"),
        ("Date: 3 May\nTo: all", "Date: 3 May\nTo: all"),
        ("Best", "Best"),
        ("We sent from the ward what you asked.", "We sent from the ward what you asked."),
        ("Call me.\n\nNia Roy\n709-555-0199", "Call me."),
        ("Call me at 709-555-0199", "Call me at 709-555-0199"),
        ("One\n\n\n\nTwo", "One\n\nTwo"),
        ("Envoyé de mon iPhone", ""),
        ("> all\n> quoted", ""),
        ("2026-11-23 8:00 Series <a@b.ca> wrote:\nold", ""),
        # Under a closing stands a signature or nothing; whatever says something is kept.
        ("7\nThanks\nWait, I meant 8.", "7\nThanks\nWait, I meant 8."),
        ("7\nThanks\nActually 8", "7\nThanks\nActually 8"),
        ("7\nThanks\nI meant 8", "7\nThanks\nI meant 8"),
        ("7\nThanks\nNia\nI meant 8", "7\nThanks\nNia\nI meant 8"),
        ("7\nThanks\nEight", "7\nThanks\nEight"),
        ("7\nMerci\nPardon, c'est 8.", "7\nMerci\nPardon, c'est 8."),
        ("7\n\nCordialement,\nNon, huit", "7\n\nCordialement,\nNon, huit"),
        ("7\nSent from my iPhone\nWait, I meant 8.", "7\nSent from my iPhone\nWait, I meant 8."),
        ("7\n—\nWait, I meant 8.", "7\n—\nWait, I meant 8."),
        ("7\n\nWait\nI meant 8, call me at 709-555-0142", "7\n\nWait\nI meant 8, call me at 709-555-0142"),
        ("Yes.\nThanks\nSee you tomorrow.", "Yes.\nThanks\nSee you tomorrow."),
        ("Yes.\nThanks\nnia", "Yes."),
        ("Yes.\nThanks\nNia and the team", "Yes."),
        ("Yes.\nThanks\nNia Roy, M.D.", "Yes."),
        (
            "Yes.\nThanks\nNia Roy, RN\nQuality improvement lead\nHarbour Hospital, 4 East\nTel: 709-555-0142 ext. 7",
            "Yes.",
        ),
        ("Oui.\nMerci,\nPierre Côté\nCHU de Québec – Université Laval\nTél. : 418 555-0123", "Oui."),
        ("Oui.\n—\nPierre", "Oui."),
    ],
)
def test_words_are_cut_where_they_end(text, words):
    assert words_of(text) == words


HOSTILE = {
    "deep": HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(5000))
    + b"hi",
    "deep and long": HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(150))
    + b"hi\n" * 200_000,
    "mails in mails": HEAD + b"Content-Type: message/rfc822\n\n" * 150 + b"x",
    "a long parameter": HEAD + b"Content-Type: text/plain; " + b"a*0*=b;" * 50_000 + b"\n\nhi",
    "a long folded parameter": HEAD + b"Content-Type: text/plain" + b";\n a=b" * 50_000 + b"\n\nhi",
    "open quotes in many parts": HEAD
    + b"Content-Type: multipart/mixed; boundary=q\n\n"
    + (b'--q\nContent-Type: text/plain;"' + b";" * 7_900 + b'\nContent-Disposition: x;"' + b";" * 7_900 + b"\n\nhi\n")
    * 150
    + b"--q--\n",
    "words of a server": HEAD
    + b"Content-Type: multipart/report; boundary=q\n\n--q\nContent-Type: message/delivery-status\n\nReporting-MTA: x\n\n"
    + (b"Action: failed\nDiagnostic-Code: smtp;" + b"a" * 8_100 + b"\n\n") * 20
    + b"--q--\n",
    "comments in an address": b"From: " + b"(" * 100_000 + b"nia@example.ca\n\nhi",
    "words in a subject": HEAD + b"Subject: " + b"=?utf-8?q?=" * 50_000 + b"\n\nhi",
    "many readers": HEAD + b"To: " + b"a@b.ca," * 100_000 + b"\n\nhi",
    "open elements": HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
    "open comments": HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 200_000,
    "open attributes": HEAD + b"Content-Type: text/html\n\n" + b'<div class="' * 80_000,
    "one line": HEAD + b"\n" + b"On 1 " + b"a " * 300_000,
    "heads": HEAD + b"\n" + b"From: \n" * 100_000,
    "nothing but lines": HEAD + b"\n" * 500_000,
    "a codec that is slow": HEAD + b"Content-Type: text/plain; charset=idna\n\n" + b"a" * 500_000,
    "base64 of nothing": HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=" * 500_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_nothing_takes_long(raw):
    begun = time.process_time()
    mail = read(raw)
    assert time.process_time() - begun < 5
    assert len(mail.everything) <= 100_000


def test_what_cannot_be_taken_apart_is_there_as_it_came():
    mail = read(HOSTILE["deep"])
    assert mail.is_unreadable
    assert (mail.sender, mail.subject) == ("nia@example.ca", "hello")
    assert "multipart/mixed" in mail.everything


def test_what_is_too_large_is_cut_and_says_so():
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: text/plain\n\nsee the film\n--q\n"
    raw += b"Content-Type: video/mp4\nContent-Transfer-Encoding: base64\n\n" + b"QUFB" * (MOST_BYTES // 4)
    mail = read(raw)
    assert (mail.is_cut, mail.words, mail.files) == (True, "see the film", ())


def test_signs_that_no_row_can_hold_are_gone():
    mail = read(b"From: nia@example.ca\nSubject: a\x00b\n\nwords\x00 \xe2\x80\xae evil\x08\n")
    assert (mail.subject, mail.words) == ("ab", "words evil")


def test_headers_cannot_be_added_by_what_is_encoded_in_one():
    mail = read(b"From: nia@example.ca\nSubject: =?utf-8?q?hi=0D=0ABcc:_x=40y.example?=\nMessage-ID: <a\n b@c>\n\nx")
    assert "\n" not in mail.subject
    assert mail.message_id == ""


def test_files_have_names_without_paths_and_types_that_are_ones():
    raw = (
        HEAD
        + b'Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: application/pdf; name="../../etc/passwd"\n'
    )
    raw += b'Content-Transfer-Encoding: base64\n\nQUFB\n--q\nContent-Type: weird"/><x\nContent-Disposition: attachment\n\nabc\n--q--\n'
    assert [(one.name, one.content_type) for one in read(raw).files] == [
        ("passwd", "application/pdf"), ("file-2", "application/octet-stream"),
    ]  # fmt: skip


def test_what_is_forwarded_is_not_its_writers_words():
    inner = b"Content-Type: message/rfc822\n\nFrom: x@y.ca\nSubject: old\n\nOld words\n"
    mail = read(
        HEAD
        + b"Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: text/plain\n\nNew words\n--q\n"
        + inner
        + b"--q--\n"
    )
    assert mail.words == "New words"
    assert "Old words" in mail.everything


@given(raw=st.binary(max_size=600))
def test_nothing_raises(raw):
    assert isinstance(read(raw), Mail)
    assert isinstance(read(HEAD + raw), Mail)


# ---------------------------------------------------------------- machines


def mail(subject: str = "Re: x", words: str = "", sender: str = "nia@example.ca", **headers: str) -> Mail:
    return Mail(once="1", sender=sender, subject=subject, everything=words,
                headers={name.replace("_", "-"): said for name, said in headers.items()})  # fmt: skip


@pytest.mark.parametrize(
    ("what", "envelope", "automatic"),
    [
        (mail(), "nia@example.ca", False),
        (mail(auto_submitted="no"), None, False),
        (mail(auto_submitted="auto-replied; x=y"), None, True),
        (mail(precedence="Bulk"), None, True),
        (mail(list_id="<x>"), None, True),
        (mail(x_autoreply="yes"), None, True),
        (mail(), "", True),
        (mail(return_path="<>"), None, True),
        (mail(return_path="<nia@example.ca>"), None, False),
        (mail(subject="Out of office"), None, True),
        (mail(subject="Out of office next week, can't come"), None, False),
        (mail(subject="Absence du bureau : Séance 2"), None, True),
        (mail(subject="En congé la semaine prochaine"), None, False),
        (mail(sender="postmaster@mx.example"), None, True),
        (mail(sender=""), None, True),
    ],
)
def test_who_is_a_machine(what, envelope, automatic):
    assert telling.is_automatic(what, envelope) is automatic


@pytest.mark.parametrize(
    ("words", "hard"),
    [
        ("550 5.1.1 no such user", True), ("552 5.2.2 mailbox full", False), ("5.7.1 blocked as spam", False),
        ("451 4.3.0 try later", False), ("host said: 550 unknown user", True), ("no number at all", False),
    ],
)  # fmt: skip
def test_what_will_never_arrive(words, hard):
    assert telling.is_hard(mail(words=words)) is hard


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Je viens avec ma collègue", "fr"), ("I am coming with a colleague", "en"), ("7", "en"), ("oui", "fr"),
        ("J'arrive", "fr"), ("ok 👍", "en"),
    ],
)  # fmt: skip
def test_which_language_it_seems_to_be(text, language):
    assert telling.language_of(text, "en") == language


def test_only_our_own_server_proves_a_sender():
    passed = mail(authentication_results="mx.ours.example; spf=pass; dmarc=pass header.from=example.ca")
    assert telling.is_proven(passed, "mx.ours.example")
    assert telling.is_proven(mail(), ""), "where no server is named, it has turned away what is forged"
    assert not telling.is_proven(passed, "mx.other.example")
    assert not telling.is_proven(mail(), "mx.ours.example")
    assert not telling.is_proven(mail(authentication_results="mx.ours.example; dmarc=fail"), "mx.ours.example")
