"""Leaving: the person's row is emptied, and nothing of theirs is left in this room's tables."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import QueryDict
from django.test import Client

from accounts import cards, drafts, once, services
from accounts.models import User
from audit.models import Entry
from core import registry
from tests.accounts.conftest import PASSWORD


def test_nothing_is_left(nia, monkeypatch):
    client = Client()
    client.post("/accounts/login/", {"login": nia.email, "password": PASSWORD})
    drafts.save(nia, "forum/new", QueryDict("text=the+words+of+Nia"))
    once.do_once(user=nia, key="8b0d2b52-0a7e-4c3b-8f6b-1e1f0f0e7c11", make=lambda: "/me/")
    cards.issue(user=nia, by=nia)
    LogEntry.objects.create(
        user=nia, content_type=ContentType.objects.get_for_model(User), object_id=str(nia.pk), object_repr="Nia Roy",
        action_flag=CHANGE,
    )  # fmt: skip
    asked = []
    monkeypatch.setattr(registry.forget, "_answers", {**registry.forget._answers, "room": asked.append})
    study = nia.study_id
    services.forget(nia, by=nia)
    assert asked == [nia]
    row = User.objects.values().get(pk=nia.pk)
    assert row["forgotten_at"] is not None
    assert row["study_id"] != study
    assert {name: row[name] for name in ("name", "email", "city", "is_active", "last_login", "password")} == {
        "name": "", "email": None, "city": "", "is_active": False, "last_login": None, "password": "!",
    }  # fmt: skip
    assert not EmailAddress.objects.exists()
    assert not Session.objects.exists()
    assert client.get("/me/").status_code == 302
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text ~* %s', ["nia@example|Nia Roy|words of Nia"]
            )
            assert cursor.fetchone() == (0,), table
    assert Entry.objects.filter(verb="person.forgotten", about_id=str(nia.pk)).exists()


def test_forgetting_twice_does_no_harm(nia):
    services.forget(nia, by=None)
    services.forget(nia, by=None)
    assert User.objects.get(pk=nia.pk).name == ""


def test_everything_kept_is_told(nia):
    drafts.save(nia, "forum/new", QueryDict("text=a"))
    told = services.data_of(nia)
    assert told["email"] == "nia@example.org"
    assert told["drafts"] == {"forum/new": {"text": ["a"]}}


def test_the_sweep_takes_only_what_is_old(nia):
    from datetime import timedelta

    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from accounts.models import Draft, SubmittedOnce

    drafts.save(nia, "a", QueryDict("text=a"))
    drafts.save(nia, "b", QueryDict("text=b"))
    once.do_once(user=nia, key="8b0d2b52-0a7e-4c3b-8f6b-1e1f0f0e7c11", make=lambda: "/me/")
    left, kept = SessionStore(), SessionStore()
    left.create()
    kept.create()
    assert services.sweep() == 0
    Session.objects.filter(pk=left.session_key).update(expire_date=timezone.now())
    Draft.objects.filter(key="a").update(updated_at=timezone.now() - timedelta(days=31))
    SubmittedOnce.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert services.sweep() == 3
    assert Session.objects.get().pk == kept.session_key
    assert drafts.load(nia, "b")["text"] == "b"
