"""What the surveys of a cohort ask until its planners write something else. In words of our own, in both languages.

The words live here and not in the catalogue: they become rows, which planners change side by side. A key that stands in several
surveys is the same question, so that its answers can be set side by side.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from surveys.models import Moment, QuestionKind

NB: Final = "\N{NO-BREAK SPACE}"
# The key of the question whose answers may go on to who spoke (surveys.passing_on).
TRY: Final = "try"


@dataclasses.dataclass(frozen=True)
class Asks:
    """One question as a survey begins with it: its fields, by the names of surveys.models.Question."""

    key: str
    kind: str
    text: tuple[str, str]
    low: tuple[str, str] = ("", "")
    high: tuple[str, str] = ("", "")
    options: tuple[tuple[str, str, str], ...] = ()
    # Proposed, and asked only once a planner puts it in.
    is_out: bool = False

    def fields(self) -> dict[str, Any]:
        """Return the columns of the row."""
        pairs = {name: getattr(self, name) for name in ("text", "low", "high")}
        words = {f"{name}_{lang}": pair[n] for name, pair in pairs.items() for n, lang in enumerate(("en", "fr"))}
        options = [{"key": key, "en": en, "fr": fr} for key, en, fr in self.options]
        return {"key": self.key, "kind": self.kind, "options": options, **words}


@dataclasses.dataclass(frozen=True)
class Begins:
    """A survey as it begins: its titles, what stands above its questions, and these."""

    title: tuple[str, str]
    intro: tuple[str, str]
    questions: tuple[Asks, ...]

    def words(self) -> dict[str, str]:
        """Return the columns of the row that planners change."""
        return {
            "title_en": self.title[0], "title_fr": self.title[1], "intro_en": self.intro[0], "intro_fr": self.intro[1],
        }  # fmt: skip


SURE = Asks(
    "sure",
    QuestionKind.SCALE,
    (
        "How sure do you feel about starting a conversation about safety?",
        "Vous sentez-vous à l'aise d'amorcer une conversation sur la sécurité?",
    ),
    ("not sure at all", "pas du tout à l'aise"),
    ("very sure", "très à l'aise"),
)
HEARD = Asks(
    "heard",
    QuestionKind.SCALE,
    (
        "When something worries you at work and you say so, does anything come of it?",
        "Quand quelque chose vous inquiète au travail et que vous le dites, est-ce que cela mène à quelque chose?",
    ),
    ("never", "jamais"),
    ("every time", "chaque fois"),
)
EASY = Asks(
    "easy",
    QuestionKind.SCALE,
    (
        "Where you work, how easy is it to tell the others that something went wrong?",
        "Dans votre milieu, est-il facile de dire aux autres que quelque chose a mal tourné?",
    ),
    ("very hard", "très difficile"),
    ("very easy", "très facile"),
)
DEFAULTS: Final[dict[str, Begins]] = {
    Moment.BEFORE: Begins(
        ("Before we begin", "Avant de commencer"),
        (
            "Where do you stand today? We ask the same again at the end.",
            "Où en êtes-vous aujourd'hui? Nous poserons les mêmes questions à la fin.",
        ),
        (
            SURE,
            HEARD,
            EASY,
            Asks(
                "hope",
                QuestionKind.TEXT,
                (
                    "What do you hope will be different where you work when the series is over?",
                    "Qu'espérez-vous voir changer dans votre milieu quand la série sera terminée?",
                ),
            ),
        ),
    ),
    Moment.SESSION: Begins(
        ("One question about the session", "Une question sur la séance"),
        ("", ""),
        (
            Asks(
                "worth",
                QuestionKind.SCALE,
                ("Was this session worth your time?", "Cette séance valait-elle le temps que vous y avez mis?"),
                ("not at all", "pas du tout"),
                ("very much", "tout à fait"),
            ),
            Asks(
                TRY,
                QuestionKind.TEXT,
                (
                    "What will you try because of it? One sentence is plenty.",
                    "Qu'allez-vous essayer à la suite de cette séance? Une phrase suffit.",
                ),
                is_out=True,
            ),
        ),
    ),
    Moment.CLOSE: Begins(
        ("At the end of the series", "À la fin de la série"),
        (
            "Some of it you know from the beginning: that is how we see what changed.",
            f"Vous en connaissez une partie depuis le début{NB}: c'est ainsi que nous voyons ce qui a changé.",
        ),
        (
            SURE,
            HEARD,
            EASY,
            Asks(
                "changed",
                QuestionKind.CHOICE,
                (
                    "Has anything changed where you work because of the series?",
                    "La série a-t-elle changé quelque chose dans votre milieu?",
                ),
                options=(
                    ("part", "Yes, and it is part of the work now", "Oui, et cela fait maintenant partie du travail"),
                    ("trying", "Yes, we are still trying things", "Oui, nous faisons encore des essais"),
                    ("not-yet", "Not yet", "Pas encore"),
                    ("unsure", "I cannot tell", "Je ne saurais le dire"),
                ),
            ),
            Asks(
                "helped",
                QuestionKind.TEXT,
                (
                    "What helped you most, and what could we have left out?",
                    "Qu'est-ce qui vous a le plus aidé, et de quoi aurions-nous pu nous passer?",
                ),
            ),
        ),
    ),
    Moment.LATER: Begins(
        ("Three months later", "Trois mois plus tard"),
        (
            "The series is over. What is left of it is what counts; this is the last time we ask.",
            "La série est terminée. Ce qui compte, c'est ce qui en reste; nous ne vous demanderons plus rien ensuite.",
        ),
        (
            SURE,
            HEARD,
            EASY,
            Asks(
                "stayed",
                QuestionKind.CHOICE,
                (
                    "Do you still do what you began in the series?",
                    "Faites-vous encore ce que vous avez commencé pendant la série?",
                ),
                options=(
                    ("more", "Yes, more than then", "Oui, plus qu'à ce moment-là"),
                    ("same", "Yes, as much as then", "Oui, autant qu'à ce moment-là"),
                    ("less", "Less than then", "Moins qu'à ce moment-là"),
                    ("no", "No", "Non"),
                ),
            ),
            Asks(
                "why",
                QuestionKind.TEXT,
                (
                    "What made it last, or what got in its way?",
                    "Qu'est-ce qui l'a fait durer, ou qu'est-ce qui l'a freiné?",
                ),
            ),
        ),
    ),
}
