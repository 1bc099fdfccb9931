"""The small rooms: fair, repeatable, and mixed."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sessions.coming.mixing import Somebody, mix, rooms_for

LANGUAGES = ("en", "fr")
SECTORS = ("acute", "long_term", "home")


@st.composite
def companies(draw):
    """People of some teams; a team has one sector, province, size and language."""
    people = []
    for team in range(draw(st.integers(1, 9))):
        facts = {
            "sector": draw(st.sampled_from(SECTORS)),
            "province": draw(st.sampled_from(("ON", "QC", "NL"))),
            "size": draw(st.sampled_from(("", "small", "large"))),
            "language": draw(st.sampled_from(LANGUAGES)),
        }
        people += [Somebody(f"{team}-{n}", f"team {team}", **facts) for n in range(draw(st.integers(1, 7)))]
    return people


def sizes(plan, rooms):
    held = Counter(plan.values())
    return [held[room] for room in range(1, rooms + 1)]


@given(companies(), st.integers(1, 12), st.integers(0, 9999), st.booleans(), st.booleans())
def test_everybody_has_one_room_and_rooms_differ_by_one_at_most(people, rooms, seed, by_language, together):
    plan = mix(people, rooms=rooms, seed=seed, by_language=by_language, together=together)
    assert plan.keys() == {one.key for one in people}
    assert set(plan.values()) <= set(range(1, rooms + 1))
    assert max(sizes(plan, rooms)) - min(sizes(plan, rooms)) <= 1


@given(companies(), st.integers(1, 12), st.integers(0, 9999), st.randoms(use_true_random=False), st.booleans())
def test_the_same_people_and_seed_make_the_same_plan_in_whatever_order(people, rooms, seed, chance, together):
    other = list(people)
    chance.shuffle(other)
    plan = mix(people, rooms=rooms, seed=seed, by_language=True, together=together)
    assert plan == mix(other, rooms=rooms, seed=seed, by_language=True, together=together)


@given(companies(), st.integers(1, 12), st.integers(0, 9999))
def test_teams_and_sectors_are_spread_as_evenly_as_can_be(people, rooms, seed):
    plan = mix(people, rooms=rooms, seed=seed)
    for fact in ("team", "sector"):
        groups = {getattr(one, fact) for one in people}
        for group in groups:
            held = Counter(plan[one.key] for one in people if getattr(one, fact) == group)
            count = sum(held.values())
            assert max(held.values()) <= -(-count // rooms)


@given(companies(), st.integers(1, 12), st.integers(0, 9999))
def test_languages_share_one_room_at_most(people, rooms, seed):
    plan = mix(people, rooms=rooms, seed=seed, by_language=True)
    spoken = {room: {one.language for one in people if plan[one.key] == room} for room in plan.values()}
    assert sum(len(some) > 1 for some in spoken.values()) <= 1


def test_languages_share_no_room_where_the_numbers_allow():
    people = [Somebody(n, f"t{n % 4}", language="fr" if n < 5 else "en") for n in range(20)]
    plan = mix(people, rooms=4, seed=3, by_language=True)
    assert len({plan[n] for n in range(5)}) == 1
    assert sizes(plan, 4) == [5, 5, 5, 5]


@given(companies(), st.integers(1, 6), st.integers(0, 9999), st.data())
def test_whoever_sits_stays_and_the_others_even_it_out(people, rooms, seed, data):
    placed = data.draw(st.lists(st.sampled_from(people), unique=True, max_size=5))
    seats = {one.key: data.draw(st.integers(1, rooms)) for one in placed}
    plan = mix(people, rooms=rooms, seed=seed, seats=seats)
    assert {key: plan[key] for key in seats} == seats
    held = Counter(seats.values())
    full = max(sizes(plan, rooms))
    # A room is more than one above the emptiest only where it was so full by hand.
    for room, size in enumerate(sizes(plan, rooms), start=1):
        assert size <= max(held[room], min(sizes(plan, rooms)) + 1)
    assert full >= -(-len(people) // rooms)


def test_whoever_comes_later_changes_nobodys_room():
    first = [Somebody(n, f"t{n % 3}") for n in range(11)]
    plan = mix(first, rooms=3, seed=1)
    later = mix([*first, Somebody("late", "t0")], rooms=3, seed=1, seats=plan)
    assert {key: later[key] for key in plan} == plan
    assert sizes(later, 3) == [4, 4, 4]


def test_teams_stay_together_where_the_rooms_hold_them():
    people = [Somebody(f"{team}{n}", team) for team in "abcd" for n in range(4)]
    plan = mix(people, rooms=2, seed=5, together=True)
    assert all(len({plan[f"{team}{n}"] for n in range(4)}) == 1 for team in "abcd")


def test_another_seed_is_another_plan():
    people = [Somebody(n, f"t{n % 5}") for n in range(30)]
    assert mix(people, rooms=5, seed=1) != mix(people, rooms=5, seed=2)


def test_rooms_for():
    assert [rooms_for(n, 6) for n in (0, 1, 6, 7, 13)] == [1, 1, 1, 2, 3]
