"""What visitors find and leave in the demo: the public pages, two letters that wait, and who wants to be told."""

from __future__ import annotations

import datetime as dt

from collaborative.models import Programme
from desk.demo.marks import demo_id
from desk.demo.populate import World
from enrolment.models import ContactNote, Interest
from enrolment.site.pages import write_defaults

# (key, name, language, text, days ago)
_LETTERS = (
    ("clinic", "Joanne Tobin", "en", "We are a clinic of seven with one nurse practitioner. Is that a unit in your sense?", 2),
    ("night", "Réjean Michaud", "fr", "La moitié de notre équipe travaille de nuit. Les séances sont-elles enregistrées?", 1),
)  # fmt: skip

_QUOTED = {
    "en": {
        "quote": "We thought we already talked about safety. Then we asked my mother.",
        "quote_name": "Agnes Pardy", "quote_credentials": "care partner", "quote_affiliation": "Harbour View",
    },
    "fr": {
        "quote": "Nous pensions déjà parler de sécurité. Puis nous avons demandé à ma mère.",
        "quote_name": "Agnes Pardy", "quote_credentials": "proche aidante", "quote_affiliation": "Harbour View",
    },
}  # fmt: skip


def come(world: World, programme: Programme) -> None:
    """Publish the pages, and let visitors write."""
    write_defaults(programme=programme, publish=True, quoted=_QUOTED)
    ContactNote.objects.bulk_create(
        ContactNote(
            id=demo_id("letter", key), programme=programme, name=name, email=f"{key}@example.org", language=language,
            text=text, created_at=world.now - dt.timedelta(days=days),
        )
        for key, name, language, text, days in _LETTERS
    )  # fmt: skip
    Interest.objects.bulk_create(
        Interest(
            id=demo_id("interest", str(nth)), programme=programme, email=f"visitor{nth}@example.org", language=language,
            created_at=world.now - dt.timedelta(days=nth), confirmed_at=world.now - dt.timedelta(days=nth),
            told_at=world.now - dt.timedelta(hours=nth),
        )
        for nth, language in enumerate(("en", "fr", "en"), start=1)
    )  # fmt: skip
