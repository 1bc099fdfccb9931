"""What the series tells me, what of it comes by mail and when; and "no more of these", for whoever has the mail."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts import push_views
from accounts.decorators import SignedInRequest, before_second_factor, signed_in
from accounts.message_forms import LEVELS, SHIFTS, ChoicesForm, KindsForm
from core.methods import only
from core.redirects import safe_path
from core.refusals import Overtaken, Refused
from notifications import choosing, inbox, kinds, stopping
from notifications.models import Channel, Choice, Level, Shift, Way


@signed_in
@before_second_factor
@never_cache
def my_messages(request: SignedInRequest) -> HttpResponse:
    """The list: what stands here alone, and what went by mail, each by its name."""
    only(request, "GET")
    there, mailed = inbox.list_of(request.user)
    parts = {
        "there": there,
        "unread": any(one.unread for one in there),
        "mailed": mailed,
        "push": push_views.parts_of(request),
        "here": "messages",
    }
    return render(request, "accounts/my_messages.html", parts)


@signed_in
@before_second_factor
@never_cache
def my_message(request: SignedInRequest, message_id: uuid.UUID) -> HttpResponse:
    """One message in full, as it is true now; of a mail its title and where it leads. Opening it marks nothing as read."""
    row = inbox.row_of(request.user, message_id)
    if row is None:
        raise Http404
    only(request, "GET")
    parts = {
        "note": inbox.note_of(request.user, message_id),
        "name": kinds.name_of(row.kind),
        "row": row,
        "unread": row.read_at is None and row.channel == Channel.INBOX,
        "here": "messages",
    }
    return render(request, "accounts/my_message.html", parts)


@signed_in
@before_second_factor
def read_one(request: SignedInRequest, message_id: uuid.UUID) -> HttpResponse:
    """I have read this one. Leads to what it speaks of, where it leads anywhere."""
    only(request, "POST")
    inbox.read(request.user, key=message_id)
    if request.htmx:
        note = inbox.note_of(request.user, message_id)
        parts = {"note": note, "unread": inbox.unread(request.user)}
        return render(request, "accounts/_note_read.html", parts) if note else HttpResponse()
    return redirect(safe_path(request.POST.get("next")) or "my_messages")


@signed_in
@before_second_factor
def read_all(request: SignedInRequest) -> HttpResponse:
    """I have read all of them."""
    only(request, "POST")
    inbox.read(request.user)
    messages.success(request, _("All of it counts as read now."))
    return redirect("my_messages")


@signed_in
@before_second_factor
@never_cache
def my_choices(request: SignedInRequest) -> HttpResponse:
    """Three choices and the quiet hours."""
    only(request, "GET", "POST")
    form = ChoicesForm.of(choosing.choice_of(request.user), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            choosing.choose(user=request.user, **form.cleaned_data)
        except Overtaken as overtaken:
            form.go_on_from(overtaken.theirs.version)
            form.add_error(None, _kept_meanwhile(overtaken.theirs))
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, _("Saved. It goes for what waits as well."))
            return redirect("my_choices")
    page = {"form": form, "here": "me", "digest_at": choosing.digest_of(request.user), "own_kinds": _own_kinds(request)}
    return render(request, "accounts/my_choices.html", page)


def _kept_meanwhile(theirs: Choice) -> str:
    """Return what the same person chose elsewhere while this page was open, and what becomes of what stands here."""
    kept = {"level": str(dict(LEVELS)[Level(theirs.level)]), "shift": str(dict(SHIFTS)[Shift(theirs.shift)])}
    said = _(
        "You chose something else in another window meanwhile: “%(level)s” and “%(shift)s”. Below is what you chose here; save "
        "once more to keep it."
    )
    return said % kept


def _own_kinds(request: SignedInRequest) -> list[tuple[str, str]]:
    """Return the names of the kinds of which the reader said something else than of the rest, and how those come."""
    ways = choosing.ways_of(request.user)
    return [(str(kind.name), str(Way(ways[kind.key]).label)) for kind in choosing.choosable() if kind.key in ways]


@signed_in
@before_second_factor
@never_cache
def my_kinds(request: SignedInRequest) -> HttpResponse:
    """The details: how each kind of message comes."""
    only(request, "GET", "POST")
    form = KindsForm.of(
        choosing.choosable_by(request.user),
        choosing.ways_of(request.user),
        request.POST if request.method == "POST" else None,
    )
    if request.method == "POST" and form.is_valid():
        choosing.choose_kinds(user=request.user, ways=form.ways)
        messages.success(request, _("Saved. It goes for what waits as well."))
        return redirect("my_kinds")
    return render(request, "accounts/my_kinds.html", {"form": form, "here": "me"})


@csrf_exempt  # a mail program presses it with nothing but the address (RFC 8058); the token in it is the right to do so
@never_cache
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """No more mails of a kind. Reading it shows a button and changes nothing; the button does it, without a sign-in."""
    only(request, "GET", "POST")
    row = stopping.row_of(token)
    if row is None:
        raise Http404
    if request.method == "POST":
        if "again" in request.POST:
            stopping.go_on(row)
        else:
            stopping.stop(row, by_program=request.POST.get("List-Unsubscribe") == "One-Click")
    kind = kinds.find(row.kind)
    parts = {
        "kind": kind, "state": stopping.state_of(row), "has_account": row.recipient_id is not None,
        "is_digest": row.kind == kinds.DIGEST, "came_back": request.method == "POST" and "again" in request.POST,
    }  # fmt: skip
    answer = render(request, "accounts/stop_mail.html", parts)
    answer["Referrer-Policy"] = "no-referrer"
    return answer
