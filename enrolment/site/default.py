"""What a programme's public pages say until its planners say it better: a safety-conversations series, in both languages.

Our own words. Dates, places and numbers of a cohort stand nowhere here: the pages print them from the cohort itself.
"""

from __future__ import annotations

from typing import Any, Final

NBSP = "\N{NO-BREAK SPACE}"


def nbsp(text: str) -> str:
    """Return French text with the spaces that must not break."""
    return (
        text.replace(" :", f"{NBSP}:").replace("« ", f"«{NBSP}").replace(" »", f"{NBSP}»").replace(" h ", f"{NBSP}h ")
    )


_EN_OVERVIEW = {
    "title": "Four months. One question asked more often.",
    "lead": (
        "Your unit learns to talk about safety before something goes wrong, with patients, residents and care partners "
        "at the table."
    ),
    "why": (
        "Most of what we know about safety, we know from looking back: reports, reviews, numbers of last month. A safety "
        "conversation looks the other way. What worries you right now? What went well today, and why? What could catch "
        "us out tomorrow?\n\n"
        "Such questions take two minutes. They are harder to ask than they sound, and easier once a team does it "
        "together. That is what you practise here, in your own unit, on ordinary days."
    ),
    "benefits": (
        "A habit that fits into the rounds and huddles you already have\n"
        "A coach who knows your team and calls you\n"
        "Small changes, tried on a Tuesday and judged by Friday\n"
        "A chart of your own that shows whether talking led to something\n"
        "Teams from hospitals, long-term care and home care across the country, with the same questions"
    ),
    "format": (
        "Three online sessions of ninety minutes bring all teams together. Each one prepares what comes next:\n\n"
        "- **Two action periods** between them, of several weeks each. You try something small on your unit, count your "
        "conversations and write down what you learned.\n"
        "- **Coaching calls** when they help you, never to check on you.\n"
        "- **A place to ask other teams**, at any hour, in English or in French.\n\n"
        "The last session is a celebration: every team shows one thing that it keeps. Everybody teaches, everybody "
        "learns."
    ),
    "who": (
        "A team is five people or more of one unit, in any setting: hospital, long-term care, home care, primary care. "
        "It has\n\n"
        "- a manager of the unit,\n"
        "- somebody who gives care there every day,\n"
        "- a patient, a resident or a care partner.\n\n"
        "A senior leader, a physician, an educator, allied health or somebody from quality and safety may join as well. "
        "One of you leads: comes to the sessions and the calls, gets the small tries going, and keeps the others "
        "informed."
    ),
    "takes": (
        "Time: about 20 minutes a week, and three sessions of 90 minutes\n"
        "Cost: none\n"
        "Languages: English and French\n"
        "You need: a telephone or a computer; nothing to install"
    ),
}
_FR_OVERVIEW = {
    "title": "Quatre mois. Une question posée plus souvent.",
    "lead": (
        "Votre unité apprend à parler de sécurité avant que quelque chose tourne mal, avec les patients, les personnes "
        "hébergées et les proches à la table."
    ),
    "why": (
        "Ce que nous savons de la sécurité, nous le savons surtout en regardant en arrière : les déclarations, les "
        "analyses, les chiffres du mois dernier. Une conversation sur la sécurité regarde de l'autre côté. Qu'est-ce qui "
        "vous inquiète en ce moment? Qu'est-ce qui s'est bien passé aujourd'hui, et pourquoi? Qu'est-ce qui pourrait "
        "nous surprendre demain?\n\n"
        "Ces questions prennent deux minutes. Elles sont plus difficiles à poser qu'il n'y paraît, et plus faciles quand "
        "une équipe s'y met ensemble. C'est ce que vous exercez ici, dans votre propre unité, les jours ordinaires."
    ),
    "benefits": (
        "Une habitude qui trouve sa place dans les tournées et les caucus que vous avez déjà\n"
        "Une personne qui vous accompagne, qui connaît votre équipe et qui vous appelle\n"
        "De petits changements, essayés le mardi et jugés dès le vendredi\n"
        "Un graphique à vous, qui montre si parler a mené à quelque chose\n"
        "Des équipes d'hôpitaux, de soins de longue durée et de soins à domicile de tout le pays, avec les mêmes questions"
    ),
    "format": (
        "Trois séances en ligne de 90 minutes réunissent toutes les équipes. Chacune prépare la suite :\n\n"
        "- **Deux périodes d'action** entre les séances, de plusieurs semaines chacune. Vous essayez une petite chose "
        "dans votre unité, vous comptez vos conversations et vous notez ce que vous avez appris.\n"
        "- **Des appels d'accompagnement** quand ils vous aident, jamais pour vous surveiller.\n"
        "- **Un endroit où questionner les autres équipes**, à toute heure, en français ou en anglais.\n\n"
        "La dernière séance est une célébration : chaque équipe montre une chose qu'elle garde. Tout le monde enseigne, "
        "tout le monde apprend."
    ),
    "who": (
        "Une équipe, c'est au moins cinq personnes d'une même unité, dans n'importe quel milieu : hôpital, soins de "
        "longue durée, soins à domicile, soins primaires. On y trouve\n\n"
        "- la personne qui gère l'unité,\n"
        "- une personne qui y donne des soins chaque jour,\n"
        "- un patient, une personne hébergée ou un proche.\n\n"
        "La haute direction, le corps médical, la formation, les services paramédicaux ou la qualité peuvent aussi y être "
        "représentés. Une personne parmi vous mène l'équipe : elle vient aux séances et aux appels, lance les petits "
        "essais et tient les autres au courant."
    ),
    "takes": (
        "Temps : environ 20 minutes par semaine, et trois séances de 90 minutes\n"
        "Coût : aucun\n"
        "Langues : français et anglais\n"
        "Il vous faut : un téléphone ou un ordinateur; rien à installer"
    ),
}
_EN_DATES = {
    "intro": "Sessions are at noon, so that a shift can come. Every time is said with its place.",
    "chosen": (
        "Everybody who applies in time gets an answer on the same day, in their own language.\n\n"
        "When more teams apply than there are places, we look at who is in the team, what it hopes for, and whether "
        "its leaders stand behind it. We also look at the whole: provinces, settings and languages. A team for which "
        "there is no place yet stands on a waiting list in order, and is told how it can go on."
    ),
}
_FR_DATES = {
    "intro": "Les séances ont lieu à midi, pour qu'un quart de travail puisse y venir. Chaque heure est dite avec son lieu.",
    "chosen": (
        "Toutes les équipes qui présentent leur demande à temps reçoivent une réponse le même jour, dans leur langue.\n\n"
        "Quand il y a plus de demandes que de places, nous regardons qui fait partie de l'équipe, ce qu'elle espère et "
        "si sa direction l'appuie. Nous regardons aussi l'ensemble : les provinces, les milieux et les langues. Une "
        "équipe pour qui il n'y a pas encore de place est mise sur une liste d'attente, dans l'ordre, et apprend comment "
        "poursuivre."
    ),
}
_EN_CONTACT = {
    "intro": (
        "Write to the planning team in English or in French. A person reads it and answers by e-mail, as a rule within "
        "two working days."
    )
}
_FR_CONTACT = {
    "intro": (
        "Écrivez à l'équipe de planification, en français ou en anglais. Une personne vous lit et vous répond par "
        "courriel, en général dans les deux jours ouvrables."
    )
}
# (key, question and answer in English, question and answer in French)
_QUESTIONS = (
    ("cost", "What does it cost?", "Nothing. Your team gives its time; what happens online is free.",
     "Combien ça coûte?", "Rien. Votre équipe donne de son temps; tout ce qui se passe en ligne est gratuit."),
    ("setting", "We are not a hospital. Is this for us?",
     "Yes. Long-term care homes, home care, primary care and mental health teams take part beside hospital units.",
     "Nous ne sommes pas un hôpital. Est-ce pour nous?",
     "Oui. Des résidences de soins de longue durée, des soins à domicile, des soins primaires et des équipes en santé mentale "
     "participent à côté d'unités d'hôpital."),
    ("partner", "We have no patient or care partner in the team yet. May we apply?",
     "Yes. Say until when you are looking, and we help you to ask somebody well. A team begins complete: what a partner "
     "sees, nobody else in the room can.",
     "Nous n'avons pas encore de patient ou de proche dans l'équipe. Pouvons-nous présenter une demande?",
     "Oui. Dites-nous jusqu'à quand vous cherchez, et nous vous aidons à bien inviter quelqu'un. Une équipe commence "
     "complète : ce qu'un proche voit, personne d'autre dans la pièce ne peut le voir."),
    ("time", "How much time does it take?",
     "About twenty minutes a week for each person, three sessions of ninety minutes, and a coaching call now and then. "
     "The person who leads the team gives about an hour a week.",
     "Combien de temps faut-il?",
     "Environ vingt minutes par semaine et par personne, trois séances de 90 minutes et un appel d'accompagnement de temps "
     "à autre. La personne qui mène l'équipe y consacre environ une heure par semaine."),
    ("missing", "What if one of us cannot come to a session?",
     "Come with those who can. The session is recorded where everybody in the room agrees, and your team lead gets what "
     "you need to catch up.",
     "Et si une personne de l'équipe ne peut pas venir à une séance?",
     "Venez avec les personnes disponibles. La séance est enregistrée quand toutes les personnes présentes sont d'accord, et "
     "la personne qui mène votre équipe reçoit ce qu'il faut pour se rattraper."),
    ("names", "Do we write about patients?",
     "No. You count conversations and write down what you tried. Names of people and stories by which somebody could be "
     "known stay out, and the pages remind you. This is not an incident line: harm is reported the way your unit does.",
     "Est-ce que nous écrivons au sujet de patients?",
     "Non. Vous comptez des conversations et vous notez ce que vous avez essayé. Les noms et les histoires qui permettraient "
     "de reconnaître quelqu'un restent dehors, et les pages vous le rappellent. Ce n'est pas une ligne de déclaration : "
     "un préjudice se déclare comme le prévoit votre unité."),
    ("privacy", "Our privacy office wants to see this first.",
     "Send it the page about privacy and security: what is kept, who sees it, for how long, where it is hosted, and answers "
     "to the usual questions of an assessment. You may apply meanwhile.",
     "Notre bureau de la protection de la vie privée veut d'abord voir tout cela.",
     "Envoyez-lui la page sur la vie privée et la sécurité : ce qui est conservé, qui le voit, pendant combien de temps, où "
     "c'est hébergé, et des réponses aux questions habituelles d'une évaluation. Vous pouvez présenter votre demande "
     "entre-temps."),
    ("language", "Is everything in both languages?",
     "Pages, mails and forms are in English and in French, and everybody chooses. Sessions have interpretation when a "
     "team asks for it.",
     "Est-ce que tout est dans les deux langues?",
     "Les pages, les courriels et les formulaires existent en français et en anglais, et chaque personne choisit. Les "
     "séances sont interprétées quand une équipe le demande."),
)  # fmt: skip


def _both(en: dict[str, str], fr: dict[str, str]) -> dict[str, Any]:
    return {"en": en, "fr": {name: nbsp(text) for name, text in fr.items()}}


CONTENT: Final[dict[str, dict[str, Any]]] = {
    "overview": _both(_EN_OVERVIEW, _FR_OVERVIEW),
    "dates": _both(_EN_DATES, _FR_DATES),
    "faq": {
        "pairs": [
            {"key": key, "en": {"q": q, "a": a}, "fr": {"q": nbsp(q_fr), "a": nbsp(a_fr)}}
            for key, q, a, q_fr, a_fr in _QUESTIONS
        ]
    },
    "contact": _both(_EN_CONTACT, _FR_CONTACT),
}
