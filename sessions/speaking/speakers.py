"""Who speaks, hosts and introduces at a session: the speakers of a programme, and what each does this time.

A speaker is somebody the programme knows, with or without an account; an appearance is that person at one session, with a
line of their own for that time. Partner organisations host beside them.
"""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Programme
from collaborative.querysets import by_name
from core.refusals import Overtaken, Refused
from sessions.models import Appearance, Hosting, LearningSession, Partner, Speaker
from sessions.querysets import expected_at
from sessions.speaking import mail as speaker_mail
from sessions.speaking import own_page

SOMEBODY_NEW = "new"


def speakers_of(programme: Programme) -> models.QuerySet[Speaker]:
    """Return whom the programme knows as speakers, by name; not those who asked to be forgotten."""
    return Speaker.objects.filter(programme=programme).exclude(name="").order_by(by_name(), "pk")


def partners_of(programme: Programme) -> models.QuerySet[Partner]:
    """Return the organisations that have hosted with the programme, by name."""
    return Partner.objects.filter(programme=programme).order_by(by_name("name_en"), "pk")


def hosts_of(learning_session: LearningSession) -> models.QuerySet[Partner]:
    """Return the organisations that host a session, by name."""
    return Partner.objects.filter(hostings__learning_session=learning_session).order_by(by_name("name_en"), "pk")


def people_of(learning_session: LearningSession):
    """Return those of the cohort who are no speakers of its programme yet: whoever takes part may speak."""
    known = Speaker.objects.filter(programme=learning_session.cohort.programme_id, person__isnull=False)
    return expected_at(learning_session).exclude(pk__in=known.values("person")).order_by(by_name(), "pk")


def appearances_of(learning_session: LearningSession) -> models.QuerySet[Appearance]:
    """Return who is in a session, in order, each with the person and the item of the agenda."""
    return learning_session.appearances.select_related("speaker", "item")


@transaction.atomic
def add_speaker(*, programme: Programme, by, name: str, person=None, **facts) -> Speaker:
    """Let the programme know somebody as a speaker; return them. ``person``: their account, if they have one here."""
    made = Speaker.objects.create(programme=programme, name=name, person=person, **facts)
    record("speaker.added", made, by=by)
    return made


@transaction.atomic
def change_speaker(*, speaker: Speaker, by, version: int, **values) -> Speaker:
    """Change what is known of a speaker; return them. Raises Overtaken where somebody has since ``version``."""
    before = speaker.email
    now = _change(Speaker, speaker, by=by, version=version, verb="speaker.changed", **values)
    speaker_mail.settle_speaker(now, other_address=now.email != before)
    return now


@transaction.atomic
def put_in(
    *, learning_session: LearningSession, by, who: str, part: str, name: str = "", email: str = "",
    item_id: int | None = None, role_line_en: str = "", role_line_fr: str = "",
) -> Appearance:  # fmt: skip
    """Put somebody into a session and return that appearance.

    ``who``: "speaker:KEY" for one whom the programme knows, "person:KEY" for somebody of the cohort, who is a speaker from
    then on, or SOMEBODY_NEW with a ``name`` and, where it is known, an ``email``: nothing is mailed for that. Refuses the same part twice.
    """
    speaker = _whom(learning_session, who, by, name=name, email=email)
    if learning_session.appearances.filter(speaker=speaker, part=part).exists():
        raise Refused(_("%(name)s does that here already.") % {"name": speaker.name}, field="who")
    last = learning_session.appearances.aggregate(last=Max("ordinal"))["last"] or 0
    made = learning_session.appearances.create(
        speaker=speaker,
        part=part,
        item_id=item_id,
        ordinal=last + 1,
        role_line_en=role_line_en,
        role_line_fr=role_line_fr,
    )
    record("session.person_added", learning_session, by=by, appearance=made.pk)
    return made


def _whom(learning_session: LearningSession, who: str, by, **new: str) -> Speaker:
    programme = learning_session.cohort.programme
    if who == SOMEBODY_NEW:
        return add_speaker(programme=programme, by=by, **new)
    kind, _colon, key = who.partition(":")
    if kind == "speaker":
        return speakers_of(programme).get(pk=key)
    person = people_of(learning_session).get(pk=key)
    known = {"language": person.language, "email": person.email or "", "city": person.city}
    return add_speaker(programme=programme, by=by, name=person.name, person=person, **known)


@transaction.atomic
def change_appearance(*, appearance: Appearance, by, version: int, **values) -> Appearance:
    """Change what somebody does at a session; return it. Raises Overtaken where somebody has changed it since ``version``."""
    twin = Appearance.objects.filter(
        learning_session=appearance.learning_session_id, speaker=appearance.speaker_id, part=values["part"]
    )
    if twin.exclude(pk=appearance.pk).exists():
        raise Refused(_("%(name)s does that here already.") % {"name": appearance.speaker.name}, field="part")
    return _change(Appearance, appearance, by=by, version=version, verb="session.person_changed", **values)


def slides_of(appearance: Appearance) -> int:
    """Return how many versions of slides somebody has sent for a session."""
    return appearance.slides.count()


@transaction.atomic
def take_out(*, appearance: Appearance, by) -> None:
    """Take somebody out of a session, and their slides with them. The programme still knows them."""
    now = Appearance.objects.select_for_update().filter(pk=appearance.pk).first()
    if now is None:
        return
    own_page.take_slides_back(appearance=now, by=by)
    record("session.person_removed", now.learning_session, by=by, speaker=now.speaker_id)
    now.delete()


@transaction.atomic
def move(*, appearance: Appearance, way: str, seen: int, by) -> None:
    """Let somebody change places with the one before (``way`` "up") or after ("down").

    Nothing where they have moved from ``seen`` since.
    """
    line = list(
        Appearance.objects.select_for_update().filter(learning_session=appearance.learning_session_id).order_by("ordinal", "created_at", "pk")
    )  # fmt: skip
    here = next((place for place, one in enumerate(line) if one.pk == appearance.pk), None)
    step = {"up": -1, "down": 1}.get(way)
    if here is None or step is None or line[here].ordinal != seen or not 0 <= here + step < len(line):
        return
    there = here + step
    line[here], line[there] = line[there], line[here]
    for place, one in enumerate(line, start=1):
        one.ordinal = place
    Appearance.objects.bulk_update(line, ["ordinal"])
    record("session.person_moved", appearance.learning_session, by=by, appearance=appearance.pk)


# ---------------------------------------------------------------- organisations that host


@transaction.atomic
def add_partner(*, learning_session: LearningSession, by, **facts) -> Partner:
    """Let the programme know an organisation that it has not known, and let it host this session; return it."""
    partner = Partner.objects.create(programme=learning_session.cohort.programme, **facts)
    record("partner.added", partner, by=by)
    host(learning_session=learning_session, partner=partner, by=by)
    return partner


@transaction.atomic
def host(*, learning_session: LearningSession, partner: Partner, by) -> None:
    """Let an organisation host a session; once is enough."""
    _row, made = Hosting.objects.get_or_create(learning_session=learning_session, partner=partner)
    if made:
        record("session.host_added", learning_session, by=by, partner=partner.pk)


@transaction.atomic
def host_no_longer(*, learning_session: LearningSession, partner: Partner, by) -> None:
    """An organisation does not host a session any more; others that it hosts stay."""
    gone, _each = Hosting.objects.filter(learning_session=learning_session, partner=partner).delete()
    if gone:
        record("session.host_removed", learning_session, by=by, partner=partner.pk)


@transaction.atomic
def change_partner(*, partner: Partner, by, version: int, **values) -> Partner:
    """Change what an organisation is called and where its links lead; Overtaken where somebody has since ``version``."""
    return _change(Partner, partner, by=by, version=version, verb="partner.changed", **values)


def _change(model, row, *, by, version: int, verb: str, **values):
    now = model.objects.select_for_update().get(pk=row.pk)
    changed = {name: value for name, value in values.items() if getattr(now, name) != value}
    if not changed:
        return now
    if now.version != version:
        raise Overtaken(now)
    for name, value in changed.items():
        setattr(now, name, value)
    now.version = F("version") + 1
    now.save(update_fields=[*changed, "version"])
    now.refresh_from_db(fields=["version"])
    record(verb, now, by=by, fields=sorted(changed))
    return now
