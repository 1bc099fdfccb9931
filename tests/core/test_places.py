"""Every town has a clock of the pinned data, and reads well in both languages."""

from datetime import UTC, datetime

import config  # noqa: F401  (pins the zone data)

from zoneinfo import ZoneInfo, available_timezones  # isort: skip

import pytest

from core import places


def test_keys_are_unique_slugs():
    assert len(places.PLACES) == len(places._ALL) >= 120
    assert all(key.replace("-", "").isalnum() and key == key.lower() and key.isascii() for key in places.PLACES)


def test_every_province_and_territory_has_towns_and_every_zone_exists():
    assert {place.province for place in places.PLACES.values()} == set(places.PROVINCES)
    assert len(places.PROVINCES) == 13
    assert {place.zone for place in places.PLACES.values()} <= available_timezones()


@pytest.mark.parametrize(
    ("key", "zone"),
    [
        ("thunder-bay", "America/Toronto"),
        ("kenora", "America/Winnipeg"),
        ("happy-valley-goose-bay", "America/Goose_Bay"),
        ("lanse-au-loup", "America/St_Johns"),
        ("lloydminster", "America/Edmonton"),
        ("cranbrook", "America/Edmonton"),
        ("dawson-creek", "America/Dawson_Creek"),
        ("creston", "America/Creston"),
        ("blanc-sablon", "America/Blanc-Sablon"),
        ("iles-de-la-madeleine", "America/Halifax"),
        ("gaspe", "America/Toronto"),
        ("rankin-inlet", "America/Rankin_Inlet"),
        ("cambridge-bay", "America/Cambridge_Bay"),
        ("iqaluit", "America/Iqaluit"),
    ],
)
def test_towns_live_by_their_own_clock_not_by_their_province(key, zone):
    assert places.zone_of(key) == zone


@pytest.mark.parametrize(
    ("key", "winter", "summer"),
    [
        ("st-johns", -3.5, -2.5),
        ("nain", -4, -3),
        ("halifax", -4, -3),
        ("charlottetown", -4, -3),
        ("moncton", -4, -3),
        ("montreal", -5, -4),
        ("blanc-sablon", -4, -4),
        ("toronto", -5, -4),
        ("atikokan", -5, -5),
        ("kenora", -5, -5),
        ("winnipeg", -5, -5),
        ("regina", -6, -6),
        ("swift-current", -6, -6),
        ("calgary", -6, -6),
        ("vancouver", -7, -7),
        ("dawson-creek", -7, -7),
        ("whitehorse", -7, -7),
        ("yellowknife", -6, -6),
        ("inuvik", -6, -6),
        ("iqaluit", -5, -4),
        ("rankin-inlet", -6, -5),
        ("cambridge-bay", -7, -6),
    ],
)
def test_offsets_of_december_2026_and_july_2027_follow_the_new_laws(key, winter, summer):
    zone = ZoneInfo(places.zone_of(key))
    hours = [
        moment.astimezone(zone).utcoffset().total_seconds() / 3600
        for moment in (datetime(2026, 12, 14, 12, tzinfo=UTC), datetime(2027, 7, 14, 12, tzinfo=UTC))
    ]
    assert hours == [winter, summer]


@pytest.mark.parametrize(
    ("key", "lang", "where", "clock"),
    [
        ("toronto", "en", "in Toronto", "Toronto time"),
        ("toronto", "fr", "à Toronto", "heure de Toronto"),
        ("st-johns", "en", "in St. John's", "St. John's time"),
        ("st-johns", "fr", "à St. John's", "heure de St. John's"),
        ("montreal", "fr", "à Montréal", "heure de Montréal"),
        ("quebec", "en", "in Quebec City", "Quebec City time"),
        ("quebec", "fr", "à Québec", "heure de Québec"),
        ("ottawa", "fr", "à Ottawa", "heure d'Ottawa"),
        ("edmonton", "fr", "à Edmonton", "heure d'Edmonton"),
        ("halifax", "fr", "à Halifax", "heure d'Halifax"),
        ("hay-river", "fr", "à Hay River", "heure de Hay River"),
        ("yellowknife", "fr", "à Yellowknife", "heure de Yellowknife"),
        ("iles-de-la-madeleine", "en", "in the Magdalen Islands", "Magdalen Islands time"),
        ("iles-de-la-madeleine", "fr", "aux Îles-de-la-Madeleine", "heure des Îles-de-la-Madeleine"),
        ("les-escoumins", "fr", "aux Escoumins", "heure des Escoumins"),
        ("la-malbaie", "fr", "à La Malbaie", "heure de La Malbaie"),
    ],
)
def test_phrases(key, lang, where, clock):
    assert places.in_phrase(key, lang) == where
    assert places.time_phrase(key, lang) == clock


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_choices_hold_every_town_once_sorted_as_readers_expect(lang):
    groups = places.choices(lang)
    assert [name for name, _ in groups] == sorted((name for name, _ in groups), key=places.sort_key)
    assert sorted(key for _, towns in groups for key, _ in towns) == sorted(places.PLACES)
    for _, towns in groups:
        names = [name for _, name in towns]
        assert names == sorted(names, key=places.sort_key)


def test_accents_do_not_send_a_name_to_the_end():
    groups = [name for name, _ in places.choices("fr")]
    assert groups.index("Colombie-Britannique") < groups.index("Île-du-Prince-Édouard") < groups.index("Manitoba")


def test_a_zone_is_spoken_for_by_a_town_of_its_own():
    for place in places.PLACES.values():
        voice = places.place_for_zone(place.zone)
        assert voice is not None
        assert places.zone_of(voice) == place.zone
    assert places.place_for_zone("America/Toronto") == "toronto"
    assert places.place_for_zone("Europe/Paris") is None


def test_an_unknown_town_is_refused():
    with pytest.raises(KeyError):
        places.zone_of("atlantis")
