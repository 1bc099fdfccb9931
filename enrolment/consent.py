"""What somebody agrees to when an application is sent. A text that was agreed to stands here for good, with its version."""

from __future__ import annotations

import dataclasses
from typing import Final

from core.language import language


@dataclasses.dataclass(frozen=True, slots=True)
class Consent:
    """One wording in both languages. ``label`` stands beside the box."""

    version: str
    text_en: tuple[str, ...]
    text_fr: tuple[str, ...]
    label_en: str
    label_fr: str

    @property
    def text(self) -> tuple[str, ...]:
        """Return its paragraphs in the reader's language."""
        return self.text_fr if language() == "fr" else self.text_en

    @property
    def label(self) -> str:
        return self.label_fr if language() == "fr" else self.label_en


# The last one is asked for now. Never change one that was agreed to: add another.
TEXTS: Final[tuple[Consent, ...]] = (
    Consent(
        version="2022-11",
        text_en=(
            "The planning team reads this application to decide who takes part, and keeps it until 60 days after the last "
            "day of applying; while it waits for a place, at least until the first day of the series. If your team is "
            "accepted, what it says becomes the team's page, and the people named get an invitation.",
            "The people whom you name here know that you do, and agree to it. They can have their names taken out at any "
            "time: a mail to the planning team is enough.",
            "Nobody agrees to any research or evaluation with this. That is asked separately, of each person, and saying no "
            "to it changes nothing.",
        ),
        text_fr=(
            "L'équipe de planification lit cette candidature pour décider qui participe, et la garde jusqu'à 60 jours après "
            "le dernier jour des candidatures; tant qu'elle attend une place, au moins jusqu'au premier jour de la série. Si "
            "votre équipe est acceptée, ce qu'elle contient devient la page de l'équipe, et les personnes nommées reçoivent "
            "une invitation.",
            "Les personnes que vous nommez ici le savent et sont d'accord. Elles peuvent faire retirer leur nom en tout "
            "temps\N{NO-BREAK SPACE}: un courriel à l'équipe de planification suffit.",
            "Personne n'accepte ici de participer à une recherche ou à une évaluation. Cela est demandé à part, à chaque "
            "personne, et un refus ne change rien.",
        ),
        label_en="I have read this and agree, and so do the people whom I name.",
        label_fr="J'ai lu ce texte et je suis d'accord; les personnes que je nomme le sont aussi.",
    ),
)


def now() -> Consent:
    """Return the wording that is asked for now."""
    return TEXTS[-1]


def find(version: str) -> Consent | None:
    """Return the wording that was agreed to, None for a version that never was."""
    return next((one for one in TEXTS if one.version == version), None)
