"""How this installation is: one line for each thing that can go wrong unnoticed, good or with its repair.

Every line is a function without arguments that returns a Row; ``LINES`` is the page in its order. A function that
breaks is a bad line itself, never the end of the page.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.metadata
import os
import shutil
import stat
import zoneinfo
from collections.abc import Callable
from pathlib import Path

from allauth.mfa.models import Authenticator
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from collaborative.models import Membership, Role
from desk import backup
from notifications import arrival, states, webpush
from notifications.models import Channel, PlannedMessage, Tick
from notifications.services import patience

GOOD, NOTE, BAD = "good", "note", "BAD"

BACKUP_EVERY = dt.timedelta(hours=26)
DRILL_EVERY = dt.timedelta(days=100)
DUE_FOR_LONG = dt.timedelta(minutes=10)
UNUSED = dt.timedelta(days=182)
TWO_FACTORS = 2
ROOM_BYTES, ROOM_SHARE = 1 << 30, 0.05
LONG_KEY = 32
# Of a hundred: where large mail services begin to think less of a sender.
MANY_BOUNCES = 2
# Roles that see more than a team of one's own.
WIDE = (Role.PLANNER, Role.COACH, Role.FACULTY, Role.FELLOW, Role.MENTOR, Role.SPONSOR)


@dataclasses.dataclass(frozen=True)
class Row:
    """One line: what was looked at, how it is (good, note, BAD), what was seen, and what to do about it."""

    what: str
    state: str
    seen: str
    repair: str = ""


def _now() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def _ago(moment: dt.datetime, now: dt.datetime | None = None) -> str:
    """Return how long ago, as a person says it."""
    seconds = ((now or timezone.now()) - moment).total_seconds()
    for size, word in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {word} ago"
    return f"{max(seconds, 0):.0f} seconds ago"


def database() -> Row:
    """Whether the tables are those of this version."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    number = connection.pg_version  # type: ignore[attr-defined]
    version = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    if waiting:
        return Row("database", BAD, f"{version}; {len(waiting)} migrations wait", "Run `manage.py migrate`.")
    return Row("database", GOOD, f"{version}; tables up to date")


def last_tick() -> Row:
    """Whether somebody goes round and sends."""
    tick = Tick.objects.filter(pk=Tick.THE_ONE).first()
    repair = "Start worker and beat, and look at their logs; until then `manage.py send_due` from cron sends as well."
    if tick is None or tick.last_tick is None:
        return Row("last tick", BAD, "never", repair)
    now = _now()
    recent = now - tick.last_tick <= dt.timedelta(seconds=patience())
    return Row("last tick", GOOD, _ago(tick.last_tick, now)) if recent else Row(
        "last tick", BAD, _ago(tick.last_tick, now), repair
    )  # fmt: skip


def oldest_due() -> Row:
    """Whether anything that should have left is still here."""
    now = _now()
    due = PlannedMessage.objects.filter(state__in=states.WAITING, next_attempt_at__lte=now).order_by("next_attempt_at")
    first = due.values_list("next_attempt_at", flat=True).first()
    if first is None:
        return Row("oldest due message", GOOD, "nothing is due")
    seen = f"{due.count()} due, the oldest since {_ago(first, now)}"
    if now - first <= DUE_FOR_LONG:
        return Row("oldest due message", GOOD, seen)
    return Row("oldest due message", BAD, seen, "Look at the worker's log and at the mail server.")


def held_messages() -> Row:
    """Whether messages wait for somebody to decide."""
    # What was meant for a device is nobody's to decide: the message itself went another way.
    waiting = PlannedMessage.objects.filter(state__in=(states.HELD, states.DEAD)).exclude(channel=Channel.PUSH).count()
    if not waiting:
        return Row("messages for a person", GOOD, "none")
    return Row("messages for a person", NOTE, f"{waiting} held or undeliverable", "Decide in the planning room.")


def postal_address() -> Row:
    """Whether mails say where their sender is to be found, as the law asks (CASL)."""
    if settings.POSTAL_ADDRESS:
        return Row("postal address", GOOD, "under every mail")
    return Row("postal address", NOTE, "none under the mails", "Set POSTAL_ADDRESS: the law asks for it.")


def sending() -> Row:
    """Whether somebody has stopped all mail."""
    tick = Tick.objects.filter(pk=Tick.THE_ONE, paused_at__isnull=False).first()
    if tick is None or tick.paused_at is None:
        return Row("sending", GOOD, "not paused")
    seen = f"paused {_ago(tick.paused_at)} ({tick.pause_reason or 'no reason given'})"
    return Row("sending", BAD, seen, "When you know why: `manage.py sending resume`.")


def bounces_by_domain() -> Row:
    """Whether much of what left in thirty days came back, and from where; domains of fewer than five people together."""
    fared = arrival.by_domain(PlannedMessage.objects.all(), since=timezone.now() - arrival.LATELY)
    if not fared:
        return Row("bounces by domain", GOOD, "too little has left to say")
    back = [one for one in fared if one.returned]
    if not back:
        return Row("bounces by domain", GOOD, f"none of {sum(one.mails for one in fared)} in thirty days")
    seen = ", ".join(f"{one.name or 'others'} {one.returned} of {one.mails}" for one in back[:3])
    many = any(one.share > MANY_BOUNCES for one in back)
    repair = 'Look at SPF, DKIM and DMARC on the page "Will it arrive?", and ask that organisation\'s IT to let your mail through.'
    return Row("bounces by domain", NOTE if many else GOOD, seen, repair)


def last_backup() -> Row:
    """Whether a copy of everything exists that is young enough."""
    at = backup.last(backup.MADE)
    repair = "Run `manage.py backup` every night (docs/operations.md), and carry the file to another place."
    if at is None:
        return Row("last backup", _serious(), "never", repair)
    return Row("last backup", GOOD if timezone.now() - at <= BACKUP_EVERY else BAD, _ago(at), repair)


def last_drill() -> Row:
    """Whether anybody has proved that a backup can be brought back."""
    at = backup.last(backup.DRILLED, backup.RESTORED)
    repair = "Run `manage.py restore --drill`: it takes the newest file and changes nothing here."
    if at is None:
        return Row("last restore drill", _serious(), "never", repair)
    return Row("last restore drill", GOOD if timezone.now() - at <= DRILL_EVERY else BAD, _ago(at), repair)


def _serious() -> str:
    return NOTE if settings.DEMO else BAD


def time_zones() -> Row:
    """Whether clocks are reckoned by rules that are young enough."""
    version = importlib.metadata.version("tzdata")
    year = int(version.partition(".")[0])
    repair = "Bring tzdata up to date (pyproject.toml, both lists of packages): zones change several times a year."
    december = dt.datetime(2026, 12, 15, tzinfo=zoneinfo.ZoneInfo("America/Vancouver"))
    if zoneinfo.TZPATH or december.utcoffset() != dt.timedelta(hours=-7):
        return Row(
            "time zones", BAD, "another list of zones than ours is in use", "Import config before anything else."
        )
    return Row("time zones", GOOD if timezone.now().year - year <= 1 else BAD, f"tzdata {version}", repair)


def second_factors() -> Row:
    """Whether two planners could still get in, and nobody else in their name."""
    planners = Membership.objects.current().filter(role=Role.PLANNER).values("user")
    count = len(set(planners.values_list("user", flat=True)))
    safe = (
        Authenticator.objects.filter(user__in=planners)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .values("user").distinct().count()
    )  # fmt: skip
    seen = f"{safe} of {count} planners have one"
    if safe >= TWO_FACTORS:
        return Row("second factors", GOOD, seen)
    return Row("second factors", _serious(), seen, "Two planners should each add one, at /accounts/2fa/.")


def french() -> Row:
    """Whether somebody who reads French meets English: texts of the interface, and words stored in two columns."""
    translations = [path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("fr/LC_MESSAGES/*.po")]
    if not all(path.with_suffix(".mo").exists() for path in translations):
        return Row(
            "French", BAD, "is not compiled: French pages speak English", "Run `deploy/prepare`, then restart web."
        )
    missing = sum(_texts_without_french(path) for path in translations)
    for model in apps.get_models():
        names = {
            field.name for field in model._meta.get_fields() if isinstance(field, models.CharField | models.TextField)
        }
        for name in sorted(one.removesuffix("_en") for one in names if one.endswith("_en")):
            if f"{name}_fr" in names:
                missing += model._base_manager.exclude(**{f"{name}_en": ""}).filter(**{f"{name}_fr": ""}).count()
    if not missing:
        return Row("French", GOOD, "nothing is missing")
    return Row("French", NOTE, f"{missing} texts are there in English only", "Complete them where they are edited.")


def _texts_without_french(translations: Path) -> int:
    missing = 0
    with translations.open("rb") as file:
        for message in read_po(file, locale="fr"):
            said = message.string if isinstance(message.string, list | tuple) else (message.string,)
            missing += bool(message.id) and (message.fuzzy or not all(said))
    return missing


def unused_rights() -> Row:
    """Whether somebody sees more than a team and has not come for half a year."""
    since = timezone.now() - UNUSED
    wide = Membership.objects.current().filter(role__in=WIDE, since__lt=since)
    count = (
        wide.filter(models.Q(user__last_login=None) | models.Q(user__last_login__lt=since))
        .values("user")
        .distinct()
        .count()
    )
    if not count:
        return Row("rights unused", GOOD, "none for six months")
    return Row(
        "rights unused", NOTE, f"{count} people with a wide view have not come for six months", "End their roles."
    )


def without_role() -> Row:
    """Whether accounts are left over that nobody needs."""
    since = timezone.now() - UNUSED
    left = get_user_model().objects.filter(is_active=True, is_staff=False, created_at__lt=since).exclude(
        memberships__in=Membership.objects.filter(models.Q(until=None) | models.Q(until__gt=since))
    )  # fmt: skip
    count = left.count()
    if not count:
        return Row("people without a role", GOOD, "none for six months")
    return Row("people without a role", NOTE, f"{count} for six months", "Close or forget their accounts.")


def secret_key() -> Row:
    """Whether the key is long, and read by its owner only."""
    repair = "Make a new one of 50 random characters; everybody signs in anew, and links in sent mail end."
    if len(settings.SECRET_KEY) < LONG_KEY or settings.DEBUG:
        return Row("secret key", BAD, "short" if not settings.DEBUG else "DEBUG is on", repair)
    if os.environ.get("SECRET_KEY"):
        return Row("secret key", GOOD, "from the environment")
    file = Path(os.environ.get("SECRET_KEY_FILE") or Path(settings.DATA_DIR, "secret-key"))
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return Row("secret key", BAD, f"others may read {file} ({mode:o})", f"chmod 600 {file}")
    return Row("secret key", GOOD, f"{file} ({mode:o})")


def push_key() -> Row:
    """Whether devices can be told that something is waiting."""
    repair = "Set VAPID_PRIVATE_KEY to 32 bytes in base64url (docs/operations.md says how), or to nothing."
    try:
        webpush.public_key()
    except webpush.NoKey:
        if settings.VAPID_PRIVATE_KEY:
            return Row("push key", BAD, "VAPID_PRIVATE_KEY is no key: no device is told anything", repair)
        if webpush.key_file().exists():
            return Row("push key", BAD, f"{webpush.key_file()} cannot be read, or is no key", repair)
        return Row("push key", NOTE, "none: no device is told anything", "Start the worker: it makes one in DATA_DIR.")
    return Row("push key", GOOD, "from VAPID_PRIVATE_KEY" if settings.VAPID_PRIVATE_KEY else str(webpush.key_file()))


def disk() -> Row:
    """Whether there is room for the uploads and copies of tomorrow."""
    place = Path(settings.DATA_DIR)
    usage = shutil.disk_usage(place if place.exists() else place.parent)
    seen = f"{usage.free / 1e9:.1f} GB free ({usage.free / usage.total:.0%})"
    enough = usage.free >= ROOM_BYTES and usage.free / usage.total >= ROOM_SHARE
    return Row("disk", GOOD if enough else BAD, seen, "Make room, or carry old backups elsewhere.")


LINES: tuple[Callable[[], Row], ...] = (
    database, last_tick, oldest_due, held_messages, sending, postal_address, bounces_by_domain, last_backup, last_drill, time_zones,
    second_factors, french, unused_rights, without_role, secret_key, push_key, disk,
)  # fmt: skip


def look() -> list[Row]:
    """Return the whole page."""
    return [_look_at(line) for line in LINES]


def _look_at(line: Callable[[], Row]) -> Row:
    try:
        return line()
    except Exception as error:  # a thing that cannot be looked at is not well
        return Row(
            line.__name__.replace("_", " "), BAD, f"could not be looked at ({type(error).__name__})", "See the log."
        )


def page(rows: list[Row]) -> str:
    """Return the page as plain text."""
    width = max(len(row.what) for row in rows)
    lines = []
    for row in rows:
        lines.append(f"{row.state:<5} {row.what:<{width}}  {row.seen}")
        if row.repair and row.state != GOOD:
            lines.append(f"{'':<5} {'':<{width}}  → {row.repair}")
    return "\n".join(lines)
