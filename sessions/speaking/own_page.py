"""What somebody who speaks does on their page, and what the planning team makes of their slides."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from core.refusals import Overtaken, Refused
from files import services as files
from sessions import materials
from sessions.models import Appearance, Material, MaterialKind, Slides, Speaker
from sessions.speaking import mail as speaker_mail

# What a speaker ticks, so that everybody can follow: key, and the sentence in their voice.
ACCESS: Final = (
    ("size", gettext_lazy("My letters are large: 24 points or more.")),
    ("contrast", gettext_lazy("Words stand out from what is behind them, and no colour alone says anything.")),
    ("pictures", gettext_lazy("Pictures and charts have a description (alternative text).")),
    ("plain", gettext_lazy("I use plain words and spell out each abbreviation once.")),
    ("aloud", gettext_lazy("I say aloud what is on the screen, for those who only listen.")),
)
CONSENTS: Final = ("recording", "publication")
# Versions of one language's slides that stay to go back to.
MOST_VERSIONS: Final = 20


@transaction.atomic
def send_slides(*, appearance: Appearance, language: str, file: UploadedFile, by: Any = None) -> Slides:
    """Keep a new version of somebody's slides and return it. Refuses what is no PDF or PPTX, by its field."""
    _lock(appearance)
    before = Slides.objects.filter(appearance=appearance, language=language)
    last = before.aggregate(last=Max("number"))["last"] or 0
    if before.count() >= MOST_VERSIONS:
        raise Refused(_("There are so many versions by now. Call the planning team."), field="file")
    cohort = appearance.learning_session.cohort_id
    stored = files.store(file, by=by, kept_for=cohort, kinds=files.SLIDES)
    made = Slides.objects.create(appearance=appearance, language=language, number=last + 1, file=stored)
    _record("speaker.slides_sent", appearance, language=language, number=made.number)
    return made


@transaction.atomic
def tick(*, appearance: Appearance, access: Collection[str], version: int) -> Appearance:
    """Keep what somebody ticked; return the row. Raises Overtaken where it was changed since ``version``."""
    now = _lock(appearance)
    ticked = [key for key, _words in ACCESS if key in access]
    if ticked == now.access:
        return now
    if now.version != version:
        raise Overtaken(now)
    now.access = ticked
    now.version += 1
    now.save(update_fields=["access", "version"])
    _record("speaker.ticked", now)
    return now


@transaction.atomic
def say_who(*, appearance: Appearance, version: int, **values: str) -> Speaker:
    """Keep a speaker's name as it is spoken, where they belong and where they are. Raises Overtaken as ``tick`` does."""
    now = Speaker.objects.select_for_update().get(pk=appearance.speaker_id)
    changed = [name for name, value in values.items() if getattr(now, name) != value]
    if not changed:
        return now
    if now.version != version:
        raise Overtaken(now)
    for name in changed:
        setattr(now, name, values[name])
    now.version += 1
    now.save(update_fields=[*changed, "version"])
    speaker_mail.settle_speaker(now)
    _record("speaker.said_who", appearance, fields=sorted(changed))
    return now


@transaction.atomic
def consent(*, appearance: Appearance, to: str, agrees: bool) -> Appearance:
    """Keep that somebody agrees to their recording or to publication, or does not any more; return the row.

    Whoever takes their consent to publication back has their slides taken out of people's sight at once.
    """
    now = _lock(appearance)
    field = f"{to}_agreed_at"
    if agrees == bool(getattr(now, field)):
        return now
    setattr(now, field, timezone.now() if agrees else None)
    now.save(update_fields=[field])
    if to == "publication" and not agrees:
        _materials_of(now).exclude(published_at=None).update(published_at=None, version=F("version") + 1)
    _record("speaker.agreed" if agrees else "speaker.took_back", now, to=to)
    return now


@transaction.atomic
def publish_slides(*, appearance: Appearance, by) -> Material:
    """Let everybody in the cohort see somebody's newest slides as a material of the session; return it.

    In both languages at once; where there is only one, it is marked so. What was published of them before is replaced.
    """
    now = _lock(appearance)
    newest = newest_slides(now.slides.all())
    if not newest:
        raise Refused(_("There are no slides yet."))
    if now.publication_agreed_at is None:
        raise Refused(_("%(name)s has not agreed to publication yet.") % {"name": now.speaker.name})
    material = _materials_of(now).first() or materials.add(
        learning_session=now.learning_session, by=by, kind=MaterialKind.SLIDES, only_in="", **_title(now)
    )
    for lang in materials.BOTH:
        setattr(material, f"file_{lang}", newest[lang].file if lang in newest else None)
        setattr(material, f"url_{lang}", "")
    material.only_in = "" if len(newest) == 2 else next(iter(newest))
    material.version += 1
    material.published_at = material.published_at or timezone.now()
    material.save()
    record("material.published", material, by=by, cohort_id=now.learning_session.cohort_id)
    return material


def _title(appearance: Appearance) -> dict[str, str]:
    """Return what the slides are called as a material, in both languages."""
    about = appearance.item or appearance.learning_session
    name = appearance.speaker.name
    return {f"title_{lang}": f"{getattr(about, f'title_{lang}')} ({name})"[:160] for lang in materials.BOTH}


def newest_slides(slides: Collection[Slides] | Any) -> dict[str, Slides]:
    """Return the newest version in each language that there is one in."""
    newest: dict[str, Slides] = {}
    for one in sorted(slides, key=lambda row: row.number):
        newest[one.language] = one
    return newest


def _materials_of(appearance: Appearance):
    """Return the materials that show this speaker's slides."""
    theirs = Slides.objects.filter(appearance=appearance).values("file")
    rows = Material.objects.filter(learning_session=appearance.learning_session_id)
    return rows.filter(Q(file_en__in=theirs) | Q(file_fr__in=theirs))


@transaction.atomic
def take_slides_back(*, appearance: Appearance, by) -> None:
    """Take somebody's slides out of the materials of their session.

    What else stands in such a material stays, and nobody sees it until it is published again; an empty one goes.
    """
    theirs = set(Slides.objects.filter(appearance=appearance).values_list("file", flat=True))
    for row in _materials_of(appearance).select_for_update():
        was_published, row.published_at = row.published_at, None
        for lang in materials.BOTH:
            if getattr(row, f"file_{lang}_id") in theirs:
                setattr(row, f"file_{lang}", None)
        if was_published:
            record("material.unpublished", row, by=by, cohort_id=appearance.learning_session.cohort_id)
        if materials.is_empty(row):
            record("material.removed", row, by=by, cohort_id=appearance.learning_session.cohort_id)
            row.delete()
        else:
            row.version += 1
            row.save()


def forget_slides(speakers) -> None:
    """Take away what these speakers sent in, also where it was published, and end their links; files go with the sweep."""
    theirs = Slides.objects.filter(appearance__speaker__in=speakers)
    found = list(theirs.values_list("file", flat=True))
    Material.objects.filter(Q(file_en__in=found) | Q(file_fr__in=found)).delete()
    theirs.delete()
    Appearance.objects.filter(speaker__in=speakers).update(
        role_line_en="", role_line_fr="", access=[], recording_agreed_at=None, publication_agreed_at=None,
        link_ended_at=timezone.now(),
    )  # fmt: skip


def _lock(appearance: Appearance) -> Appearance:
    rows = Appearance.objects.select_for_update(of=("self",))
    return rows.select_related("speaker", "item", "learning_session__cohort").get(pk=appearance.pk)


def _record(verb: str, appearance: Appearance, **detail: Any) -> None:
    """What was done by the link: nobody is signed in, so the trail names the appearance."""
    record(verb, appearance, by=None, cohort_id=appearance.learning_session.cohort_id, **detail)
