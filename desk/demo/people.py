"""The invented people: those whom the sign-in page offers by name, and the names of all others.

Nobody here is meant to be anybody. A first name and a family name are put together by ``world``.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Somebody:
    """A person with a part to play: ``account`` is the role under which the sign-in page offers them, "" = not at all."""

    key: str
    name: str
    language: str
    city: str
    account: str = ""
    title: str = ""


# Planning team, coaches, mentors, faculty, fellows, and the one who belongs nowhere. The planner comes first.
STAFF: tuple[Somebody, ...] = (
    Somebody("paula", "Paula Whitford", "en", "toronto", "planner"),
    Somebody("benoit", "Benoît Lavoie", "fr", "quebec", "planner"),
    Somebody("ines", "Inès Okafor", "en", "ottawa"),
    Somebody("colin", "Colin MacLeod", "en", "halifax", "coach"),
    Somebody("lucie", "Lucie Gagnon", "fr", "montreal", "coach"),
    Somebody("amrit", "Amrit Dhaliwal", "en", "vancouver"),
    Somebody("mona", "Mona Arseneault", "en", "charlottetown", "mentor", "earlier cohort"),
    Somebody("hugo", "Hugo Desbiens", "fr", "rimouski", "", "cohorte précédente"),
    Somebody("farah", "Farah Siddiqui", "en", "mississauga", "", "teaches in session 2"),
    Somebody("fay", "Fay Kowalchuk", "en", "saskatoon", "fellow"),
    Somebody("stan", "Stan Novak", "en", "windsor", "stranger"),
)

# The people of a team who have a name of their own, by the team's key: (role, person).
TEAM_PEOPLE: dict[str, tuple[tuple[str, Somebody], ...]] = {
    "harbour-view": (
        ("lead", Somebody("marie", "Marie Power", "en", "st-johns", "lead", "day charge")),
        ("participant", Somebody("nia", "Nia Roy", "en", "st-johns", "participant", "care aide, nights")),
        ("participant", Somebody("joan", "Joan Tilley", "en", "mount-pearl", "", "nurse")),
        ("participant", Somebody("sanjay", "Sanjay Iyer", "en", "st-johns", "", "educator")),
        (
            "partner",
            Somebody("agnes", "Agnes Doyle", "en", "conception-bay-south", "partner", "essential care partner"),
        ),
    ),
    "baie-des-vents": (
        ("lead", Somebody("odette", "Odette Synnott", "fr", "gaspe", "lead", "gestionnaire clinique")),
        ("partner", Somebody("pierre", "Pierre Cyr", "fr", "gaspe", "partner", "patient partenaire")),
    ),
    "erables": (
        ("lead", Somebody("karine", "Karine Fortin", "fr", "sherbrooke", "", "infirmière-chef")),
        ("participant", Somebody("pascal", "Pascal Lebrun", "fr", "sherbrooke", "participant", "préposé, nuits")),
    ),
    "cedar-ridge": (("lead", Somebody("tess", "Tess Holloway", "en", "prince-george", "lead", "unit manager")),),
    "foothill-creek": (("participant", Somebody("ravi", "Ravi Menon", "en", "red-deer", "participant", "physician")),),
}

# The sponsors, by the key of the team whose organisation they answer for.
SPONSORS: dict[str, Somebody] = {
    "harbour-view": Somebody("sol", "Sol Brennan", "en", "st-johns", "sponsor", "vice-president, clinical care"),
    "cedar-ridge": Somebody("greta", "Greta Lindqvist", "en", "prince-george", "", "chief nursing officer"),
    "erables": Somebody("marc", "Marc Bélanger", "fr", "sherbrooke", "sponsor", "directeur général"),
    "northern-lights": Somebody("daniel", "Daniel Beaulieu", "en", "yellowknife", "", "director, surgical services"),
    "lakeshore": Somebody("priya", "Priya Raman", "en", "hamilton", "", "director of care"),
    "caraquet": Somebody("yvon", "Yvon Haché", "fr", "caraquet", "", "directeur des soins"),
    "foothill-creek": Somebody("lorna", "Lorna Whitecalf", "en", "red-deer", "", "site director"),
    "rapides": Somebody("sylvie", "Sylvie Tremblay-Nguyen", "fr", "montreal", "", "directrice du soutien à domicile"),
    "maple-grove": Somebody("owen", "Owen Purcell", "en", "truro", "", "administrator"),
}

GIVEN: dict[str, tuple[str, ...]] = {
    "en": (
        "Abigail", "Ahmed", "Alison", "Andrea", "Anita", "Beth", "Bonnie", "Brian", "Carmen", "Cathy", "Chidi", "Claire",
        "Corey", "Dana", "Darlene", "Deepa", "Derek", "Donna", "Eileen", "Elena", "Emeka", "Erin", "Faith", "Fatima",
        "Gail", "Glenda", "Grace", "Hannah", "Heather", "Ian", "Imelda", "Ivy", "Jade", "Janice", "Jasmin", "Jerome",
        "Jolene", "Judy", "Kamal", "Karen", "Keith", "Kim", "Laverne", "Leah", "Leo", "Linh", "Lois", "Lorraine",
        "Maribel", "Marlene", "Mei", "Miriam", "Nadia", "Neil", "Norah", "Olive", "Oscar", "Pauline", "Petra", "Rhoda",
        "Robin", "Rosalie", "Ruth", "Samina", "Sheila", "Simone", "Tamara", "Teresa", "Thandi", "Tom", "Ursula", "Vera",
        "Wanda", "Yasmin",
    ),
    "fr": (
        "Amélie", "André", "Anne-Sophie", "Audrey", "Bruno", "Carole", "Chantal", "Denise", "Dominique", "Élise",
        "Émilie", "Fabienne", "Francine", "Gabriel", "Geneviève", "Ginette", "Guylaine", "Hélène", "Isabelle", "Jocelyne",
        "Johanne", "Julien", "Léa", "Line", "Louise", "Manon", "Martine", "Mélanie", "Nadine", "Noémie", "Réal", "Renée",
        "Sandrine", "Solange", "Thérèse", "Yannick",
    ),
}  # fmt: skip

FAMILY: dict[str, tuple[str, ...]] = {
    "en": (
        "Abernathy", "Adeyemi", "Akpata", "Arnold", "Bakker", "Barlow", "Benson", "Bhatt", "Birch", "Blackwood",
        "Burgess", "Callahan", "Cardinal", "Castillo", "Chan", "Chisholm", "Coady", "Cooper", "Crowfoot", "Dalton",
        "Delaney", "Dumont", "Ellis", "Estrada", "Fairweather", "Ferreira", "Fong", "Fraser", "Gallant", "Gill",
        "Greenwood", "Haddad", "Hansen", "Hillier", "Hussein", "Ingram", "Ivanova", "Jacobs", "Joseph", "Kaur",
        "Kelleher", "Kovacs", "Lambert", "Larsen", "Lightfoot", "Lim", "MacIsaac", "Mensah", "Mercer", "Morin",
        "Nakamura", "Nash", "Oakley", "Obed", "Oduya", "Parrott", "Pelly", "Penner", "Quinn", "Reimer", "Reyes",
        "Ritchie", "Sawatzky", "Sharma", "Snow", "Stewart", "Tagalik", "Tran", "Villanueva", "Walsh", "Wiebe",
        "Yellowknee", "Zhao", "Zielinski",
    ),
    "fr": (
        "Allard", "Aubé", "Beaudry", "Benali", "Bergeron", "Boudreau", "Caron", "Cormier", "Cousineau", "Diallo",
        "Dionne", "Doiron", "Dubé", "Duguay", "Fiset", "Gendron", "Girard", "Hamel", "Haidara", "Jalbert", "Joly",
        "Labrecque", "Lanteigne", "Leclerc", "Losier", "Marcoux", "Mercier", "Nadeau", "Ouellet", "Pelletier", "Poirier",
        "Rioux", "Savoie", "Simard", "Théberge", "Vigneault",
    ),
}  # fmt: skip

# The work people do, by sector and language, in words that fit whoever does it; given out in this order.
WORK: dict[str, dict[str, tuple[str, ...]]] = {
    "acute": {
        "en": ("nurse", "care aide", "physician", "pharmacist", "unit clerk", "respiratory therapist", "quality lead"),
        "fr": ("soins infirmiers", "soins aux bénéficiaires", "médecin", "pharmacie", "commis d'unité", "inhalothérapeute"),
    },
    "long_term": {
        "en": ("nurse", "care aide, nights", "recreation", "housekeeping", "educator", "physiotherapy assistant"),
        "fr": ("soins infirmiers", "soins aux bénéficiaires, nuits", "loisirs", "entretien", "qualité des soins", "réadaptation"),
    },
    "home": {
        "en": ("home support worker", "visiting nurse", "scheduler", "occupational therapist", "social worker"),
        "fr": ("aide à domicile", "soins infirmiers à domicile", "horaires", "ergothérapeute", "travail social"),
    },
}  # fmt: skip

LEAD_TITLE = {"en": "manager", "fr": "gestionnaire"}
PARTNER_TITLES = {
    "en": ("patient partner", "family of a resident", "family council", "essential care partner"),
    "fr": ("partenaire de soins", "famille d'une personne soignée", "comité des usagers", "proche aidance"),
}
