"""What was typed and not sent yet is kept on the server, per person and form, and comes back into the form.

    form = TryForm(request.POST or None, ...)
    draft = drafts.offer(request, f"improvement/{team.pk}/try/new", form)      # fills the form of a page that is opened

In the template, inside the form, ``{% include "accounts/draft.html" %}`` with ``draft`` gives autosave (htmx) and a 'Save
draft' button that works without JavaScript. After success: ``answer_once(..., draft=draft.key)`` or ``drafts.forget``.
A page that would ask too much for it lets its row bring the draft along: ``with_draft``, then ``offer(..., among=…)``.
Rooms whose words are never kept say so at start: ``drafts.never("forum/sealed")``; those whose words nobody may read in the
database: ``drafts.sealed("surveys/")``.
"""

from __future__ import annotations

import datetime
import json
import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Draft, SubmittedOnce
from core import filled
from core.forms import storable
from core.refusals import Refused
from notifications.sealing import seal, unseal

KEY = re.compile(r"[a-z0-9][a-z0-9_/.:-]{0,119}")
MOST_BYTES = 64_000
MOST_DRAFTS = 40
KEPT = datetime.timedelta(days=30)
_never: set[str] = set()
_sealed: set[str] = set()
# Where the words of a sealed draft stand among its data.
_SEALED = "sealed"
# Bytes of which sealed drafts have a multiple: most are of one length.
_BLOCK = 10_000


def never(prefix: str) -> None:
    """Refuse to keep drafts whose key begins with ``prefix``: sealed posts, private notes."""
    _never.add(prefix)


def sealed(prefix: str) -> None:
    """Keep drafts whose key begins with ``prefix`` encrypted: what is typed there bears no name once it is sent."""
    _sealed.add(prefix)


def _is_sealed(key: str) -> bool:
    return any(key.startswith(prefix) for prefix in _sealed)


def words_of(draft: Draft) -> dict[str, list[str]]:
    """Return what was typed into a draft; nothing where it was sealed under a key that is gone."""
    if not _is_sealed(draft.key):
        return draft.data
    try:
        return json.loads(unseal(draft.data[_SEALED]))
    except (InvalidToken, KeyError):
        return {}


def may_keep(key: str) -> bool:
    """Return whether a draft may be kept under ``key``."""
    return bool(KEY.fullmatch(key)) and not any(key.startswith(prefix) for prefix in _never)


def typed(data: QueryDict) -> dict[str, list[str]]:
    """Return what a person typed into a form: no tokens of the form itself, no passwords, PINs or codes."""
    return {
        storable(name): [storable(value) for value in values]
        for name, values in data.lists()
        if filled.may_be_kept(storable(name))
    }


def save(user, key: str, data: QueryDict) -> Draft:
    """Keep what was typed in place of what was kept before. Raises Refused where it may or can not be kept."""
    if not may_keep(key):
        raise Refused(_("This text is not kept as a draft."))
    if _was_sent(user, data):
        raise Refused(_("This was sent already."))
    words = typed(data)
    if sum(len(value.encode()) for values in words.values() for value in values) > MOST_BYTES:
        raise Refused(_("This text is too long for a draft. Copy it to a safe place before you leave the page."))
    kept: dict = {_SEALED: seal(json.dumps(words, ensure_ascii=False), block=_BLOCK)} if _is_sealed(key) else words
    draft, _made = Draft.objects.update_or_create(
        user=user, key=key, defaults={"data": kept, "updated_at": timezone.now()}
    )
    beyond = Draft.objects.filter(user=user).order_by("-updated_at", "-pk").values_list("pk", flat=True)[MOST_DRAFTS:]
    Draft.objects.filter(pk__in=list(beyond)).delete()
    return draft


def _was_sent(user, data: QueryDict) -> bool:
    """Has this very form done its work? An autosave that overtakes the answer must not bring its words back."""
    keys = []
    for name, value in data.items():
        if name == "once" or name.endswith("-once"):
            try:
                keys.append(uuid.UUID(str(value)))
            except ValueError:
                continue
    return bool(keys) and SubmittedOnce.objects.filter(user=user, key__in=keys).exists()


def load(user, key: str) -> QueryDict | None:
    """Return what was typed last, as the browser would send it, or None."""
    draft = Draft.objects.filter(user=user, key=key).first()
    return as_sent(words_of(draft)) if draft else None


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft on a list: under which name it is kept, what was typed, and when."""

    key: str
    words: QueryDict
    kept_at: datetime.datetime


def kept_among(user, keys: Collection[str]) -> list[Kept]:
    """Return the drafts that ``user`` keeps under these keys, the latest first; none where drafts are not shown
    (``bring_back``). One statement."""
    if not user.shows_drafts:
        return []
    rows = Draft.objects.filter(user=user, key__in=list(keys)).order_by("-updated_at", "-pk")
    return [Kept(one.key, as_sent(words_of(one)), one.updated_at) for one in rows]


def forget(user, key: str) -> None:
    """Throw a draft away: it was sent, or the person said so."""
    Draft.objects.filter(user=user, key=key).delete()


def typed_last(user, key: str) -> QueryDict | None:
    """Return what a page that is opened brings back into its form: a draft, or what was sent in vain after it; or None.

    For forms whose boxes depend on it: they are made before ``offer`` fills them.
    """
    draft = Draft.objects.filter(user=user, key=key).first() if user.shows_drafts else None
    sent = filled.what_waits()
    if sent and (draft is None or sent[1] >= draft.updated_at):
        return sent[0]
    words = words_of(draft) if draft else {}
    return as_sent(words) if words else None


def with_draft(rows: QuerySet, user, key: Any) -> QuerySet:
    """Return rows, each with the draft that ``user`` keeps under ``key``, as ``draft_found`` (for ``among``).

    ``key``: an expression over the row, seen from within (OuterRef).
    """
    facts = JSONObject(key="key", data="data", updated_at="updated_at")
    return rows.annotate(draft_found=ArraySubquery(Draft.objects.filter(Q(key=key), user=user).values(json=facts)))


def _found(user, key: str, among: Sequence[dict[str, Any]] | None) -> Draft | None:
    if among is None:
        return Draft.objects.filter(user=user, key=key).first()
    facts = next((one for one in among if one["key"] == key), None)
    if facts is None:
        return None
    return Draft(
        user=user, key=key, data=facts["data"], updated_at=datetime.datetime.fromisoformat(facts["updated_at"])
    )


def bring_back(
    user, key: str, form: forms.BaseForm, *, among: Sequence[dict[str, Any]] | None = None
) -> datetime.datetime | None:
    """Show the draft in an unbound form. Returns when it was kept, None where there is nothing to show.

    Not to a planner who sees the person's pages, nor on a computer that others use. ``among``: what ``with_draft`` found.

    What was sent in vain (accounts.parked) after the draft was kept stays: it is what was typed last.
    """
    if form.is_bound or not user.shows_drafts:
        return None
    draft = _found(user, key, among)
    if draft is None:
        return None
    sent_at = filled.typed_at(form)
    if sent_at and sent_at >= draft.updated_at:
        return None
    if not (words := words_of(draft)):
        return None
    filled.put_into(form, as_sent(words))
    return draft.updated_at


@dataclass(frozen=True, slots=True)
class Offered:
    """What `accounts/draft.html` shows: under which name words are kept, and when those in the boxes were."""

    key: str
    kept_at: datetime.datetime | None = None


def offer(
    request: HttpRequest, key: str, form: forms.BaseForm, *, among: Sequence[dict[str, Any]] | None = None
) -> Offered:
    """Return what a form's template needs to keep drafts under ``key``. A page that is opened shows the one there is.

    ``among``: what ``with_draft`` found, where a row has brought it along.
    """
    return Offered(key, bring_back(request.user, key, form, among=among) if request.method == "GET" else None)


def as_sent(words: dict[str, list[str]]) -> QueryDict:
    """Return kept words in the shape in which a browser sends them."""
    data = QueryDict(mutable=True)
    for name, values in words.items():
        data.setlist(name, values)
    data._mutable = False
    return data
