"""Who stands on the stage of sessions 2 and 3: two speakers, a host beside the programme, four teams, the run of show."""

from __future__ import annotations

from collections.abc import Sequence

from collaborative.models import Programme
from desk.demo.marks import demo_id
from desk.demo.populate import World
from sessions.models import Appearance, Hosting, LearningSession, Part, Partner, RunItem, Speaker, TeamSlot

# Who speaks: key, key of their account ("" = none), and what the programme knows of them.
_SPEAKERS = (
    ("farah", "farah", {
        "name": "Farah Siddiqui", "post_nominals": "RN, MEd", "spoken_name": "fa-RAH sid-DEE-kee", "language": "en",
        "affiliation_en": "Lakeshore School of Nursing", "affiliation_fr": "École de soins infirmiers Lakeshore",
        "email": "farah.siddiqui@example.org", "phone": "905-555-0117", "city": "mississauga",
    }),
    ("theo", "", {
        "name": "Théo Marchand", "spoken_name": "té-O mar-CHAN", "language": "fr",
        "affiliation_en": "Families at the Bedside", "affiliation_fr": "Familles au chevet",
        "email": "theo.marchand@example.org", "phone": "418-555-0164", "city": "quebec",
    }),
)  # fmt: skip
# Of each session: who (key), what they do, at which item (from 1; 0 = the whole session), and the line for this time.
_PARTS = {
    "ls2": (
        ("farah", Part.FACILITATOR, 2, "asks each team one question", "pose une question à chaque équipe"),
        ("theo", Part.SPEAKER, 3, "tells who was missing at his mother's bedside", "raconte qui manquait au chevet de sa mère"),
    ),
    "ls3": (
        ("theo", Part.SPEAKER, 1, "reads what families wrote to the teams", "lit ce que des familles ont écrit aux équipes"),
        ("farah", Part.HOST, 0, "", ""),
    ),
}  # fmt: skip
# The teams that show a change in session 2, in this order.
_TEAMS = ("erables", "harbour-view", "baie-des-vents", "cedar-ridge")
# Minute, who, what.
_RUN = {
    "ls2": (
        (-20, "Inès", "Opens the room, tests the sound of all who speak"),
        (-10, "Benoît", "Starts both channels of the interpretation and the captions"),
        (0, "Paula", "Welcome, who is in the room, how to switch the language"),
        (10, "Farah", "Calls the four teams; Inès shows their charts and the clock"),
        (40, "Théo", "His story, then the question for the small rooms"),
        (45, "Inès", "Opens the small rooms for 20 minutes"),
        (70, "Paula", "Back together: what each team tries next"),
        (85, "Benoît", "Thanks, the three questions, the day of session 3"),
    ),
    "ls3": (
        (-20, "Inès", "Opens the room, hangs the storyboards on the wall"),
        (0, "Paula", "Welcome to the last one"),
        (10, "Inès", "Opens the walk past the storyboards"),
        (75, "Benoît", "Thanks, and a photo of all screens"),
    ),
}
_BEFORE = {
    "ls2": ("Bring the number that surprised you most.", "Apportez le chiffre qui vous a le plus surpris."),
    "ls3": ("Bring one page: what you keep.", "Apportez une page : ce que vous gardez."),
}


def set_stage(world: World, programme: Programme, sessions: Sequence[LearningSession]) -> None:
    """Give sessions 2 and 3 of the cohort under way their people, their host, their teams and their run of show."""
    speakers = {
        key: Speaker(id=demo_id("speaker", key), programme=programme, person=world.people.get(account), **facts)
        for key, account, facts in _SPEAKERS
    }
    Speaker.objects.bulk_create(speakers.values())
    partner = Partner.objects.create(
        id=demo_id("partner", "families"), programme=programme, name_en="Families at the Bedside",
        name_fr="Familles au chevet", url_en="https://families.example.org/", url_fr="https://familles.example.org/",
    )  # fmt: skip
    rows = {one.phase.key: one for one in sessions if one.phase and one.phase.key in _PARTS}
    appearances, slots, lines = [], [], []
    for key, row in rows.items():
        items = list(row.agenda.all())
        for place, (who, part, at, en, fr) in enumerate(_PARTS[key], start=1):
            appearances.append(
                Appearance(
                    id=demo_id("appearance", key, who), learning_session=row, speaker=speakers[who], part=part,
                    ordinal=place, item=items[at - 1] if at else None, role_line_en=en, role_line_fr=fr,
                    minutes=items[at - 1].minutes if at else None, introduced_by="Paula Whitford" if at else "",
                )
            )  # fmt: skip
        lines += [RunItem(learning_session=row, minute=minute, who=who, what=what) for minute, who, what in _RUN[key]]
        row.prework_en, row.prework_fr = _BEFORE[key]
        row.spoken, row.interpretation, row.sign_language = "both", "both", "both" if key == "ls3" else ""
        if key == "ls2":
            slots = [
                TeamSlot(learning_session=row, team=world.teams[team], item=items[1], ordinal=place, minutes=5)
                for place, team in enumerate(_TEAMS, start=1)
            ]
    Appearance.objects.bulk_create(appearances)
    TeamSlot.objects.bulk_create(slots)
    RunItem.objects.bulk_create(lines)
    Hosting.objects.bulk_create(Hosting(learning_session=row, partner=partner) for row in rows.values())
    LearningSession.objects.bulk_update(
        rows.values(),
        ["prework_en", "prework_fr", "spoken", "interpretation", "sign_language"],
    )
