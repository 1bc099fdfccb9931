"""Will it arrive? What stands between a message and its reader's mailbox, one sentence each, with what can be done."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from collaborative.models import Cohort
from core.language import language
from core.moments import read
from core.refusals import Refused
from desk.outbox.lists import messages_in, state_of
from notifications import arrival, causes, states
from notifications import services as notifications
from notifications.messages import TEST
from notifications.models import PlannedMessage, SenderCheck

FINE, LOOK, WRONG = "good", "", "person"
BADGES: Final = {
    FINE: pgettext_lazy("state of a thing", "good"), LOOK: gettext_lazy("to look at"), WRONG: gettext_lazy("to put right"),
}  # fmt: skip
TESTS_AN_HOUR: Final = 5
# So long a test mail is of use, and its result stands on the page.
_TEST_KEEPS: Final = dt.timedelta(hours=1)
# A share above this is worth a look: two in a hundred is where large mail services begin to mind.
_MANY: Final = 2

# By what was looked at and what was found: how that is, in a sentence, and its repair. %s is the domain.
_TOLD: Final = {
    (arrival.FROM, arrival.GOOD): (FINE, gettext_lazy("People can answer to %s."), ""),
    (arrival.FROM, arrival.NO_ANSWERS): (
        WRONG,
        gettext_lazy("Nobody can answer to %s: it takes no mail, and mail servers think less of such a sender."),
        gettext_lazy("Give the domain a mail server (a record of the type MX), or send in the name of another (DEFAULT_FROM_EMAIL)."),
    ),
    (arrival.SPF, arrival.GOOD): (FINE, gettext_lazy("%s says which servers may send in its name (SPF)."), ""),
    (arrival.SPF, arrival.MISSING): (
        WRONG,
        gettext_lazy("%s does not say which servers may send in its name (SPF)."),
        gettext_lazy("Whoever looks after the domain adds a record of the type TXT: v=spf1, then your mail server, then -all."),
    ),
    (arrival.SPF, arrival.SEVERAL): (
        WRONG,
        gettext_lazy("%s says more than once which servers may send in its name (SPF), which counts as not at all."),
        gettext_lazy("Make one record of them."),
    ),
    (arrival.SPF, arrival.OPEN): (
        WRONG,
        gettext_lazy("%s lets any server send in its name (SPF)."),
        gettext_lazy("Let its record end in -all."),
    ),
    (arrival.DKIM, arrival.GOOD): (FINE, gettext_lazy("The key with which letters are signed stands at %s (DKIM)."), ""),
    (arrival.DKIM, arrival.NO_SELECTOR): (
        LOOK,
        gettext_lazy("Whether letters from %s are signed (DKIM) cannot be looked at: the key has a name that nobody told us."),
        gettext_lazy("Your mail server’s own page shows the name; put it into DKIM_SELECTORS."),
    ),
    (arrival.DKIM, arrival.MISSING): (
        WRONG,
        gettext_lazy("The key with which letters are signed does not stand at %s (DKIM)."),
        gettext_lazy("Your mail server’s own page shows the record to add; or the name in DKIM_SELECTORS is another."),
    ),
    (arrival.DKIM, arrival.BROKEN): (
        WRONG,
        gettext_lazy("The key with which letters are signed was taken back at %s (DKIM)."),
        gettext_lazy("Your mail server’s own page shows the record to add."),
    ),
    (arrival.DMARC, arrival.GOOD): (
        FINE, gettext_lazy("%s asks others to refuse what only pretends to come from it (DMARC)."), "",
    ),
    (arrival.DMARC, arrival.ONLY_WATCHES): (
        LOOK,
        gettext_lazy("%s does not mind when others pretend to be it (DMARC with p=none)."),
        gettext_lazy("Once SPF and DKIM are good, let the record say p=quarantine."),
    ),
    (arrival.DMARC, arrival.MISSING): (
        WRONG,
        gettext_lazy("%s does not say what to do with what only pretends to come from it (DMARC)."),
        gettext_lazy("Whoever looks after the domain adds a record of the type TXT under _dmarc: v=DMARC1; p=quarantine."),
    ),
    (arrival.DMARC, arrival.SEVERAL): (
        WRONG,
        gettext_lazy("%s says more than once what to do with what only pretends to come from it (DMARC), which counts as not at all."),
        gettext_lazy("Make one record of them."),
    ),
    (arrival.DMARC, arrival.BROKEN): (
        WRONG,
        gettext_lazy("What %s says of what only pretends to come from it (DMARC) cannot be understood."),
        gettext_lazy("Let the record begin with v=DMARC1; p=quarantine."),
    ),
}  # fmt: skip
_NAMES: Final = {
    arrival.FROM: gettext_lazy("Whether people can answer"), arrival.SPF: "SPF", arrival.DKIM: "DKIM", arrival.DMARC: "DMARC",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Finding:
    """One sentence: ``kind`` as a badge has it, and what can be done ("" where nothing is wrong)."""

    kind: str
    sentence: str
    repair: str = ""

    @property
    def badge(self) -> str:
        """Return the kind in a word."""
        return str(BADGES[self.kind])


def of_domain(check: SenderCheck) -> list[Finding]:
    """Return what the sender's domain says, a sentence for each thing that was looked at."""
    if arrival.LOCAL in check.found.values():
        return [
            Finding(
                LOOK,
                _("%s is a name of this computer alone: there is nobody to ask about it.") % check.domain,
                _("Before people are invited, give the sender an address of a domain of yours (DEFAULT_FROM_EMAIL)."),
            )
        ]
    return [_finding(name, check.found[name], check.domain) for name in arrival.LOOKED_AT if name in check.found]


def _finding(name: str, code: str, domain: str) -> Finding:
    told = _TOLD.get((name, code))
    if told is None:
        words = _("%(what)s: %(domain)s did not say within two seconds.") % {"what": _NAMES[name], "domain": domain}
        return Finding(
            LOOK, words, _("Ask once more. If it stays so, whoever looks after the server looks at DNS_RESOLVERS.")
        )
    kind, sentence, repair = told
    return Finding(kind, str(sentence) % domain, str(repair))


def of_line(line: arrival.Line, cohort: Any) -> list[Finding]:
    """Return how the line to the mail server is, and whether anything is sent at all (``cohort``: of ``with_pause``).

    The moments of the line stand beside it.
    """
    found = _standstill(cohort)
    stands_still = bool(found)
    if line.handed_at is None:
        found.append(Finding(LOOK, _("No mail has left yet."), _("Send yourself a test mail.")))
    if line.reason:
        found.append(
            Finding(
                WRONG, causes.of_code(line.reason),
                _("Whoever looks after the server looks at EMAIL_URL and at the mail server’s own log."),
            )
        )  # fmt: skip
    if line.due:
        words = ngettext(
            "%(n)d mail waits although its hour has come.", "%(n)d mails wait although their hour has come.", line.due
        ) % {"n": line.due}
        waits_long = line.due_since is not None and timezone.now() - line.due_since > dt.timedelta(minutes=10)
        repair = _("They leave by themselves once the mail server takes them. Nothing is lost.") if waits_long else ""
        found.append(Finding(WRONG if waits_long else LOOK, words, repair))
    elif not stands_still:
        found.append(Finding(FINE, _("Nothing waits that should have left.")))
    return found


def _standstill(cohort: Any) -> list[Finding]:
    """Return that nothing is sent now, and since when; [] where all is."""
    found = []
    if cohort.silent_since:
        words = _("Nobody has gone round to send messages since %(moment)s.")
        since = read(cohort.silent_since, cohort, lang=language()).mine
        repair = _("Whoever looks after the server has to start it; nothing is lost.")
        found.append(Finding(WRONG, words % {"moment": since}, repair))
    if cohort.paused_at:
        words, since = _("Sending is paused since %(moment)s."), read(cohort.paused_at, cohort, lang=language()).mine
        found.append(Finding(WRONG, words % {"moment": since}, _("Whoever looks after the server lets it go on.")))
    return found


@dataclasses.dataclass(frozen=True)
class Fared:
    """How mail to one domain fared: its name, to how many people, how many mails, how many came back, and that in words."""

    name: str
    people: int
    mails: int
    returned: int
    share: int
    many: bool


def by_domain(cohort: Cohort) -> list[Fared]:
    """Return how this cohort's mail fared in thirty days by the domain of its readers, small ones together. One statement."""
    rows = arrival.by_domain(messages_in(cohort), since=timezone.now() - arrival.LATELY)
    return [
        Fared(one.name or _("others together"), one.people, one.mails, one.returned, one.share, one.share > _MANY)
        for one in rows
    ]


@dataclasses.dataclass(frozen=True)
class Tested:
    """What became of one's last test mail: in words, since when, why, and what the mail server said."""

    message: PlannedMessage
    state: str
    why: str
    server: str

    @property
    def at(self) -> dt.datetime:
        """Return since when it stands so."""
        return self.message.sent_at or self.message.updated_at


def last_test(user: Any) -> Tested | None:
    """Return what became of the test mail that this person asked for last, None where there is none of the last day."""
    row = PlannedMessage.objects.to(user).filter(kind=TEST).order_by("-created_at").first()
    if row is None or timezone.now() - row.created_at > dt.timedelta(days=1):
        return None
    return Tested(row, state_of(row), causes.why(row), causes.said_by_server(row))


def test(*, by: Any) -> None:
    """Send this person a test mail. Raises Refused."""
    if not by.email:
        raise Refused(_("You have no mailbox here to which a test mail could go."))
    before = PlannedMessage.objects.to(by).filter(kind=TEST)
    if before.filter(state__in=states.LIVE).exists():
        raise Refused(_("Your last test mail is still on its way."))
    if before.filter(created_at__gte=timezone.now() - dt.timedelta(hours=1)).count() >= TESTS_AN_HOUR:
        raise Refused(_("That is enough test mails for one hour."))
    now = timezone.now()
    notifications.post(TEST, to=by, about=by, occurrence=now.isoformat(), not_after=now + _TEST_KEEPS)
