"""Sentences that people left with a conversation, by what it was about: no names, no rooms, nobody to be found."""

from __future__ import annotations

SENTENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "past_harm": (
            "We talked through the fall of last week without looking for a culprit.",
            "The family wanted to hear it in plain words. They thanked us for not hiding behind the form.",
            "I said that I still think about it. I was not the only one.",
        ),
        "reliability": (
            "Two of us do the double check differently. Now we know.",
            "The lift batteries are charged only when somebody remembers.",
            "She showed me where the clean slings really are.",
            "The handover sheet has a box that nobody fills in. What is it for?",
        ),
        "operations": (
            "Three new people on nights and one orientation book.",
            "He asked who he should tell when the call bell sticks. Good question.",
            "We are short on Sunday; we agreed what can wait.",
            "She said that evenings feel rushed. She is right.",
            "The hallway is full of equipment again since Monday.",
        ),
        "anticipation": (
            "If the elevator stops again, who carries what? We wrote it down.",
            "Before the long weekend: who knows the on-call number by heart?",
            "The storm plan speaks of a phone that no longer exists.",
            "What if the daughter is not home when I come? We have a plan B now.",
        ),
        "learning": (
            "We asked at the huddle and somebody answered from the back row for the first time.",
            "Told her what became of her idea. She said nobody ever had.",
            "The question works better when I sit down first.",
            "The list is on the wall and people add to it.",
            "Asked the cleaner. She sees more of the unit than any of us.",
        ),
    },
    "fr": {
        "past_harm": (
            "On a reparlé de la chute de la semaine dernière sans chercher de coupable.",
            "La famille voulait l'entendre en mots simples. Elle nous a remerciés.",
            "J'ai dit que j'y pense encore. Je n'étais pas la seule personne.",
        ),
        "reliability": (
            "On fait la double vérification de deux façons. Maintenant, on le sait.",
            "Les piles du lève-personne sont chargées quand quelqu'un y pense.",
            "La feuille de transfert a une case que personne ne remplit. À quoi sert-elle?",
        ),
        "operations": (
            "Trois nouvelles personnes de nuit et un seul cahier d'accueil.",
            "Il manque du monde dimanche; on s'est entendus sur ce qui peut attendre.",
            "Elle dit que les soirées vont trop vite. Elle a raison.",
            "Le corridor est encore plein d'équipement depuis lundi.",
        ),
        "anticipation": (
            "Si l'ascenseur arrête encore, qui porte quoi? On l'a écrit.",
            "Avant la longue fin de semaine : qui connaît le numéro de garde par cœur?",
            "Et si la sœur n'est pas là quand j'arrive? On a un plan B.",
        ),
        "learning": (
            "Je lui ai dit ce qu'on a fait de son idée. Elle a dit que c'était la première fois.",
            "La question passe mieux quand je m'assois d'abord.",
            "On a demandé à l'entretien. Elle voit plus l'unité que nous tous.",
            "La liste est au mur et les gens en ajoutent.",
        ),
    },
}  # fmt: skip
