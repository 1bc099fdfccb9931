"""The kinds of message that the forum sends. Never the words of a post, nor its title: a mailbox is not the forum."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaborative import said_by_mail
from forum.models import Post, Thread
from forum.reading import place_of, readers_of
from forum.replies import BY_MAIL, NOT_POSTED, REPLY, STANDS
from notifications import kinds
from notifications.inbound.addresses import takes_mail


def _posts(source_ids: Collection[str]) -> dict[str, Post]:
    """Return posts by their keys, with what their mails name; without what is hidden, and whose writer was forgotten."""
    rows = Post.objects.shown().with_place().select_related("team").filter(pk__in=source_ids).exclude(by=None)
    return {str(one.pk): one for one in rows}


def _reply(message) -> dict:
    post: Post = message.source
    cohort = post.thread.board.cohort
    return {
        "writer": post.by.name if post.by else "",
        "team": post.team.name if post.team else "",
        "board": post.thread.board.name,
        "asked": post.thread.by_id == message.recipient_id,
        "cohort": cohort,
        "programme": cohort.programme,
        "path": place_of(post),
        "takes_mail": takes_mail() and post.thread.board.key in BY_MAIL,
        "reply_to": cohort.contact_email,
    }


def _stands(message) -> dict[str, Any]:
    post: Post = message.source
    cohort = post.thread.board.cohort
    return {
        "board": post.thread.board.name,
        "cohort": cohort,
        "programme": cohort.programme,
        "path": place_of(post),
        "reply_to": cohort.contact_email,
        **said_by_mail.standing(message, readers=readers_of(cohort)),
    }


def _threads(source_ids: Collection[str]) -> dict[str, Thread]:
    return {str(one.pk): one for one in Thread.objects.with_place().filter(pk__in=source_ids)}


def _not_posted(message) -> dict:
    thread: Thread = message.source
    board, cohort = thread.board, thread.board.cohort
    seen = Thread.objects.visible_to(message.recipient).filter(pk=thread.pk).exists()
    return {
        "board": board.name,
        "cohort": cohort,
        "programme": cohort.programme,
        "sentence": said_by_mail.sentence(message.occurrence),
        "is_kept": said_by_mail.is_kept(message.occurrence),
        "path": reverse("forum_thread", args=[cohort.pk, board.key, thread.pk]) if seen else "",
        "reply_to": cohort.contact_email,
    }


kinds.register(
    kinds.Kind(
        key=REPLY,
        name=_("Somebody answered in the forum"),
        template="forum/emails/reply",
        audience=_("You get this because you wrote in this conversation."),
        when=_("Once the time to take an answer back unheard is over, one message at a time for each conversation."),
        stops=_("The answer is taken back or hidden, or the person cannot read the forum any more."),
        context=_reply,
        sources=_posts,
    )
)
kinds.register(
    kinds.Kind(
        key=NOT_POSTED,
        name=_("An answer by mail could not be posted in the forum"),
        template="forum/emails/not_posted",
        audience=_("You get this because you answered a mail from the forum."),
        when=_("At once, when the answer to a mail cannot be posted as it is."),
        stops=_("Nothing: it leaves at once."),
        context=_not_posted,
        sources=_threads,
        importance=kinds.Importance.MUST,
        keeps_hour=True,
        priority=kinds.SOON,
        also_when_closed=True,
        listed=False,
    )
)
kinds.register(
    kinds.Kind(
        key=STANDS,
        name=_("An answer by mail stands in the forum"),
        template="forum/emails/stands",
        audience=_("You get this because you answered a mail from the forum."),
        when=_("At once, when the answer to a mail is posted, to its writer alone; without the words."),
        stops=_("The answer is taken back or hidden first, or the person cannot read the forum any more."),
        context=_stands,
        sources=_posts,
        importance=kinds.Importance.MUST,
        keeps_hour=True,
        priority=kinds.SOON,
        also_when_closed=True,
        listed=False,
    )
)
