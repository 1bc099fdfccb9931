"""The kind of message that the forum sends. Never the words of a post, nor its title: a mailbox is not the forum."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from forum.models import Post
from forum.reading import place_of
from notifications import kinds


def _reply(message) -> dict | None:
    post = Post.objects.shown().with_place().select_related("team", "thread__team").filter(pk=message.source_id).first()
    if post is None or post.by is None:
        return None
    cohort = post.thread.board.cohort
    return {
        "writer": post.by.name,
        "team": post.team.name if post.team else "",
        "board": post.thread.board.name,
        "asked": post.thread.by_id == message.recipient_id,
        "cohort": cohort,
        "programme": cohort.programme,
        "path": place_of(post),
        "reply_to": cohort.contact_email,
    }


kinds.register(
    kinds.Kind(
        key="forum/reply",
        template="forum/emails/reply",
        audience=_("You get this because you wrote in this conversation."),
        when=_("Once the time to take an answer back unheard is over, one message at a time for each conversation."),
        stops=_("The answer is taken back or hidden, or the person cannot read the forum any more."),
        context=_reply,
    )
)
