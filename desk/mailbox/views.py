"""The shared inbox of those who plan: who waits for an answer, one conversation, and what was attached to its mails."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import drafts
from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.permissions import plans_any
from core.language import language
from core.methods import only
from core.refusals import Overtaken, Refused
from core.time import clock
from core.toasts import say
from desk.mailbox import forms, lists, verbs
from files.answers import give_as_it_came
from notifications.inbound import conversations
from notifications.models import Conversation


@signed_in
def mailbox(request: SignedInRequest) -> HttpResponse:
    """Who waits for an answer, the longest first; one's own conversations; all of them; and what is looked for."""
    if not plans_any(request.user):
        raise Http404
    cohorts = lists.cohorts_of(request.user)
    cohort = lists.asked_for(cohorts, request.GET.get("cohort", ""))
    only(request, "GET", "POST")
    rows = lists.conversations_seen_by(request.user)
    if cohort is not None:
        rows = rows.filter(lists.of_cohort(cohort))
    form = forms.FindForm(request.POST or None)
    which = request.GET.get("show", "")
    which = which if which in lists.WHICH else lists.WAITING
    chosen = {"cohort": str(cohort.pk)} if cohort is not None and len(cohorts) > 1 else {}
    named = cohort if request.GET.get("cohort") else None
    page: dict[str, Any] = {"cohort": cohort, "named": named, "cohorts": cohorts, "form": form, "which": which}
    if request.method == "POST" and form.is_valid():
        word = form.cleaned_data["word"]
        found = list(lists.matching(rows, word)[: lists.MOST_FOUND + 1])
        page |= {"word": word, "more": len(found) > lists.MOST_FOUND, "which": ""}
        page["lines"] = lists.lines(found[: lists.MOST_FOUND], request.user, cohorts)
    else:
        shown = Paginator(lists.listed(rows, which, request.user), lists.PAGE).get_page(request.GET.get("page"))
        page |= {"page": shown, "query": urlencode({"show": which, **chosen})}
        page["lines"] = lists.lines(shown.object_list, request.user, cohorts)
    page["tabs"] = [
        {"text": words, "url": "?" + urlencode({"show": key, **chosen}), "here": key == page["which"]}
        for key, words in lists.WHICH.items()
    ]
    return render(request, "desk/mailbox/list.html", page)


@signed_in
def conversation(request: SignedInRequest, mail_id) -> HttpResponse:
    """One conversation: its mails and answers in order, what can be done, and the box. Opening it marks nothing."""
    row = lists.conversation_seen_by(request.user, mail_id)
    only(request, "GET", "POST")
    verb = request.POST.get("verb", "answer")  # what is sent without a button is what was written
    if request.method == "POST" and verb not in ("answer", "give"):
        seen = row.version
        _do(request, row, verb)
        _keep_words(request, row, seen)
        return redirect("planning_mail_thread", row.pk)
    cohorts = lists.cohorts_of(request.user)
    others = lists.others_who_may_see(row, request.user, cohorts)
    give = _give_form(request, row, others)
    if verb == "give" and _gave(request, row, give, others):
        return redirect("planning_mail_thread", row.pk)
    reads = row.person.language if row.person is not None and row.person.is_active else row.language
    form = forms.AnswerForm(
        request.POST if request.method == "POST" and verb == "answer" else None,
        readers=lists.readers_of(row, cohorts),
        reads=reads,
        name=lists.name_of(row),
        initial={"version": row.version},
    )
    draft = drafts.offer(request, verbs.draft_of(row), form)
    overtaken: list[Conversation] = []

    def make() -> str:
        typed = form.cleaned_data
        try:
            made = verbs.answer(conversation=row, by=request.user, words=typed["words"], version=typed["version"])
        except Overtaken as error:
            overtaken.append(error.theirs)
            raise
        hour = clock(timezone.now() + dt.timedelta(seconds=settings.UNDO_SECONDS), request.user.time_zone, language())
        undo = reverse("planning_mail_answer_undo", args=[row.pk, made.pk])
        say(request, _("Your answer leaves at %(time)s. Until then you can take it back.") % {"time": hour}, undo=undo)
        return reverse("planning_mail_thread", args=[row.pk])

    if done := answer_once(request, form, make, draft=draft.key):
        return done
    if overtaken:
        row = lists.conversation_seen_by(request.user, mail_id)
        form.go_on_from(row.version)
    held = lists.held_by([row.person_id] if row.person_id else [], cohorts)
    page = {
        "conversation": row,
        "name": lists.name_of(row),
        "subject": lists.subject_of(row),
        "role": lists.in_words(held).get(row.person_id, ""),
        "entries": lists.entries_of(row, request.user),
        "cohort": next((one for one in cohorts if row.scope_type == lists.SCOPE and str(one.pk) == row.scope_id), None),
        "search_in": lists.cohort_to_search(row, cohorts, held),
        "form": form if row.address else None,
        "give": give,
        "may_be_given": bool(others) and row.state != Conversation.State.CLOSED,
        "draft": draft,
        "mine": row.owner_id == request.user.pk,
        "overtaken": bool(overtaken),
    }
    return render(request, "desk/mailbox/thread.html", page, status=409 if overtaken else 200)


def _give_form(request: SignedInRequest, row: Conversation, others: dict[str, str]) -> forms.GiveForm:
    data = request.POST if request.POST.get("verb") == "give" else None
    return forms.GiveForm(data, people=others, initial={"seen": str(row.owner_id or "")})


def _gave(request: SignedInRequest, row: Conversation, form: forms.GiveForm, others: dict[str, str]) -> bool:
    """Give a conversation to whom somebody chose and say so; return whether there is nothing to put right in the form."""
    if row.owner is not None and request.POST.get("to") == str(row.owner_id):
        # Pressed twice: it is theirs already.
        return True
    if not form.is_valid():
        return False
    try:
        to, seen = form.cleaned_data["to"], form.cleaned_data["seen"]
        verbs.give(conversation=row, to=to, by=request.user, seen=seen)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        given = _("%(name)s sees to it now. It stands under “Mine” in their shared inbox; no mail tells them.")
        say(request, given % {"name": others[to]})
    return True


@signed_in
def answer_undo(request: SignedInRequest, mail_id, answer_id) -> HttpResponse:
    """Take an answer back before it leaves; its words are in the box again. Taken back already is as good."""
    row = lists.answer_seen_by(request.user, mail_id, answer_id)
    only(request, "POST")
    try:
        if row is not None:
            verbs.take_back(answer=row, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Taken back: nothing was sent. Your words are your draft again."))
    return redirect("planning_mail_thread", mail_id)


@signed_in
def file(request: SignedInRequest, mail_id, file_id: int) -> HttpResponse:
    """What was attached to a mail, to be saved: nobody has looked into it."""
    found = lists.file_seen_by(request.user, mail_id, file_id)
    only(request, "GET")
    return give_as_it_came(found.name, bytes(found.data))


def _keep_words(request: SignedInRequest, row: Conversation, seen: int) -> None:
    """Keep what stands in the box when another button is pressed: it comes back as a draft.

    ``seen``: the version before that press; what the press itself changed is nothing that happened while they wrote.
    """
    if not request.POST.get("words", "").strip():
        return
    typed = request.POST.copy()
    row.refresh_from_db(fields=["version"])
    if typed.get("version") == str(seen) and row.version <= seen + 1:
        typed["version"] = str(row.version)
    try:
        drafts.save(request.user, verbs.draft_of(row), typed)
    except Refused as refused:
        messages.warning(request, refused.sentence)


def _do(request: SignedInRequest, row: Conversation, verb: str) -> None:
    """Do what was pressed and say so, or why not; nothing where it was nothing."""
    if verb == "take":
        verbs.take(conversation=row, by=request.user)
        say(request, _("It is yours now; the others see that."))
    elif verb == "let_go":
        try:
            conversations.let_go(row, by=request.user)
        except Refused as refused:
            messages.warning(request, refused.sentence)
        else:
            say(request, _("You have let it go; the others see that nobody sees to it."))
    elif verb == "seen":
        conversations.mark_read(row)
        say(request, _("Marked as seen, for all of you."))
    elif verb == "close":
        conversations.close(row, by=request.user)
        say(request, _("Closed. If they write again, it opens by itself."))
    elif verb == "reopen":
        conversations.reopen(row, by=request.user)
        say(request, _("It waits for an answer again."))
