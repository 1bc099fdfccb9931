"""Canadian places people can say they are in, and the clock each of them lives by.

A person chooses a town, never a zone: provinces do not follow zone borders (see the notes in the table), and the
database's abbreviations mislead. Data only, in both languages; a new town is one more line. Where a French phrase
is irregular ("aux Escoumins") the phrase itself is stored. Zones follow IANA's `zone1970.tab`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Place:
    """A town: its key, names, province code and IANA zone; phrases only where the regular ones would be wrong."""

    key: str
    name_en: str
    name_fr: str
    province: str
    zone: str
    in_en: str = ""
    in_fr: str = ""
    time_en: str = ""
    time_fr: str = ""


PROVINCES: Final[dict[str, tuple[str, str]]] = {
    "AB": ("Alberta", "Alberta"),
    "BC": ("British Columbia", "Colombie-Britannique"),
    "MB": ("Manitoba", "Manitoba"),
    "NB": ("New Brunswick", "Nouveau-Brunswick"),
    "NL": ("Newfoundland and Labrador", "Terre-Neuve-et-Labrador"),
    "NS": ("Nova Scotia", "Nouvelle-Écosse"),
    "NT": ("Northwest Territories", "Territoires du Nord-Ouest"),
    "NU": ("Nunavut", "Nunavut"),
    "ON": ("Ontario", "Ontario"),
    "PE": ("Prince Edward Island", "Île-du-Prince-Édouard"),
    "QC": ("Quebec", "Québec"),
    "SK": ("Saskatchewan", "Saskatchewan"),
    "YT": ("Yukon", "Yukon"),
}

_ALL: Final[tuple[Place, ...]] = (
    Place("st-johns", "St. John's", "St. John's", "NL", "America/St_Johns"),
    Place("mount-pearl", "Mount Pearl", "Mount Pearl", "NL", "America/St_Johns"),
    Place("conception-bay-south", "Conception Bay South", "Conception Bay South", "NL", "America/St_Johns"),
    Place("carbonear", "Carbonear", "Carbonear", "NL", "America/St_Johns"),
    Place("clarenville", "Clarenville", "Clarenville", "NL", "America/St_Johns"),
    Place("gander", "Gander", "Gander", "NL", "America/St_Johns"),
    Place("grand-falls-windsor", "Grand Falls-Windsor", "Grand Falls-Windsor", "NL", "America/St_Johns"),
    Place("corner-brook", "Corner Brook", "Corner Brook", "NL", "America/St_Johns"),
    Place("stephenville", "Stephenville", "Stephenville", "NL", "America/St_Johns"),
    Place("st-anthony", "St. Anthony", "St. Anthony", "NL", "America/St_Johns"),
    # the Labrador coast of the Strait of Belle Isle keeps Newfoundland time
    Place("lanse-au-loup", "L'Anse-au-Loup", "L'Anse-au-Loup", "NL", "America/St_Johns"),
    Place(
        "happy-valley-goose-bay",
        "Happy Valley-Goose Bay",
        "Happy Valley-Goose Bay",
        "NL",
        "America/Goose_Bay",
    ),
    Place("labrador-city", "Labrador City", "Labrador City", "NL", "America/Goose_Bay"),
    Place("nain", "Nain", "Nain", "NL", "America/Goose_Bay"),
    Place("charlottetown", "Charlottetown", "Charlottetown", "PE", "America/Halifax"),
    Place("summerside", "Summerside", "Summerside", "PE", "America/Halifax"),
    Place("montague", "Montague", "Montague", "PE", "America/Halifax"),
    Place("halifax", "Halifax", "Halifax", "NS", "America/Halifax"),
    Place("dartmouth", "Dartmouth", "Dartmouth", "NS", "America/Halifax"),
    Place("truro", "Truro", "Truro", "NS", "America/Halifax"),
    Place("new-glasgow", "New Glasgow", "New Glasgow", "NS", "America/Halifax"),
    Place("antigonish", "Antigonish", "Antigonish", "NS", "America/Halifax"),
    Place("sydney", "Sydney", "Sydney", "NS", "America/Glace_Bay"),
    Place("kentville", "Kentville", "Kentville", "NS", "America/Halifax"),
    Place("yarmouth", "Yarmouth", "Yarmouth", "NS", "America/Halifax"),
    Place("bridgewater", "Bridgewater", "Bridgewater", "NS", "America/Halifax"),
    Place("amherst", "Amherst", "Amherst", "NS", "America/Halifax"),
    Place("moncton", "Moncton", "Moncton", "NB", "America/Moncton"),
    Place("dieppe", "Dieppe", "Dieppe", "NB", "America/Moncton"),
    Place("fredericton", "Fredericton", "Fredericton", "NB", "America/Moncton"),
    Place("saint-john", "Saint John", "Saint John", "NB", "America/Moncton"),
    Place("bathurst", "Bathurst", "Bathurst", "NB", "America/Moncton"),
    Place("miramichi", "Miramichi", "Miramichi", "NB", "America/Moncton"),
    Place("campbellton", "Campbellton", "Campbellton", "NB", "America/Moncton"),
    Place("caraquet", "Caraquet", "Caraquet", "NB", "America/Moncton"),
    Place("edmundston", "Edmundston", "Edmundston", "NB", "America/Moncton"),
    Place("grand-falls", "Grand Falls", "Grand-Sault", "NB", "America/Moncton"),
    Place("montreal", "Montreal", "Montréal", "QC", "America/Toronto"),
    Place("quebec", "Quebec City", "Québec", "QC", "America/Toronto"),
    Place("laval", "Laval", "Laval", "QC", "America/Toronto"),
    Place("longueuil", "Longueuil", "Longueuil", "QC", "America/Toronto"),
    Place("gatineau", "Gatineau", "Gatineau", "QC", "America/Toronto"),
    Place("sherbrooke", "Sherbrooke", "Sherbrooke", "QC", "America/Toronto"),
    Place("trois-rivieres", "Trois-Rivières", "Trois-Rivières", "QC", "America/Toronto"),
    Place("saguenay", "Saguenay", "Saguenay", "QC", "America/Toronto"),
    Place("levis", "Lévis", "Lévis", "QC", "America/Toronto"),
    Place("drummondville", "Drummondville", "Drummondville", "QC", "America/Toronto"),
    Place("granby", "Granby", "Granby", "QC", "America/Toronto"),
    Place("saint-hyacinthe", "Saint-Hyacinthe", "Saint-Hyacinthe", "QC", "America/Toronto"),
    Place("saint-jerome", "Saint-Jérôme", "Saint-Jérôme", "QC", "America/Toronto"),
    Place("joliette", "Joliette", "Joliette", "QC", "America/Toronto"),
    Place("victoriaville", "Victoriaville", "Victoriaville", "QC", "America/Toronto"),
    Place("alma", "Alma", "Alma", "QC", "America/Toronto"),
    Place("la-malbaie", "La Malbaie", "La Malbaie", "QC", "America/Toronto"),
    Place("la-tuque", "La Tuque", "La Tuque", "QC", "America/Toronto"),
    Place(
        "les-escoumins",
        "Les Escoumins",
        "Les Escoumins",
        "QC",
        "America/Toronto",
        in_fr="aux Escoumins",
        time_fr="heure des Escoumins",
    ),
    Place("riviere-du-loup", "Rivière-du-Loup", "Rivière-du-Loup", "QC", "America/Toronto"),
    Place("rimouski", "Rimouski", "Rimouski", "QC", "America/Toronto"),
    Place("gaspe", "Gaspé", "Gaspé", "QC", "America/Toronto"),
    Place("baie-comeau", "Baie-Comeau", "Baie-Comeau", "QC", "America/Toronto"),
    Place("sept-iles", "Sept-Îles", "Sept-Îles", "QC", "America/Toronto"),
    Place("rouyn-noranda", "Rouyn-Noranda", "Rouyn-Noranda", "QC", "America/Toronto"),
    Place("val-dor", "Val-d'Or", "Val-d'Or", "QC", "America/Toronto"),
    Place("chisasibi", "Chisasibi", "Chisasibi", "QC", "America/Toronto"),
    Place("kuujjuaq", "Kuujjuaq", "Kuujjuaq", "QC", "America/Toronto"),
    Place("puvirnituq", "Puvirnituq", "Puvirnituq", "QC", "America/Toronto"),
    # the islands live on the Maritimes' clock, not on Quebec's
    Place(
        "iles-de-la-madeleine",
        "Magdalen Islands",
        "Îles-de-la-Madeleine",
        "QC",
        "America/Halifax",
        in_en="in the Magdalen Islands",
        in_fr="aux Îles-de-la-Madeleine",
        time_fr="heure des Îles-de-la-Madeleine",
    ),
    # the Lower North Shore keeps UTC-4 all year
    Place("blanc-sablon", "Blanc-Sablon", "Blanc-Sablon", "QC", "America/Blanc-Sablon"),
    Place("toronto", "Toronto", "Toronto", "ON", "America/Toronto"),
    Place("ottawa", "Ottawa", "Ottawa", "ON", "America/Toronto"),
    Place("hamilton", "Hamilton", "Hamilton", "ON", "America/Toronto"),
    Place("london", "London", "London", "ON", "America/Toronto"),
    Place("mississauga", "Mississauga", "Mississauga", "ON", "America/Toronto"),
    Place("brampton", "Brampton", "Brampton", "ON", "America/Toronto"),
    Place("markham", "Markham", "Markham", "ON", "America/Toronto"),
    Place("oshawa", "Oshawa", "Oshawa", "ON", "America/Toronto"),
    Place("kitchener", "Kitchener", "Kitchener", "ON", "America/Toronto"),
    Place("waterloo", "Waterloo", "Waterloo", "ON", "America/Toronto"),
    Place("guelph", "Guelph", "Guelph", "ON", "America/Toronto"),
    Place("windsor", "Windsor", "Windsor", "ON", "America/Toronto"),
    Place("sarnia", "Sarnia", "Sarnia", "ON", "America/Toronto"),
    Place("st-catharines", "St. Catharines", "St. Catharines", "ON", "America/Toronto"),
    Place("barrie", "Barrie", "Barrie", "ON", "America/Toronto"),
    Place("orillia", "Orillia", "Orillia", "ON", "America/Toronto"),
    Place("owen-sound", "Owen Sound", "Owen Sound", "ON", "America/Toronto"),
    Place("peterborough", "Peterborough", "Peterborough", "ON", "America/Toronto"),
    Place("belleville", "Belleville", "Belleville", "ON", "America/Toronto"),
    Place("kingston", "Kingston", "Kingston", "ON", "America/Toronto"),
    Place("cornwall", "Cornwall", "Cornwall", "ON", "America/Toronto"),
    Place("hawkesbury", "Hawkesbury", "Hawkesbury", "ON", "America/Toronto"),
    Place("sudbury", "Sudbury", "Sudbury", "ON", "America/Toronto"),
    Place("north-bay", "North Bay", "North Bay", "ON", "America/Toronto"),
    Place("timmins", "Timmins", "Timmins", "ON", "America/Toronto"),
    Place("kapuskasing", "Kapuskasing", "Kapuskasing", "ON", "America/Toronto"),
    Place("moose-factory", "Moose Factory", "Moose Factory", "ON", "America/Toronto"),
    Place("sault-ste-marie", "Sault Ste. Marie", "Sault-Sainte-Marie", "ON", "America/Toronto"),
    Place("thunder-bay", "Thunder Bay", "Thunder Bay", "ON", "America/Toronto"),
    # UTC-5 all year
    Place("atikokan", "Atikokan", "Atikokan", "ON", "America/Atikokan"),
    # north-west Ontario is in the Winnipeg zone of the database; Thunder Bay is not
    Place("fort-frances", "Fort Frances", "Fort Frances", "ON", "America/Winnipeg"),
    Place("dryden", "Dryden", "Dryden", "ON", "America/Winnipeg"),
    Place("sioux-lookout", "Sioux Lookout", "Sioux Lookout", "ON", "America/Winnipeg"),
    Place("red-lake", "Red Lake", "Red Lake", "ON", "America/Winnipeg"),
    Place("kenora", "Kenora", "Kenora", "ON", "America/Winnipeg"),
    Place("winnipeg", "Winnipeg", "Winnipeg", "MB", "America/Winnipeg"),
    Place("brandon", "Brandon", "Brandon", "MB", "America/Winnipeg"),
    Place("steinbach", "Steinbach", "Steinbach", "MB", "America/Winnipeg"),
    Place("portage-la-prairie", "Portage la Prairie", "Portage la Prairie", "MB", "America/Winnipeg"),
    Place("dauphin", "Dauphin", "Dauphin", "MB", "America/Winnipeg"),
    Place("the-pas", "The Pas", "The Pas", "MB", "America/Winnipeg"),
    Place("flin-flon", "Flin Flon", "Flin Flon", "MB", "America/Winnipeg"),
    Place("thompson", "Thompson", "Thompson", "MB", "America/Winnipeg"),
    Place("churchill", "Churchill", "Churchill", "MB", "America/Winnipeg"),
    Place("regina", "Regina", "Regina", "SK", "America/Regina"),
    Place("saskatoon", "Saskatoon", "Saskatoon", "SK", "America/Regina"),
    Place("prince-albert", "Prince Albert", "Prince Albert", "SK", "America/Regina"),
    Place("moose-jaw", "Moose Jaw", "Moose Jaw", "SK", "America/Regina"),
    Place("yorkton", "Yorkton", "Yorkton", "SK", "America/Regina"),
    Place("estevan", "Estevan", "Estevan", "SK", "America/Regina"),
    Place("north-battleford", "North Battleford", "North Battleford", "SK", "America/Regina"),
    Place("la-ronge", "La Ronge", "La Ronge", "SK", "America/Regina"),
    # same clock as Regina now, other history
    Place("swift-current", "Swift Current", "Swift Current", "SK", "America/Swift_Current"),
    Place("calgary", "Calgary", "Calgary", "AB", "America/Edmonton"),
    Place("edmonton", "Edmonton", "Edmonton", "AB", "America/Edmonton"),
    Place("red-deer", "Red Deer", "Red Deer", "AB", "America/Edmonton"),
    Place("lethbridge", "Lethbridge", "Lethbridge", "AB", "America/Edmonton"),
    Place("medicine-hat", "Medicine Hat", "Medicine Hat", "AB", "America/Edmonton"),
    Place("camrose", "Camrose", "Camrose", "AB", "America/Edmonton"),
    # both halves of the town keep Alberta's clock
    Place("lloydminster", "Lloydminster", "Lloydminster", "AB", "America/Edmonton"),
    Place("grande-prairie", "Grande Prairie", "Grande Prairie", "AB", "America/Edmonton"),
    Place("fort-mcmurray", "Fort McMurray", "Fort McMurray", "AB", "America/Edmonton"),
    Place("peace-river", "Peace River", "Peace River", "AB", "America/Edmonton"),
    Place("high-level", "High Level", "High Level", "AB", "America/Edmonton"),
    Place("vancouver", "Vancouver", "Vancouver", "BC", "America/Vancouver"),
    Place("burnaby", "Burnaby", "Burnaby", "BC", "America/Vancouver"),
    Place("surrey", "Surrey", "Surrey", "BC", "America/Vancouver"),
    Place("abbotsford", "Abbotsford", "Abbotsford", "BC", "America/Vancouver"),
    Place("chilliwack", "Chilliwack", "Chilliwack", "BC", "America/Vancouver"),
    Place("victoria", "Victoria", "Victoria", "BC", "America/Vancouver"),
    Place("nanaimo", "Nanaimo", "Nanaimo", "BC", "America/Vancouver"),
    Place("kamloops", "Kamloops", "Kamloops", "BC", "America/Vancouver"),
    Place("kelowna", "Kelowna", "Kelowna", "BC", "America/Vancouver"),
    Place("nelson", "Nelson", "Nelson", "BC", "America/Vancouver"),
    Place("trail", "Trail", "Trail", "BC", "America/Vancouver"),
    Place("williams-lake", "Williams Lake", "Williams Lake", "BC", "America/Vancouver"),
    Place("prince-george", "Prince George", "Prince George", "BC", "America/Vancouver"),
    Place("terrace", "Terrace", "Terrace", "BC", "America/Vancouver"),
    Place("prince-rupert", "Prince Rupert", "Prince Rupert", "BC", "America/Vancouver"),
    # the East Kootenay follows Alberta
    Place("cranbrook", "Cranbrook", "Cranbrook", "BC", "America/Edmonton"),
    Place("fernie", "Fernie", "Fernie", "BC", "America/Edmonton"),
    Place("golden", "Golden", "Golden", "BC", "America/Edmonton"),
    # Creston, the Peace and Fort Nelson stopped changing their clocks long before the rest
    Place("creston", "Creston", "Creston", "BC", "America/Creston"),
    Place("dawson-creek", "Dawson Creek", "Dawson Creek", "BC", "America/Dawson_Creek"),
    Place("fort-st-john", "Fort St. John", "Fort St. John", "BC", "America/Dawson_Creek"),
    Place("fort-nelson", "Fort Nelson", "Fort Nelson", "BC", "America/Fort_Nelson"),
    Place("whitehorse", "Whitehorse", "Whitehorse", "YT", "America/Whitehorse"),
    Place("watson-lake", "Watson Lake", "Watson Lake", "YT", "America/Whitehorse"),
    Place("dawson-city", "Dawson City", "Dawson", "YT", "America/Dawson"),
    Place("yellowknife", "Yellowknife", "Yellowknife", "NT", "America/Yellowknife"),
    Place("hay-river", "Hay River", "Hay River", "NT", "America/Yellowknife"),
    Place("fort-smith", "Fort Smith", "Fort Smith", "NT", "America/Yellowknife"),
    Place("fort-simpson", "Fort Simpson", "Fort Simpson", "NT", "America/Yellowknife"),
    Place("inuvik", "Inuvik", "Inuvik", "NT", "America/Inuvik"),
    Place("iqaluit", "Iqaluit", "Iqaluit", "NU", "America/Iqaluit"),
    Place("pond-inlet", "Pond Inlet", "Pond Inlet", "NU", "America/Iqaluit"),
    Place("pangnirtung", "Pangnirtung", "Pangnirtung", "NU", "America/Iqaluit"),
    Place("kinngait", "Kinngait", "Kinngait", "NU", "America/Iqaluit"),
    Place("rankin-inlet", "Rankin Inlet", "Rankin Inlet", "NU", "America/Rankin_Inlet"),
    Place("arviat", "Arviat", "Arviat", "NU", "America/Rankin_Inlet"),
    Place("baker-lake", "Baker Lake", "Baker Lake", "NU", "America/Rankin_Inlet"),
    # UTC-5 all year, as Atikokan
    Place("coral-harbour", "Coral Harbour", "Coral Harbour", "NU", "America/Atikokan"),
    Place("resolute", "Resolute", "Resolute", "NU", "America/Resolute"),
    Place("cambridge-bay", "Cambridge Bay", "Cambridge Bay", "NU", "America/Cambridge_Bay"),
    Place("kugluktuk", "Kugluktuk", "Kugluktuk", "NU", "America/Cambridge_Bay"),
    Place("gjoa-haven", "Gjoa Haven", "Gjoa Haven", "NU", "America/Cambridge_Bay"),
)

PLACES: Final[dict[str, Place]] = {place.key: place for place in _ALL}

# Who speaks for a zone when only the zone is known. Without this list the first line of the table would.
_VOICE: Final[dict[str, str]] = {
    "America/Toronto": "toronto",
    "America/Halifax": "halifax",
    "America/Winnipeg": "winnipeg",
    "America/Edmonton": "edmonton",
}


def zone_of(key: str) -> str:
    """The IANA zone of a town ("America/Toronto"). Raises KeyError for an unknown key."""
    return PLACES[key].zone


def name(key: str, lang: str) -> str:
    """The town's name in "en" or "fr". Raises KeyError for an unknown key."""
    place = PLACES[key]
    return place.name_fr if lang == "fr" else place.name_en


def town(key: str, lang: str) -> str:
    """The town's name in "en" or "fr"; what somebody wrote instead of one of the table stays as it is ("" too)."""
    return name(key, lang) if key in PLACES else key


def province_name(code: str, lang: str) -> str:
    """The province's or territory's name in "en" or "fr". Raises KeyError for an unknown code."""
    return PROVINCES[code][1 if lang == "fr" else 0]


def place_for_zone(zone: str) -> str | None:
    """The key of the town that speaks for a zone, or None if no town of the table lives by it."""
    if zone in _VOICE:
        return _VOICE[zone]
    return next((place.key for place in _ALL if place.zone == zone), None)


def sort_key(text: str) -> str:
    """A key that sorts as a reader expects: accents and case do not count ("Île" stands among the I's)."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return plain.replace("œ", "oe").replace("æ", "ae")


def keys_matching(text: str) -> list[str]:
    """The keys of the towns that have these words in their name, in either language; none for no words."""
    wanted = sort_key(text.strip())
    return [one.key for one in _ALL if wanted and wanted in f"{sort_key(one.name_en)}\n{sort_key(one.name_fr)}"]


@lru_cache(maxsize=2)
def choices(lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """[(province name, [(key, town name), …]), …] for a select with groups; both levels sorted without accents."""
    groups = []
    for code in PROVINCES:
        towns = [(place.key, name(place.key, lang)) for place in _ALL if place.province == code]
        groups.append((province_name(code, lang), sorted(towns, key=lambda town: sort_key(town[1]))))
    return sorted(groups, key=lambda group: sort_key(group[0]))


def time_of(place_name: str, lang: str) -> str:
    """The regular phrase for any name: "Ottawa time", "heure d'Ottawa"."""
    if lang != "fr":
        return f"{place_name} time"
    first = sort_key(place_name)[:1]
    # The h of Halifax is mute in Canadian usage; other English names keep theirs (de Hamilton, de Hay River).
    elided = first in {"a", "e", "i", "o", "u"} or place_name == "Halifax"
    return f"heure d'{place_name}" if elided else f"heure de {place_name}"


def time_phrase(key: str, lang: str) -> str:
    """Whose clock it is: "Toronto time", "heure de Toronto". Raises KeyError for an unknown key."""
    place = PLACES[key]
    stored = place.time_fr if lang == "fr" else place.time_en
    return stored or time_of(name(key, lang), lang)


def in_phrase(key: str, lang: str) -> str:
    """Where the reader is: "in St. John's", "à St. John's". Raises KeyError for an unknown key."""
    place = PLACES[key]
    if lang == "fr":
        return place.in_fr or f"à {place.name_fr}"
    return place.in_en or f"in {place.name_en}"
