"""What the planning team writes to people of a cohort, and what it puts above the letters of a programme."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Now
from django.utils import timezone

from collaborative.hideable import Hideable, HideableQuerySet
from collaborative.models.base import Row
from collaborative.models.cohort import Cohort
from collaborative.models.programme import Programme
from collaborative.querysets import PLANS, cohorts_of, scope
from core.language import language
from core.translated import Translated
from notifications import states
from notifications.models import PlannedMessage


class AnnouncementQuerySet(HideableQuerySet):
    def planned_by(self, user):
        """Return the announcements of the cohorts that ``user`` plans, drafts too."""
        return self.filter(cohort__in=Cohort.objects.run_by(user))

    def visible_to(self, user):
        """Return what has left and was meant for ``user``, and everything of the cohorts that they plan.

        What went to everybody is also read by who came later.
        """
        if not user.is_authenticated:
            return self.none()
        planned = Q(cohort__in=scope(user, "cohort", PLANS)) | Q(cohort__programme__in=scope(user, "programme", PLANS))
        told = PlannedMessage.objects.to(user).filter(
            source_type="collaborative.announcement",
            source_id=Cast(OuterRef("pk"), models.CharField()),
            kind__in=Announcement.KINDS,
        )
        # What the planning team holds back from somebody is not theirs to read yet; what is hidden was, and may be again.
        kept_back = Q(state=states.HELD) & ~Q(reason=states.HIDDEN)
        meant = Exists(told.exclude(Q(state=states.VOID) | kept_back)) | Q(audience={}, only_told=False)
        # Who got it sooner than the others reads it at once: their mail leads there.
        got_it = Exists(told.filter(source_version=OuterRef("version"), state__in=states.MAY_HAVE_ARRIVED))
        by_its_hour = Q(leaves_at__lte=Now()) & ~_all_held()
        there = (by_its_hour & meant) | (Q(leaves_at__isnull=False) & got_it)
        return self.filter(planned | (cohorts_of(user, "cohort__") & there))

    def left(self):
        """Return what has left, by its hour or because some of it was sent sooner; the latest first. Not what is all held back."""
        by_its_hour = Q(leaves_at__lte=Now()) & ~_all_held()
        return self.filter(by_its_hour | _went()).order_by("-leaves_at")

    def with_standing(self):
        """Return each with how its messages stand, so that ``state``, ``left_at`` and ``is_in_part`` ask nothing.

        ``went_found``: some may have arrived, the first ``first_gone``; ``ahead_found``: some have still to leave and are not held back;
        ``held_found``: the planning team holds some back.
        """
        gone = _told(state__in=states.MAY_HAVE_ARRIVED, sent_at__isnull=False).order_by("sent_at")
        return self.annotate(
            went_found=_went(),
            first_gone=Subquery(gone.values("sent_at")[:1]),
            ahead_found=Exists(_ahead()),
            held_found=Exists(_held()),
        )

    def with_corrected(self):
        """Return each with whether a correction of it has left that can be read (``is_corrected``)."""
        return self.annotate(is_corrected=Exists(Announcement.objects.shown().left().filter(corrects=OuterRef("pk"))))


def _told(**which: Any):
    """Return the messages of the announcement that is asked about, as it was sent last."""
    return PlannedMessage.objects.filter(
        source_type="collaborative.announcement",
        source_id=Cast(OuterRef("pk"), models.CharField()),
        source_version=OuterRef("version"),
        kind__in=Announcement.KINDS,
        **which,
    )


def _held():
    return _told(state=states.HELD, reason=states.HELD_BY_PERSON)


def _ahead():
    """Return what leaves by itself, or waits for something else than the planning team's word."""
    kept_for_another_reason = Q(state=states.HELD) & ~Q(reason=states.HELD_BY_PERSON)
    return _told().filter(Q(state__in=(*states.WAITING, states.CLAIMED)) | kept_for_another_reason)


def _went() -> Q:
    """Return the condition that messages of an announcement, as it was sent last, may have arrived."""
    return Q(leaves_at__isnull=False) & Q(Exists(_told(state__in=states.MAY_HAVE_ARRIVED)))


def _all_held() -> Q:
    """Return the condition that nothing of it went and nothing goes by itself, since the planning team holds it back."""
    return Q(Exists(_held())) & ~Q(Exists(_ahead())) & ~Q(Exists(_told(state__in=states.MAY_HAVE_ARRIVED)))


class Announcement(Row, Hideable):
    """Words for people of a cohort. A draft until it is sent; then it waits until ``leaves_at``, and can be taken back."""

    # As it is told: those who want little mail get the second all the same.
    KIND, MUST_KIND = "collaborative/announcement", "collaborative/announcement-must"
    KINDS = (KIND, MUST_KIND)

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="announcements")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    subject_en = models.CharField(max_length=150, blank=True)
    subject_fr = models.CharField(max_length=150, blank=True)
    text_en = models.TextField(blank=True, max_length=4000)
    text_fr = models.TextField(blank=True, max_length=4000)
    # Whom it is for (collaborative.addressing.Audience); empty: everybody.
    audience = models.JSONField(default=dict, blank=True)
    # News about a session, or about safety on this site: it reaches those too who want little mail.
    is_must = models.BooleanField(default=False)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="corrections")
    # Of a correction: it goes to those alone who got what it corrects.
    only_told = models.BooleanField(default=False)
    # When it should leave; None: as soon as it cannot be taken back any more.
    wished_at = models.DateTimeField(null=True, blank=True)
    leaves_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["cohort", "-leaves_at"], name="announcement_latest_first")]
        constraints = [
            *Hideable.Meta.constraints,
            models.CheckConstraint(
                name="announcement_has_words",
                condition=(~Q(subject_en="") & ~Q(text_en=""))
                | (~Q(subject_fr="") & ~Q(text_fr=""))
                | ~Q(hidden_why=""),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def in_language(self, lang: str) -> tuple[str, str]:
        """Return subject and words in this language; in the other one where it was written for nobody who reads this."""
        subject, text = getattr(self, f"subject_{lang}"), getattr(self, f"text_{lang}")
        if subject and text:
            return subject, text
        other = "fr" if lang == "en" else "en"
        return getattr(self, f"subject_{other}"), getattr(self, f"text_{other}")

    def speaks(self, lang: str) -> bool:
        """Return whether it is written in this language, subject and words."""
        return bool(getattr(self, f"subject_{lang}") and getattr(self, f"text_{lang}"))

    @property
    def subject(self) -> str:
        """Return the subject in the language that speaks now, else in the other one."""
        return self.in_language(language())[0]

    @property
    def kind(self) -> str:
        return self.MUST_KIND if self.is_must else self.KIND

    @property
    def state(self) -> str:
        """Return "draft", "waiting", "held" (all of it, by the planning team) or "left": by its hour, or because the planning
        team sent some of it sooner.

        One statement where it was sent, none for rows of ``with_standing``.
        """
        if self.leaves_at is None:
            return "draft"
        stands = self._standing()
        if stands.went_found:
            return "left"
        if stands.held_found and not stands.ahead_found:
            return "held"
        return "left" if self.leaves_at <= timezone.now() else "waiting"

    @property
    def is_in_part(self) -> bool:
        """Return whether some of it went and some still waits or is held back. As many statements as ``state``."""
        if self.leaves_at is None:
            return False
        stands = self._standing()
        return stands.went_found and (stands.ahead_found or stands.held_found)

    @property
    def waits_past_its_hour(self) -> bool:
        """Return whether its hour has come, so that it is read on the site, and no message of it has gone yet: as while sending
        is paused or silent. As many statements as ``state``.
        """
        if self.leaves_at is None or self.leaves_at > timezone.now():
            return False
        stands = self._standing()
        return stands.ahead_found and not stands.went_found

    @property
    def left_at(self) -> dt.datetime | None:
        """Return when the first of it left, else its hour once that has come; None while nothing has left. As many statements
        as ``state``.
        """
        if self.leaves_at is None or self.state != "left":
            return None
        return self._standing().first_gone or (self.leaves_at if self.leaves_at <= timezone.now() else None)

    def _standing(self) -> Any:
        """Return a row of ``with_standing`` of it: itself where it is one."""
        return self if hasattr(self, "went_found") else Announcement.objects.with_standing().get(pk=self.pk)

    @property
    def told_from(self) -> dt.datetime | None:
        """Return when people hear of it, None for a draft."""
        return self.leaves_at


class KindNote(Row):
    """What the planners of a programme put above every letter of a kind, in both languages."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="kind_notes")
    kind = models.CharField(max_length=60)
    text_en = models.CharField(max_length=400)
    text_fr = models.CharField(max_length=400)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, editable=False)

    text = Translated("text")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "kind"], name="kind_note_once"),
            models.CheckConstraint(name="kind_note_in_both", condition=~Q(text_en="") & ~Q(text_fr="")),
        ]

    def __str__(self) -> str:
        return self.kind
