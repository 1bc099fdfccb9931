"""The end of the demo: every row of it goes, in one transaction, whatever its people did in the meantime.

The audit trail and the messages' trail refuse UPDATE and DELETE by trigger. Inside the transaction those triggers are
switched off for the tables concerned and on again (``ALTER TABLE … DISABLE TRIGGER USER``). That takes an owner of the
tables, which the application's own database role is where a demo runs. We chose it over a word that the trigger would
listen to (any code that can write SQL could say it) and over ``session_replication_role`` (needs a superuser, and
switches foreign keys off as well).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from audit.models import Entry
from collaborative.models import Cohort
from core.refusals import Refused
from desk.demo.accounts import FILES
from desk.demo.marks import MARK, marked, marked_text
from desk.demo.rows import Found, everything, not_ours, relations_to
from notifications.models import MessageEvent, PlannedMessage

_CHUNK = 2000
_APPEND_ONLY = (Entry, MessageEvent)


@transaction.atomic
def remove() -> Counter:
    """Remove the demo and its files; return how many rows went from which table. Refuses where real work hangs on it."""
    found = everything()
    if not_ours(found):
        raise Refused(_("A team of another series works on a unit of the demo. Move it first; nothing was removed."))
    gone: Counter = Counter()
    keys = {str(key) for model in found for key in found[model]}
    with _triggers_off():
        messages = set(_messages(found).values_list("pk", flat=True))
        gone += _delete(MessageEvent, "message__in", messages)
        gone += _delete(PlannedMessage, "pk__in", messages)
        gone += _trail(keys | {str(key) for key in messages})
        _let_go(found)
        for model, rows in found.items():
            gone += _delete(model, "pk__in", rows)
    gone += _sessions(keys)
    gone["admin log"] += LogEntry.objects.filter(object_id__startswith=MARK).delete()[0]
    transaction.on_commit(_files)
    return +gone


class _triggers_off:
    """Switch the append-only triggers off for what stands inside. Deferred checks are made first: they would block it."""

    def __enter__(self) -> None:
        self._say("DISABLE")

    def __exit__(self, *failed: object) -> None:
        if not any(failed):
            self._say("ENABLE")

    @staticmethod
    def _say(verb: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for model in _APPEND_ONLY:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER USER")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _messages(found: Found) -> models.QuerySet:
    """Return the messages to people of the demo, in its scopes, or about its rows."""
    people = [
        str(key) for model, keys in found.items() if model._meta.label == settings.AUTH_USER_MODEL for key in keys
    ]
    wanted = models.Q(recipient_key__in=people) | models.Q(**marked_text("scope_id"))
    for model, keys in found.items():
        wanted |= models.Q(source_type=model._meta.label_lower, source_id__in=[str(key) for key in keys])
    return PlannedMessage.objects.filter(wanted)


def _trail(keys: set[str]) -> Counter:
    """Delete the entries by people of the demo, in its cohorts, and about anything that goes."""
    gone: Counter[str] = Counter()
    gone["audit.Entry"] += Entry.objects.filter(models.Q(**marked("by")) | models.Q(**marked("cohort_id"))).delete()[0]
    # The key of a row of ours is a UUID: it cannot be the number of another table's row by chance.
    return gone + _delete(Entry, "about_id__in", {key for key in keys if len(key) == 36})


def _let_go(found: Found) -> None:
    """Take the demo's people and things out of rows that stay ("by" of something real): the row keeps, the name goes."""
    for model, keys in found.items():
        for relation in relations_to(model):
            if relation.on_delete is models.SET_NULL:
                name = relation.field.name
                relation.related_model._base_manager.filter(**{f"{name}__in": keys}).update(**{name: None})


def _delete(model: type[models.Model], lookup: str, keys: set) -> Counter:
    """Delete rows by key, in any order: foreign keys are checked when the transaction ends."""
    gone: Counter[str] = Counter()
    every = list(keys)
    for start in range(0, len(every), _CHUNK):
        rows = model._base_manager.filter(**{lookup: every[start : start + _CHUNK]})
        gone[model._meta.label] += rows._raw_delete(rows.db)
    return gone


def _sessions(keys: set[str]) -> Counter:
    """Sign everybody of the demo out."""
    mine = [
        row.pk for row in Session.objects.iterator(chunk_size=500) if row.get_decoded().get("_auth_user_id") in keys
    ]
    return Counter({"sessions.Session": Session.objects.filter(pk__in=mine).delete()[0]})


def _files() -> None:
    for name in FILES:
        Path(settings.DATA_DIR, name).unlink(missing_ok=True)


def left() -> int:
    """Return how many rows of the demo stand."""
    return sum(len(keys) for keys in everything().values()) + Cohort.objects.filter(**marked()).count()
