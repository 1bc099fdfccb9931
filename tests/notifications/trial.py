"""A made-up room's messages.py, for the tests of this folder and for the senders they start."""

from __future__ import annotations

import copy
from pathlib import Path

from django.template import engines
from django.utils.translation import gettext_lazy as _

from notifications import kinds, wording

TEMPLATES = Path(__file__).parent / "templates"


def thing(message) -> dict | None:
    """Words about a thing: gone for the source "gone", poisoned for "poison"."""
    if message.source_id == "gone":
        return None
    if message.source_id == "poison":
        raise RuntimeError("nia@example.ca must not be logged")
    return {"thing": message.source_id, "url": "http://localhost:8000/thing/", "reply_to": "contact@example.ca"}


def coded(message) -> dict:
    from notifications import sealing

    return {"thing": sealing.unseal(message.secret), "url": "http://localhost:8000/"}


ALL = [
    kinds.Kind("trial/reminder", "trial/reminder", _("team"), thing),
    kinds.Kind("trial/moved", "trial/reminder", _("team"), thing),
    kinds.Kind("trial/code", "trial/reminder", _("team"), coded, at_most_once=True, priority=kinds.FIRST),
    kinds.Kind("trial/broken", "trial/not_there", _("team"), thing),
    kinds.Kind("trial/wrong", "trial/wrong", _("team"), thing),
]


def register() -> None:
    for kind in ALL:
        kinds.register(kind)


def register_one(monkeypatch, key: str, context, **more) -> None:
    """Make one more kind known for the length of a test."""
    monkeypatch.setitem(kinds._kinds, key, kinds.Kind(key, "trial/reminder", _("team"), context, **more))


def use_templates(settings) -> None:
    """Let Django find the templates of this folder too."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], TEMPLATES]
    settings.TEMPLATES = templates
    forget_templates()


def forget_templates() -> None:
    from django.template.engine import Engine

    engines._templates = None
    engines._engines = {}
    engines.__dict__.pop("templates", None)
    Engine.get_default.cache_clear()
    wording._template.cache_clear()
