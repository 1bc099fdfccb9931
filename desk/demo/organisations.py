"""The invented organisations: twenty teams in every province and territory, and five that join the next cohort.

``pattern`` names the figures of a team (desk/demo/figures.py); ``coach`` the key of its coach.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Place:
    """One team, the unit it works on, and what it wants to reach, in its own words and language."""

    key: str
    organisation: str
    unit: str
    province: str
    sector: str
    city: str
    pattern: str
    coach: str
    aim: str
    language: str = "en"
    team: str = ""
    incident_route: str = ""
    members: int = 3
    partner: bool = True

    @property
    def name(self) -> str:
        return self.team or f"{self.organisation}, {self.unit}"


PLACES: tuple[Place, ...] = (
    Place(
        "harbour-view", "Harbour View Health", "2 West", "NL", "acute", "st-johns", "shining", "lucie",
        "By session 3, fifteen safety conversations a week on 2 West, at least three of them with a patient or a family "
        "member, and every worry answered within seven days.",
        team="Harbour View, 2 West", incident_route="4321", members=4,
    ),
    Place(
        "cedar-ridge", "Cedar Ridge Hospital", "Medicine", "BC", "acute", "prince-george", "fading", "colin",
        "Ten conversations a week on the medicine unit by session 3, on nights as well as days.",
        incident_route="2200", partner=False,
    ),
    Place(
        "baie-des-vents", "Baie-des-Vents", "Soins à domicile", "QC", "home", "gaspe", "climbing", "lucie",
        "D'ici la séance 3, une conversation sur la sécurité à la moitié des visites du mardi, et un retour aux familles "
        "dans la semaine.",
        language="fr", incident_route="418 555-0140", members=3,
    ),
    Place(
        "erables", "Résidence des Érables", "Unité Les Cèdres", "QC", "long_term", "sherbrooke", "steady", "lucie",
        "Dix conversations par semaine aux Cèdres d'ici la séance 3, dont une avec une résidente ou un résident chaque "
        "jour.",
        language="fr", team="Résidence des Érables, Les Cèdres", incident_route="3030", members=4,
    ),
    Place(
        "prairie-rose", "Prairie Rose Lodge", "East wing", "SK", "long_term", "swift-current", "few", "amrit",
        "One question at every shift change by session 2, and what we heard written where all of us can see it.",
        incident_route="510", members=4,
    ),
    Place(
        "northern-lights", "Northern Lights Health", "Surgery", "NT", "acute", "yellowknife", "shifted", "amrit",
        "Twelve conversations a week by session 3, half of them before something happens.",
        incident_route="4100",
    ),
    Place(
        "lakeshore", "Lakeshore Home Care", "Evening team", "ON", "home", "hamilton", "long", "colin",
        "On every first visit of the week we ask: what worries you at home? Eight of ten visits by session 3.",
        incident_route="905 555-0117",
    ),
    Place(
        "red-river", "Red River Manor", "Birch unit", "MB", "long_term", "winnipeg", "steady", "amrit",
        "Three good conversations a day on Birch by session 3, one of them with a resident.",
        incident_route="120", members=2,
    ),
    Place(
        "maple-grove", "Maple Grove Manor", "Garden wing", "NS", "long_term", "truro", "paused", "colin",
        "Ten conversations a week in the garden wing by session 3, and families in at least two of them.",
        incident_route="77",
    ),
    Place(
        "red-sands", "Red Sands Home", "South house", "PE", "long_term", "summerside", "few", "colin",
        "At the noon table, every day, one question to the residents, and the answer told back by Friday.",
        incident_route="604", members=2,
    ),
    Place(
        "caraquet", "Centre de soins de la Péninsule", "Médecine", "NB", "acute", "caraquet", "climbing", "lucie",
        "Douze conversations par semaine d'ici la séance 3, sur les trois quarts de travail.",
        language="fr", incident_route="2505",
    ),
    Place(
        "fundy", "Fundy Home Support", "Uptown team", "NB", "home", "saint-john", "steady", "colin",
        "A conversation with a client or a family member at one visit in three by session 3.",
        incident_route="506 555-0166",
    ),
    Place(
        "manoir-rideau", "Manoir Rideau", "Deuxième étage", "ON", "long_term", "ottawa", "few", "lucie",
        "D'ici la séance 2, une question par jour à la pause de trois heures, de jour comme de nuit.",
        language="fr", incident_route="222", members=2, partner=False,
    ),
    Place(
        "northwoods", "Northwoods General", "Emergency", "ON", "acute", "thunder-bay", "jumpy", "amrit",
        "Fifteen conversations a week in emergency by session 3, at the quiet hours we do have.",
        incident_route="4400", members=4,
    ),
    Place(
        "foothill-creek", "Foothill Creek Hospital", "Unit 31", "AB", "acute", "red-deer", "shifted", "amrit",
        "Every huddle on Unit 31 begins with one worry by session 2; ten conversations a week by session 3.",
        incident_route="3110",
    ),
    Place(
        "salish-shore", "Salish Shore Lodge", "Arbutus house", "BC", "long_term", "nanaimo", "steady", "colin",
        "Two conversations a day in Arbutus house by session 3, with those who rarely speak up.",
        incident_route="8",
    ),
    Place(
        "yukon-river", "Yukon River Home Care", "Town and trail", "YT", "home", "whitehorse", "few", "colin",
        "Once a week with each client who lives alone: what would you do if? By session 3, thirty clients.",
        incident_route="867 555-0123", members=2,
    ),
    Place(
        "tundra-light", "Tundra Light Health Centre", "Inpatient unit", "NU", "acute", "iqaluit", "long", "lucie",
        "Eight conversations a week by session 3, in the language that the person thinks in.",
        incident_route="115", members=3,
    ),
    Place(
        "rapides", "CLSC des Rapides", "Équipe du soir", "QC", "home", "montreal", "shifted", "lucie",
        "Une conversation par tournée du soir d'ici la séance 2, deux d'ici la séance 3.",
        language="fr", incident_route="514 555-0133",
    ),
    Place(
        "fjord", "Hôpital du Fjord", "Chirurgie", "QC", "acute", "saguenay", "jumpy", "lucie",
        "Dix conversations par semaine en chirurgie d'ici la séance 3, dont deux avec un proche.",
        language="fr", incident_route="1234",
    ),
)  # fmt: skip

# Five that have been taken into the next cohort so far.
NEXT: tuple[Place, ...] = (
    Place("lighthouse", "Lighthouse Manor", "Upper floor", "NL", "long_term", "gander", "none", "", "", members=0),
    Place("sweetgrass", "Sweetgrass Home Care", "South team", "AB", "home", "lethbridge", "none", "", "", members=1),
    Place(
        "deux-rives", "Hôpital des Deux-Rives", "Urgence", "QC", "acute", "levis", "none", "", "",
        language="fr", members=0,
    ),
    Place(
        "bluewater", "Bluewater Lodge", "Lake wing", "ON", "long_term", "sarnia", "none", "", "", members=0, partner=False
    ),
    # The same hospital as "fjord", as somebody else spelled it: the planning team is shown the two side by side.
    Place(
        "fjord-medecine", "Hop. du Fjord", "Médecine", "QC", "acute", "saguenay", "none", "", "",
        language="fr", team="Hôpital du Fjord, Médecine", members=0,
    ),
)  # fmt: skip
