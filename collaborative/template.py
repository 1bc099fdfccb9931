"""What the product brings for a new programme: phases, the planning team's tasks, what a team gets ready. Pure data.

Getting ready, three sessions with an action period after each of the first two, and a wrap-up: seventeen weeks from the
first day. A third action period and a closing congress go with the forms of a series that have them (``only``). A programme
changes its own copy.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

NOON: Final = dt.time(12, 0)
_LS1, _LS2, _LS3, _CONGRESS = 29, 78, 113, 141

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
        "key": "ap3", "kind": "action", "number": 3, "name_en": "Action period 3", "name_fr": "Période d'action 3",
        "say_en": "Make what works part of every day, and get your story ready for the others.",
        "say_fr": "Faites de ce qui marche une habitude, et préparez votre histoire pour les autres.",
        "start_anchor": "ls3", "start_offset": 1, "end_anchor": "congress", "end_offset": -1, "only": "third",
    },
    {
        "key": "congress", "kind": "congress", "name_en": "Closing congress", "name_fr": "Congrès de clôture",
        "say_en": "Every team shows what it learned; guests are welcome.",
        "say_fr": "Chaque équipe montre ce qu'elle a appris; on peut inviter du monde.",
        "start_offset": _CONGRESS, "starts_clock": NOON, "minutes": 120, "only": "congress",
    },
    {
        "key": "wrap-up", "kind": "wrap_up", "name_en": "Wrap-up", "name_fr": "Bilan",
        "say_en": "Write down what holds, thank each other, pass it on.",
        "say_fr": "Notez ce qui tient, remerciez-vous, passez le mot.",
        "start_anchor": "congress", "start_offset": 1, "end_offset": 4,
    },
)  # fmt: skip

# Around every session: days from it, key, English, French.
_AROUND_A_SESSION: Final = (
    (-60, "who-shows", "Choose who speaks and which teams show their work",
     "Choisir qui prend la parole et quelles équipes montrent leur travail"),
    (-30, "ask-speakers", "Ask the speakers, and send them the outline",
     "Demander aux personnes invitées, et leur envoyer le plan"),
    (-14, "read-slides", "Read the slides and say what you noticed; ask for the last version",
     "Lire les diapositives et dire ce que vous remarquez; demander la dernière version"),
    (-7, "announce", "Check the meeting address and what the reminders say",
     "Vérifier l'adresse de la rencontre et ce que disent les rappels"),
    (-1, "try-room", "Try the room: sound, small rooms, telephone line, who does what",
     "Essayer la salle : son, petits groupes, ligne téléphonique, qui fait quoi"),
    (1, "who-came", "See who came, and write to teams of which nobody was there",
     "Voir qui est venu, et écrire aux équipes dont personne n'était là"),
    (2, "put-up", "Put slides, recording and questions where everybody finds them",
     "Déposer diapositives, enregistrement et questions là où tout le monde les trouve"),
    (3, "look-back", "Look back with the coaches: what do we change, who needs a call?",
     "Faire le point avec les coachs : que changer, qui appeler?"),
)  # fmt: skip
_OF_THE_WHOLE: Final = (
    ("apply_from", -28, "call-ready", "Read the public pages in both languages; ask two people who do not know the series",
     "Relire les pages publiques dans les deux langues; demander à deux personnes qui ne connaissent pas la série"),
    ("apply_from", 0, "call-out", "Tell the networks that applying has begun",
     "Annoncer aux réseaux que les candidatures sont ouvertes"),
    ("apply_until", -7, "call-again", "Write to teams whose application is begun and not sent",
     "Écrire aux équipes dont la candidature est commencée et pas envoyée"),
    ("apply_until", 1, "read-all", "Share out the applications and read them",
     "Répartir les candidatures et les lire"),
    ("answers_on", -1, "decide", "Decide together, and read the letters before they go",
     "Décider ensemble, et relire les lettres avant l'envoi"),
    ("answers_on", 3, "who-is-silent", "Call the accepted teams that have not answered",
     "Appeler les équipes retenues qui n'ont pas répondu"),
    ("", -7, "give-coaches", "Give every team its coach", "Donner à chaque équipe son ou sa coach"),
    ("", 0, "welcome", "Send the welcome: dates, first steps, whom to ask",
     "Envoyer la bienvenue : dates, premiers pas, à qui s'adresser"),
    ("", 14, "see-ready", "See which teams are not ready yet, and call them",
     "Voir quelles équipes ne sont pas prêtes, et les appeler"),
    ("wrap-up", 2, "thank", "Thank everybody by name, and ask what they would change",
     "Remercier tout le monde par son nom, et demander quoi changer"),
)  # fmt: skip

# What the planning team does and when: ``offset`` days from the beginning of ``anchor``.
TASKS: Final[tuple[dict[str, Any], ...]] = (
    *(
        {"key": key, "anchor": anchor, "offset": offset, "text_en": english, "text_fr": french}
        for anchor, offset, key, english, french in _OF_THE_WHOLE
    ),
    *(
        {
            "key": f"{phase['key']}-{key}",
            "anchor": phase["key"],
            "offset": offset,
            "text_en": english,
            "text_fr": french,
        }
        for phase in PHASES
        if phase["kind"] in ("session", "congress")
        for offset, key, english, french in _AROUND_A_SESSION
    ),
)

# What a team gets ready before the first session: text and hint, English and French. In order.
# What an application tells already of the things that a team gets ready, by the words of the list below.
PEOPLE_KNOWN: Final = "We know who is in the team"
SPONSOR_SAID_YES: Final = "Our sponsor has said yes"

PREWORK: Final[tuple[dict[str, str], ...]] = (
    {
        "text_en": PEOPLE_KNOWN, "text_fr": "Nous savons qui est dans l'équipe",
        "hint_en": "Five people or so: somebody who manages, somebody at the bedside, a patient, resident or care partner.",
        "hint_fr": "Cinq personnes environ : quelqu'un qui gère, quelqu'un au chevet, un ou une partenaire.",
    },
    {
        "text_en": "Our partner is welcome and knows whom to call",
        "text_fr": "Notre partenaire se sent attendu et sait qui appeler",
        "hint_en": "Talk about hours, thanks and what helps them take part before the first meeting.",
        "hint_fr": "Parlez des heures, de la reconnaissance et de ce qui aide à participer avant la première rencontre.",
    },
    {
        "text_en": SPONSOR_SAID_YES, "text_fr": "Notre cadre responsable a dit oui",
        "hint_en": "They keep the time free and clear the way; five minutes a month is enough.",
        "hint_fr": "Elle libère du temps et ouvre le chemin; cinq minutes par mois suffisent.",
    },
    {
        "text_en": "The session dates are in everybody's calendar",
        "text_fr": "Les dates des séances sont dans tous les agendas",
        "hint_en": "Ask for cover on the unit now, nights included.",
        "hint_fr": "Prévoyez le remplacement dans l'unité dès maintenant, la nuit aussi.",
    },
    {
        "text_en": "We can say in one sentence what we want to reach",
        "text_fr": "Nous pouvons dire en une phrase ce que nous voulons atteindre",
        "hint_en": "What, for whom, how much, by when. A first try is fine.",
        "hint_fr": "Quoi, pour qui, combien, pour quand. Un premier essai suffit.",
    },
    {
        "text_en": "We know where we stand today", "text_fr": "Nous savons où nous en sommes aujourd'hui",
        "hint_en": "Count safety conversations on the unit for one week, without changing anything.",
        "hint_fr": "Comptez les conversations sur la sécurité dans l'unité pendant une semaine, sans rien changer.",
    },
    {
        "text_en": "We have met our coach", "text_fr": "Nous avons rencontré notre coach",
        "hint_en": "Twenty minutes by video or telephone: who you are, what worries you.",
        "hint_fr": "Vingt minutes par vidéo ou par téléphone : qui vous êtes, ce qui vous inquiète.",
    },
)  # fmt: skip
