"""The outbox of a cohort: what leaves, what is held back, what could not leave, who got what."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.decorators import SignedInRequest, signed_in
from collaborative import kind_notes, peace
from collaborative.announced import with_subjects
from collaborative.planned import cohorts_planned_by
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from desk.cohort import sessions_of
from desk.outbox import arrival, every, forms, hurry, lists
from desk.outbox.lines import by_day, named, titles_of
from desk.series.of_kind import OfKind, of_kind
from notifications import by_hand, causes, readdressing, returned, states
from notifications import services as notifications
from notifications.arrival import domain_of_sender, last_look, look
from notifications.arrival import line as line_now
from notifications.models import MessageQuerySet, PlannedMessage

LATELY = dt.timedelta(days=7)


@signed_in
def outbox(request: SignedInRequest, cohort_id) -> HttpResponse:
    """What leaves, what is held back, what could not leave; and who got what, asked by name (which no address holds)."""
    cohort = get_object_or_404(with_subjects(notifications.with_pause(cohorts_planned_by(request.user))), pk=cohort_id)
    only(request, "GET", "POST")
    sessions = sessions_of(cohort)
    rows, titles = lists.messages_in(cohort), titles_of(cohort, sessions)
    form = forms.FindForm(request.POST or None)
    page = {"cohort": cohort, "form": form}
    if request.method == "POST" and form.is_valid():
        word = form.cleaned_data["name"]
        keys, more = lists.readers_called(cohort, word, speaking=sessions)
        stands = lists.standing(cohort, keys)
        readers = lists.what_of(cohort, keys, titles, speaking=sessions, stands=stands)
        if len(readers) == 1 and readers[0].told:  # a page of their own, to which "Back" leads
            return redirect("planning_reader", readers[0].told[0].message.pk)
        return render(request, "desk/outbox/found.html", {**page, "named": word, "readers": readers, "more": more})
    failed = rows.failed().select_related("recipient")[:50]
    at_rest = peace.kept_in(cohort, rows.waiting())
    found = lists.by_heading(rows, at_rest, timezone.now() - LATELY, titles, cohort.time_zone)
    page |= {
        "leaving": by_day(found.get("leaving", []), cohort),
        "at_rest": found.get("at_rest", []),
        "held": found.get("held", []),
        "hidden": found.get("hidden", []),
        "failed": [(lists.told(one, titles), lists.reader_of(one)) for one in failed],
        "late": found.get("late", [])[::-1],
        "left": found.get("left", [])[::-1],
    }
    return render(request, "desk/outbox/outbox.html", page)


@signed_in
def together(request: SignedInRequest, message_id) -> HttpResponse:
    """What leaves together: how it reads, for whom it is; held back or let go."""
    row, cohort = lists.message_in(with_subjects(cohorts_planned_by(request.user)), message_id)
    only(request, "GET", "POST")
    titles = titles_of(cohort, sessions_of(cohort))
    rows = lists.together_with(row, titles)
    name = named(row.kind, titles.get(row.source_id, ""), row.occurrence)
    if request.method == "POST":
        say(request, _settle(rows, request.POST.get("verb", ""), request.user))
        return redirect("planning_outbox", cohort.pk)
    found = list(rows.select_related("recipient").order_by(*lists.EXCEPTIONS_FIRST)[: lists.MOST_IN_A_LINE])
    counted = lists.count(rows)
    at_rest = peace.kept_in(cohort, rows.waiting())
    open_ones = [one for one in found if one.state in (*states.WAITING, states.HELD)]
    ahead = next((one for one in open_ones if one.pk not in at_rest), open_ones[0] if open_ones else None)
    if ahead is None and counted.waiting:  # of a very long line it is not among those that are listed
        ahead = rows.waiting().select_related("recipient").first()
    page = {
        "cohort": cohort,
        "row": row,
        "name": name,
        "readers": lists.readers_of(found),
        "waits": counted.waiting > 0,
        "is_held": counted.held > 0,
        "n": counted.n,
        "counted": counted,
        "at_rest": len(at_rest),
        "held_until": next((one for one in found if one.reason == states.HELD_BY_PERSON), row).next_attempt_at,
        "stand": counted.stand,
        "preview": lists.preview_of(ahead) if ahead else None,
        "whose": lists.reader_of(ahead) if ahead else "",
        "now_url": reverse("planning_together_now", args=[row.pk]),
    }
    return render(request, "desk/outbox/together.html", page)


@signed_in
def now(request: SignedInRequest, message_id, *, alone: bool) -> HttpResponse:
    """The look before a message (``alone``), or all that leaves together with it, leaves ahead of its hour; then it leaves."""
    row, cohort = lists.message_in(
        with_subjects(notifications.with_pause(cohorts_planned_by(request.user))), message_id
    )
    only(request, "GET", "POST")
    titles = titles_of(cohort, sessions_of(cohort))
    look = hurry.look_at(lists.alone(row) if alone else lists.together_with(row, titles))
    back = reverse("planning_message" if alone else "planning_together", args=[row.pk])
    if request.method == "POST":
        if look is None:
            say(request, _nothing_waits())
            return redirect(back)
        if request.POST.get("confirm", "") != look.mark():
            messages.error(request, _("This has changed since you looked, and nothing was sent. Look again."))
            return redirect(request.path)
        n = by_hand.send_now(look.messages, by=request.user)
        say(request, _leaving_now(n, look.later, cohort) if n else _nothing_waits())
        return redirect(back if alone else reverse("planning_outbox", args=[cohort.pk]))
    page = {
        "cohort": cohort,
        "row": row,
        "reader": lists.reader_of(row) if alone else "",
        "name": named(row.kind, titles.get(row.source_id, ""), row.occurrence),
        "look": look,
        "back": back,
    }
    return render(request, "desk/outbox/hurry.html", page)


@signed_in
def message(request: SignedInRequest, message_id) -> HttpResponse:
    """One message: how it stands and why, every step, how it reads, and what can be done."""
    row, cohort = lists.message_in(
        with_subjects(notifications.with_pause(cohorts_planned_by(request.user))), message_id
    )
    only(request, "GET", "POST")
    verb = request.POST.get("verb", "")
    again = forms.AgainForm(request.POST if verb == "again" else None, prefix="again")
    drop = forms.DropForm(request.POST if verb == "drop" else None, prefix="drop")
    if request.method == "POST":
        try:
            done = _decide(row, verb, again, drop, request.user, cohort)
        except Refused as refused:
            refused.put_on(again if verb == "again" else drop)
        else:
            if done:
                say(request, done)
                return redirect("planning_message", row.pk)
    sessions = sessions_of(cohort)
    has_left = row.state in (*states.MAY_HAVE_ARRIVED, states.VOID, states.EXPIRED)
    page = {
        "cohort": cohort,
        "row": row,
        "told": lists.told(row, titles_of(cohort, sessions)),
        "reader": lists.reader_of(row, sessions),
        "address": lists.address_of(row),
        "came_back": row.state == states.BOUNCED,
        "server": causes.said_by_server(row),
        "next": causes.what_next(row),
        "story": lists.story_of(row),
        "preview": None if has_left else lists.preview_of(row),
        "now_url": reverse("planning_message_now", args=[row.pk]),
        "waits": row.state in states.WAITING,
        "is_held": row.state == states.HELD and row.reason == states.HELD_BY_PERSON,
        "can_go_again": by_hand.may_be_tried_again(row),
        "takes_another": readdressing.takes_another(row),
        "is_hidden": row.state == states.HELD and row.reason == states.HIDDEN,
        "can_be_dropped": row.state in (*states.WAITING, states.HELD, states.DEAD),
        "can_be_opened": returned.can_open(row),
        "can_be_seen": returned.can_be_seen(row),
        "again": again,
        "drop": drop,
    }
    return render(request, "desk/outbox/message.html", page)


@signed_in
def reader(request: SignedInRequest, message_id) -> HttpResponse:
    """All that the reader of this message got and will get in its cohort: found by the message, no name is in the address."""
    row, cohort = lists.message_in(with_subjects(cohorts_planned_by(request.user)), message_id)
    only(request, "GET")
    sessions, keys = sessions_of(cohort), {row.recipient_key: lists.reader_of(row)}
    stands = lists.standing(cohort, keys)
    [found] = lists.what_of(cohort, keys, titles_of(cohort, sessions), speaking=sessions, stands=stands)
    page = {"cohort": cohort, "form": forms.FindForm(), "readers": [found]}
    return render(request, "desk/outbox/found.html", page)


@signed_in
def will_it_arrive(request: SignedInRequest, cohort_id) -> HttpResponse:
    """What stands between a message and its reader: the sender's domain, the line, what came back; and a test mail."""
    cohort = get_object_or_404(notifications.with_pause(cohorts_planned_by(request.user)), pk=cohort_id)
    only(request, "GET", "POST")
    if request.method == "POST":
        _try_line(request, request.POST.get("verb", ""))
        return redirect("planning_arrival", cohort.pk)
    check, line = last_look(), line_now()
    page = {
        "cohort": cohort,
        "domain": domain_of_sender(),
        "check": check,
        "findings": arrival.of_domain(check) if check else [],
        "line": line,
        "line_findings": arrival.of_line(line, cohort),
        "fared": arrival.by_domain(cohort),
        "tested": arrival.last_test(request.user),
    }
    return render(request, "desk/outbox/arrival.html", page)


def _try_line(request: SignedInRequest, verb: str) -> None:
    """Ask the sender's domain, or send a test mail; say what was done, or why not."""
    try:
        if verb == "test":
            arrival.test(by=request.user)
            say(request, _("A test mail is on its way to you."))
        elif verb == "look":
            look()
            say(request, _("The sender’s domain was asked."))
    except Refused as refused:
        messages.error(request, refused.sentence)


@signed_in
def kinds(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Every kind of message there is: who gets it, when, what keeps it from leaving."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    only(request, "GET")
    return render(request, "desk/outbox/kinds.html", {"cohort": cohort, "rooms": every.by_room()})


@signed_in
def kind(request: SignedInRequest, cohort_id, room: str, name: str) -> HttpResponse:
    """One kind of message, with the latest of this cohort as it reads in both languages."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    known = every.described(f"{room}/{name}")
    if known is None:
        raise Http404
    only(request, "GET")
    shown = OfKind([]) if known.is_hidden else of_kind(cohort, known.key, request.user)
    page = {"cohort": cohort, "kind": known, "shown": shown}
    if kind_notes.may_have_one(known.key):
        may_write = kind_notes.is_everywhere_planned_by(cohort.programme, request.user)
        page["note"] = _("A paragraph of your own above it") if may_write else _("The paragraph above it")
    return render(request, "desk/outbox/kind.html", page)


def _decide(row, verb: str, again: forms.AgainForm, drop: forms.DropForm, user, cohort) -> str:
    """Do what was pressed and return what to say; "" where something typed has to be looked at."""
    if verb == "again":
        if again.is_valid():
            address = again.cleaned_data["address"]
            return _tried_again(by_hand.retry(row, by=user, reason=None, address=address), cohort)
        return ""
    if verb == "drop":
        if drop.is_valid():
            by_hand.drop(row, by=user, reason=drop.cleaned_data["reason"])
            return _("It is never sent.")
        return ""
    if verb == "open":
        opened = returned.open_address(row, by=user)
        return _("Mail goes to this address again.") if opened else _("Nothing is to be done about its address.")
    if verb == "seen":
        returned.see(row, by=user)
        return _("It is not on the list of what did not arrive.")
    return _settle(lists.alone(row), verb, user)


def _settle(rows: MessageQuerySet, verb: str, user) -> str:
    """Hold messages back or let them go; return what to say."""
    if verb == "hold":
        n = by_hand.hold(rows, by=user)
        words = ngettext("%(n)d message is held back.", "%(n)d messages are held back.", n)
    elif verb == "release":
        n = by_hand.release(rows, by=user)
        words = ngettext("%(n)d message leaves at its hour.", "%(n)d messages leave at their hour.", n)
    else:
        n, words = 0, ""
    return words % {"n": n} if n else _nothing_waits()


def _nothing_waits() -> str:
    return _("Nothing of it waits any more: look at it again.")


def _tried_again(row: PlannedMessage, cohort) -> str:
    """Return what is promised of a message that is tried again, and no more."""
    if row.next_attempt_at > timezone.now():
        return _("It will be tried again.")
    if hurry.waiting_for_quiet_hours([row]):
        return _("It is tried again when the quiet hours of its reader are over.")
    if _stands_still(cohort):
        return _("Nothing is sent at the moment: it is tried again as soon as sending goes on.")
    return _("It is tried again now.")


def _stands_still(cohort) -> bool:
    """Return whether nothing is sent now, as a cohort of ``with_pause`` knows it."""
    return bool(cohort.paused_at or cohort.silent_since)


def _leaving_now(n: int, later: int, cohort) -> str:
    """Return what is promised of ``n`` messages of which so many wait ``later`` for the quiet hours of their readers."""
    now = n - later
    at_once = ngettext("%(n)d message leaves now.", "%(n)d messages leave now.", now)
    if _stands_still(cohort):
        at_once = ngettext(
            "Nothing is sent at the moment: %(n)d message leaves as soon as sending goes on.",
            "Nothing is sent at the moment: %(n)d messages leave as soon as sending goes on.",
            now,
        )
    told = [
        (now, at_once),
        (
            later,
            ngettext(
                "%(n)d message leaves when the quiet hours of its reader are over.",
                "%(n)d messages leave when the quiet hours of their readers are over.",
                later,
            ),
        ),
    ]
    return " ".join(words % {"n": count} for count, words in told if count > 0)
