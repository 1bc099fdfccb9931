"""What is kept about people: every field of every room that can hold somebody's name, words or deeds, with its reason.

Each room says so in its ``personal.py``: ``keep`` for what is about people, ``plain`` for the rest. Words, addresses,
files and keys to a person count; days, numbers, yes and no, and choices from a list stand in the same rows and are told
with them. tests/core/test_personal.py fails on a field that nobody declared.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

# How long.
UNTIL_FORGOTTEN: Final = _("until the person is erased on request")
WITH_ACCOUNT: Final = _("as long as the account; emptied on request")
SHORT: Final = _("some minutes to some days, then erased by itself")
FOR_GOOD: Final = _("kept: it holds no name and no words, only keys that lead to nobody after an erasure")
# Who sees it.
SELF: Final = _("the person alone")
SELF_COUNTED: Final = _("the person, and counts for the team, its coaches and the planning team")
TEAM: Final = _("the team, its coaches and the planning team")
PLANNERS: Final = _("the planning team")
COHORT: Final = _("members, coaches and planners of the cohort")
ANYBODY: Final = _("everybody: it stands on a public page")
NOBODY: Final = _("no page shows it")


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """One group of fields of a table: what for, who sees it, how long."""

    label: str
    fields: tuple[str, ...]
    why: Any
    seen: Any
    kept: Any = UNTIL_FORGOTTEN

    @property
    def table(self) -> str:
        """Return what the table is called."""
        return str(apps.get_model(self.label)._meta.verbose_name)


_kept: list[Kept] = []
_plain: set[str] = set()


def keep(label: str, *fields: str, why: Any, seen: Any, kept: Any = UNTIL_FORGOTTEN) -> None:
    """Declare fields of a table that hold something of a person."""
    row = Kept(label, fields, why, seen, kept)
    if row not in _kept:
        _kept.append(row)


def plain(label: str, *fields: str) -> None:
    """Declare fields of a table that hold nothing of a person; none named: all that nobody declared otherwise."""
    _plain.update(f"{label}.{field}" for field in fields or ("*",))


def register() -> list[Kept]:
    """Return every declaration, room by room."""
    autodiscover_modules("personal")
    order = {config.label: place for place, config in enumerate(reversed(list(apps.get_app_configs())))}
    return sorted(_kept, key=lambda row: order[row.label.partition(".")[0]])


def counts(field: models.Field) -> bool:
    """Return whether a field can hold something of a person: words, addresses, files, or the key of a person."""
    if field.related_model is not None:
        return field.related_model._meta.label == settings.AUTH_USER_MODEL
    kinds = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
    return isinstance(field, (*kinds, models.GenericIPAddressField)) and not field.choices


def undeclared() -> list[str]:
    """Return the fields of our rooms that nobody declared, and declarations of fields that are not there."""
    register()
    ours = {config.label for config in apps.get_app_configs() if config.path.startswith(str(settings.BASE_DIR / config.name.split(".")[0]))}  # fmt: skip
    here = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in ours and not model._meta.proxy
        for field in model._meta.concrete_fields
        if counts(field) and not field.primary_key
    }
    said = {f"{row.label}.{field}" for row in _kept for field in row.fields}
    whole = {name.removesuffix(".*") for name in _plain if name.endswith(".*")}
    missing = {name for name in here - said - _plain if name.rpartition(".")[0] not in whole}
    gone = {name for name in said | {one for one in _plain if not one.endswith(".*")} if name not in here}
    return sorted(missing) + sorted(f"{name} is declared and not there" for name in gone)
