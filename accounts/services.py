"""Verbs about a person: welcome, change the profile, sign in after a link, end sessions, forget."""

from __future__ import annotations

import datetime as dt
import json
import uuid

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.contrib.auth import login
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import addresses, drafts, messages
from accounts.addresses import addresses_of, holder_of
from accounts.allauth_inside import record_authentication
from accounts.models import LANGUAGES, Consent, Device, Draft, MemberCard, ParkedPost, SubmittedOnce, User, ViewAs
from audit.services import record
from core import places, registry
from core.refusals import Refused
from notifications import push

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Attributes that _profile may set; a name that is not here is a programming mistake.
_PROFILE = frozenset({"name", "language", "city", "larger_text", "show_work", "show_city", "show_email"})


@transaction.atomic
def welcome(user: User, *, name: str, language: str, city: str, by) -> User:
    """Note the answers of a first visit. ``by`` is the person, or who filled it in for them."""
    _profile(user, name=name, language=language, city=city)
    first = User.objects.filter(pk=user.pk, welcomed_at=None).update(welcomed_at=Now())
    user.refresh_from_db(fields=["welcomed_at"])
    if first:
        record("person.welcomed", user, by=by, language=language)
    return user


@transaction.atomic
def set_profile(user: User, *, by, **answers) -> User:
    """Change what is given of name, language, city, larger_text, show_…. Refuses an empty name, an unknown city."""
    before = {name: getattr(user, name) for name in answers}
    _profile(user, **answers)
    changed = sorted(name for name, value in before.items() if getattr(user, name) != value)
    if changed:
        record("person.profile_changed", user, by=by, fields=changed)
    return user


def _profile(user: User, **answers) -> None:
    if unknown := set(answers) - _PROFILE:
        raise TypeError(f"not of the profile: {sorted(unknown)}")
    if "name" in answers:
        answers["name"] = " ".join(answers["name"].split())
        if not answers["name"]:
            raise Refused(_("Tell us the name you go by."), field="name")
    if "language" in answers and answers["language"] not in dict(LANGUAGES):
        raise Refused(_("Choose one of the two languages."), field="language")
    if answers.get("city"):
        if answers["city"] not in places.PLACES:
            raise Refused(_("Choose the nearest place from the list."), field="city")
        # A person chooses a place, never a zone (core.places).
        user.time_zone = places.zone_of(answers["city"])
    for name, value in answers.items():
        setattr(user, name, value)
    user.save(update_fields=[*answers, "time_zone"])


def may_sign_in_by_link(user: User) -> bool:
    """May a link in a mail alone sign this person in? Only on a first visit, and not where they chose more.

    A forwarded mail must not open an account that somebody uses already.
    """
    return user.welcomed_at is None and _link_is_enough(user)


def _link_is_enough(user: User) -> bool:
    """Nothing more was chosen for signing in: no password, no second factor, no admin."""
    return (
        user.is_active
        and not user.is_staff
        and not user.has_usable_password()
        and not Authenticator.objects.filter(user=user).exists()
    )


@transaction.atomic
def sign_in_after_link(request, user: User, *, mailed_to: str = "") -> None:
    """Sign in the person whom a link of ours was sent to. The session gets a new key, so that none can be planted.

    ``mailed_to``: the address it went to; having read it there is what confirms the address. Refuses where a link is
    not enough, or somebody else has confirmed the address; the caller has asked ``may_sign_in_by_link`` before the first
    visit began.
    """
    if not _link_is_enough(user):
        raise Refused(_("Sign in first, then open the link again."))
    if mailed_to and mailed_to.lower() == (user.email or ""):
        addresses.confirm_own(user)
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="link")


@transaction.atomic
def end_sessions(user: User, *, by, but: str | None = None) -> None:
    """Sign this person out everywhere, in the next request: a role changed, a phone was lost, somebody left.

    No browser is told from now on that something is waiting, except in the session ``but`` (its key), which goes on.
    """
    User.objects.filter(pk=user.pk).update(session_version=F("session_version") + 1)
    user.refresh_from_db(fields=["session_version"])
    push.end_other_sessions(user, but)
    record("person.sessions_ended", user, by=by)


@transaction.atomic
def remove_second_factor(user: User, *, by) -> None:
    """Take a lost second factor and its recovery codes off, sign the person out everywhere, and tell them by mail."""
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user, by=by)
    record("person.second_factor_removed", user, by=by)
    if user.email:
        messages.post("mfa/email/totp_deactivated", email=user.email, user=user, secret="")  # nosec B106


@transaction.atomic
def forget(user: User, *, by) -> None:
    """Empty the person's row and everything this and the other rooms keep about them. It cannot be undone.

    The row itself stays, nameless and closed, so that what others did together still has its parts (docs/erasure.md).
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    known = addresses_of(user)
    # Said first: a room that hears of a role that ends with it writes nothing new about this person.
    User.objects.filter(pk=user.pk).update(forgotten_at=Now())
    for _room, _done in registry.forget.ask_all(user):
        pass
    _empty_back_office_log(user, known)
    ViewAs.objects.filter(planner=user).update(reason="")
    ViewAs.objects.filter(person=user).delete()
    for model in (
        EmailAddress,
        Authenticator,
        Draft,
        SubmittedOnce,
        ParkedPost,
        MemberCard,
        Consent,
        Device,
        SocialAccount,
    ):
        model._default_manager.filter(user=user).delete()  # type: ignore[misc]
    _end_stored_sessions(user, known)
    user.groups.clear()
    user.user_permissions.clear()
    User.objects.filter(pk=user.pk).update(
        name="", email=None, password="!", language="en", city="", time_zone="America/Toronto", larger_text=False,  # nosec B106
        study_id=uuid.uuid4(), is_active=False, is_staff=False, is_superuser=False, last_login=None,
        show_work=False, show_city=False, show_email=False, welcomed_at=None, session_version=F("session_version") + 1, consent_answered=False, forgotten_at=Now(),
    )  # fmt: skip
    record("person.forgotten", user, by=by)


def everything_about_address(address: str) -> dict[str, dict]:
    """Return what the rooms keep about somebody who has no account, by room."""
    return {room: told for room, told in sorted(registry.data_of_address.ask_all(address)) if told}


@transaction.atomic
def forget_address(address: str) -> None:
    """Empty what every room keeps about somebody who has no account. It cannot be undone.

    Refuses an address that is somebody's here: then the person is forgotten, and not an address of theirs.
    """
    address = address.strip().lower()
    if holder_of(address) is not None:
        raise Refused(_("This address belongs to an account."))
    for _room, _done in registry.forget_address.ask_all(address):
        pass


def _empty_back_office_log(user: User, known: set[str]) -> None:
    """Empty what the back office wrote down by name: the person's own row, and rows that are called by an address."""
    about = Q(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
    for address in known:
        about |= Q(object_repr__icontains=address) | Q(change_message__icontains=address)
    LogEntry.objects.filter(about).update(object_repr="", change_message="")


def _end_stored_sessions(user: User, known: set[str]) -> None:
    """Throw away every session row that names the person: signed in, or an address that was typed and went no further."""
    words = {str(user.pk), *(address.lower() for address in known)}
    mine = [
        row.pk for row in Session.objects.iterator(chunk_size=500)
        if any(word in json.dumps(row.get_decoded(), default=str).lower() for word in words)
    ]  # fmt: skip
    Session.objects.filter(pk__in=mine).delete()


def everything_about(user: User) -> dict[str, dict]:
    """Return everything that is kept about a person, by room: what they may take along, and what ``forget`` empties."""
    return {room: told for room, told in sorted(registry.data_of.ask_all(user)) if told}


def data_of(user: User) -> dict:
    """Return everything this room keeps about a person, for the person."""
    confirmed = EmailAddress.objects.filter(user=user).order_by("pk").values("email", "verified", "primary")
    return {
        "name": user.name,
        "email": user.email or "",
        "addresses": list(confirmed),
        "language": user.language,
        "city": user.city,
        "time_zone": user.time_zone,
        "larger_text": user.larger_text,
        "shows": [what for what in ("work", "city", "email") if getattr(user, f"show_{what}")],
        "since": user.created_at.isoformat(),
        "first_visit": user.welcomed_at.isoformat() if user.welcomed_at else "",
        "last_sign_in": user.last_login.isoformat() if user.last_login else "",
        "second_factors": list(Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")),
        "back_office": list(
            LogEntry.objects.filter(user=user).values("action_time", "action_flag", "content_type__model")
        ),
        "drafts": {draft.key: drafts.words_of(draft) for draft in user.drafts.order_by("key")},
        "cards": [
            {"made": card.created_at.isoformat(), "in_use": card.revoked_at is None}
            for card in user.cards.order_by("version")
        ],
        "visits_to_my_pages": list(
            user.views_as.order_by("began_at").values("began_at", "ends_at", "ended_at", "reason", "planner__name")
        ),
        "visits_as_planner": list(
            ViewAs.objects.filter(planner=user).order_by("began_at").values("began_at", "ended_at", "reason")
        ),
        "organisation_accounts": list(SocialAccount.objects.filter(user=user).values("provider", "date_joined")),
        "consents": list(user.consents.order_by("pk").values("kind", "version", "said_yes", "at")),
        "signed_in_since": list(user.devices.order_by("pk").values_list("created_at", flat=True)),
    }


def to_sweep(now: dt.datetime) -> list[QuerySet]:
    """Return what the sweep finds at ``now`` (``notifications.sweep.looks``)."""
    from accounts import view_as

    return [view_as.run_out(now), *_kept_too_long(now)]


def _kept_too_long(now: dt.datetime) -> list[QuerySet]:
    """Return parked posts, old drafts, keys of forms sent long ago, sessions that have run out and what stands for these."""
    from accounts import devices, once, parked

    return [
        parked.too_old(now),
        Draft.objects.filter(updated_at__lt=now - drafts.KEPT),
        SubmittedOnce.objects.filter(created_at__lt=now - once.KEPT),
        Session.objects.filter(expire_date__lt=now),
        devices.of_no_session(),
        push.ended(now),
    ]


def sweep(now: dt.datetime | None = None) -> int:
    """Throw away what is kept for a while only, and note the end of visits whose time is up. Returns how many rows."""
    from accounts import view_as

    now = now or timezone.now()
    return view_as.sweep(now) + sum(rows.delete()[0] for rows in _kept_too_long(now))
