"""Whether mail of ours arrives: what the sender's domain says about it, and what became of what was handed over.

The domain is asked by DNS, never while somebody waits for a page: when a planner presses for it, or by the tick once a day.
Everything asked takes two seconds at most; what did not answer by then counts as not asked. What was found is kept as codes.
"""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Coalesce, Lower, NullIf, Reverse, StrIndex, Substr
from django.utils import timezone

from core.suppression import LEAST
from notifications import services, states
from notifications.letters import BadAddress, bare_address, parted
from notifications.models import Channel, MessageEvent, MessageQuerySet, PlannedMessage, SenderCheck

if TYPE_CHECKING:
    from dns.resolver import Resolver

SECONDS: Final = 2.0
EVERY: Final = datetime.timedelta(hours=24)
LATELY: Final = datetime.timedelta(days=30)
# What is tried again is due within so long (RETRY_MINUTES), and the last hand-over is looked for among so many steps.
_LONGEST_WAIT: Final = datetime.timedelta(hours=6)
_STEPS_BACK: Final = 100_000
# What sends goes round once in so many seconds, or twice.
_A_ROUND: Final = 120

# What is looked at, in this order.
FROM, SPF, DKIM, DMARC = LOOKED_AT = ("from", "spf", "dkim", "dmarc")
# What is found: good, or what is wrong with it.
GOOD: Final = "good"
LOCAL: Final = "local"  # there is no such domain outside of this computer
NOT_ASKED: Final = "not_asked"  # no answer in time
MISSING: Final = "missing"
SEVERAL: Final = "several"  # two policies are as good as none (RFC 7208 4.5)
OPEN: Final = "open"  # anybody may send in this name
ONLY_WATCHES: Final = "only_watches"
NO_SELECTOR: Final = "no_selector"
NO_ANSWERS: Final = "no_answers"  # nobody can write back
BROKEN: Final = "broken"

_SPF_ALL = re.compile(r"(?:^|\s)([-~?+]?)all(?:\s|$)")


class _Silent(Exception):
    """The DNS gave no answer that counts."""


# ---------------------------------------------------------------- asking


def domain_of_sender() -> str:
    """Return the domain in the name of which mail leaves, "" where it is none."""
    with contextlib.suppress(BadAddress):
        return bare_address(parted(settings.DEFAULT_FROM_EMAIL)[1]).rpartition("@")[2].lower()
    return ""


def is_local(domain: str) -> bool:
    """Return whether a domain is none that others could ask about."""
    if domain == "localhost" or "." not in domain or domain.endswith((".localhost", ".test", ".local", ".internal")):
        return True
    try:
        return bool(ipaddress.ip_address(domain))
    except ValueError:
        return False


def look() -> SenderCheck:
    """Ask about the sender's domain now, keep what was found, and return it."""
    domain = domain_of_sender()
    found = dict.fromkeys(LOOKED_AT, LOCAL) if is_local(domain) else _Asking().about(domain)
    row, _made = SenderCheck.objects.update_or_create(
        pk=SenderCheck.THE_ONE, defaults={"asked_at": services.database_clock(), "domain": domain, "found": found}
    )
    return row


def last_look() -> SenderCheck | None:
    """Return what was found last about the present sender's domain, None where nobody has asked yet."""
    return SenderCheck.objects.filter(pk=SenderCheck.THE_ONE, domain=domain_of_sender()).first()


_look_again_at = 0.0


def sweep(now: datetime.datetime | None = None) -> None:
    """Ask once a day. Whether it is time is itself asked once an hour by each process."""
    global _look_again_at
    if time.monotonic() < _look_again_at or is_local(domain_of_sender()):
        return
    _look_again_at = time.monotonic() + 3600
    last = last_look()
    if last is None or last.asked_at is None or (now or timezone.now()) - last.asked_at >= EVERY:
        look()


class _Asking:
    """All questions about one domain, which together take no longer than SECONDS."""

    def __init__(self) -> None:
        self._until = time.monotonic() + SECONDS

    def about(self, domain: str) -> dict[str, str]:
        """Return what was found, by what was looked at."""
        found = {}
        for name, ask in ((FROM, self._from), (SPF, self._spf), (DKIM, self._dkim), (DMARC, self._dmarc)):
            try:
                found[name] = ask(domain)
            except _Silent:
                found[name] = NOT_ASKED
        return found

    def _from(self, domain: str) -> str:
        """Can somebody write back? A mail server that looks asks the same."""
        exchanges = self._ask(domain, "MX")
        if exchanges:
            return NO_ANSWERS if exchanges == ["0 ."] else GOOD
        return GOOD if self._ask(domain, "A") or self._ask(domain, "AAAA") else NO_ANSWERS

    def _spf(self, domain: str) -> str:
        return spf(self._texts(domain))

    def _dkim(self, domain: str) -> str:
        if not settings.DKIM_SELECTORS:
            return NO_SELECTOR
        found = [dkim(self._texts(f"{one}._domainkey.{domain}")) for one in settings.DKIM_SELECTORS]
        return next((one for one in found if one != GOOD), GOOD)

    def _dmarc(self, domain: str) -> str:
        """The domain's own word, or that of the one above it (RFC 7489 6.6.3)."""
        labels = domain.split(".")
        for place in range(len(labels) - 1):
            found = dmarc(self._texts(".".join(["_dmarc", *labels[place:]])), inherited=place > 0)
            if found != MISSING:
                return found
        return MISSING

    def _texts(self, name: str) -> list[str]:
        return self._ask(name, "TXT")

    def _ask(self, name: str, kind: str) -> list[str]:
        """Return what the DNS says, [] where it says that there is nothing. Raises _Silent."""
        import dns.exception
        import dns.resolver

        left = self._until - time.monotonic()
        if left <= 0:
            raise _Silent
        try:
            answer = _resolver().resolve(name, kind, lifetime=left, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, ValueError):
            raise _Silent from None
        if kind == "TXT":
            return [b"".join(one.strings).decode("ascii", "replace") for one in answer]
        return [one.to_text() for one in answer]


def _resolver() -> Resolver:
    """Return what asks the DNS: the servers of the settings, or those of this computer."""
    import dns.nameserver
    import dns.resolver

    if not settings.DNS_RESOLVERS:
        return dns.resolver.Resolver()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [dns.nameserver.Do53Nameserver(*_server(one)) for one in settings.DNS_RESOLVERS]
    return resolver


def _server(text: str) -> tuple[str, int]:
    address, _colon, port = text.rpartition(":") if text.count(":") == 1 else (text, "", "")
    return address.strip(), int(port or 53)


# ---------------------------------------------------------------- what it means: pure


def spf(texts: list[str]) -> str:
    """Return what texts of a domain say about who may send for it (RFC 7208)."""
    policies = [one for one in texts if one.lower().split(" ")[0] == "v=spf1"]
    if len(policies) != 1:
        return SEVERAL if policies else MISSING
    words = policies[0].lower()
    if (ends := _SPF_ALL.search(words)) is not None:
        return GOOD if ends[1] in ("-", "~") else OPEN
    # A policy may end by pointing to another; without either it is neutral about everybody else.
    return GOOD if " redirect=" in words else OPEN


def dkim(texts: list[str]) -> str:
    """Return what the texts under a selector say: whether there is a key (RFC 6376)."""
    if not texts:
        return MISSING
    keys = [key for text in texts if (key := _tags(text).get("p")) is not None]
    return GOOD if any(keys) else BROKEN


def dmarc(texts: list[str], *, inherited: bool = False) -> str:
    """Return what the texts below _dmarc ask others to do with what only pretends to be from here (RFC 7489)."""
    policies = [_tags(one) for one in texts if one.replace(" ", "").lower().startswith("v=dmarc1")]
    if len(policies) != 1:
        return SEVERAL if policies else MISSING
    asked = policies[0].get("p", "").lower()
    if inherited:
        asked = policies[0].get("sp", asked).lower()
    return {"reject": GOOD, "quarantine": GOOD, "none": ONLY_WATCHES}.get(asked, BROKEN)


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): "".join(value.split()) for name, _equals, value in pairs}


# ---------------------------------------------------------------- what became of it


@dataclass(frozen=True)
class Domain:
    """How mail to addresses of one domain fared: to how many people, how many mails, and how many came back or were refused.

    `name` "": several domains together, each of too few people to be told apart.
    """

    name: str
    people: int
    mails: int
    returned: int

    @property
    def share(self) -> int:
        """Return how many in a hundred came back or were refused, rounded; never 0 where any did."""
        return max(round(100 * self.returned / self.mails), 1) if self.returned else 0


def by_domain(rows: MessageQuerySet, *, since: datetime.datetime) -> list[Domain]:
    """Return how mail of these rows fared since then, by the domain of its reader, the worst first. One statement.

    Domains of fewer than five people are put together; where even those are fewer than five, they are left out.
    """
    address = Lower(Coalesce(NullIf("address", models.Value("")), "recipient__email", models.Value("")))
    back = Q(state=states.BOUNCED) | Q(state=states.DEAD, reason="refused")
    told = rows.filter(Q(state=states.SENT) | back, channel=Channel.MAIL, updated_at__gte=since)
    found = (
        told.order_by()
        .annotate(domain=Reverse(Substr(Reverse(address), 1, StrIndex(Reverse(address), models.Value("@")) - 1)))
        .exclude(domain="")
        .values("domain")
        .annotate(people=Count("recipient_key", distinct=True), mails=Count("pk"), returned=Count("pk", filter=back))
    )
    every = [Domain(one["domain"], one["people"], one["mails"], one["returned"]) for one in found]
    named = [one for one in every if one.people >= LEAST]
    few = [one for one in every if one.people < LEAST]
    others = Domain("", *(sum(getattr(one, of) for one in few) for of in ("people", "mails", "returned")))
    named += [others] if others.people >= LEAST and len(few) > 1 else []
    return sorted(named, key=lambda one: (-one.share, -one.mails, one.name))


@dataclass(frozen=True)
class Line:
    """How the line to the mail server is: when something was handed over last, and what the server said; why some of what
    waits was not taken ("": all of it was, as a code of notifications.causes); how many wait although their hour has come,
    and since when.
    """

    handed_at: datetime.datetime | None
    answer: str
    reason: str
    due: int
    due_since: datetime.datetime | None


def _patience() -> datetime.timedelta:
    """Return how long a mail may wait for the next round of what sends before it is called late."""
    return datetime.timedelta(seconds=max(_A_ROUND, 2 * settings.TICK_SECONDS))


def line() -> Line:
    """Return how the line to the mail server is. Three statements, none of which walks through all that was ever sent."""
    handed = _last_handed()
    now = timezone.now()
    waiting = PlannedMessage.objects.filter(state__in=states.WAITING, channel=Channel.MAIL)
    away = waiting.filter(
        state=states.RETRY, reason__in=("server_away", "put_off"), next_attempt_at__lte=now + _LONGEST_WAIT
    )
    # What is sent now leaves with the next round, so it is not late yet.
    due = waiting.filter(next_attempt_at__lte=now - _patience()).aggregate(
        n=Count("pk"), since=models.Min("next_attempt_at")
    )
    said = handed.message if handed is not None else None
    return Line(
        handed.at if handed else None,
        " ".join(str(part) for part in (said.smtp_code, said.smtp_text) if part) if said else "",
        away.order_by("-updated_at").values_list("reason", flat=True).first() or "",
        due["n"],
        due["since"],
    )


def _last_handed() -> MessageEvent | None:
    """The last step that a mail server took: walked from its end, and not for ever."""
    newest = MessageEvent.objects.order_by("-pk").values("pk")[:1]
    steps = MessageEvent.objects.filter(
        pk__gt=models.Subquery(newest) - _STEPS_BACK, to_state=states.SENT, from_state=states.SENDING,
        message__channel=Channel.MAIL,
    )  # fmt: skip
    return steps.select_related("message").order_by("-pk").first()
