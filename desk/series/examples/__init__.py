"""Messages that nobody planned, about real things of a cohort: how a kind reads before there is one, or once it is all over.

A module a room. Each function is given such a message to whoever looks (``row``) and the cohort. It puts before it what its
words speak of, made of what the cohort has, as its kind's ``sources`` would; where the cohort has nothing to make one of, it
raises ``NothingYet`` with why. Names are those of who looks. Nothing is written.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Final

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from collaborative.models import Cohort
from desk.outbox.every import LANGUAGES
from desk.outbox.lists import Preview, as_it_reads
from desk.series.examples import asking, enrolling, mailing, meeting, outside, talking, teams
from desk.series.examples.found import Example, NothingYet
from notifications import kinds, sealing
from notifications.models import PlannedMessage
from notifications.wording import Said

# Such a code opens nothing: it stands where a real one would.
_CODE: Final = "123456"
_EXAMPLES: Final[dict[str, Example]] = {
    **asking.EXAMPLES, **enrolling.EXAMPLES, **mailing.EXAMPLES, **meeting.EXAMPLES, **outside.EXAMPLES, **talking.EXAMPLES,
    **teams.EXAMPLES,
}  # fmt: skip


def samples_made_up(row_of: Callable[[str], PlannedMessage], cohort: Cohort, key: str) -> tuple[list[Preview], str]:
    """Return how a kind reads in every language, made of what the cohort has; where nothing can be made, [] and why.

    ``row_of``: returns a message of this kind to whoever looks, in a language.
    """
    make = _of(key)
    if make is None:
        return [], ""
    # What is found of the cohort for one example is kept with this copy of it, for both languages.
    found, cohort, said = [], copy.copy(cohort), Said()
    said.load_words([row_of(LANGUAGES[0])])
    for lang in LANGUAGES:
        row = row_of(lang)
        row.created_at = timezone.now()
        try:
            with translation.override(lang):
                make(row, cohort)
        except NothingYet as why:
            return [], str(why)
        found.append(as_it_reads(row, said))
    shown = [one for one in found if one and not one.is_broken]
    if len(shown) == len(LANGUAGES):
        return shown, ""
    return [], _("As this cohort stands, it would say nothing.")


def _of(key: str) -> Example | None:
    if key in _EXAMPLES:
        return _EXAMPLES[key]
    kind = kinds.find(key)
    if key.startswith("account/"):
        return _account
    # What says the same to everybody speaks of nothing that has to be there.
    return _as_it_is if kind is not None and kind.context is kinds.nothing_more else None


def _as_it_is(row: PlannedMessage, cohort: Cohort) -> None:
    row.source = cohort


def _account(row: PlannedMessage, _cohort: Cohort) -> None:
    row.secret = sealing.seal(_CODE)
