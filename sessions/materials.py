"""Materials of a session: a file or a link in each language, and both come out together."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import record
from core.language import language
from core.refusals import Overtaken, Refused
from files import services as files
from files.models import StoredFile
from sessions.models import LearningSession, Material, MaterialKind, Slides

BOTH: Final = ("en", "fr")


@dataclasses.dataclass(frozen=True, slots=True)
class Copy:
    """A material in one language, as a page shows it: where it is, and what kind of file of which size ("" for a link)."""

    language: str
    url: str
    file_words: str
    size: int
    outside: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A material with its copies, the one in the reader's language first."""

    material: Material
    copies: list[Copy]

    @property
    def title(self) -> str:
        return str(self.material.title)


def of_session(learning_session: LearningSession, *, published: bool = False) -> list[Shown]:
    """Return the materials of a session in their order, what is to be read before first; one statement."""
    rows = Material.objects.filter(learning_session=learning_session).select_related("file_en", "file_fr")
    if published:
        rows = rows.exclude(published_at=None)
    shown = [Shown(row, copies_of(row, learning_session)) for row in rows]
    return sorted(shown, key=lambda one: one.material.kind != MaterialKind.PREWORK)


def copies_of(material: Material, learning_session: LearningSession) -> list[Copy]:
    """Return the copies of a material that there are, the reader's language first."""
    order = sorted(BOTH, key=lambda lang: lang != language())
    return [copy for lang in order if (copy := _copy(material, lang, learning_session))]


def _copy(material: Material, lang: str, learning_session: LearningSession) -> Copy | None:
    stored: StoredFile | None = getattr(material, f"file_{lang}")
    if stored:
        args = [learning_session.cohort_id, learning_session.pk, material.pk, lang]
        return Copy(lang, reverse("session_material_file", args=args), stored.kind_words, stored.size, False)
    url = getattr(material, f"url_{lang}")
    return Copy(lang, url, "", 0, True) if url else None


def missing(material: Material) -> list[str]:
    """Return the languages in which a material has nothing yet, without those it is not for."""
    return [lang for lang in BOTH if material.only_in in ("", lang) and not _has(material, lang)]


def is_empty(material: Material) -> bool:
    """Return whether a material has nothing in any language."""
    return not any(_has(material, lang) for lang in BOTH)


def _has(material: Material, lang: str) -> bool:
    return bool(getattr(material, f"file_{lang}_id") or getattr(material, f"url_{lang}"))


def _be_whole(material: Material) -> None:
    """Refuse to let a material be seen in one language while the other waits."""
    words = {
        "en": _("The English one is missing: add it first. Both come out together."),
        "fr": _("The French one is missing: add it first. Both come out together."),
    }
    for lang in missing(material):
        raise Refused(words[lang], field=f"file_{lang}")


def _be_agreed_to(material: Material) -> None:
    """Refuse to show slides to whose publication their speaker has not agreed, or does not any more."""
    shown = [key for key in (material.file_en_id, material.file_fr_id) if key]
    slides = Slides.objects.filter(file__in=shown, appearance__publication_agreed_at=None)
    if one := slides.select_related("appearance__speaker").first():
        raise Refused(_("%(name)s has not agreed to publication yet.") % {"name": one.appearance.speaker.name})


def _take(material: Material, values: dict[str, Any], by) -> None:
    """Put what was sent into the row: a file takes the place of a link and the other way round."""
    for lang in BOTH:
        uploaded, url = values.get(f"file_{lang}"), values.get(f"url_{lang}", "")
        before = getattr(material, f"url_{lang}")
        if uploaded and url and url != before:
            raise Refused(_("Choose a file or a link, not both."), field=f"url_{lang}")
        if uploaded:
            kept_for = material.learning_session.cohort_id
            stored = files.store(uploaded, by=by, kept_for=kept_for, field=f"file_{lang}")
            setattr(material, f"file_{lang}", stored)
            setattr(material, f"url_{lang}", "")
        elif url:
            setattr(material, f"file_{lang}", None)
            setattr(material, f"url_{lang}", url)
        elif before:
            setattr(material, f"url_{lang}", "")
    for name in ("kind", "title_en", "title_fr", "only_in"):
        setattr(material, name, values[name])


@transaction.atomic
def add(*, learning_session: LearningSession, by, **values: Any) -> Material:
    """Add a material at the end, unseen as yet; return it. Refuses a file that is not taken, by its field."""
    last = Material.objects.filter(learning_session=learning_session).aggregate(last=Max("ordinal"))["last"]
    material = Material(learning_session=learning_session, ordinal=0 if last is None else last + 1)
    _take(material, values, by)
    material.save()
    record("material.added", material, by=by, cohort_id=learning_session.cohort_id)
    return material


@transaction.atomic
def change(*, material: Material, by, version: int, **values: Any) -> Material:
    """Change a material or replace its files; return it. Raises Overtaken where somebody saved since ``version``.

    What is seen by people already stays whole: a language cannot be taken out of it.
    """
    now = _locked(material)
    if now.version != version:
        raise Overtaken(now)
    _take(now, values, by)
    if now.published_at:
        _be_whole(now)
    now.version += 1
    now.save()
    record("material.changed", now, by=by, cohort_id=now.learning_session.cohort_id)
    return now


@transaction.atomic
def publish(*, material: Material, by) -> Material:
    """Let people see a material, in both languages at once. Refuses, naming the language that is missing."""
    now = _locked(material)
    if now.published_at is None:
        _be_whole(now)
        _be_agreed_to(now)
        _set(now, published_at=Now())
        record("material.published", now, by=by, cohort_id=now.learning_session.cohort_id)
    return now


@transaction.atomic
def unpublish(*, material: Material, by) -> Material:
    """Take a material out of people's sight, and keep it."""
    now = _locked(material)
    if now.published_at is not None:
        _set(now, published_at=None)
        record("material.unpublished", now, by=by, cohort_id=now.learning_session.cohort_id)
    return now


@transaction.atomic
def remove(*, material: Material, by) -> None:
    """Take a material away; its files go with the next sweep. Refuses one that people see."""
    now = _locked(material)
    if now.published_at:
        raise Refused(_("People see this. Take it back first, then remove it."))
    record("material.removed", now, by=by, cohort_id=now.learning_session.cohort_id)
    now.delete()


@transaction.atomic
def move_up(*, material: Material, seen: int, by) -> None:
    """Let a material and the one before it change places. Nothing where it has moved from ``seen`` since."""
    learning_session = LearningSession.objects.select_for_update().get(pk=material.learning_session_id)
    rows = list(Material.objects.filter(learning_session=learning_session))
    at = next((n for n, row in enumerate(rows) if row.pk == material.pk), 0)
    if not at or rows[at].ordinal != seen:
        return
    rows[at - 1], rows[at] = rows[at], rows[at - 1]
    for n, row in enumerate(rows):
        row.ordinal = n
    Material.objects.bulk_update(rows, ["ordinal"])
    record("material.moved", material, by=by, cohort_id=learning_session.cohort_id)


def _locked(material: Material) -> Material:
    rows = Material.objects.select_for_update(of=("self",)).select_related("learning_session", "file_en", "file_fr")
    return rows.get(pk=material.pk)


def _set(material: Material, **values: Any) -> None:
    Material.objects.filter(pk=material.pk).update(version=F("version") + 1, **values)
    material.refresh_from_db(fields=["version", *values])


def material_of(learning_session: LearningSession, material_id) -> Material | None:
    """Return one material of a session, None where it has no such one."""
    rows = Material.objects.filter(learning_session=learning_session, pk=material_id)
    return rows.select_related("learning_session", "file_en", "file_fr").first()
