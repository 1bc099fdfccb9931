"""The changes that teams try: planned, under way, learned from, decided on; some go on from one before.

``days`` are days after session 1 on which the try began, was learned from and was decided on; ``after`` is the place in
the same list of the try that it goes on from. A team that was quick began before session 1.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Try:
    """One try of one team, in the team's language."""

    title: str
    plan: str = ""
    prediction: str = ""
    days: tuple[int, ...] = ()
    what_happened: str = ""
    matched: str = ""
    decision: str = ""
    after: int | None = None

    @property
    def state(self) -> str:
        return ("plan", "doing", "learned", "next")[len(self.days)]


TRIES: dict[str, tuple[Try, ...]] = {
    "harbour-view": (
        Try(
            "One question at the morning huddle", "“What worries you about today?” Two minutes, standing, every morning.",
            "Five mornings in seven, and at least one answer each time.", (-20, 8, 9),
            "Six of seven mornings. On the seventh the huddle fell out. Most answers were about the night before.",
            "yes", "adopt",
        ),
        Try(
            "Write the answer where nights can see it", "A list beside the phone: what was said, who looks, until when.",
            "Nights will add something by the end of the week.", (9, 15, 16),
            "Nights wrote the list of sticking call bells. It was mended on the Monday, and we said so.", "yes", "adopt",
            after=0,
        ),
        Try(
            "The same question for families on Sunday", "Agnes asks three visitors at the coffee table.",
            "Two answers in three.", (17,), after=0,
        ),
        Try("Ask the question on nights too", "At the three o'clock round, whoever is awake.", "Half of the nights."),
    ),
    "cedar-ridge": (
        Try("A worry board in the staff room", "A board, a pen, nothing else.", "Ten notes in a week.", (3,)),
        Try("Ask at every handover", "One question, both shifts.", "Every handover.", (4,)),
        Try("Walk round with the manager on Fridays", "Fifteen minutes, no clipboard.", "Three talks a round.", (6,)),
    ),
    "baie-des-vents": (
        Try(
            "Demander à l'arrivée : « Qu'est-ce qui vous inquiète ici? »", "À chaque première visite du mardi.",
            "Une réponse sur deux.", (2, 9, 12),
            "Sept réponses sur dix. On a appris que deux personnes n'osaient pas utiliser la douche.", "yes", "adapt",
        ),
        Try(
            "La même question, mais assis", "S'asseoir une minute avant de demander.", "Huit sur dix.", (12,), after=0,
        ),
    ),
    "erables": (
        Try(
            "La question écrite sur la bouilloire", "À la pause de trois heures, la nuit.", "Trois nuits par semaine.",
            (2, 10, 14), "Cinq nuits sur sept. Les gens la lisent à voix haute en attendant l'eau.", "yes", "adopt",
        ),
        Try(
            "Dire aux résidentes et aux résidents ce qu'on a fait", "Une phrase au dîner du vendredi.",
            "Qu'une personne nous réponde.", (14, 20),
            "Trois personnes ont répondu, dont une qui ne parle presque jamais.", "yes",
        ),
        Try("Inviter l'entretien à la rencontre du matin", "Deux minutes, le mercredi."),
    ),
    "prairie-rose": (
        Try(
            "One question at the two o'clock change", "Both shifts, by the window.", "Four days in five.", (3, 11),
            "Three in five. On the days it fell out, nobody had a key to the room.", "partly",
        ),
        Try("Count the daughter's call, or not?", "Ask the coach, then decide once.", ""),
    ),
    "northern-lights": (
        Try(
            "Surgeon asks first", "At the pause before the first case: what could catch us out today?",
            "Somebody other than the surgeon answers, three days in five.", (1, 9, 10),
            "Four in five. The best answer came from the cleaner of the room.", "yes", "adopt",
        ),
        Try(
            "Same pause before the last case", "We are tired by then.", "Three days in five.", (10, 18, 19),
            "Two in five. It feels like a second form.", "no", "abandon", after=0,
        ),
        Try("Tell the room on Friday what came of it", "One minute at the Friday count.", "Nobody leaves early.", (20,)),
    ),
    "lakeshore": (
        Try(
            "Ask on the first visit of the week", "“What worries you at home?”, before the coat is off.", "Five in ten.",
            (2, 12, 13), "Four in ten. With the coat off it goes better.", "partly", "adapt",
        ),
        Try("Ask after the coat is off", "Same question, one minute later.", "Seven in ten.", (13,), after=0),
    ),
    "red-river": (
        Try("A chair in the hallway", "Whoever sits there wants to talk. Staff sit down when they pass.", "Two a day.",
            (4, 13), "Residents sit there with each other. Not what we planned, and lovely.", "no"),
    ),
    "maple-grove": (
        Try("The question on the back of the menu", "Families read it while they wait.", "One answer a day.", (2, 8, 21),
            "Nine in a week, then the unit was closed to visitors and we paused.", "yes", "adopt"),
        Try("Start again with two tables, not ten", "After the pause: small.", "Two answers a day."),
    ),
    "red-sands": (
        Try("Ask at the noon table", "One table, one question, every noon.", "Three noons in five.", (9,)),
    ),
    "caraquet": (
        Try("Une inquiétude par caucus", "Au caucus de sept heures, une seule.", "Quatre matins sur cinq.", (1, 8, 9),
            "Cinq sur cinq. On a dû apprendre à n'en prendre qu'une.", "yes", "adopt"),
        Try("Le caucus du soir aussi", "À dix-neuf heures, debout, deux minutes.", "Trois soirs sur cinq.", (9, 19),
            "Deux soirs sur cinq : les relèves n'arrivent pas ensemble.", "partly", after=0),
    ),
    "fundy": (
        Try("Call back the same evening", "Whoever heard a worry calls back the same evening.", "Half of them.", (5, 15, 16),
            "Six of nine. Clients told us that the call mattered more than the answer.", "yes", "adopt"),
    ),
    "manoir-rideau": (
        Try("La question à la pause de trois heures", "La même question pour tout le monde.", "Deux jours sur trois.", (11,)),
    ),
    "northwoods": (
        Try("Ask at five in the morning", "The one quiet hour.", "Four nights in seven.", (3, 10, 11),
            "Six in seven on quiet nights, none on busy ones. The chart jumps: perhaps days and nights share it.",
            "partly", "adapt"),
        Try("Count days and nights apart", "Two tallies for three weeks.", "Nights higher than days.", (12,), after=0),
    ),
    "foothill-creek": (
        Try("Begin the huddle with one worry", "Whoever arrives last says it.", "Four of five.", (1, 7, 8),
            "Five of five. Arriving last has become popular.", "yes", "adopt"),
        Try("Answer within seven days, in writing", "On the sheet by the kettle.", "Eight of ten.", (8, 19),
            "Seven of ten. The three others needed somebody outside the unit: we asked our sponsor.", "partly", after=0),
    ),
    "salish-shore": (
        Try("Ask those who rarely speak", "One conversation a day with somebody new.", "Five in a week.", (4, 14),
            "Four. Two of them asked to be asked again.", "yes"),
    ),
    "yukon-river": (
        Try("What would you do if the power went?", "One question for each client who lives alone.", "Ten clients.", (8,)),
    ),
    "tundra-light": (
        Try("Ask in the language the person thinks in", "With the interpreter on the Tuesday round.", "Three a week.",
            (6, 16, 18), "Five. People said more, and laughed more.", "yes", "adopt"),
    ),
    "rapides": (
        Try("Une question par tournée", "Au dernier client du soir, quand on a cinq minutes.", "Trois soirs sur cinq.",
            (2, 9, 10), "Cinq sur cinq, parce que le dernier client attend la question.", "yes", "adopt"),
        Try("Deux questions par tournée", "Au premier client aussi.", "Trois soirs sur cinq.", (11,), after=0),
    ),
    "fjord": (
        Try("Un proche au caucus du jeudi", "Une personne du comité des usagers, dix minutes.", "Qu'elle revienne.", (7, 14, 15),
            "Elle est revenue avec deux amies. On a changé l'heure pour elles.", "yes", "adapt"),
        Try("Le caucus à treize heures", "Quand les visites commencent.", "Deux proches.", (16,), after=0),
    ),
}  # fmt: skip
