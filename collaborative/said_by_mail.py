"""Words that come by mail and would stand on a page: when they must not, what is said of it, and where they are kept.

When they stand there their writer, who sees no page, is told so in one mail: who reads them, and how they are taken back.

A page asks before it takes words in which somebody could be recognised, and gives back what is too long. A mail cannot be
asked: such words are kept as a draft in their box, for their writer alone, and one mail says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import drafts
from collaborative.models import Cohort
from collaborative.words import of_cohorts
from core import phi
from core.forms import listing, storable
from core.language import language
from core.legible import legible
from core.refusals import Refused
from core.time import clock
from core.words import STANDARD, speaking
from notifications.inbound.telling import language_of

if TYPE_CHECKING:
    from notifications.inbound.incoming import Incoming
    from notifications.models import PlannedMessage

# Why words were not taken, as the occurrence of the mail that says so bears it.
GUARD: Final = "guard"
EMPTY: Final = "empty"
LONG: Final = "long"
TOO_FAST: Final = "fast"
CLOSED: Final = "closed"
HIDDEN: Final = "hidden"
NO_ROLE: Final = "no_role"
# They were taken, with whatever came along.
WHOLE: Final = "whole"
# They were taken, what was attached was not.
FILES: Final = "files"
# A picture that is smaller belongs to a signature.
_PICTURE: Final = 100_000


@contextmanager
def in_the_language_of(mail: Incoming, cohort: Cohort) -> Iterator[None]:
    """Speak the language that a mail is written in (its writer's where that cannot be told), and the words of its series."""
    words = of_cohorts({str(cohort.pk)}).get(str(cohort.pk), STANDARD)
    with override(language_of(mail.words, mail.person.language)), speaking(words):
        yield


def problem_with(mail: Incoming, *, most: int) -> str:
    """Return why the words of a mail cannot stand on a page as they are, "" where they can."""
    words = mail.words.strip()
    if not legible(words):
        return EMPTY
    if len(words) > most:
        return LONG
    return GUARD if phi.findings(words, mail.language) else ""


def has_files(mail: Incoming) -> bool:
    """Return whether something was attached that its writer will miss."""
    return any(not one.content_type.startswith("image/") or len(one.data) > _PICTURE for one in mail.files)


def keep(person, key: str, words: str, *, field: str) -> bool:
    """Keep words as the draft of their box, under what may be kept there already. Return whether they wait there now.

    What is too much for a draft is not kept: then people have to read the mail.
    """
    if not words:
        return True
    before = drafts.load(person, key)
    typed = before.get(field, "") if before else ""
    if words not in typed:
        typed = f"{typed}\n\n{words}".strip()
    data = QueryDict(mutable=True)
    data[field] = storable(typed)
    try:
        drafts.save(person, key, data)
    except Refused:
        return False
    return True


def occurrence(problem: str, mail: Incoming) -> str:
    """Return as which occurrence somebody is told of this mail of theirs."""
    return f"{problem} {mail.key.hex}"


def sentence(occurrence: str) -> str:
    """Return in words why something was not taken, given the occurrence of the mail that says so."""
    return {
        GUARD: _(
            "There is something in it in which a person could be recognised: a number, an address, a date of birth, or a name "
            "beside a room. Look at it once more; if it may stand there, you post it yourself."
        ),
        EMPTY: _("We found no words of yours in it: only what your mail program puts around them."),
        LONG: _("It is longer than fits there. Shorten it, or write it in two parts."),
        TOO_FAST: _("Very many came from you in a short time, so this one waits for you."),
        CLOSED: _("The series is closed: everything can still be read, nothing can be written any more."),
        HIDDEN: _("What you answered was taken back or hidden in the meantime."),
        NO_ROLE: _("You have no role there any more, so you cannot write there."),
    }.get(occurrence.partition(" ")[0], "")


def is_kept(occurrence: str) -> bool:
    """Return whether the words of a mail that was not taken wait in their box."""
    return occurrence.partition(" ")[0] in (GUARD, LONG, TOO_FAST, HIDDEN)


def without_files(occurrence: str) -> bool:
    """Return whether the words stand where they should, and only what was attached to them does not."""
    return occurrence.partition(" ")[0] == FILES


def taken(mail: Incoming) -> str:
    """Return as which occurrence somebody is told that the words of this mail stand where they should."""
    return occurrence(FILES if has_files(mail) else WHOLE, mail)


def standing(message: PlannedMessage, *, readers: list[str], not_readers: Iterable[str] = ()) -> dict[str, Any]:
    """Return what the mail says to the writer of words that stand on a page; never the words (``_stands.html``).

    ``message``: with the row of the words as its source. Until its ``told_from`` nobody else is told of them.
    """
    assert message.recipient is not None  # only an account writes on a page
    row, others = message.source, listing(list(not_readers))
    read_by = _("Read by: %(readers)s. Not by %(others)s.") if others else _("Read by: %(readers)s.")
    unheard = message.speaks_at < row.told_from
    return {
        "read_by": read_by % {"readers": listing(readers), "others": others},
        "untold": clock(row.told_from, message.recipient.time_zone, language()) if unheard else "",
        "without_files": without_files(message.occurrence),
    }
