"""What readers chose, as the sender asks for it; and the verbs by which they choose, each with its line in the ledger.

The ledger (`ConsentEntry`) is what a law asks for; the trail of the house says what happened to an account. A reader without
an account is known by the address alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from core.language import language
from core.refusals import Overtaken, Refused
from notifications import kinds, respect, sending, signals
from notifications.models import Choice, ConsentEntry, KindChoice, Level, PlannedMessage, Shift, Way
from notifications.respect import Hours, Wishes

Said, By = ConsentEntry.Said, ConsentEntry.By

_LATELY = """
SELECT recipient_key, count(*) FROM planned_message
WHERE recipient_key = ANY(%s) AND state = 'sent' AND channel = 'mail' AND kind <> ALL(%s)
  AND sent_at > clock_timestamp() - interval '24 hours'
GROUP BY recipient_key
"""


def usual_hours() -> Hours | None:
    """Return the quiet hours of those who chose none (setting QUIET_HOURS)."""
    return _read_hours(settings.QUIET_HOURS)


_read_hours = cache(respect.read_hours)


def wishes_of(rows: Iterable[PlannedMessage]) -> dict[str, Wishes]:
    """Return what each reader of these messages wants, by their key. Two statements, however many they are.

    A reader without an account has no quiet hours: what they get, they have asked for.
    """
    return wishes_by_key({row.recipient_key: row.recipient_id for row in rows})


def wishes_by_key(readers: Mapping[str, UUID | None]) -> dict[str, Wishes]:
    """Return what each reader wants, by their key, given the key of the account (None: there is none). Two statements."""
    asked = [pk for pk in readers.values() if pk is not None]
    chosen = {choice.user_id: choice for choice in Choice.objects.filter(user__in=asked)}
    kinds_of: dict[str, dict[str, str]] = {}
    for key, kind, way in KindChoice.objects.filter(recipient_key__in=readers).values_list(
        "recipient_key", "kind", "way"
    ):
        kinds_of.setdefault(key, {})[kind] = way
    return {
        key: _wishes(chosen.get(pk) if pk else None, pk is not None, kinds_of.get(key)) for key, pk in readers.items()
    }


def _wishes(choice: Choice | None, has_account: bool, by_kind: dict[str, str] | None) -> Wishes:
    if choice is None:
        return Wishes(quiet=usual_hours() if has_account else None, kinds=by_kind or {})
    return Wishes(level=choice.level, quiet=choice.quiet, rhythm=choice.rhythm, kinds=by_kind or {})


def mailed_lately(keys: Iterable[str]) -> dict[str, int]:
    """Return how many mails each of these readers got in the last 24 hours, by key; codes and the like do not count."""
    with connection.cursor() as cursor:
        cursor.execute(_LATELY, [list(keys), kinds.unlisted()])
        return dict(cursor.fetchall())


def choice_of(user: Any) -> Choice:
    """Return what a person chose, or, not saved, what goes for them as long as they choose nothing."""
    found = Choice.objects.filter(user=user).first()
    if found is not None:
        return found
    begins, ends = usual_hours() or (None, None)
    return Choice(user=user, shift=Shift.DAYS if begins else Shift.NONE, quiet_from=begins, quiet_until=ends)


def ways_of(user: Any) -> dict[str, str]:
    """Return what a person said of single kinds, by kind."""
    return dict(KindChoice.objects.filter(recipient_key=str(user.pk)).values_list("kind", "way"))


def digest_of(user: Any) -> dt.datetime | None:
    """Return when the next digest leaves for a person, as they chose and if there is anything in it; None where none is mailed."""
    wishes = wishes_by_key({str(user.pk): user.pk})[str(user.pk)]
    if not user.email or not wishes.digest_by_mail:
        return None
    return respect.digest_comes(timezone.now(), user.time_zone, wishes.rhythm, wishes.quiet)


def asked_for_digest(user: Any) -> bool:
    """Return whether a person has said that messages are to be put together: for a level, or for a kind."""
    if Choice.objects.filter(user=user, level=Level.NORMAL).exists():
        return True
    own = KindChoice.objects.filter(recipient_key=str(user.pk))
    return own.filter(Q(way=Way.DIGEST) | Q(kind=kinds.DIGEST, way=Way.MAIL)).exists()


# ---------------------------------------------------------------- verbs


@transaction.atomic
def choose(
    *,
    user: Any,
    level: str,
    rhythm: str,
    shift: str,
    quiet_from: dt.time | None,
    quiet_until: dt.time | None,
    version: int,
) -> Choice:
    """Keep what a person wants from now on, for what waits as well. Raises Refused, Overtaken."""
    begins, ends = _hours(shift, quiet_from, quiet_until)
    said = {"level": level, "rhythm": rhythm, "shift": shift, "quiet_from": begins, "quiet_until": ends}
    sending.let_go(str(user.pk))
    row, made = Choice.objects.select_for_update().get_or_create(user=user, defaults=said)
    if not made:
        if all(getattr(row, name) == value for name, value in said.items()):
            return row
        if row.version != version:
            raise Overtaken(row)
        Choice.objects.filter(pk=row.pk).update(**said, version=F("version") + 1)
        row.refresh_from_db()
    _note(str(user.pk), said=Said.CHOSE, what=level, by=By.PAGE)
    record("messages.chosen", user, by=user, level=level, rhythm=rhythm, shift=shift)
    signals.chosen.send(Choice, user=user)
    return row


def _hours(shift: str, begins: dt.time | None, ends: dt.time | None) -> tuple[dt.time | None, dt.time | None]:
    if shift != Shift.OWN:
        return respect.ASLEEP[shift] or (None, None)
    if begins is None or ends is None:
        raise Refused(
            _("Say from when until when you want no messages."), field="quiet_from" if begins is None else "quiet_until"
        )
    if begins == ends:
        raise Refused(
            _("These hours begin when they end. Choose “No quiet hours” if you want none."), field="quiet_until"
        )
    return begins, ends


@transaction.atomic
def choose_kinds(*, user: Any, ways: dict[str, str]) -> None:
    """Keep how a person wants single kinds; a way of "" follows their level. Kinds that are not theirs to choose are left."""
    before = ways_of(user)
    said = {kind.key: ways.get(kind.key, before.get(kind.key, "")) for kind in choosable()}
    changed = {kind: way for kind, way in said.items() if way != before.get(kind, "")}
    sending.let_go(str(user.pk), changed)
    for kind, way in changed.items():
        _set_way(str(user.pk), kind, way, by=By.PAGE)
    record("messages.kinds_chosen", user, by=user)


def choosable() -> list[kinds.Kind]:
    """Return the kinds that do not have to be known, by name: how they go is their reader's choice.

    The digest as well, although it stands in no list: whoever stopped it wants a way back.
    """
    theirs = [kind for kind in kinds.every() if kind.listed or kind.key == kinds.DIGEST]
    chosen = [kind for kind in theirs if kind.importance != kinds.Importance.MUST and kind.name]
    return sorted(chosen, key=lambda kind: str(kind.name))


def choosable_by(user: Any) -> list[kinds.Kind]:
    """Return those of them that a person gets: they were promised one, said how they want it, or it matters little."""
    met = set(PlannedMessage.objects.to(user).order_by().values_list("kind", flat=True).distinct()) | set(ways_of(user))
    return [kind for kind in choosable() if kind.key in met or kind.importance == kinds.Importance.EXTRA]


@transaction.atomic
def stop(row: PlannedMessage, *, by: str) -> bool:
    """Send no more mails of this kind to the reader of this message; return whether it goes by mail no more.

    What they have to know goes on. Asked twice it stays so. What a sender has in the hand is not on its way any more, unless
    the last word was said to the mail server.
    """
    if not may_stop(row):
        return False
    sending.let_go(row.recipient_key, [row.kind])
    if not KindChoice.objects.filter(recipient_key=row.recipient_key, kind=row.kind, way=Way.PRODUCT).exists():
        _set_way(row.recipient_key, row.kind, Way.PRODUCT, by=by)
        record("messages.stopped", row, by=row.recipient, kind=row.kind)
    return True


@transaction.atomic
def go_on(row: PlannedMessage) -> None:
    """Send mails of this kind again: somebody stopped them by mistake."""
    if KindChoice.objects.filter(recipient_key=row.recipient_key, kind=row.kind).exists():
        _set_way(row.recipient_key, row.kind, "", by=By.LINK)
        record("messages.resumed", row, by=row.recipient, kind=row.kind)


def may_stop(row: PlannedMessage) -> bool:
    """Return whether the reader of a message may have no more of its kind by mail."""
    return kinds.find(row.kind) is not None and kinds.weight_of(row)[0] != kinds.Importance.MUST


def _set_way(key: str, kind: str, way: str, *, by: str) -> None:
    if way:
        KindChoice.objects.update_or_create(recipient_key=key, kind=kind, defaults={"way": way})
    else:
        KindChoice.objects.filter(recipient_key=key, kind=kind).delete()
    said = {Way.PRODUCT.value: Said.STOPPED, "": Said.ASKED}.get(way, Said.CHOSE)
    _note(key, kind=kind, said=said, what=way, by=by)


def agreed(key: str, *, kind: str, wording: str, by: str = By.LINK) -> None:
    """Keep that a reader asked for messages of a kind, and to which wording (its name and number) they said so."""
    _note(key, kind=kind, said=Said.ASKED, what=wording, by=by)


def erase_agreed(keys: Iterable[str], *, kind: str) -> None:
    """Take out of the ledger what these readers said of one kind: what it was asked for is over, and they are erased."""
    ConsentEntry.objects.filter(recipient_key__in=list(keys), kind=kind).delete()


def _note(key: str, *, said: str, by: str, kind: str = "", what: str = "") -> None:
    ConsentEntry.objects.create(recipient_key=key, kind=kind, said=said, what=what, by=by, language=language())


# ---------------------------------------------------------------- a person's own


def data_of(key: str) -> dict[str, list]:
    """Return what a reader chose and said about messages."""
    chosen = Choice.objects.filter(user=UUID(key)) if "@" not in key else Choice.objects.none()
    return {
        "message_choice": list(chosen.values("level", "rhythm", "shift", "quiet_from", "quiet_until")),
        "message_kinds": list(KindChoice.objects.filter(recipient_key=key).order_by("kind").values("kind", "way")),
        "message_consent": list(
            ConsentEntry.objects.filter(recipient_key=key).values("kind", "said", "what", "by", "language", "at")
        ),
    }
