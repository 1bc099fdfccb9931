"""Verbs of improvement: log a conversation, try a change and learn from it, record a number."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from decimal import Decimal

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from collaborative import closing, hiding
from collaborative.models import Team
from core.legible import legible
from core.refusals import Overtaken, Refused
from improvement.axis import spoken_number
from improvement.models import (
    DataPoint,
    DataPointCorrection,
    Measure,
    MeasureKind,
    Method,
    Missing,
    Replaced,
    SafetyConversation,
    TriedChange,
    TryState,
    Via,
    Way,
)
from improvement.periods import Rhythm, asking_week, start_of
from improvement.shares import MOST, share_of
from improvement.signals import number_said
from improvement.weeks import BASELINE, day_at

# A second press on the same button within this time may be a trembling thumb: we ask.
ASK_AGAIN_SECONDS = 3
# A press that comes twice within a moment is one press; later it may have been meant as another conversation.
A_MOMENT = dt.timedelta(seconds=10)
# A conversation every ten minutes, day and night.
MOST_IN_A_WEEK = 1000


def undo_minutes() -> int:
    """Return for how many minutes a verb can be taken back by whoever pressed its button."""
    return max(1, round(settings.UNDO_SECONDS / 60))


def _too_late() -> Refused:
    minutes = undo_minutes()
    text = ngettext(
        "More than %(minutes)d minute has passed; it cannot be taken back here any more.",
        "More than %(minutes)d minutes have passed; it cannot be taken back here any more.",
        minutes,
    )
    return Refused(text % {"minutes": minutes})


class AskAgain(Refused):
    """The same button twice in a moment. Carries the conversation that was saved."""

    def __init__(self, conversation: SafetyConversation) -> None:
        super().__init__(_("Another one?"))
        self.conversation = conversation


# ---------------------------------------------------------------- conversations


@dataclasses.dataclass(frozen=True)
class Logged:
    """The conversation that stands, whether this press made it, and whether an earlier one did so some time ago."""

    conversation: SafetyConversation
    first_time: bool
    already: bool = False


@transaction.atomic
def log_conversation(
    *, team: Team, by, with_whom: str, client_key: uuid.UUID, via: str = Via.SIGNED_IN, again: bool = False
) -> Logged:
    """Save a conversation; "with whom" is all it needs.

    The same ``client_key`` and button again is the same press on a weak signal: the first row is returned. Another
    press of the same button within three seconds raises AskAgain, unless ``again`` says that it was another one.
    """
    closing.must_be_open(team.cohort)
    get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)  # one thumb at a time
    # One page has one key and four buttons: two of them are two conversations.
    key = uuid.uuid5(client_key, f"{team.pk}/{by.pk}/{with_whom}")
    mine = SafetyConversation.objects.filter(team=team, by=by, with_whom=with_whom)
    now = timezone.now()
    if first := mine.filter(client_key=key).first():
        return Logged(first, first_time=False, already=now - first.at > A_MOMENT)
    recent = mine.standing().filter(at__gt=now - dt.timedelta(seconds=ASK_AGAIN_SECONDS)).order_by("-at").first()
    if recent and not again:
        raise AskAgain(recent)
    conversation = SafetyConversation.objects.create(
        team=team, by=by, with_whom=with_whom, client_key=key, via=via, at=now, on=day_at(now, team)
    )
    record("conversation.logged", conversation, by=by, cohort_id=team.cohort_id, team=team.pk)
    return Logged(conversation, first_time=True)


@transaction.atomic
def undo_conversation(*, conversation: SafetyConversation, by) -> None:
    """Take a conversation back, within UNDO_SECONDS, by the one who logged it. Twice is the same as once."""
    conversation = SafetyConversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if conversation.by_id != by.pk:
        raise Refused(_("Only the one who logged it can take it back."))
    if conversation.undone_at:
        return
    now = timezone.now()
    if not conversation.can_undo_at(now):
        raise _too_late()
    conversation.undone_at = now
    conversation.sentence = ""  # what was taken back is not kept
    conversation.save(update_fields=["undone_at", "sentence"])
    record("conversation.undone", conversation, by=by, team=conversation.team_id)


@transaction.atomic
def add_to_conversation(
    *, conversation: SafetyConversation, by, about: str = "", will_change: str = "", sentence: str = ""
) -> SafetyConversation:
    """Add the optional follow-ups, or change them later; empty takes a word away again.

    Refuses while somebody else has hidden them. New words after the writer took theirs back can be read again.
    """
    conversation = SafetyConversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if conversation.by_id != by.pk:
        raise Refused(_("Only the one who logged it can add to it."))
    if conversation.undone_at:
        raise Refused(_("You took this one back. Log it again to add a word."))
    if conversation.is_kept_back:
        raise Refused(_("Your words are hidden. Take them back, then you can write others."))
    after = {"about": about, "will_change": will_change, "sentence": sentence.strip() if legible(sentence) else ""}
    changed = [name for name, value in after.items() if getattr(conversation, name) != value]
    if changed:
        for name, value in {**after, **hiding.SHOWN}.items():
            setattr(conversation, name, value)
        conversation.save(update_fields=[*after, *hiding.SHOWN])
        hiding.written_anew(conversation)
        record("conversation.added_to", conversation, by=by, team=conversation.team_id, fields=changed)
    return conversation


# ---------------------------------------------------------------- tries


@transaction.atomic
def try_change(
    *,
    team: Team,
    by,
    title: str,
    plan: str = "",
    prediction: str = "",
    started: bool = True,
    previous: TriedChange | None = None,
) -> TriedChange:
    """Write down a change that the team tries. ``started`` False: it is only planned so far."""
    if not legible(title):
        raise Refused(_("Say in a few words what you try."), field="title")
    if previous and previous.team_id != team.pk:
        raise Refused(_("That one belongs to another team."))
    tried = TriedChange.objects.create(
        team=team,
        title=title.strip(),
        plan=plan.strip(),
        prediction=prediction.strip(),
        previous=previous,
        state=TryState.DOING if started else TryState.PLAN,
        started_on=day_at(timezone.now(), team) if started else None,
        by=by,
        changed_by=by,
    )
    record("try.made", tried, by=by, cohort_id=team.cohort_id, team=team.pk, state=tried.state)
    return tried


@transaction.atomic
def change_plan(
    *, tried: TriedChange, by, version: int, title: str, plan: str = "", prediction: str | None = ""
) -> TriedChange:
    """Change the words of a try. Raises Overtaken where somebody saved since ``version``.

    ``prediction`` None leaves it as it is; so does a result that is in already: what was expected is not written after it.
    """
    if not legible(title):
        raise Refused(_("Say in a few words what you try."), field="title")
    tried = _to_rewrite(tried, version)
    before = (tried.title, tried.plan, tried.prediction)
    tried.title, tried.plan = title.strip(), plan.strip()
    if prediction is not None and tried.is_open:
        tried.prediction = prediction.strip()
    if (tried.title, tried.plan, tried.prediction) != before:
        tried.by = by
    return _saved(tried, by, "try.changed")


@transaction.atomic
def start_trying(*, tried: TriedChange, by, version: int) -> TriedChange:
    """Say that the team has begun. Saying it again changes nothing."""
    if tried.state != TryState.PLAN:
        return tried
    tried = _mine_to_change(tried, version)
    tried.state, tried.started_on = TryState.DOING, day_at(timezone.now(), tried.team)
    return _saved(tried, by, "try.started")


@transaction.atomic
def learn_from_change(*, tried: TriedChange, by, version: int, what_happened: str, matched: str = "") -> TriedChange:
    """ "We tried it": write down what happened and whether it was as expected. May be put better later."""
    if not legible(what_happened):
        raise Refused(_("Say in a sentence what happened."), field="what_happened")
    tried = _to_rewrite(tried, version)
    if tried.what_happened != what_happened.strip():
        tried.what_happened, tried.learned_by = what_happened.strip(), by
    tried.matched = matched
    today = day_at(timezone.now(), tried.team)
    if tried.is_open:
        tried.state, tried.learned_on = TryState.LEARNED, today
        tried.started_on = min(tried.started_on or today, today)
    return _saved(tried, by, "try.learned")


@transaction.atomic
def decide(*, tried: TriedChange, by, version: int, decision: str) -> TriedChange:
    """Keep it, change it and try again, or let it go. Needs something learned first."""
    tried = _mine_to_change(tried, version)
    if tried.is_open:
        raise Refused(_("First say what happened; then decide."))
    tried.state, tried.decision = TryState.NEXT, decision
    tried.decided_on, tried.decided_by = day_at(timezone.now(), tried.team), by
    return _saved(tried, by, "try.decided", decision=decision)


@transaction.atomic
def undo_decision(*, tried: TriedChange, by, version: int) -> TriedChange:
    """Take a decision back: what was learned waits for another one. ``version`` is that of the try as it was decided.

    By the one who decided, within UNDO_SECONDS, and only while nobody has saved since. Twice is the same as once.
    """
    now = _locked_try(tried)
    if now.version == version + 1 and not now.is_decided and now.changed_by_id == by.pk:
        return now
    if now.version != version or not now.is_decided:
        raise Refused(_("This try was changed since. Look at it again."))
    if now.decided_by_id != by.pk:
        raise Refused(_("Only the one who decided can take it back."))
    if timezone.now() - now.changed_at > dt.timedelta(seconds=settings.UNDO_SECONDS):
        raise _too_late()
    now.state, now.decision, now.decided_on, now.decided_by = TryState.LEARNED, "", None, None
    return _saved(now, by, "try.undecided")


def _locked_try(tried: TriedChange) -> TriedChange:
    rows = TriedChange.objects.select_for_update(of=("self",))
    return rows.select_related("team__unit", "team__cohort", "changed_by").get(pk=tried.pk)


def _mine_to_change(tried: TriedChange, version: int, *, words: bool = False) -> TriedChange:
    """Return the locked row, if nobody has saved it since the form was drawn, nor hidden the ``words`` to be changed."""
    now = _locked_try(tried)
    if words and now.is_kept_back:  # asked first: who was overtaken is shown what stands now
        raise Refused(_("This try is hidden. Its words can be changed once the planning team shows it again."))
    if now.version != version:
        raise Overtaken(now)
    return now


def _to_rewrite(tried: TriedChange, version: int) -> TriedChange:
    """Return the locked row for new words: everybody can read them, also where the writer took the last ones back."""
    now = _mine_to_change(tried, version, words=True)
    for name, value in hiding.SHOWN.items():
        setattr(now, name, value)
    hiding.written_anew(now)
    return now


def _saved(tried: TriedChange, by, verb: str, **detail) -> TriedChange:
    tried.version += 1
    tried.changed_by, tried.changed_at = by, timezone.now()
    tried.save()
    record(verb, tried, by=by, cohort_id=tried.team.cohort_id, team=tried.team_id, state=tried.state, **detail)
    return tried


# ---------------------------------------------------------------- measures


@transaction.atomic
def ensure_default_measure(team: Team) -> Measure:
    """Return the measure every team begins with, made if it is missing: conversations a week, filled from the log."""
    measure, made = Measure.objects.get_or_create(
        team=team,
        fills_itself=True,
        defaults={
            "name_en": "Safety conversations a week",
            "name_fr": "Conversations sur la sécurité par semaine",
            "unit_en": "conversations",
            "unit_fr": "conversations",
            "kind": MeasureKind.COUNT,
            "direction": "up",
        },
    )
    if made:
        record("measure.made", measure, cohort_id=team.cohort_id, team=team.pk, fills_itself=True)
    return measure


# ---------------------------------------------------------------- numbers


@dataclasses.dataclass(frozen=True)
class Saved:
    """The number that stands now (None after the first one was taken back), and whether this act changed anything."""

    point: DataPoint | None
    changed: bool


@transaction.atomic
def record_number(
    *,
    measure: Measure,
    by,
    period_start: dt.date,
    value: Decimal | None = None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    missing_reason: str = "",
    method: str = Method.TYPED,
    way: str = Way.PAGE,
    seen: uuid.UUID | str | None = "any",
) -> Saved:
    """Save the number of the period that begins on ``period_start``, or the reason why there is none.

    ``numerator`` of ``denominator`` make the value of a share or a rate; none of none is nothing to count.

    What stood there is kept as a correction; the same number again changes nothing. On the measure that fills itself a
    number equal to the log's count is an agreement with the log, so that later conversations of that week still count.
    ``seen`` names the act of saving that the form showed (None: it showed none); Overtaken if another stands there now.
    """
    measure = (
        Measure.objects.select_for_update(of=("self",)).select_related("team__unit", "team__cohort").get(pk=measure.pk)
    )
    if numerator is not None or denominator is not None:
        value = worked_out(measure, numerator, denominator)
        if value is None:
            numerator = denominator = None
            missing_reason = Missing.NO_EVENT
    value = checked_number(measure=measure, period_start=period_start, value=value)
    if value is None and missing_reason not in Missing.values:
        raise Refused(_("Type a number, or say why there is none."), field="value")
    if value is not None:
        missing_reason = ""
        if measure.fills_itself and method == Method.TYPED and value == logged_in_week(measure.team, period_start):
            method = Method.LOG
    after = {
        "value": value,
        "numerator": numerator,
        "denominator": denominator,
        "missing_reason": missing_reason,
        "method": method,
    }
    point = DataPoint.objects.select_related("by").filter(measure=measure, period_start=period_start).first()
    if point and _same(point, after):
        return Saved(point, changed=False)
    if point and seen not in ("any", point.deed):
        raise Overtaken(point)
    deed, now = uuid.uuid4(), timezone.now()
    if point is None:
        point = DataPoint.objects.create(
            measure=measure, period_start=period_start, way=way, by=by, at=now, deed=deed, **after
        )
    else:
        _keep(point, how=Replaced.CORRECTED, by=by, replaced_by_deed=deed)
        for name, what in {**after, "way": way, "by": by, "at": now, "deed": deed}.items():
            setattr(point, name, what)
        point.save()
    cohort = measure.team.cohort_id
    record("number.recorded", measure, by=by, cohort_id=cohort, period=period_start, method=method, way=way)
    number_said.send(sender=DataPoint, team=measure.team, week=asking_week(measure.frequency, period_start))
    return Saved(point, changed=True)


def checked_number(*, measure: Measure, period_start: dt.date, value: Decimal | None) -> Decimal | None:
    """Return a number of a period as it would be saved, None for none. Refuses what a typed one is refused for; saves nothing."""
    period_is_possible(measure.team, period_start, measure.frequency)
    if value is None:
        return None
    value = possible(measure.kind, value)
    _likely(measure, value)
    return value


@transaction.atomic
def undo_number(*, measure: Measure, deed: uuid.UUID, by) -> Saved:
    """Take back one act of saving: what stood before stands again, or nothing where nothing stood.

    By the one who saved it, within UNDO_SECONDS, and only if nobody has saved since. Twice is the same as once.
    """
    measure = (
        Measure.objects.select_for_update(of=("self",)).select_related("team__unit", "team__cohort").get(pk=measure.pk)
    )
    past = DataPointCorrection.objects.filter(measure=measure)
    point = DataPoint.objects.filter(measure=measure, deed=deed).first()
    if point is None:
        if undone := past.filter(deed=deed, how=Replaced.UNDONE).first():
            return Saved(measure.points.filter(period_start=undone.period_start).first(), changed=False)
        raise Refused(_("Another number was saved since. Look at the chart, and type the right one."))
    if point.by_id != by.pk:
        raise Refused(_("Only the one who saved it can take it back. You can type another number."))
    if timezone.now() - point.at > dt.timedelta(seconds=settings.UNDO_SECONDS):
        raise _too_late()
    before = past.filter(replaced_by_deed=deed).first()
    _keep(point, how=Replaced.UNDONE, by=by)
    if before is None:
        point.delete()
        standing = None
    else:
        for name in ("value", "numerator", "denominator", "missing_reason", "method", "way", "deed"):
            setattr(point, name, getattr(before, name))
        point.by_id, point.at = before.was_by_id, before.was_at
        point.save()
        standing = point
    record("number.undone", measure, by=by, period=point.period_start, team=measure.team_id)
    number_said.send(sender=DataPoint, team=measure.team, week=asking_week(measure.frequency, point.period_start))
    return Saved(standing, changed=True)


def logged_in_week(team: Team, monday: dt.date) -> int:
    """Return how many conversations of that week stand in the team's log."""
    return SafetyConversation.objects.filter(team=team).standing().of_week(monday).count()


def _keep(point: DataPoint, *, how: str, by, replaced_by_deed=None) -> None:
    DataPointCorrection.objects.create(
        measure_id=point.measure_id,
        period_start=point.period_start,
        value=point.value,
        numerator=point.numerator,
        denominator=point.denominator,
        missing_reason=point.missing_reason,
        method=point.method,
        way=point.way,
        deed=point.deed,
        was_by_id=point.by_id,
        was_at=point.at,
        how=how,
        by=by,
        replaced_by_deed=replaced_by_deed,
    )


def _same(point: DataPoint, after: dict) -> bool:
    return all(getattr(point, name) == value for name, value in after.items())


def period_is_possible(team: Team, start: dt.date, rhythm: str = Rhythm.WEEKLY) -> None:
    """Refuse a period that does not begin on this day, or that a team can have no number of."""
    weekly = rhythm == Rhythm.WEEKLY
    if start != start_of(rhythm, start):
        text = _("A week begins on a Monday.") if weekly else _("A month begins on its first day.")
        raise Refused(text, field="period")
    if start > start_of(rhythm, day_at(timezone.now(), team)):
        text = _("That week has not begun yet.") if weekly else _("That month has not begun yet.")
        raise Refused(text, field="period")
    if start < start_of(rhythm, team.cohort.first_day - BASELINE):
        if weekly:
            raise Refused(_("That week lies more than a year before your series began."), field="period")
        raise Refused(_("That month lies more than a year before your series began."), field="period")


def worked_out(measure: Measure, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """Return the share in percent or the rate that these parts make, to three decimals; None for none of none."""
    if not measure.has_parts:
        raise Refused(_("This one is one number, not so many of so many."), field="value")
    if numerator is None or denominator is None:
        raise Refused(_("Type both: how many, and of how many."), field="value")
    if numerator < 0 or denominator < 0:
        raise Refused(_("There cannot be fewer than none. Type 0 or more."), field="value")
    if not denominator:
        if numerator:
            raise Refused(_("So many of none? The second number cannot be 0 here."), field="value")
        return None
    if measure.kind == MeasureKind.PERCENT and numerator > denominator:
        text = _("%(part)s of %(whole)s is more than all of them. Are the two the wrong way round?")
        raise Refused(text % {"part": spoken_number(numerator), "whole": spoken_number(denominator)}, field="value")
    found = share_of(numerator, denominator, kind=measure.kind, per=measure.per)
    if found >= MOST:
        raise Refused(_("This number is too big to be kept here. Is there a digit too many?"), field="value")
    return found


def possible(kind: str, value: Decimal, *, field: str = "value") -> Decimal:
    """Return the value, if a measure of this kind can have it."""
    if kind in (MeasureKind.COUNT, MeasureKind.RATE, MeasureKind.BETWEEN) and value < 0:
        raise Refused(_("There cannot be fewer than none. Type 0 or more."), field=field)
    if kind == MeasureKind.COUNT and value != value.to_integral_value():
        raise Refused(_("This one is counted in whole numbers."), field=field)
    if kind == MeasureKind.PERCENT and not 0 <= value <= 100:
        raise Refused(_("A percentage lies between 0 and 100."), field=field)
    return value


def _likely(measure: Measure, value: Decimal) -> None:
    """Refuse more conversations in a week than a unit can have: a slip that would flatten the chart for ever."""
    if measure.fills_itself and value > MOST_IN_A_WEEK:
        text = _("More than %(most)s conversations on one unit in a week? There may be a digit too many.")
        raise Refused(text % {"most": MOST_IN_A_WEEK}, field="value")
