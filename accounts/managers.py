"""How people are made and found."""

from __future__ import annotations

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class UserManager(BaseUserManager):
    def create_user(self, email: str | None = None, password: str | None = None, *, name: str = "", **fields):
        """Make a person. No e-mail means no mailbox: such a person signs in with a card and a PIN."""
        user = self.model(email=email or None, name=name, **fields)
        user.set_password(password)  # type: ignore[attr-defined]
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        fields.setdefault("name", email)
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username):
        return self.get(email__iexact=username)


class MemberCardQuerySet(models.QuerySet):
    def in_use(self) -> MemberCardQuerySet:
        """Return cards that still open something: not revoked, not run out before their first visit."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), revoked_at=None, user__is_active=True)
