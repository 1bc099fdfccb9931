"""The talk of the forum, in both languages: questions and stories as teams write them, kind and short.

A writer is named by key: of a person ("nia"), or of a team and the place in it ("erables:2"). ``ago`` is (days, hour on
the writer's own clock) before today.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Said:
    """One post."""

    by: str
    ago: tuple[int, int]
    text: str
    language: str = "en"


@dataclasses.dataclass(frozen=True)
class Talk:
    """A thread: its first post and what was answered."""

    board: str
    first: Said
    answers: tuple[Said, ...] = ()


TALK: tuple[Talk, ...] = (
    Talk(
        "ask",
        Said(
            "joan", (6, 10),
            "How do you ask on nights, when there is no huddle?\n\n"
            "Mornings work: one question, two minutes. At night we are three on two floors and nobody stands still "
            "together. Has anyone found a moment that holds?",
        ),
        (
            Said(
                "pascal", (5, 4),
                "Chez nous, c'est à la pause de trois heures. La question est écrite sur la bouilloire. Les gens la "
                "lisent à voix haute en attendant l'eau.", "fr",
            ),
            Said(
                "paula", (5, 11),
                "In English, from Pascal: with them it is at the three o'clock break. The question is written on the "
                "kettle, and people read it out while they wait for the water.",
            ),
            Said(
                "agnes", (4, 9),
                "Ask the resident who cannot sleep. My mother knows more about the night than the day shift ever will.",
            ),
            Said(
                "nia", (3, 6),
                "We wrote it on our kettle too. Two nights out of two so far. On the second night the answer was: "
                "*nobody knows which bells stick*. That became a list, and the list became a repair.",
            ),
        ),
    ),
    Talk(
        "ask",
        Said(
            "prairie-rose:0", (4, 14),
            "Do we count the daughter's call?\n\n"
            "A resident's daughter calls every Sunday and tells us what she noticed. It is a conversation about safety, "
            "but we did not begin it. Does it count?",
        ),
    ),
    Talk(
        "ask",
        Said(
            "red-river:0", (9, 13),
            "What do you say after “nothing, all is fine”?\n\n"
            "Half of our answers are “nothing”. I believe some of them. What do you ask next, without making people feel "
            "examined?",
        ),
        (
            Said(
                "salish-shore:1", (9, 18),
                "“If something did go wrong tonight, what would it be?” It moves the worry from the person to the night.",
            ),
            Said(
                "colin", (8, 9),
                "And then wait. Count to seven in your head. I learned it from a recreation worker, who is better at "
                "this than I am.",
            ),
            Said("fundy:1", (7, 20), "I say what worries *me*. Something small and true. Then it is two people talking."),
        ),
    ),
    Talk(
        "ask",
        Said(
            "odette", (8, 16),
            "Comment dire non sans fermer la porte?\n\n"
            "On nous a demandé une deuxième personne le soir. Ce n'est pas possible cet hiver. Comment le dire pour que "
            "les gens continuent de nous parler?",
            "fr",
        ),
        (
            Said(
                "karine", (8, 19),
                "On dit ce qu'on peut et ce qu'on ne peut pas, avec la date où on en reparlera. Le pire, c'est le silence.",
                "fr",
            ),
            Said(
                "pierre", (7, 9),
                "De mon côté du lit, un non expliqué vaut mieux qu'un oui qui n'arrive jamais. Et demandez-moi mon idée : "
                "j'en ai peut-être une qui ne coûte rien.",
                "fr",
            ),
            Said(
                "lucie", (7, 11),
                "Merci, Pierre. Équipe Baie-des-Vents, si vous le voulez, on prépare cette phrase ensemble à notre "
                "prochain appel.",
                "fr",
            ),
        ),
    ),
    Talk(
        "ask",
        Said(
            "northwoods:0", (3, 5),
            "Our chart jumps up and down. Are we doing it wrong?\n\n"
            "One week four, the next week thirteen. It follows the nights we were busy, I think.",
        ),
        (
            Said(
                "amrit", (3, 10),
                "Not wrong at all: the chart is telling you something. It may be two stories on one page. Count days and "
                "nights apart for three weeks and look again.",
            ),
            Said("northwoods:1", (1, 7), "We began on Monday. Two tally sheets, two colours of pen. Will tell you."),
        ),
    ),
    Talk(
        "ask",
        Said(
            "yukon-river:0", (2, 15),
            "Talking on the phone, not face to face: what changes?\n\n"
            "Some of our clients live two hours away. We see them once a month and call in between. Does a safety "
            "conversation work on the phone?",
        ),
        (
            Said(
                "tundra-light:1", (1, 12),
                "It does for us, if the first one was at the table. We begin with the kettle: is it on? Then they sit "
                "down, and so do we.",
            ),
        ),
    ),
    Talk(
        "tried",
        Said(
            "northern-lights:0", (10, 17),
            "We tried: the surgeon asks first\n\n"
            "Before the first case, one question to the room: what could catch us out today? Four days in five somebody "
            "answered who had not spoken before. The best answer came from the person who cleans the room.\n\n"
            "Before the last case we tried the same, and let it go: it felt like one more form.",
        ),
        (
            Said(
                "ravi", (9, 8),
                "Thank you for telling us about the second half. We were about to do exactly that. What did the surgeon "
                "need before agreeing?",
            ),
            Said(
                "northern-lights:1", (8, 18),
                "To hear it once from another surgeon, and to be allowed to be bad at it for a week.",
            ),
        ),
    ),
    Talk(
        "tried",
        Said(
            "erables:2", (5, 15),
            "Essayé : dire le vendredi ce qu'on a fait de leurs idées\n\n"
            "Une phrase au dîner, une seule. La première semaine, personne n'a rien dit. La deuxième, trois personnes ont "
            "répondu. On continue.",
            "fr",
        ),
        (
            Said("rapides:0", (4, 21), "Une seule phrase, c'est la bonne mesure. On vous l'emprunte pour nos tournées.", "fr"),
            Said(
                "manoir-rideau:1", (2, 14),
                "Qui la dit, cette phrase? Chez nous, personne n'ose se lever pendant le dîner.", "fr",
            ),
            Said("erables:2", (1, 15), "La cuisinière. Tout le monde l'écoute.", "fr"),
        ),
    ),
    Talk(
        "tried",
        Said(
            "marie", (7, 12),
            "We tried: writing the answer where nights can see it\n\n"
            "A list beside the phone. What was said, who looks into it, until when. Then a line through it when it is "
            "done. That line is what people talk about.\n\n"
            "- It took eleven minutes to set up.\n- It has to hang where people wait, not where managers walk.\n"
            "- Somebody has to own the pen. With us it is Joan.",
        ),
        (
            Said("lakeshore:1", (6, 19), "We have no wall, we have forty kitchens. Any idea for a list without a wall?"),
            Said(
                "fundy:0", (5, 8),
                "We call back the same evening. Whoever heard the worry calls. Clients told us that the call mattered "
                "more than the answer.",
            ),
            Said("lakeshore:1", (5, 20), "That we can do. Beginning tomorrow."),
        ),
    ),
    Talk(
        "tried",
        Said(
            "maple-grove:0", (1, 11),
            "We are back from our pause\n\n"
            "Two weeks closed to visitors, and nobody had a minute. Pausing was the right thing. We begin again with two "
            "tables instead of ten. If your unit has to stop for a while: say so, and come back small.",
        ),
        (
            Said("sanjay", (1, 14), "Good to see you here again. Two tables is how we began."),
            Said("colin", (0, 0), "Welcome back. Small is the right size."),
        ),
    ),
)  # fmt: skip
