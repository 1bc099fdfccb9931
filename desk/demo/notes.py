"""What coaches wrote down: notes that the team can read, and notes that nobody but the coach can. In the team's language."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Note:
    """One note of a coach, ``days`` before today."""

    days: int
    text: str
    private: bool = False


NOTES: dict[str, tuple[Note, ...]] = {
    "harbour-view": (
        Note(20, "First call. You know exactly what you want to try: one question, one moment, one pen. I will ask you next "
                 "time what the night shift makes of it."),
        Note(6, "Your chart shows a shift, and you were the last to believe it. Please tell the others how the list beside "
                "the phone works: eleven minutes is the sentence that they need to hear."),
        Note(6, "Ask Marie whether she would show the chart in session 2. She will say that it is nothing special.", True),
    ),
    "cedar-ridge": (
        Note(19, "Three tries at once is generous. Shall we choose one for the next two weeks, the smallest of them?"),
        Note(12, "No call: short of people on the unit. I sent three times to choose from and will keep all of them free."),
        Note(12, "Not a method problem. They are four people short and the manager covers shifts. Ask the planning team "
                 "whether the sponsor knows. Do not ask for numbers on the next call.", True),
        Note(4, "Two calls missed in a row. Write one line, no question in it: we are here, whenever it suits.", True),
    ),
    "baie-des-vents": (
        Note(18, "Belle première visite. « Qu'est-ce qui vous inquiète ici? » est une vraie question : gardez ces mots-là."),
        Note(9, "Vos chiffres montent. Notez qui pose la question : est-ce que ça change quelque chose?"),
        Note(9, "Pierre porte beaucoup de choses seul. Demander à Odette qui l'accompagne entre les rencontres.", True),
    ),
    "erables": (
        Note(17, "La bouilloire est une idée à raconter à tout le monde. Merci à Pascal de l'avoir fait dans le forum."),
        Note(5, "Prochaine étape : une seule phrase, le vendredi. On regarde ensemble ce qui arrive dans deux semaines."),
    ),
    "prairie-rose": (
        Note(16, "You are seven around one table, and that is a gift. Keep the two o'clock question where it is."),
        Note(5, "They wait for an answer about the Sunday call. It counts. Answer in the forum, so that all can read it.", True),
    ),
    "northern-lights": (
        Note(15, "Letting go of the second pause was good work. Write down why: others will want to try it too."),
    ),
    "lakeshore": (
        Note(14, "Forty kitchens and no wall. Have a look at what the team in Saint John does with a call the same evening."),
    ),
    "maple-grove": (
        Note(16, "Pausing was right. No numbers, no calls, no questions until you say so."),
        Note(2, "Welcome back. Two tables, and that is plenty."),
        Note(2, "Tired. Next call ten minutes, and mostly listening.", True),
    ),
    "northwoods": (
        Note(3, "The chart is not wrong, it tells two stories. Days and nights apart for three weeks, then we look again."),
    ),
    "foothill-creek": (
        Note(11, "Three of ten answers need somebody from outside the unit. That is what your sponsor is for: one ask, one date."),
    ),
    "caraquet": (
        Note(10, "Cinq caucus sur cinq. Pour le soir, prenez le moment où les gens se croisent, même s'il dure une minute."),
    ),
    "tundra-light": (
        Note(13, "The interpreter on the Tuesday round is part of the team now. Count her in when you fill in who came."),
    ),
    "fundy": (Note(8, "The call the same evening is yours to teach. Would somebody show it in session 2?"),),
    "rapides": (Note(7, "Le dernier client attend la question : c'est une belle phrase. Gardez-la pour votre affiche."),),
}  # fmt: skip
