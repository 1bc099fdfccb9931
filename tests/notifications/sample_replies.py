"""More than sixty mails as people's programs, mail servers and robots send them, in English and in French, with what must become of each.

Each is made from a `Box`: who writes, and the addresses that stand in the mails which they answer.
"""

from __future__ import annotations

import base64
import datetime as dt
import quopri
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from core.ics import moment


@dataclass
class Box:
    """What the mails are made of. `to`: by name, the address that stands in a mail of ours; `back`: the envelope's sender."""

    learning_session: Any
    to: dict[str, str]
    back: dict[str, str]
    ids: dict[str, str]


@dataclass(frozen=True)
class Sample:
    """One mail: what becomes of it, the words that are left of it, and whether people find it in their shared inbox."""

    name: str
    raw: Callable[[Box], bytes]
    outcome: str
    words: str | None = None
    waits: bool = False
    envelope: str | None = None
    language: str = "en"

    @property
    def is_for_people(self) -> bool:
        """Return whether it stands in the planners' shared inbox."""
        asked = ("people", "unknown_sender", "other_sender", "failed")
        return self.waits or self.outcome.partition(":")[0] in asked


_numbers = iter(range(10_000))


NIA, PIERRE, OTTO = (
    "Nia Roy <nia@example.org>",
    "=?utf-8?q?Pierre_C=C3=B4t=C3=A9?= <pierre@example.org>",
    "otto@example.org",
)
STAN, ELSEWHERE = "Someone <someone@elsewhere.example>", "mina@clinic.example"
OURS = "Session 2 is on Tuesday.\n\nJoin here: http://localhost:8000/x/\n\n-- \nYou get this because you are in this series."


def mail(
    box: Box,
    text: str | bytes,
    *,
    to="reminder",
    sender=NIA,
    subject="Re: Session 2",
    kind="text/plain",
    charset="utf-8",
    coded="8bit",
    own_id="",
    headers: tuple[str, ...] = (),
) -> bytes:
    """Write a mail of one part."""
    body = text if isinstance(text, bytes) else text.encode(charset)
    if coded == "base64":
        body = base64.encodebytes(body)
    elif coded == "quoted-printable":
        body = quopri.encodestring(body)
    head = [
        f"From: {sender}", f"To: {box.to.get(to, to)}", f"Subject: {subject}",
        f"Message-ID: {own_id or f'<m{next(_numbers)}@mail.example>'}", "Date: Mon, 23 Nov 2026 08:00:00 -0500", *headers,
        "MIME-Version: 1.0", f'Content-Type: {kind}; charset="{charset}"', f"Content-Transfer-Encoding: {coded}",
    ]  # fmt: skip
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def parts(
    box: Box,
    *inner: bytes,
    kind="multipart/mixed",
    to="reminder",
    sender=NIA,
    subject="Re: Session 2",
    headers: tuple[str, ...] = (),
) -> bytes:
    """Write a mail of several parts, each with its own head."""
    head = [
        f"From: {sender}", f"To: {box.to.get(to, to)}", f"Subject: {subject}", f"Message-ID: <m{next(_numbers)}@mail.example>",
        *headers, "MIME-Version: 1.0", f'Content-Type: {kind}; boundary="=b"',
    ]  # fmt: skip
    body = b"".join(b"--=b\r\n" + one + b"\r\n" for one in inner) + b"--=b--\r\n"
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def part(kind: str, text: str | bytes, *more: str) -> bytes:
    data = text if isinstance(text, bytes) else text.encode()
    return "\r\n".join([f"Content-Type: {kind}", *more]).encode() + b"\r\n\r\n" + data


def quoted(text: str = OURS) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


GMAIL = "On Mon, Nov 23, 2026 at 8:00 AM Action Series <answers@collaborative.example>\nwrote:\n\n" + quoted()
GMAIL_FR = (
    "Le lun. 23 nov. 2026 à 08 h 00, Série d'action <answers@collaborative.example> a\u00a0écrit\u00a0:\n\n" + quoted()
)
OUTLOOK = (
    "________________________________\nFrom: Action Series <answers@collaborative.example>\nSent: Monday, November 23, 2026 8:00 AM\n"
    "To: Nia Roy <nia@example.org>\nSubject: Session 2\n\n" + OURS
)
OUTLOOK_FR = (
    "________________________________\nDe\u00a0: Série d'action <answers@collaborative.example>\nEnvoyé\u00a0: 23 novembre 2026 08:00\n"
    "À\u00a0: Pierre Côté <pierre@example.org>\nObjet\u00a0: Séance 2\n\n" + OURS
)
CARD = "Nia Roy, RN\nHarbour Hospital, 4 East\nTel: 709-555-0142 ext. 7\nnia@example.org"


def _calendar(box: Box, said: str, *, uid: str = "", who="nia@example.org") -> bytes:
    one = box.learning_session
    lines = [
        "BEGIN:VCALENDAR", "METHOD:REPLY", "VERSION:2.0", "PRODID:-//x//EN", "BEGIN:VEVENT", f"UID:{uid or one.pk}@localhost",
        f"SEQUENCE:{one.sequence}", f"DTSTAMP:{moment(timezone.now() + dt.timedelta(minutes=next(_numbers)))}",
        f"DTSTART:{moment(one.starts_at)}", f"ATTENDEE;PARTSTAT={said}:mailto:{who}", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def _pressed(box: Box, said: str, text: str, subject: str, **more) -> bytes:
    return parts(
        box, part("text/plain; charset=utf-8", text),
        part("text/calendar; charset=utf-8; method=REPLY", _calendar(box, said, **more)),
        kind="multipart/alternative", to="answers@collaborative.example", subject=subject,
    )  # fmt: skip


def _report(box: Box, action: str, status: str, *, to: str) -> bytes:
    return parts(
        box,
        part("text/plain; charset=us-ascii", "This is the mail system at host mx.example. I'm sorry to have to inform you that your message could not be delivered.\r\n"),
        part("message/delivery-status", f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; nia@example.org\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {status} <nia@example.org> no\r\n"),
        part("text/rfc822-headers", f"Message-ID: {box.ids['reminder']}\r\nSubject: Session 2\r\n"),
        kind="multipart/report; report-type=delivery-status", to=to, sender="MAILER-DAEMON@mx.example", subject="Undelivered Mail Returned to Sender",
        headers=("Auto-Submitted: auto-replied",),
    )  # fmt: skip


ALL: Final[list[Sample]] = [
    # --- numbers
    Sample("a number alone", lambda box: mail(box, "7\n", to="number"), "trial/number", "7"),
    Sample("a number above Gmail's quote", lambda box: mail(box, f"7/9\n\n{GMAIL}\n", to="number"), "trial/number", "7/9"),
    Sample("a French number from Outlook", lambda box: mail(box, f"7,5\n\n{OUTLOOK_FR}\n", to="number_fr", sender=PIERRE, subject="RE: Vos chiffres"), "trial/number", "7,5", language="fr"),
    Sample("a number from an iPhone", lambda box: mail(box, f"12\n\nSent from my iPhone\n\n> {GMAIL}\n", to="number"), "trial/number", "12"),
    Sample("un nombre d'un iPhone", lambda box: mail(box, "12\n\nEnvoyé de mon iPhone\n\n> Le 23 nov. 2026 à 08:00, Série <a@b.example> a écrit :\n> \n> Combien ?\n", to="number_fr", sender=PIERRE), "trial/number", "12", language="fr"),
    Sample("a number over a signature with a telephone number", lambda box: mail(box, f"9\n\n{CARD}\n\n{OUTLOOK}", to="number"), "trial/number", "9"),
    Sample("a number after two dashes and a name", lambda box: mail(box, f"4\n\n-- \n{CARD}\n", to="number"), "trial/number", "4"),
    Sample("a number in HTML alone", lambda box: mail(box, '<html><head><style>p{margin:0}</style></head><body><div dir="ltr">8</div><br><div class="gmail_quote"><div>On Mon, Nov 23 Action Series wrote:<br></div><blockquote><p>How many of 9?</p></blockquote></div></body></html>', to="number", kind="text/html"), "trial/number", "8"),
    Sample("a number in base64", lambda box: mail(box, "6\n", to="number", coded="base64"), "trial/number", "6"),
    Sample("a number under the quote", lambda box: mail(box, f"{GMAIL}\n\n5\n", to="number"), "trial/number", "5"),
    Sample("a number with regards", lambda box: mail(box, "3\n\nBest regards,\nNia\n", to="number"), "trial/number", "3"),
    Sample("un nombre avec des salutations", lambda box: mail(box, "3\n\nBien cordialement,\n\nPierre Côté\nTél. : 418 555-0123\n", to="number_fr", sender=PIERRE, coded="quoted-printable"), "trial/number", "3", language="fr"),
    Sample("a number in capitals of the address", lambda box: mail(box, "2\n", to=box.to["number"].upper()), "trial/number", "2"),
    Sample("a number from the other address of its writer", lambda box: mail(box, "1\n", to="number", sender="nia.home@example.net"), "trial/number", "1"),
    Sample("a number known by what it follows alone", lambda box: mail(box, "11\n", to="answers@collaborative.example", headers=(f"In-Reply-To: {box.ids['number']}",)), "trial/number", "11"),
    Sample("a number taken back under the thanks", lambda box: mail(box, "7\nThanks\nWait, I meant 8.\n", to="number"), "people", "7\nThanks\nWait, I meant 8."),
    Sample("un nombre corrigé sous le merci", lambda box: mail(box, f"7\n\nMerci,\nPardon, c'est 8.\n\n{OUTLOOK_FR}", to="number_fr", sender=PIERRE), "people", "7\n\nMerci,\nPardon, c'est 8.", language="fr"),
    # --- words for people
    Sample("can't, sick kid", lambda box: mail(box, f"can't, sick kid\n\n{GMAIL}"), "people", "can't, sick kid"),
    Sample("enfant malade", lambda box: mail(box, f"Je ne peux pas, mon petit est malade.\n\n{GMAIL_FR}", to="reminder_fr", sender=PIERRE), "people", "Je ne peux pas, mon petit est malade.", language="fr"),
    Sample("from Outlook", lambda box: mail(box, f"We moved the huddle to Thursdays. Is that fine?\n\nThanks,\n{CARD}\n\n{OUTLOOK}"), "people", "We moved the huddle to Thursdays. Is that fine?"),
    Sample("d'Outlook en français", lambda box: mail(box, f"Bonjour,\n\nEst-ce que la séance sera enregistrée ?\n\nMerci,\nPierre\n\n{OUTLOOK_FR}", to="reminder_fr", sender=PIERRE), "people", "Bonjour,\n\nEst-ce que la séance sera enregistrée ?", language="fr"),
    Sample("Outlook HTML", lambda box: mail(box, f'<html><body><p>I lost the link.</p><p>Nia</p><div id="appendonsend"></div><hr style="width:98%"><div id="x_divRplyFwdMsg" dir="ltr"><b>From:</b> Action Series<br><b>Sent:</b> Monday<br></div><p>{OURS}</p></body></html>', kind="text/html"), "people", "I lost the link.\n\nNia"),
    Sample("answered between the lines", lambda box: mail(box, "On Mon, Nov 23, 2026, Series wrote:\n> Can you present?\n\nYes, we can.\n\n> And in April?\n\nNo, not before May.\n"), "people", "Yes, we can.\n\nNo, not before May."),
    Sample("a list is no signature", lambda box: mail(box, "We need:\n- a scale\n- two chairs\n- more time\n"), "people", "We need:\n- a scale\n- two chairs\n- more time"),
    Sample("thanks that go on", lambda box: mail(box, "I will come.\nThanks, and could you send the slides?\n"), "people", "I will come.\nThanks, and could you send the slides?"),
    Sample("words under the thanks", lambda box: mail(box, f"Hello team,\n\nThanks!\n\nWe meet at 3 in room 2 tomorrow.\n\n{GMAIL}"), "people", "Hello team,\n\nThanks!\n\nWe meet at 3 in room 2 tomorrow."),
    Sample("des mots sous les salutations", lambda box: mail(box, f"Bonjour,\n\nCordialement,\nPierre\n\nP.-S. La salle a changé, c'est la 12.\n\n{GMAIL_FR}", to="reminder_fr", sender=PIERRE), "people", "Bonjour,\n\nCordialement,\nPierre\n\nP.-S. La salle a changé, c'est la 12.", language="fr"),
    Sample("emoji alone", lambda box: mail(box, "👍🏽\n"), "people", "👍🏽"),
    Sample("nothing at all", lambda box: mail(box, f"\n\n{GMAIL}"), "people", ""),
    Sample("an empty body and no subject", lambda box: mail(box, "", subject=""), "people", ""),
    Sample("windows-1252", lambda box: mail(box, "It’s the team’s “huddle” – fine\n", charset="windows-1252"), "people", "It’s the team’s “huddle” – fine"),
    Sample("latin 1 that is windows-1252", lambda box: mail(box, "L’équipe est prête\n".encode("cp1252"), charset="iso-8859-1", to="reminder_fr", sender=PIERRE), "people", "L’équipe est prête", language="fr"),
    Sample("utf-16 in base64", lambda box: mail(box, "See you at 9\n".encode("utf-16"), charset="utf-16", coded="base64"), "people", "See you at 9"),
    Sample("a charset that nobody knows", lambda box: mail(box, "café at noon?\n".encode(), charset="x-unknown"), "people", "café at noon?"),
    Sample("both forms", lambda box: parts(box, part("text/plain; charset=utf-8", "The plain one.\r\n"), part("text/html; charset=utf-8", "<p>The other one.</p>"), kind="multipart/alternative"), "people", "The plain one."),
    Sample("an empty plain form beside HTML", lambda box: parts(box, part("text/plain; charset=utf-8", " \r\n"), part("text/html; charset=utf-8", "<p>Only here.</p>"), kind="multipart/alternative"), "people", "Only here."),
    Sample("a photograph and words", lambda box: parts(box, part("text/plain; charset=utf-8", "Our board, see attached.\r\n"), part('image/jpeg; name="board.jpg"', base64.encodebytes(b"\xff\xd8\xff\xe0 a picture"), 'Content-Disposition: attachment; filename="board.jpg"', "Content-Transfer-Encoding: base64")), "people", "Our board, see attached."),
    Sample("a hospital's notices around it", lambda box: mail(box, "CAUTION: This email originated from outside of the organization. Do not click links.\n\nWe will be four.\n\nThis email and any attachments are confidential and may be privileged. If you are not the addressee, delete it.\n"), "people", "We will be four."),
    Sample("avis de confidentialité", lambda box: mail(box, "Nous serons quatre.\n\nCe courriel et toute pièce jointe sont confidentiels. Si vous l'avez reçu par erreur, veuillez le détruire.\n", to="reminder_fr", sender=PIERRE), "people", "Nous serons quatre.", language="fr"),
    Sample("the old Original Message", lambda box: mail(box, f"Who is coming from your side?\n\n-----Original Message-----\nFrom: Series\n{OURS}"), "people", "Who is coming from your side?"),
    Sample("forwarded by its reader with words", lambda box: mail(box, f"Can somebody ring my colleague about this?\n\n---------- Forwarded message ---------\nFrom: Mina <{ELSEWHERE}>\nSubject: question\n\nWhat is this series?\n", subject="Fwd: question"), "people", "Can somebody ring my colleague about this?"),
    Sample("a new mail of somebody known", lambda box: mail(box, "When does the next series begin?\n", to="answers@collaborative.example", subject="A question"), "people", "When does the next series begin?"),
    Sample("an answer of somebody without an account", lambda box: mail(box, "Je viendrai avec ma collègue.\n", to="guest", sender="luc@ailleurs.example"), "people", "Je viendrai avec ma collègue.", language="fr"),
    Sample("a room that breaks on it", lambda box: mail(box, "divide by zero\n", to="number"), "failed:ZeroDivisionError", "divide by zero"),
    # --- the forum
    Sample("an answer to the forum", lambda box: mail(box, f"We tried that as well.\nIt took three weeks.\n\n{GMAIL}", to="forum"), "trial/forum", "We tried that as well.\nIt took three weeks."),
    Sample("une réponse au forum", lambda box: mail(box, f"Nous l'avons essayé aussi. Ça marche !\n\nEnvoyé à partir de Outlook pour iOS\n{OUTLOOK_FR}", to="forum_fr", sender=PIERRE, coded="quoted-printable"), "trial/forum", "Nous l'avons essayé aussi. Ça marche !", language="fr"),
    # --- somebody else
    Sample("forwarded to a colleague, who answers", lambda box: mail(box, "9\n", to="number", sender=OTTO), "other_sender", "9"),
    Sample("a stranger with a forwarded address", lambda box: mail(box, "Please take me off.\n", to="reminder", sender=STAN), "other_sender", "Please take me off."),
    Sample("stop, alone", lambda box: mail(box, "STOP\n"), "notifications/stopped", "STOP"),
    Sample("arrêtez", lambda box: mail(box, "Arrêtez svp.\n\nPierre Côté\n", to="reminder_fr", sender=PIERRE), "notifications/stopped", language="fr"),
    Sample("a sentence with stop in it", lambda box: mail(box, "The bus does not stop there.\n"), "people", "The bus does not stop there."),
    Sample("a stranger", lambda box: mail(box, "Hello, how can my hospital join?\n", to="answers@collaborative.example", sender=STAN, subject="Joining"), "unknown_sender", "Hello, how can my hospital join?"),
    Sample("une inconnue", lambda box: mail(box, "Bonjour, comment peut-on participer ?\n", to="answers@collaborative.example", sender="Mina <mina@clinique.example>", subject="Participer"), "unknown_sender", "Bonjour, comment peut-on participer ?", language="fr"),
    Sample("an address that was not signed here", lambda box: mail(box, "5\n", to=box.to["number"][:-30] + "a" * 7 + box.to["number"][-23:]), "people", "5"),
    # --- calendars
    Sample("accepted in Outlook", lambda box: _pressed(box, "ACCEPTED", "\r\n", "Accepted: Session 2"), "sessions/taken"),
    Sample("declined in Google's calendar", lambda box: _pressed(box, "DECLINED", "Nia Roy has declined this invitation.\r\n\r\nInvitation from Google Calendar: https://calendar.google.com\r\n", "Declined: Session 2"), "sessions/taken"),
    Sample("perhaps, in an Apple calendar", lambda box: _pressed(box, "TENTATIVE", "Nia Roy a provisoirement accepté\r\n", "Provisoire : Séance 2"), "sessions/taken"),
    Sample("declined, with words that somebody has to read", lambda box: _pressed(box, "DECLINED", "Sorry, my kid is sick. Who takes the minutes?\r\n", "Declined: Session 2"), "sessions/taken", "Sorry, my kid is sick. Who takes the minutes?", waits=True),
    Sample("accepted to what is not ours", lambda box: _pressed(box, "ACCEPTED", "\r\n", "Accepted: Lunch", uid="lunch-77"), "people"),
    # --- machines
    Sample("out of office", lambda box: mail(box, "I am away until Monday and have no access to mail.\n", subject="Automatic reply: Session 2", headers=("Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All")), "auto"),
    Sample("absence du bureau, à l'adresse de retour", lambda box: mail(box, "Je suis absent jusqu'à lundi. Votre message n'a pas pu être livré à mon remplaçant.\n", to=box.back["reminder_fr"], sender=PIERRE, subject="Réponse automatique : Séance 2", headers=("Precedence: bulk",)), "auto", envelope=""),
    Sample("a robot of a list", lambda box: mail(box, "You have been subscribed.\n", sender="robot@lists.example", headers=("List-Id: <x.lists.example>", "Precedence: list")), "auto"),
    Sample("our own mail that came back round", lambda box: mail(box, OURS, sender="Action Series <series@localhost>", own_id=box.ids["reminder"], headers=("Auto-Submitted: auto-generated",)), "loop"),
    Sample("our own answering address", lambda box: mail(box, "round and round\n", sender=box.to["reminder"]), "loop"),
    Sample("a report of what is only late", lambda box: _report(box, "delayed", "4.4.1", to=box.back["late"]), "delayed", envelope=""),
    Sample("a report: no such mailbox", lambda box: _report(box, "failed", "5.1.1", to=box.back["hard"]), "bounced", envelope=""),
    Sample("a report: the mailbox is full", lambda box: _report(box, "failed", "5.2.2", to=box.back["soft"]), "bounced", envelope=""),
    Sample("a bounce in Exim's own words", lambda box: mail(box, "A message that you sent could not be delivered.\n\n  gone@example.org\n    550 5.1.1 no such user\n", to=box.back["exim"], sender="Mail Delivery System <Mailer-Daemon@mx.example>", subject="Mail delivery failed: returning message to sender", headers=("X-Failed-Recipients: gone@example.org", "Auto-Submitted: auto-replied")), "bounced", envelope=""),
    Sample("un avis de non-remise d'Exchange", lambda box: mail(box, "Échec de la remise à ces destinataires. L'adresse est introuvable. 5.1.10\n", to=box.back["exchange"], sender="postmaster@exemple.example", subject="Non remis : Séance 2"), "bounced", envelope=""),
    Sample("a report that names a mail and is not signed", lambda box: _report(box, "failed", "5.1.1", to="answers@collaborative.example"), "report", envelope=""),
]  # fmt: skip
