"""What this room keeps about a person, and how it forgets one (answers for ``core.registry``)."""

from __future__ import annotations

from django.db.models import Q

from sessions.attendance import certificates
from sessions.day import day_sheet
from sessions.models import (
    AddressRelease,
    Appearance,
    Attendance,
    BreakoutPlan,
    BreakoutSeat,
    CalendarFeed,
    CalendarLeft,
    Certificate,
    Followed,
    Guest,
    MeetingReport,
    PersonalLink,
    Registration,
    RememberedName,
    ReportedName,
    Rsvp,
    Seen,
    Slides,
    SoundCheck,
    Speaker,
)
from sessions.speaking import own_page as speaking

_SESSION = ("learning_session__title_en", "learning_session__starts_at")


def data_of(user) -> dict:
    """Return everything that sessions keep about ``user``: where they were, what they said, who they spoke as."""
    return {
        "attendance": _rows(Attendance.objects.filter(person=user).order_by("at"), *_SESSION, "role", "source", "minutes", "at"),
        "others_entered": Attendance.objects.filter(by=user).exclude(person=user).count(),
        "others_confirmed": Attendance.objects.filter(confirmed_by=user).count(),
        "followed": _rows(Followed.objects.filter(person=user).order_by("at"), *_SESSION, "at"),
        "said_whether_coming": _rows(Rsvp.objects.filter(person=user).order_by("at"), *_SESSION, "coming", "via", "at"),
        "sound_checks": _rows(SoundCheck.objects.filter(person=user).order_by("at"), *_SESSION, "at"),
        "join_links": _rows(PersonalLink.objects.filter(person=user).order_by("created_at"), *_SESSION, "used_at", "revoked_at"),
        "join_links_taken_back": PersonalLink.objects.filter(revoked_by=user).count(),
        "guests_admitted": _rows(Guest.objects.filter(by=user).order_by("created_at"), *_SESSION, "name", "created_at"),
        "addresses_released": _rows(AddressRelease.objects.filter(by=user).order_by("created_at"), *_SESSION, "reason", "created_at"),
        "reports_sent": _rows(MeetingReport.objects.filter(by=user).order_by("created_at"), *_SESSION, "provider", "lines", "created_at"),
        "named_in_reports": _rows(
            ReportedName.objects.filter(person=user).order_by("pk"), "report__learning_session__title_en", "name", "email", "minutes"
        ),
        "names_remembered": _rows(RememberedName.objects.filter(person=user).order_by("pk"), "name", "email"),
        "names_settled": RememberedName.objects.filter(by=user).count(),
        "small_rooms": _rows(BreakoutSeat.objects.filter(person=user).order_by("pk"), "plan__learning_session__title_en", "room"),
        "small_rooms_planned": BreakoutPlan.objects.filter(made_by=user).count(),
        "calendars": _rows(CalendarFeed.objects.filter(person=user).order_by("created_at"), "team__name", "created_at", "read_on"),
        "calendars_told_to_cancel": _rows(CalendarLeft.objects.filter(person=user).order_by("at"), *_SESSION, "at"),
        "certificates": _rows(
            Certificate.objects.filter(person=user).order_by("created_at"),
            "name", "code", "sessions", "hours", "counted", "given_on", "revoked_at", "revoke_reason",
        ),
        "certificates_given": Certificate.objects.filter(by=user).exclude(person=user).count(),
        "named_in_day_sheets": day_sheet.named_in(user),
        "speaks_as": _rows(
            Speaker.objects.filter(person=user).order_by("created_at"),
            "name", "post_nominals", "affiliation_en", "affiliation_fr", "spoken_name", "email", "phone", "city",
        ),
        "appearances": _appearances(Appearance.objects.filter(speaker__person=user)),
        "slides_sent": _slides(Slides.objects.filter(appearance__speaker__person=user)),
    }  # fmt: skip


def _appearances(found) -> list[dict]:
    fields = ("role_line_en", "role_line_fr", "access", "recording_agreed_at", "publication_agreed_at")
    return _rows(found.order_by("created_at"), *_SESSION, *fields)


def _slides(found) -> list[dict]:
    return _rows(found.order_by("created_at"), "language", "number", "file__name", "created_at")


def _rows(found, *fields: str) -> list[dict]:
    return list(found.values(*fields))


def forget(user) -> None:
    """Take the person out of everything but the counts: that somebody of the team was there stays."""
    day_sheet.forget(user)
    for model, field in (
        (Attendance, "by"),
        (Attendance, "confirmed_by"),
        (PersonalLink, "revoked_by"),
        (Guest, "by"),
        (MeetingReport, "by"),
        (RememberedName, "by"),
        (BreakoutPlan, "made_by"),
    ):
        model._default_manager.filter(**{field: user}).update(**{field: None})
    AddressRelease.objects.filter(by=user).update(by=None, reason="")
    ReportedName.objects.filter(person=user).update(name="", email="", person=None, state=Seen.NOBODY, spans=[])
    _forget_speaker(Speaker.objects.filter(person=user))
    for rows in (Followed, Rsvp, SoundCheck, PersonalLink, RememberedName, BreakoutSeat, CalendarFeed, CalendarLeft):  # fmt: skip
        rows._default_manager.filter(person=user).delete()
    certificates.forget(user)
    if user.email:
        forget_address(user.email)


def _forget_speaker(found) -> None:
    """Keep that somebody spoke, and nothing of who; what they sent in goes, also where it was published."""
    speaking.forget_slides(list(found.values_list("pk", flat=True)))
    day_sheet.forget_speakers(found.values_list("pk", flat=True))
    found.update(
        name="", post_nominals="", affiliation_en="", affiliation_fr="", spoken_name="", email="", phone="", city="",
        person=None,
    )  # fmt: skip


def data_of_address(address: str) -> dict:
    """Return what is kept about somebody without an account: as a speaker, as registered, as named in a report."""
    kept = {
        "speaker": _rows(
            Speaker.objects.filter(email__iexact=address), "name", "affiliation_en", "affiliation_fr", "phone"
        ),
        "appearances": _appearances(Appearance.objects.filter(speaker__email__iexact=address)),
        "slides_sent": _slides(Slides.objects.filter(appearance__speaker__email__iexact=address)),
        "registrations": _rows(
            Registration.objects.filter(email__iexact=address), *_SESSION, "name", "language", "city"
        ),
        "named_in_reports": _rows(ReportedName.objects.filter(email__iexact=address), "name", "minutes"),
    }
    return {what: rows for what, rows in kept.items() if rows}


def forget_address(address: str) -> None:
    """Empty what is kept about somebody without an account."""
    _forget_speaker(Speaker.objects.filter(email__iexact=address))
    Registration.objects.filter(email__iexact=address).delete()
    ReportedName.objects.filter(Q(email__iexact=address)).update(name="", email="")
    RememberedName.objects.filter(email__iexact=address).delete()
