"""What people write who answer "How many this week?": what is taken, what is not, and that nothing is guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement.number_replies import (
    ABOUT,
    COMMA,
    IMPOSSIBLE,
    LONG,
    NO,
    NOT_A_NUMBER,
    OFFERED,
    PROBLEMS,
    SEVERAL,
    SHARE,
    SIGN,
    WHICH,
    WHOLE,
    Answer,
    Asked,
    Said,
    read,
)

TALKS = Asked("talks", ("Safety conversations a week", "Conversations sur la sécurité par semaine", "conversations"))
LOGGED = Asked("talks", TALKS.names, offered=True)
HUDDLES = Asked("huddles", ("huddles held with a resident",), "percent")
MINUTES = Asked("minutes", ("Minutes d'attente",), "number")
TESS = ["Tess Holloway"]


def taken(text: str, *asked: Asked) -> dict[str, Said]:
    answer = read(text, asked or (LOGGED,), names=TESS)
    assert not answer.problem, answer
    return {one.key: one for one in answer.said}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7), ("0", 0), ("7.", 7), ("7!", 7), (" 7 \n", 7), ("007", 7), ("1 200", 1200), ("1\u00a0200", 1200), ("+7", 7),
        ("seven", 7), ("Sept", 7), ("dix-sept", 17), ("TWENTY", 20), ("vingt", 20), ("zéro", 0), ("une", 1),
        ("none", 0), ("Aucune", 0), ("aucun.", 0), ("No conversations", 0),
        ("7 conversations", 7), ("conversations: 7", 7), ("Conversations : 7", 7), ("- 7", 7), ("• conversations 7", 7),
        ("We had 7 this week, thanks!", 7), ("It was 7.", 7), ("Cette semaine : 7", 7), ("C'est 7", 7),
        ("Nous avons eu 7 conversations sur la sécurité", 7), ("On a eu 7 conversations cette semaine. Merci!", 7),
        ("Hi,\n\n7\n\nThanks,\nTess", 7), ("Bonjour,\r\n\r\n7\r\n\r\nCordialement,\r\nTess Holloway", 7),
        ("OK, 7", 7), ("yes 7", 7), ("\uff17", 7),
    ],
)  # fmt: skip
def test_a_number_is_taken_as_it_is_meant(text, value):
    assert taken(text) == {"talks": Said("talks", Decimal(value))}
    assert not read(text, [LOGGED], names=TESS).rest


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7/9", "77.778"), ("7 of 9", "77.778"), ("7 out of 9", "77.778"), ("7 sur 9", "77.778"), ("9/9", "100"), ("0 of 4", "0"),
        ("12 %", "12"), ("12%", "12"), ("62,5 %", "62.5"), ("62.5", "62.5"), ("12 percent", "12"), ("100", "100"), ("0,125", "0.125"),
    ],
)  # fmt: skip
def test_a_share_and_a_percentage(text, value):
    assert taken(text, HUDDLES)["huddles"].value == Decimal(value)


@pytest.mark.parametrize(("text", "value"), [("7,5", "7.5"), ("7.5", "7.5"), ("-3", "-3"), ("1 200,5", "1200.5")])
def test_a_decimal_in_either_language(text, value):
    assert taken(text, MINUTES)["minutes"].value == Decimal(value)


@pytest.mark.parametrize(
    "text", ["OK", "ok.", "Oui", "yes", "D’accord", "c'est bon", "That's right!", "👍", "Correct, merci"]
)
def test_ok_agrees_with_what_the_log_says(text):
    assert taken(text) == {"talks": Said("talks", agrees=True)}
    assert read(text, [TALKS]).problem == OFFERED, "nothing was offered"


@pytest.mark.parametrize(
    "text", ["n/a", "N/A", "n / a", "NA", "s/o", "s. o.", "s.o.", "Not collected", "non recueilli", "pas compté"]
)
def test_that_none_was_collected_is_no_zero(text):
    assert taken(text) == {"talks": Said("talks", missing=True)}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("conversations 7\nhuddles 40", {"talks": 7, "huddles": 40}),
        ("Huddles: 40 %\nConversations: 7", {"talks": 7, "huddles": 40}),
        ("huddles: 4 sur 8, conversations: 12", {"talks": 12, "huddles": 50}),
        ("7 conversations; 40% huddles", {"talks": 7, "huddles": 40}),
        ("huddle 40", {"huddles": 40}),
        ("7", {"talks": 7}),
        ("7\nhuddles 40", {"talks": 7, "huddles": 40}),
    ],
)
def test_several_measures_a_line_each(text, values):
    assert {key: one.value for key, one in taken(text, TALKS, HUDDLES).items()} == values


def test_ok_for_the_log_and_a_number_for_the_rest():
    said = taken("OK\nhuddles n/a", LOGGED, HUDDLES)
    assert (said["talks"].agrees, said["huddles"].missing) == (True, True)
    assert taken("OK\nconversations 8", LOGGED, HUDDLES) == {"talks": Said("talks", Decimal(8))}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("about 7-9", SEVERAL), ("7-9", SEVERAL), ("7 – 9", SEVERAL), ("7 to 9", SEVERAL), ("7 à 9", SEVERAL), ("7 or 8", SEVERAL), ("vingt deux trois", SEVERAL), ("twenty two three", SEVERAL),
        ("soixante quatre vingt", SEVERAL), ("twenty or thirty", SEVERAL), ("environ vingt-deux", ABOUT), ("twenty-two?", ABOUT),
        ("7 ou 8", SEVERAL), ("11:30", SEVERAL), ("2026-11-23", SEVERAL), ("conversations 7\nconversations 8", SEVERAL),
        ("about 7", ABOUT), ("environ 7", ABOUT), ("~7", ABOUT), ("7?", ABOUT), ("10+", ABOUT), ("<5", ABOUT), ("7, or so", ABOUT),
        ("more than 7", ABOUT), ("au moins 7", ABOUT), ("7/9", SHARE), ("7 of 5", SHARE), ("12 %", SIGN), ("7,5", WHOLE),
        ("7.5", WHOLE), ("-3", IMPOSSIBLE), ("1,200", COMMA), ("12345678901", LONG), ("1.2345", LONG), ("no", NO), ("Non.", NO),
        ("conversations", WHICH),
    ],
)  # fmt: skip
def test_what_is_nearly_a_number_is_not_taken_and_the_reason_is_known(text, problem):
    answer = read(text, [LOGGED], names=TESS)
    assert (answer.said, answer.problem) == ((), problem)
    assert answer.words
    assert answer.words in " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "problem"),
    [("7 of 5", IMPOSSIBLE), ("7/0", IMPOSSIBLE), ("120", IMPOSSIBLE), ("120 %", IMPOSSIBLE), ("-1", IMPOSSIBLE), ("7/9 %", SHARE)],
)  # fmt: skip
def test_a_percentage_that_cannot_be(text, problem):
    assert read(text, [HUDDLES]).problem == problem


def test_two_bare_numbers_for_two_measures_are_not_told_apart():
    assert read("7\n4", [TALKS, HUDDLES]).problem == WHICH


@pytest.mark.parametrize(
    "text",
    [
        "can't, sick kid", "I have 2 sick kids", "room 7 is closed", "not 7", "Last week we had 7", "7 and a half", "7½", "½",
        "7\nor 8 if you count the night shift", "7 conversations with nurses", "7 pm", "7h", "une douzaine", "a dozen", "une vingtaine", "one hundred and twenty-two", "cent vingt-deux", "twenty-two and a half",
        "vingt-deux et demie", "twenty-first", "", "   \n\n ", "Merci!", "See you on Friday at 7",
        "Sorry, I am off until Monday.\n7", "7\n\nI am not sure about it", "Call me at 709-555-0142", "$7", "\u0667",
    ],
)  # fmt: skip
def test_what_is_no_number_is_left_to_people(text):
    assert read(text, [LOGGED, HUDDLES], names=TESS) == NOT_A_NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "7\n\nAlso, can we move our call to Thursday?",
        "7\n\nTess Holloway, RN\nHarbour View\n709-555-0142 ext. 4321",
        "7\nPS: la porte est brisée.",
    ],
)
def test_a_number_with_more_beside_it_is_taken_and_people_read_the_rest(text):
    answer = read(text, [LOGGED], names=TESS)
    assert (answer.said, answer.rest) == ((Said("talks", Decimal(7)),), True)


def test_nothing_is_read_where_nothing_was_asked():
    assert read("7", []) == NOT_A_NUMBER


@given(st.text())
def test_any_text_is_read_without_an_error(text):
    for asked in ([LOGGED], [HUDDLES], [LOGGED, HUDDLES, MINUTES]):
        answer = read(text, asked, names=TESS)
        assert not (answer.said and answer.problem)
        assert answer.problem in ("", *PROBLEMS)
        for one in answer.said:
            assert one.value is None or one.value.is_finite()


AROUND = st.sampled_from(
    ["{}", "{}.", "We had {}", "{} conversations", "Bonjour,\n\n{}\n\nMerci", "Nous avons eu {}!", "OK {}"]
)


@given(st.integers(0, 10**8), AROUND)
def test_a_whole_number_comes_through_as_it_was_written(number, around):
    assert read(around.format(number), [LOGGED]) == Answer((Said("talks", Decimal(number)),))


_EN = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_FR = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"


def english(number: int) -> str:
    ten, one = divmod(number, 10)
    if number < 20:
        return _EN.split()[number]
    return ["-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"][ten - 1] + (
        f"-{_EN.split()[one]}" if one else ""
    )


def french(number: int, *, elsewhere: bool = False) -> str:
    """``elsewhere``: as in Belgium and Switzerland, which count on by ten."""
    if number < 20:
        return _FR.split()[number]
    ten, one = divmod(number, 10)
    if not elsewhere and number >= 80:
        return "quatre-vingt" + (f"-{french(number - 80)}" if number > 80 else "s")
    if not elsewhere and number >= 70:
        ten, one = 6, number - 60
    begin = ["-", "vingt", "trente", "quarante", "cinquante", "soixante", "septante", "huitante", "nonante"][ten - 1]
    between = "-et-" if one in (1, 11) else "-"
    return begin + (f"{between}{french(one)}" if one else "")


_WRITTEN = st.sampled_from([english, french, lambda number: french(number, elsewhere=True)])
_PARTED = st.sampled_from(["-", " ", "\N{NON-BREAKING HYPHEN}", "\N{NO-BREAK SPACE}"])


@given(st.integers(0, 99), _WRITTEN, _PARTED, AROUND)
def test_a_number_in_words_comes_through(number, written, parted, around):
    words = written(number).replace("-", parted)
    assert read(around.format(words), [LOGGED]) == Answer((Said("talks", Decimal(number)),)), words


@pytest.mark.parametrize("number", range(100))
def test_every_number_below_a_hundred_is_read_in_both_languages(number):
    for words in (english(number), french(number), french(number, elsewhere=True)):
        for said in (words, words.replace("-", " "), words.replace("-", " ").upper()):
            assert taken(said) == {"talks": Said("talks", Decimal(number))}, said


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("vingt et un", 21), ("Vingt-et-une conversations", 21), ("vingt-deux", 22), ("trente", 30), ("soixante et onze", 71),
        ("soixante-dix-sept", 77), ("quatre-vingts", 80), ("quatre-vingt-une", 81), ("quatre vingt onze", 91), ("septante et un", 71),
        ("huitante", 80), ("nonante-neuf", 99), ("twenty two", 22), ("Thirty", 30), ("ninety-nine", 99), ("dix sept", 17),
    ],
)  # fmt: skip
def test_numbers_in_words_as_people_write_them(words, number):
    assert taken(words) == {"talks": Said("talks", Decimal(number))}


@given(st.integers(0, 99), st.integers(1, 19), _WRITTEN)
def test_two_numbers_in_words_are_never_added_up(one, other, written):
    assert read(f"{written(one)} or {written(other)}", [LOGGED]).said == ()


@given(st.decimals(0, 100, places=2), st.sampled_from([".", ","]), st.sampled_from(["", "%", " %", "\u00a0%"]))
def test_a_percentage_comes_through_with_either_sign_for_decimals(value, sign, percent):
    text = f"{value:.2f}".replace(".", sign) + percent
    assert read(text, [HUDDLES]) == Answer((Said("huddles", value),))


@given(
    st.integers(0, 999),
    st.integers(0, 999),
    st.sampled_from(
        [
            "{}-{}",
            "{} or {}",
            "{} ou {}",
            "{} to {}",
            "{} à {}",
            "{} {} ?",
            "between {} and {}",
            "{}\n{}?",
            "entre {} et {}",
        ]
    ),
)
def test_two_numbers_are_never_read_as_one(one, other, around):
    answer = read(around.format(one, other), [LOGGED])
    # "1 200" is one number with its thousands parted.
    assert answer.said == ()


@given(
    st.integers(0, 999),
    st.sampled_from(["about {}", "~{}", "{}?", "environ {}", "{}+", "less than {}", "peut-être {}", "{} or so"]),
)
def test_a_guess_is_never_taken(number, around):
    assert read(around.format(number), [LOGGED]).problem == ABOUT


@given(st.integers(0, 999), st.integers(0, 999))
def test_a_part_is_never_more_than_the_whole(some, of):
    answer = read(f"{some} of {of}", [HUDDLES])
    if some > of or not of:
        assert answer.problem == IMPOSSIBLE
    else:
        assert abs(answer.said[0].value - Decimal(some) * 100 / of) <= Decimal("0.0005")
