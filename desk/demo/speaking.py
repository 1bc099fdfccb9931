"""Somebody who speaks at the next session of the demo: her page, her first slides, and what there is to read."""

from __future__ import annotations

from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from collaborative.models import Programme
from core import pdf
from desk.demo.marks import demo_id
from sessions import materials
from sessions.models import Appearance, LearningSession, MaterialKind, Speaker
from sessions.speaking import mail as speaker_mail
from sessions.speaking import own_page as speaking

APPEARANCE: Final = demo_id("appearance", "claire")
NAME: Final = "Claire Aubin"
_TALK: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "What we noticed when we began to ask",
        "Who speaks first, and who never does?",
        "One question at the huddle: what worries you today?",
        "What changed in six weeks, and what did not",
    ),
    "fr": (
        "Ce que nous avons remarqué en commençant à demander",
        "Qui parle en premier, et qui ne parle jamais?",
        "Une question au caucus : qu'est-ce qui vous inquiète aujourd'hui?",
        "Ce qui a changé en six semaines, et ce qui n'a pas changé",
    ),
}
_SHEET: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "Four questions for your huddle",
        "What went well since yesterday?",
        "What worries you today?",
        "Who has not spoken yet?",
        "What will we look at again tomorrow?",
    ),
    "fr": (
        "Quatre questions pour votre caucus",
        "Qu'est-ce qui s'est bien passé depuis hier?",
        "Qu'est-ce qui vous inquiète aujourd'hui?",
        "Qui n'a pas encore parlé?",
        "Que regarderons-nous de nouveau demain?",
    ),
}
_WHO: Final[dict[str, Any]] = {
    "name": NAME, "post_nominals": "RN, MScN", "email": "claire.aubin@example.org", "language": "fr", "city": "moncton",
    "spoken_name": "Claire O-bain", "affiliation_en": "Harbour View", "affiliation_fr": "Harbour View",
}  # fmt: skip


def speak(programme: Programme, learning_session: LearningSession, *, by) -> Appearance:
    """Let Claire speak at a session: her page is sent, her first slides are there, a worksheet can be read."""
    speaker = Speaker.objects.create(id=demo_id("speaker", "claire"), programme=programme, **_WHO)
    appearance = Appearance.objects.create(
        id=APPEARANCE, learning_session=learning_session, speaker=speaker, item=learning_session.agenda.all()[1],
        introduced_by=by.name, role_line_en="tells what her unit found", role_line_fr="raconte ce que son unité a trouvé",
    )  # fmt: skip
    learning_session.audience_en = "About a hundred people from twenty teams: nurses, managers, patient partners."
    learning_session.audience_fr = (
        "Une centaine de personnes de vingt équipes : soins infirmiers, gestion, patients partenaires."
    )
    learning_session.save(update_fields=["audience_en", "audience_fr"])
    speaker_mail.send_page(appearance=appearance, by=by)
    for lang, words in _TALK.items():
        speaking.send_slides(appearance=appearance, language=lang, file=_paper(words, lang))
    speaking.tick(appearance=appearance, access=["size", "contrast", "aloud"], version=appearance.version)
    speaking.consent(appearance=appearance, to="recording", agrees=True)
    sheet = materials.add(
        learning_session=learning_session, by=by, kind=MaterialKind.PREWORK, only_in="", title_en=_SHEET["en"][0],
        title_fr=_SHEET["fr"][0], file_en=_paper(_SHEET["en"], "en"), file_fr=_paper(_SHEET["fr"], "fr"),
    )  # fmt: skip
    materials.publish(material=sheet, by=by)
    return appearance


def _paper(words: tuple[str, ...], lang: str) -> SimpleUploadedFile:
    title, *lines = words
    made = pdf.make("desk/sheet.typ", {"title": title, "by": NAME, "lines": lines}, lang=lang)
    return SimpleUploadedFile(f"{title}.pdf", made)
