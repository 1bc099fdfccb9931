"""A number that comes back with the answer to a mail (``core.registry.handle_reply``): read, saved, and confirmed once.

Only who got the mail is listened to, and only as long as they may enter numbers for that team. A number that somebody
else has entered in the meantime stands; the answer says so. What cannot be read is told in one mail with a link, and what
is no number at all goes to people.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from collaborative import closing, later_replies
from collaborative.models import Team
from collaborative.pace import keep_pace
from collaborative.permissions import belongs
from collaborative.said_by_mail import has_files
from collaborative.words import of_team
from core.refusals import Overtaken, Refused
from core.words import speaking
from improvement import number_replies, numbers_due, periods, services
from improvement.axis import spoken_number
from improvement.models import DataPoint, Measure, Missing, Way
from improvement.number_replies import Asked, Said
from improvement.numbers_due import KIND, SOURCE
from improvement.periods import Rhythm
from improvement.sheets.beside import may_be_a_sheet
from notifications import services as notifications
from notifications.models import PlannedMessage

if TYPE_CHECKING:
    from notifications.inbound.incoming import Incoming

TAKEN: Final = "improvement/number-taken"
UNCLEAR: Final = "improvement/number-unclear"
LATER: Final = "improvement/number-later"
# Of a mail as long as this people read the whole.
_LONGEST: Final = 2000


def handle(mail: Incoming) -> str | None:
    """Return what became of a mail that answers one about a team's numbers, None where it is for people (too)."""
    # Of one with a sheet the sheet is read first (improvement.replies_sheet), which asks for what stands beside it.
    if any(may_be_a_sheet(one) for one in mail.files):
        return None
    reply = _reply_in(mail)
    if reply is None:
        return None
    with override(mail.person.language), speaking(of_team(reply.team)):
        return reply.take()


def taken_beside_a_sheet(mail: Incoming, words: str, *, doubtful: Collection[str]) -> bool:
    """Take the bare number that a mail has beside its sheet; return whether its ``words`` are answered with that.

    The sheet was saved before. A number is taken where none stands for that week, and is answered where the same does: what
    the sheet says otherwise stands, and people read the words. ``doubtful``: the measures of which the sheet says something
    for that week that was not saved ("" for any of them).
    """
    reply = _reply_in(dataclasses.replace(mail, words=words))
    return reply is not None and reply.take_beside(doubtful)


def _reply_in(mail: Incoming) -> _Reply | None:
    """Return the answer to a mail about a team's numbers, by who got that and belongs to the team; None for any other mail."""
    message = mail.answers
    if message is None or message.source_type != SOURCE or not mail.words.strip() or len(mail.words) > _LONGEST:
        return None
    if mail.person is None or message.recipient_id != mail.person.pk:
        return None
    team = Team.objects.filter(pk=message.source_id, withdrawn_at=None).with_place().first()
    if team is None or not belongs(mail.person, team):
        return None
    return _Reply(mail, message, team)


def week_of(message: PlannedMessage) -> dt.date:
    """Return the Monday of the week that a message about numbers speaks of."""
    return dt.date.fromisoformat(message.occurrence[:10])


class _NotSaved(Exception):
    """A number is refused, and so nothing of its mail is saved: what was written of it, and why not."""

    def __init__(self, words: str, sentence: str) -> None:
        super().__init__(sentence)
        self._words, self._sentence = words, sentence

    def told(self, *, alone: bool) -> dict[str, str]:
        """Return what its writer is told. ``alone``: the mail has no other number."""
        if alone:
            return {"sentence": self._sentence}
        nothing = _("Nothing of this answer was saved.")
        return {"words": self._words, "sentence": f"{self._sentence} {nothing}"}


class _Reply:
    """One mail, about one week of one team."""

    def __init__(self, mail: Incoming, message: PlannedMessage, team: Team) -> None:
        self._mail, self._message, self.team = mail, message, team
        self._person, self._week = mail.person, week_of(message)

    def take(self) -> str | None:
        if later := later_replies.read(self._mail.words, names=[self._person.name]):
            told = self._put_off()
            return self._or_people(told, later.rest)
        measures, points, logged = self._now()
        answer = self._read(measures, points, logged)
        if answer == number_replies.NOT_A_NUMBER:
            return None
        if answer.problem:
            value = "" if answer.value is None else str(answer.value)
            told = self._unclear(answer.problem, words=answer.words, measure=answer.key, value=value)
            return self._or_people(told, answer.rest)
        if refusal := self._refusal():
            told = self._unclear("refused", sentence=refusal)
            return self._or_people(told, answer.rest)
        try:
            taken, standing = self._save_all(answer.said, measures, points, logged)
        except _NotSaved as not_saved:
            told = self._unclear("refused", **not_saved.told(alone=len(answer.said) == 1))
            return self._or_people(told, answer.rest)
        self._tell(TAKEN if taken else UNCLEAR, taken=taken, standing=standing)
        return self._or_people("number_taken" if taken else "number_stands", answer.rest)

    def take_beside(self, doubtful: Collection[str]) -> bool:
        """Take the bare numbers of this mail where none stands yet; return whether nothing of it is left for people."""
        measures, points, logged = self._now()
        answer = self._read(measures, points, logged)
        if not answer.said or answer.rest or any(one.value is None for one in answer.said) or self._refusal():
            return False
        standing = {key: points.get(one.pk) for key, one in measures.items()}
        if any(_is_in_doubt(one, standing[one.key], doubtful) for one in answer.said):
            return False
        left = [one for one in answer.said if standing[one.key] is None]
        if not left:
            return True
        try:
            with transaction.atomic():
                taken, others = self._save_all(left, measures, points, logged)
                if others:  # somebody was quicker
                    raise _NotSaved("", "")
        except _NotSaved:
            return False
        self._tell(TAKEN, taken=taken, standing=[])
        return True

    def _now(self) -> tuple[dict[str, Measure], dict[Any, DataPoint], int]:
        """Return the measures of the team by key, what stands for the week by measure, and what the log counted in it."""
        measures = {str(one.pk): one for one in Measure.objects.filter(team=self.team).asked_in(self._week)}
        rows = DataPoint.objects.filter(measure__in=measures.values()).asked_in(self._week).select_related("by")
        return measures, {one.measure_id: one for one in rows}, services.logged_in_week(self.team, self._week)

    def _read(self, measures: dict[str, Measure], points: dict[Any, DataPoint], logged: int) -> number_replies.Answer:
        asked = [_asked(one, logged) for one in sorted(measures.values(), key=lambda one: self._place(one, points))]
        words = _without_months(self._mail.words, measures.values(), self._week)
        return number_replies.read(words, asked, names=[self._person.name])

    def _or_people(self, done: str, rest: bool) -> str | None:
        """Return what was done; None where there is more in the mail, words or a file: that is for people as well."""
        return None if rest or has_files(self._mail) else done

    @transaction.atomic
    def _save_all(
        self, answers: Sequence[Said], measures: dict[str, Measure], points: dict[Any, DataPoint], logged: int
    ) -> tuple[list[str], list[dict[str, str]]]:
        """Save every number of a mail, or none; return those taken, and those where another's stands. Raises _NotSaved."""
        taken: list[str] = []
        standing: list[dict[str, str]] = []
        # By the key of the measure, as everybody who saves several: two at once wait for each other, and never in a ring.
        for said in sorted(answers, key=lambda one: one.key):
            measure = measures[said.key]
            try:
                self._save(measure, said, points.get(measure.pk), logged)
                taken.append(said.key)
            except Overtaken as overtaken:
                standing.append(
                    {"measure": said.key, "said": _spoken(said, measure), **_stands(overtaken.theirs, measure)}
                )
            except Refused as refused:
                line = _("%(name)s: %(number)s") % {"name": measure.name, "number": _spoken(said, measure)}
                raise _NotSaved(line, refused.sentence) from refused
        return taken, standing

    def _place(self, measure: Measure, points: dict[Any, DataPoint]) -> tuple:
        """Return the place of a measure among those that a bare number may mean: what the mail asked for comes first."""
        point, sent = points.get(measure.pk), self._message.sent_at or self._message.created_at
        if self._message.kind == KIND:
            was_asked = point is None or point.at >= sent
        else:
            was_asked = point is not None and point.by_id == self._person.pk
        return not was_asked, not measure.fills_itself, measure.ordinal, measure.created_at

    def _put_off(self) -> str:
        # Where every number is saved there is nothing left to put off: the mail says so.
        if not numbers_due.already_saved(self.team, self._week):
            try:
                with transaction.atomic():
                    numbers_due.put_off(team=self.team, week=self._week, by=self._person)
            except Refused as refused:
                return self._unclear("refused", sentence=refused.sentence)
        self._tell(LATER)
        return "number_put_off"

    def _refusal(self) -> str:
        """Return why nothing is taken from this person now, "" where it is."""
        try:
            closing.must_be_open(self.team.cohort)
            keep_pace("number", by=self._person)
        except Refused as refused:
            return refused.sentence
        return ""

    @transaction.atomic
    def _save(self, measure: Measure, said: Said, point: DataPoint | None, logged: int) -> None:
        what: dict[str, Any] = {"missing_reason": Missing.NOT_COLLECTED}
        if not said.missing:
            what = {"value": Decimal(logged) if said.agrees else said.value}
        if said.parts:
            what = dict(zip(("numerator", "denominator"), said.parts, strict=True))
        # One's own number is corrected; another's is not written over unseen.
        seen = point.deed if point and point.by_id == self._person.pk else None
        start = periods.asked_in(measure.frequency, self._week) or self._week
        services.record_number(measure=measure, by=self._person, period_start=start, way=Way.MAIL, seen=seen, **what)

    def _unclear(self, problem: str, **more: str) -> str:
        self._tell(UNCLEAR, problem=problem, **more)
        return "number_unclear"

    def _tell(self, kind: str, **what: Any) -> None:
        notifications.post(
            kind,
            to=self._person,
            about=(SOURCE, str(self.team.pk)),
            version=0,
            occurrence=f"{self._week.isoformat()} {self._mail.key.hex[:16]}",
            scope=self.team.cohort,
            secret=json.dumps(what),
        )


def _without_months(words: str, measures: Iterable[Measure], week: dt.date) -> str:
    """Return what was written with "Falls, November 2026" as "Falls": as the mail names a month, and its year is no number."""
    for one in measures:
        if one.frequency != Rhythm.MONTHLY:
            continue
        for spoken in ("en", "fr"):
            with override(spoken):
                named = numbers_due.named(one, periods.asked_in(one.frequency, week))
                words = re.sub(re.escape(named), one.name.replace("\\", r"\\"), words, flags=re.IGNORECASE)
    return words


def _asked(measure: Measure, logged: int) -> Asked:
    names = tuple(name for name in (measure.name_en, measure.name_fr, measure.unit_en, measure.unit_fr) if name)
    return Asked(str(measure.pk), names, measure.kind, offered=measure.fills_itself and logged > 0, per=measure.per)


def _is_in_doubt(said: Said, stands: DataPoint | None, doubtful: Collection[str]) -> bool:
    """Does a sheet, or what stands, say another number, or may it?"""
    if "" in doubtful or said.key in doubtful:
        return True
    return stands is not None and stands.value != said.value


def _spoken(said: Said, measure: Measure) -> str:
    return str(Missing.NOT_COLLECTED.label) if said.missing else spoken_number(said.value, measure.kind)


def _stands(point: DataPoint, measure: Measure) -> dict[str, str]:
    number = spoken_number(point.value, measure.kind) or str(Missing(point.missing_reason).label)
    return {"stands": number, "whose": point.by.first_name if point.by else ""}
