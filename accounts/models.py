"""Who a person is. What they may do is a dated membership in a scope (collaborative), never a field here."""

from __future__ import annotations

import datetime
import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.managers import MemberCardQuerySet, UserManager

LANGUAGES = [("en", _("English")), ("fr", _("French"))]


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The e-mail address is one way to reach them, not their identity: it may be missing or change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="en")
    city = models.CharField(_("city"), max_length=60, blank=True)
    time_zone = models.CharField(max_length=64, default="America/Toronto", editable=False)
    larger_text = models.BooleanField(_("larger text"), default=False)
    # What the others of a cohort see in its directory besides name and team: nothing, until the person says so.
    show_work = models.BooleanField(default=False)
    show_city = models.BooleanField(default=False)
    show_email = models.BooleanField(default=False)
    # Stands for the person in evaluation data; random, so that it says nothing by itself.
    study_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    welcomed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # Counted up when rights change or a device is lost: every session that began before is over (services.end_sessions).
    session_version = models.PositiveIntegerField(default=0, editable=False)
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Whether the question about evaluation was answered, yes or no: it is put once (accounts.consent).
    consent_answered = models.BooleanField(default=False, editable=False)

    # Whether this is the person of the present request: rooms may keep on such an object what they read once a request.
    is_asking = False
    # The planner through whose eyes this person's pages are seen in the present request (accounts.view_as), else None.
    seen_by: User | None = None
    # Whether this person's drafts are shown in the present request: not to other eyes, not on a shared computer.
    shows_drafts = True

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=~models.Q(email=""), name="user_email_null_not_empty"),
            models.CheckConstraint(condition=models.Q(language__in=["en", "fr"]), name="user_language_known"),
        ]

    def __str__(self) -> str:
        return self.name or (str(_("somebody who left")) if self.forgotten_at else str(self.id))

    def save(self, *args, **kwargs) -> None:
        self.email = self.email.strip().lower() if self.email else None
        super().save(*args, **kwargs)

    @property
    def first_name(self) -> str:
        """Return what we call them in a greeting: the first word of the name."""
        return self.name.split(" ")[0] if self.name else ""

    @property
    def initials(self) -> str:
        """Return one or two letters for the round face beside a name."""
        words = [word for word in self.name.split() if word[0].isalpha()]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.first_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session is bound to: the password, and how often sessions were ended by hand."""
        bound_to = f"{self.password}:{self.session_version}"
        return salted_hmac("accounts.session", bound_to, secret=secret, algorithm="sha256").hexdigest()


class Draft(models.Model):
    """What a person has typed and not sent yet, one per form, as the browser would send it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=120)
    data = models.JSONField()
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="draft_once_per_form")]
        indexes = [models.Index(fields=["updated_at"], name="draft_updated")]

    def __str__(self) -> str:
        return self.key


class SubmittedOnce(models.Model):
    """A form that was sent, by the random key it carried, and where it led: sent again, it leads there again."""

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    result_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "submitted once"
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="submitted_once", nulls_distinct=False),
        ]
        indexes = [models.Index(fields=["created_at"], name="submitted_once_created")]

    def __str__(self) -> str:
        return str(self.key)


class ParkedPost(models.Model):
    """A form that met an expired session, sealed, waiting half an hour for its writer to sign in again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # Of the cookie: the row alone opens nothing for anybody who reads the table.
    token_hash = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)


# Wrong PINs in a row, over weeks of rests: then the card opens nothing any more.
MOST_WRONG = 50


class MemberCard(models.Model):
    """The printed card of a person without a mailbox: a code on paper, and a PIN that only they know."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="cards")
    code_hash = models.CharField(max_length=64, unique=True)
    pin_hash = models.CharField(max_length=128, blank=True)
    # Counted up with each new card of the same person; only the newest can be in use.
    version = models.PositiveIntegerField(default=1)
    # Until when the first visit must be made; empty once a PIN was chosen.
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # Wrong PINs since the last right one, and until when no more are taken.
    tries = models.PositiveSmallIntegerField(default=0)
    limited_until = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MemberCardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(revoked_at=None), name="one_card_in_use"),
            models.CheckConstraint(
                condition=models.Q(expires_at__isnull=False) | ~models.Q(pin_hash=""), name="card_without_pin_expires"
            ),
        ]

    def __str__(self) -> str:
        return f"card {self.version}"

    @property
    def is_chosen(self) -> bool:
        """Return whether its holder has chosen a PIN."""
        return bool(self.pin_hash)

    @property
    def is_worn_out(self) -> bool:
        """Return whether so many wrong PINs were tried in a row that the card is taken out of use."""
        return self.tries >= MOST_WRONG


class ViewAs(models.Model):
    """A planner looks at a person's pages for half an hour at most, for a reason that the person can read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    planner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="views_as")
    reason = models.CharField(max_length=200)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "views as"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__lte=models.F("began_at") + datetime.timedelta(minutes=30)),
                name="view_as_half_an_hour",
            ),
            models.CheckConstraint(condition=~models.Q(planner=models.F("person")), name="view_as_somebody_else"),
            models.UniqueConstraint(
                fields=["planner"], condition=models.Q(ended_at=None), name="view_as_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Device(models.Model):
    """A browser in which a person is signed in, by the key of its session. What it is called stands in the session itself."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return str(self.pk)


class Consent(models.Model):
    """What a person said to a question of consent, and to which wording. Never changed: a later answer is a later row."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    said_yes = models.BooleanField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["kind", "user", "-at"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class LimitCount(models.Model):
    """Counts of tries while the cache is away (core.cache): the table behind the cache alias ``limits``."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_limit"

    def __str__(self) -> str:
        return self.cache_key
