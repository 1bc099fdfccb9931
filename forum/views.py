"""The pages of a cohort's forum. Who may read is in querysets.py, what is shown of a post in reading.py."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import drafts
from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.hiding import may_show
from collaborative.line import running_first
from collaborative.pace import keep_pace
from collaborative.permissions import plans
from core import toasts
from core.methods import must, only
from core.refusals import Refused
from core.time import clock
from forum import reading, services
from forum.forms import PostForm, begun_with
from forum.lists import boards_of, page_of_board
from forum.models import Post
from forum.querysets import board_seen_by, cohorts_seen_by, post_seen_by, threads_seen_by
from forum.replies import draft_of


@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """The only cohort's forum, or a choice of them."""
    only(request, "GET")
    cohorts = running_first(cohorts_seen_by(request.user).prefetch_related("phases"))
    if len(cohorts) == 1:
        return redirect("forum", cohorts[0].pk)
    return render(request, "forum/home.html", {"cohorts": cohorts})


@signed_in
def forum(request: SignedInRequest, cohort_id) -> HttpResponse:
    """The boards of a cohort, each with its latest talk."""
    cohort = get_object_or_404(cohorts_seen_by(request.user), pk=cohort_id)
    only(request, "GET")
    return render(request, "forum/forum.html", {"cohort": cohort, **boards_of(cohort, request.user)})


@signed_in
def board(request: SignedInRequest, cohort_id, key: str) -> HttpResponse:
    """All threads of a board, the latest talk first."""
    board = get_object_or_404(board_seen_by(request.user), key=key, cohort=cohort_id)
    only(request, "GET")
    page = page_of_board(board, request.user, request.GET.get("before", ""))
    return render(request, "forum/board.html", {"board": board, "cohort": board.cohort, "page": page})


@signed_in
def new(request: SignedInRequest, cohort_id, key: str) -> HttpResponse:
    """Write to the others: a box, no title."""
    board = get_object_or_404(board_seen_by(request.user), key=key, cohort=cohort_id)
    only(request, "GET", "POST")
    form = _form(request, board.cohort, reading.mine_in(board.cohort, request.user))
    draft = drafts.offer(request, f"forum/{board.cohort_id}/{board.key}/new", form)

    def make() -> str:
        keep_pace("forum", by=request.user)
        return _posted(request, services.ask(board=board, by=request.user, text=form.cleaned_data["text"]))

    looks = _looks(request, form, first=True)
    return _answered(request, form, make, draft) or render(
        request,
        "forum/new.html",
        {"board": board, "cohort": board.cohort, "form": form, "looks": looks, "draft": draft},
    )


@signed_in
def thread(request: SignedInRequest, cohort_id, key: str, thread_id) -> HttpResponse:
    """A thread, fifty posts a page, the oldest first, and the box to answer in."""
    thread = get_object_or_404(threads_seen_by(request.user), pk=thread_id, board__key=key, board__cohort=cohort_id)
    only(request, "GET", "POST")
    page = reading.page_of(thread, request.user, _number(request.GET.get("after", "0")))
    form = _form(request, thread.board.cohort, page.mine, answering=True)
    draft = drafts.offer(request, draft_of(thread), form)

    def make() -> str:
        keep_pace("forum", by=request.user)
        return _posted(request, services.answer(thread=thread, by=request.user, text=form.cleaned_data["text"]))

    looks = _looks(request, form)
    return _answered(request, form, make, draft) or _thread_page(request, thread, page, form, looks=looks, draft=draft)


@signed_in
def take_back(request: SignedInRequest, post_id) -> HttpResponse:
    """Take one's own post back. Its words come back into the box, on this page only: nothing else keeps them."""
    post = _seen(request, post_id)
    must(post.by_id == request.user.pk)
    only(request, "GET", "POST")
    # The page it answers with has this address; it has no other language, which would lose the words.
    typed = services.take_back(post=post, by=request.user) if request.method == "POST" else ""
    if not typed:
        return redirect(reading.place_of(post))
    thread = get_object_or_404(threads_seen_by(request.user), pk=post.thread_id)
    page = reading.page_of(thread, request.user, (post.number - 1) // reading.PAGE * reading.PAGE)
    form = PostForm(
        initial={"text": typed},
        readers=reading.readers_of(thread.board.cohort),
        place=page.mine,
        answering=not post.is_first,
    )
    if post.is_first:
        return render(
            request,
            "forum/new.html",
            {
                "board": thread.board,
                "cohort": thread.board.cohort,
                "form": form,
                "taken_back": True,
                "other_lang_url": "",
            },
        )
    return _thread_page(request, thread, page, form, taken_back=True, other_lang_url="")


@signed_in
def hide(request: SignedInRequest, post_id) -> HttpResponse:
    """Hide a post at once: a reader's hiding waits for a planner to look."""
    post = _seen(request, post_id)
    only(request, "POST")
    try:
        services.hide(post=post, by=request.user)
    except Refused as refused:
        return _refused(request, post, refused)
    planner = plans(request.user, post.thread.board.cohort)
    said = (
        _("Hidden for everybody.")
        if planner
        else _("Hidden for everybody. The planning team will look at it. Thank you.")
    )
    toasts.say(request, said, undo=reverse("forum_show", args=[post.pk]))
    return redirect(reading.place_of(post))


@signed_in
def show(request: SignedInRequest, post_id) -> HttpResponse:
    """Show a hidden post again: planners, and for a moment the reader who hid it."""
    post = _seen(request, post_id)
    must(may_show(post, request.user, post.thread.board.cohort))
    only(request, "POST")
    try:
        services.show(post=post, by=request.user)
    except Refused as refused:
        return _refused(request, post, refused)
    toasts.say(request, _("Everybody can read it again."))
    return redirect(reading.place_of(post))


# ---------------------------------------------------------------- what the pages share


def _seen(request: HttpRequest, post_id) -> Post:
    return get_object_or_404(post_seen_by(request.user), pk=post_id)


def _form(request: HttpRequest, cohort, place, *, answering=False) -> PostForm:
    parts = {"readers": reading.readers_of(cohort), "place": place, "answering": answering}
    if request.method == "POST" and "start" in request.POST:
        form = PostForm(initial={"text": begun_with(request.POST["start"], request.POST.get("text", ""))}, **parts)
        form.fields["text"].widget.attrs["autofocus"] = True
        return form
    return PostForm(request.POST if request.method == "POST" else None, **parts)


def _answered(request: HttpRequest, form: PostForm, make, draft: drafts.Offered) -> HttpResponse | None:
    """Do what was sent, unless it was only a wish to see it or a beginning to begin with."""
    if "look" in request.POST or "start" in request.POST:
        return None
    return answer_once(request, form, make, draft=draft.key)


def _looks(request: HttpRequest, form: PostForm, *, first: bool = False) -> reading.Looks | None:
    """Return the text as others would see it, where that was asked for. Nothing is kept."""
    if "look" not in request.POST or not form.is_bound or form.errors:
        return None
    return reading.looks(form.cleaned_data["text"], first=first)


def _posted(request: SignedInRequest, post) -> str:
    until = clock(post.told_from, request.user.time_zone, request.LANGUAGE_CODE[:2])
    toasts.say(
        request,
        _("Posted. You can take it back until %(time)s; nobody has been told yet.") % {"time": until},
        undo=reverse("forum_take_back", args=[post.pk]),
    )
    # A page with one post is seen from its top, where it says that it is posted.
    return reading.place_of(post).partition("#")[0] if post.is_first else reading.place_of(post)


def _thread_page(request: HttpRequest, thread, page, form, **more) -> HttpResponse:
    context = {"thread": thread, "board": thread.board, "cohort": thread.board.cohort, "page": page, "form": form}
    return render(request, "forum/thread.html", {**context, **more})


def _refused(request: HttpRequest, post, refused: Refused) -> HttpResponse:
    messages.warning(request, refused.sentence)
    return redirect(reading.place_of(post))


def _number(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or len(typed) > 6:
        raise Http404
    return int(typed)
