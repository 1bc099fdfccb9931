"""An answer in the forum that comes by mail (``core.registry.handle_reply``): posted in its writer's name, as from the page.

It answers the mail that somebody wrote in a thread. The same may write, at the same pace, and can take it back as long. What
the page would ask about first is not posted: it waits as a draft in the box of the thread, and one mail says why. One mail
says as well that an answer stands there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from collaborative import said_by_mail
from collaborative.pace import keep_pace
from core.refusals import Refused
from forum import services
from forum.models import BoardKey, Thread
from forum.querysets import cohorts_with_forum
from notifications import services as notifications

if TYPE_CHECKING:
    from notifications.inbound.incoming import Incoming

REPLY: Final = "forum/reply"
NOT_POSTED: Final = "forum/not-posted"
# That what came by mail stands there: told to its writer alone, so as a source of its own (``may_hear_that_it_stands``).
STANDS, STANDS_SOURCE = "forum/stands", "forum.stands"
# A mail has a name on it: a board whose posts have none is never answered by one, so a new board is added here by hand.
BY_MAIL: Final = frozenset({BoardKey.ASK, BoardKey.TRIED})


def handle(mail: Incoming) -> str | None:
    """Return what became of a mail that answers one about a thread, None where it is no such mail, or is for people."""
    message = mail.answers
    if message is None or message.kind != REPLY or mail.calendar:
        return None
    if mail.person is None or message.recipient_id != mail.person.pk:
        return None
    if mail.files and not mail.words.strip():
        return None  # a file alone is for people to look at
    thread = Thread.objects.with_place().filter(posts=message.source_id).first()
    if thread is None or thread.board.key not in BY_MAIL:
        return None
    with said_by_mail.in_the_language_of(mail, thread.board.cohort):
        return _take(mail, thread)


def draft_of(thread: Thread) -> str:
    """Return the name under which an answer is kept until it is sent."""
    return f"forum/{thread.pk}/answer"


def _take(mail: Incoming, thread: Thread) -> str | None:
    words, person, cohort = mail.words.strip(), mail.person, thread.board.cohort
    problem = _problem(mail, thread)
    if not problem:
        try:
            keep_pace("forum", by=person)
        except Refused:
            problem = said_by_mail.TOO_FAST
    if not problem:
        post = services.answer(thread=thread, by=person, text=words)
        about, taken = (STANDS_SOURCE, post.pk), said_by_mail.taken(mail)
        notifications.post(STANDS, to=person, about=about, occurrence=taken, scope=cohort)
        return "posted"
    if said_by_mail.is_kept(problem) and not said_by_mail.keep(person, draft_of(thread), words, field="text"):
        return None
    notifications.post(
        NOT_POSTED, to=person, about=thread, occurrence=said_by_mail.occurrence(problem, mail), scope=cohort
    )
    return "not_posted"


def _problem(mail: Incoming, thread: Thread) -> str:
    """Return why an answer is not posted, "" where it is."""
    if thread.board.cohort.closed_at:
        return said_by_mail.CLOSED
    if not cohorts_with_forum(mail.person).filter(pk=thread.board.cohort_id).exists():
        return said_by_mail.NO_ROLE
    if thread.hidden_why:
        return said_by_mail.HIDDEN
    return said_by_mail.problem_with(mail, most=services.LONGEST)
