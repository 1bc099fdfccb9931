"""The template of phases that the product brings: getting ready, three sessions with an action period after each of the
first two, and a wrap-up. Pure data, seventeen weeks from the first day; a programme may change its own copy.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

NOON: Final = dt.time(12, 0)
_LS1, _LS2, _LS3 = 29, 78, 113

# In order; the ordinal is the place in this list.
PHASES: Final[tuple[dict[str, Any], ...]] = (
    {
        "key": "pre-work", "kind": "prework", "name_en": "Getting ready", "name_fr": "Préparation",
        "say_en": "Gather your team, find out where you stand, meet your coach.",
        "say_fr": "Réunissez votre équipe, voyez où vous en êtes, rencontrez votre coach.",
        "end_anchor": "ls1", "end_offset": -1,
    },
    {
        "key": "ls1", "kind": "session", "number": 1, "name_en": "Session 1", "name_fr": "Séance 1",
        "say_en": "What is a safety conversation? All teams meet.",
        "say_fr": "Qu'est-ce qu'une conversation sur la sécurité? Toutes les équipes se rencontrent.",
        "start_offset": _LS1, "starts_clock": NOON, "minutes": 90,
    },
    {
        "key": "ap1", "kind": "action", "number": 1, "name_en": "Action period 1", "name_fr": "Période d'action 1",
        "say_en": "Try a change on your unit and count conversations.",
        "say_fr": "Essayez un changement dans votre unité et comptez les conversations.",
        "start_anchor": "ls1", "start_offset": 1, "end_anchor": "ls2", "end_offset": -1,
    },
    {
        "key": "ls2", "kind": "session", "number": 2, "name_en": "Session 2", "name_fr": "Séance 2",
        "say_en": "What we noticed: teams show what they tried.",
        "say_fr": "Ce que nous avons remarqué : les équipes montrent ce qu'elles ont essayé.",
        "start_offset": _LS2, "starts_clock": NOON, "minutes": 90,
    },
    {
        "key": "ap2", "kind": "action", "number": 2, "name_en": "Action period 2", "name_fr": "Période d'action 2",
        "say_en": "Keep what works, change what does not, tell people what came of it.",
        "say_fr": "Gardez ce qui marche, changez le reste, dites ce qui en est ressorti.",
        "start_anchor": "ls2", "start_offset": 1, "end_anchor": "ls3", "end_offset": -1,
    },
    {
        "key": "ls3", "kind": "session", "number": 3, "name_en": "Session 3", "name_fr": "Séance 3",
        "say_en": "What we keep: the closing celebration.",
        "say_fr": "Ce que nous gardons : la célébration de clôture.",
        "start_offset": _LS3, "starts_clock": NOON, "minutes": 90,
    },
    {
        "key": "wrap-up", "kind": "wrap_up", "name_en": "Wrap-up", "name_fr": "Bilan",
        "say_en": "Write down what holds, thank each other, pass it on.",
        "say_fr": "Notez ce qui tient, remerciez-vous, passez le mot.",
        "start_anchor": "ls3", "start_offset": 1, "end_offset": 4,
    },
)  # fmt: skip
