"""What the page about privacy and security says in so many words. Facts of the installation are filled in by trust.py.

Markdown, both languages side by side, so that neither can lag behind unseen. The prepared answers help a privacy office to
begin its assessment and replace no legal advice.
"""

from __future__ import annotations

from typing import Final

from enrolment.site.default import nbsp

# (key, English heading, French heading, English text, French text)
_SECTIONS: Final = (
    (
        "what",
        "What this is",
        "De quoi il s'agit",
        "Teams of healthcare organisations learn together for about four months: they meet online, try small changes on their "
        "unit, count what happens and ask each other. **No health record is kept here, and no data about patients is asked for.** "
        "Every box for free text says who will read it, asks to leave out names, and points out what could identify somebody "
        "before it is saved.",
        "Des équipes d'établissements de santé apprennent ensemble pendant environ quatre mois : elles se rencontrent en ligne, "
        "essaient de petits changements dans leur unité, comptent ce qui se passe et se questionnent entre elles. **Aucun dossier "
        "de santé n'est conservé ici, et aucune donnée sur des patients n'est demandée.** Chaque case de texte dit qui la lira, "
        "demande de ne pas écrire de noms et signale, avant l'enregistrement, ce qui pourrait identifier une personne.",
    ),
    (
        "access",
        "Who sees what",
        "Qui voit quoi",
        "A person sees a row only because of a role in a scope that holds now; everything else answers as if it did not exist. A "
        "member sees the own team in full and other teams only in what they share. A coach sees the assigned teams. A sponsor sees "
        "when the teams meet, and nothing that a team writes. Planners run their cohorts and do not read private notes. Rights end with the "
        "next request after a role has ended. Every change that matters is written to a log that cannot be changed.",
        "Une personne voit une donnée seulement en raison d'un rôle, dans un périmètre, qui vaut maintenant; tout le reste répond "
        "comme si cela n'existait pas. Un membre voit toute sa propre équipe et, des autres, seulement ce qu'elles partagent. La "
        "personne qui accompagne voit les équipes qui lui sont confiées. La ou le cadre responsable voit quand "
        "les équipes se rencontrent, et rien de ce qu'une équipe écrit. L'équipe de planification gère ses cohortes et ne lit pas les notes "
        "privées. Les droits prennent fin à la requête qui suit la fin d'un rôle. Chaque changement important est inscrit dans un "
        "journal qui ne peut pas être modifié.",
    ),
    (
        "sign-in",
        "Signing in",
        "Connexion",
        "By a code mailed to the person, a password or a passkey; with a printed card where somebody has no mailbox. Planners are "
        "asked for a second factor (an app that shows six digits, or a passkey). Wrong tries are limited per account; the answers do not tell whether an address is "
        "known. Anybody can see where they are signed in and sign out everywhere.",
        "Par un code envoyé par courriel, un mot de passe ou une clé d'accès; avec une carte imprimée pour les personnes sans adresse "
        "de courriel. Un deuxième facteur est demandé à l'équipe de planification (une application qui montre six chiffres, ou une "
        "clé d'accès). Les essais manqués sont limités "
        "par compte; les réponses ne révèlent pas si une adresse est connue. Chaque personne peut voir où elle est connectée et se "
        "déconnecter partout.",
    ),
    (
        "technique",
        "Protection",
        "Protection",
        "Pages are served over HTTPS only where the address says https. A strict content policy lets pages load nothing from "
        "anywhere else: **no request goes to any third party**, no fonts, no counters, no advertising. Cookies "
        "serve signing in and sending forms; a public page without a form sets none. Secrets in the database are sealed or kept as digests. Logs hold no "
        "names, addresses or typed text.",
        "Les pages sont servies par HTTPS partout où l'adresse commence par https. Une politique de contenu stricte empêche les "
        "pages de charger quoi que ce soit d'ailleurs : **aucune requête ne part vers un tiers**, ni polices, ni compteurs, ni "
        "publicité. Les témoins servent à se connecter et à envoyer des formulaires; une page publique sans "
        "formulaire n'en dépose aucun. Les secrets de la base "
        "de données sont scellés ou conservés sous forme d'empreintes. Les journaux techniques ne contiennent ni noms, ni "
        "adresses, ni textes.",
    ),
    (
        "erasure",
        "Taking along and erasing",
        "Emporter et effacer",
        "Everybody can download all that is kept about them, and who sees it with their name stands on a page of their own. On "
        "request a person is erased in every table; what others did together stays without a name. Backups hold the person until "
        "they run out, 14 copies by default.",
        "Chaque personne peut télécharger tout ce qui est conservé à son sujet, et une page lui dit qui le voit avec son nom. Sur "
        "demande, une personne est effacée de toutes les tables; ce qui a été fait ensemble reste, sans nom. Les copies de "
        "sauvegarde gardent la personne jusqu'à leur expiration, après 14 copies par défaut.",
    ),
    (
        "breach",
        "If something goes wrong",
        "En cas d'incident",
        "Whoever finds or suspects a breach writes to the privacy contact named above. The people and organisations concerned are told "
        "what happened, what it means for them and what was done, without waiting for every detail; the regulators are told as the law "
        "of each province asks, and a register of incidents is kept.",
        "Quiconque constate ou soupçonne un incident écrit à la personne responsable nommée plus haut. Les personnes et les "
        "établissements concernés apprennent ce qui est arrivé, ce que cela signifie pour eux et ce qui a été fait, sans attendre "
        "chaque détail; les autorités sont avisées comme l'exige la loi de chaque province, et un registre des incidents est tenu.",
    ),
    (
        "law25",
        "Prepared answers: Law 25 (Quebec)",
        "Réponses préparées : Loi 25 (Québec)",
        "- **Purpose and need.** To run the series for which the person enrolled. Each field in the table has its purpose; nothing is used for "
        "anything else, sold or used for profiling, and no decision about a person is made by a machine alone.\n"
        "- **Consent.** The text is shown in the person's language before anything is sent, its version is kept, and it can be withdrawn.\n"
        "- **Outside Quebec.** Place of hosting and sub-processors are named above, for the assessment before data leave the province.\n"
        "- **Highest privacy by default.** What is shared beyond the team is chosen, not unchosen.\n"
        "- **Rights.** Access, correction, portability (a file), erasure: as described above, within 30 days.",
        "- **Finalité et nécessité.** Mener la série à laquelle la personne s'est inscrite. Chaque champ du tableau a sa finalité; rien ne sert à "
        "autre chose, n'est vendu ni utilisé pour établir un profil, et aucune décision sur une personne n'est prise par une machine seule.\n"
        "- **Consentement.** Le texte est montré dans la langue de la personne avant tout envoi, sa version est conservée et il peut être "
        "retiré.\n"
        "- **Hors Québec.** Le lieu d'hébergement et les sous-traitants sont nommés plus haut, pour l'évaluation avant que des données "
        "quittent la province.\n"
        "- **Le plus haut niveau de confidentialité par défaut.** Ce qui est partagé au-delà de l'équipe est choisi.\n"
        "- **Droits.** Accès, rectification, portabilité (un fichier), effacement : comme décrit plus haut, dans les 30 jours.",
    ),
    (
        "phipa",
        "Prepared answers: PHIPA (Ontario)",
        "Réponses préparées : LPRPS (Ontario)",
        "- **Personal health information** is neither needed nor asked for. The organisation stays custodian of its records; nothing "
        "connects to them.\n"
        "- **If somebody types it all the same**, a guard asks before it is saved, readers can hide it at once, and its writer or a planner "
        "removes it.\n"
        "- **Electronic service provider.** The provider uses what it holds only to run the service, and tells the organisation of any "
        "unauthorised access at the first reasonable opportunity.\n"
        "- **Agents.** Staff take part with their organisation's agreement; a sponsor whom an application names is asked to confirm it.",
        "- **Les renseignements personnels sur la santé** ne sont ni nécessaires ni demandés. L'établissement demeure dépositaire de ses "
        "dossiers; rien n'y est relié.\n"
        "- **Si quelqu'un en écrit tout de même**, un avertissement apparaît avant l'enregistrement, les personnes qui lisent peuvent le masquer "
        "aussitôt, et la personne qui l'a écrit ou l'équipe de planification le retire.\n"
        "- **Fournisseur de services électroniques.** Le fournisseur utilise ce qu'il détient seulement pour assurer le service et avise "
        "l'établissement de tout accès non autorisé à la première occasion raisonnable.\n"
        "- **Mandataires.** Le personnel participe avec l'accord de son établissement; si la demande nomme une personne de la direction, celle-ci est "
        "priée de le confirmer.",
    ),
    (
        "pipeda",
        "Prepared answers: PIPEDA (Canada)",
        "Réponses préparées : LPRPDE (Canada)",
        "- **Accountability.** The privacy contact is named above.\n"
        "- **Limiting collection, use and retention.** Name, address, place, language and role; what the person writes; for how long stands in "
        "the table.\n"
        "- **Accuracy and access.** Everybody sees and corrects their own profile.\n"
        "- **Safeguards and breaches.** As described above; a register of breaches is kept for at least 24 months.\n"
        "- **Openness and complaints.** This page is public; complaints go to the privacy contact, then to the commissioner.",
        "- **Responsabilité.** La personne responsable est nommée plus haut.\n"
        "- **Limiter la collecte, l'utilisation et la conservation.** Nom, adresse, lieu, langue et rôle; ce que la personne écrit; la durée "
        "se trouve dans le tableau.\n"
        "- **Exactitude et accès.** Chaque personne voit et corrige son propre profil.\n"
        "- **Mesures de sécurité et atteintes.** Comme décrit plus haut; un registre des atteintes est conservé au moins 24 mois.\n"
        "- **Transparence et plaintes.** Cette page est publique; les plaintes vont à la personne responsable, puis au commissariat.",
    ),
)
# The same for the page about accessibility.
_ACCESS: Final = (
    (
        "aim",
        "What we hold ourselves to",
        "Ce à quoi nous nous tenons",
        "Web Content Accessibility Guidelines 2.2, levels A and AA, on every page, in both languages, down to a screen of 320 pixels and "
        "up to 400 % zoom. Automatic checks of the pages belong to the tests; they do not replace what people find who use "
        "assistive technology.",
        "Les Règles pour l'accessibilité des contenus Web 2.2, niveaux A et AA, sur chaque page, dans les deux langues, jusqu'à un écran "
        "de 320 pixels et un agrandissement de 400 %. Des contrôles automatiques des pages font partie des tests; ils ne "
        "remplacent pas ce que constatent les personnes qui utilisent des technologies d'assistance.",
    ),
    (
        "help",
        "What helps here",
        "Ce qui aide ici",
        "Larger text can be chosen in one's profile. Light and dark follow the device. Charts say their finding in a sentence and have a table. "
        "Colour is never the only sign. Sign-in asks for no puzzle, and codes can be pasted. Times always name their place.",
        "Un texte plus grand peut être choisi dans le profil. Le clair et le foncé suivent l'appareil. Les graphiques disent leur constat en une "
        "phrase et ont un tableau. La couleur n'est jamais le seul signe. La connexion ne demande aucun casse-tête, et les codes peuvent être "
        "collés. Les heures nomment toujours leur lieu.",
    ),
    (
        "script",
        "What needs JavaScript",
        "Ce qui a besoin de JavaScript",
        "Nothing has to have it: every task works without. With it, these are more comfortable:\n\n"
        "- a draft is kept by itself while one types (without: a button keeps it),\n"
        "- messages about what was done go by themselves,\n"
        "- a page left open notices that a session has opened,\n"
        "- a button that was pressed shows that it is busy,\n"
        "- the way out in a hurry also answers to the Escape key, pressed three times.",
        "Rien ne l'exige : chaque tâche fonctionne sans. Avec JavaScript, ceci est plus commode :\n\n"
        "- un brouillon se garde de lui-même pendant qu'on écrit (sans : un bouton le garde),\n"
        "- les messages sur ce qui vient d'être fait disparaissent d'eux-mêmes,\n"
        "- une page restée ouverte remarque qu'une séance a ouvert,\n"
        "- un bouton pressé montre qu'il est occupé,\n"
        "- la sortie rapide répond aussi à la touche Échap, pressée trois fois.",
    ),
    (
        "tell",
        "Something does not work for you?",
        "Quelque chose ne fonctionne pas pour vous?",
        "Write to the planning team on the contact page of your series, or to the privacy contact. Say which page, and what you use. Ask for "
        "another way to do it meanwhile.",
        "Écrivez à l'équipe de planification sur la page de contact de votre série, ou à la personne responsable de la vie privée. Dites quelle "
        "page, et ce que vous utilisez. Demandez une autre façon de faire entre-temps.",
    ),
)


# (English, French): said where an organisation's own accounts open the door.
_ELSEWHERE: Final = (
    " Only whoever chooses to sign in with their organisation's account is led to the sign-in page of that organisation, named above.",
    " Seules les personnes qui choisissent de se connecter avec le compte de leur établissement sont dirigées vers la page de "
    "connexion de celui-ci, nommée plus haut.",
)


def sections(lang: str, *, sign_in_elsewhere: bool = False) -> list[tuple[str, str, str]]:
    """Return (key, heading, Markdown) of the page about privacy and security.

    ``sign_in_elsewhere``: there are organisations with whose accounts one can sign in.
    """
    more = nbsp(_ELSEWHERE[lang == "fr"]) if sign_in_elsewhere else ""
    return [(key, heading, text + more if key == "technique" else text) for key, heading, text in _in(_SECTIONS, lang)]


def accessibility(lang: str) -> list[tuple[str, str, str]]:
    """Return (key, heading, Markdown) of the accessibility statement."""
    return _in(_ACCESS, lang)


def _in(rows: tuple[tuple[str, str, str, str, str], ...], lang: str) -> list[tuple[str, str, str]]:
    if lang == "fr":
        return [(key, nbsp(heading), nbsp(text)) for key, _en, heading, _text, text in rows]
    return [(key, heading, text) for key, heading, _fr, text, _texte in rows]
