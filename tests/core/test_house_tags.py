"""The tags that pages are written with."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, RequestContext, engines
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from core import moments, navigation, toasts
from core.navigation import Place
from tests import make

TORONTO = SimpleNamespace(time_zone="America/Toronto", city="toronto")
NIA = SimpleNamespace(time_zone="America/St_Johns", city="st-johns", is_authenticated=True, name="Nia Roy")
MOMENT = datetime(2023, 1, 11, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(moments.timezone, "now", lambda: datetime(2022, 12, 14, 15, 0, tzinfo=UTC))


def show(text, request=None, /, **values):
    context = RequestContext(request, values) if request else Context(values)
    return engines["django"].engine.from_string(text).render(context)


def seen_by(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


# ---------------------------------------------------------------- moments


def test_my_clock_first_and_the_cohorts_beside_it():
    html = show("{% when moment cohort %}", seen_by(NIA), moment=MOMENT, cohort=TORONTO)
    assert (
        '<time class="when" datetime="2023-01-11T17:00:00Z">Wednesday 11 January, 13:30 in St. John&#x27;s</time>'
        in html
    )
    assert '<span class="when-there quiet small">12:00, Toronto time</span>' in html


def test_one_clock_is_enough_where_both_show_the_same():
    html = show(
        "{% when moment cohort %}",
        seen_by(SimpleNamespace(time_zone="America/Toronto", city="ottawa", is_authenticated=True)),
        moment=MOMENT,
        cohort=TORONTO,
    )
    assert "12:00 in Ottawa" in html
    assert "Toronto" not in html


def test_another_day_is_said():
    late = datetime(2023, 1, 12, 4, 0, tzinfo=UTC)
    reading = moments.read(late, TORONTO, NIA, lang="en")
    assert (reading.mine, reading.theirs) == (
        "Thursday 12 January, 0:30 in St. John's",
        "Wednesday 11 January, 23:00, Toronto time",
    )


def test_a_visitor_reads_the_cohorts_clock():
    html = show('{% when moment cohort "line" %}', seen_by(AnonymousUser()), moment=MOMENT, cohort=TORONTO)
    assert ">Wednesday 11 January, 12:00, Toronto time</time>" in html


def test_a_public_page_never_asks_who_reads():
    def opened():
        raise AssertionError("the session was opened")

    request = seen_by(SimpleLazyObject(opened))
    assert "Toronto time" in show("{% when moment cohort %}", request, moment=MOMENT, cohort=TORONTO)


def test_french_and_its_styles():
    with translation.override("fr"):
        values = {"moment": MOMENT, "cohort": TORONTO, "nia": NIA}
        assert "Mercredi 11 janvier, 13\u00a0h\u00a030 à St. John&#x27;s" in show(
            '{% when moment cohort "block" nia %}', **values
        )
        assert ">mercredi 11 janvier, 13\u00a0h\u00a030 à St. John&#x27;s (12\u00a0h, heure de Toronto)<" in show(
            '{% when moment cohort "line" nia %}', **values
        )
        assert ">13\u00a0h\u00a030 à St. John&#x27;s (12\u00a0h, heure de Toronto)<" in show(
            '{% when moment cohort "clock" nia %}', **values
        )


def test_plain_words_for_mails_and_a_far_year():
    assert (
        show(
            "{% autoescape off %}{% when_text moment cohort nia %}{% endautoescape %}",
            moment=MOMENT,
            cohort=TORONTO,
            nia=NIA,
        )
        == "Wednesday 11 January, 13:30 in St. John's (12:00, Toronto time)"
    )
    far = moments.read(datetime(2024, 5, 1, 16, 0, tzinfo=UTC), "America/Toronto", lang="en")
    assert far.mine == "Wednesday 1 May 2024, 12:00, Toronto time"


def test_no_moment_prints_nothing():
    assert show("{% when moment cohort %}{% when_text moment cohort %}", moment=None, cohort=TORONTO) == ""


@pytest.mark.parametrize(
    ("lang", "printed"), [("en", "1 February, 1 February 2023"), ("fr", "1er février, 1er février 2023")]
)
def test_a_date_is_printed_as_one_says_it(lang, printed):
    with translation.override(lang):
        assert show('{{ on|day }}, {{ on|day:"year" }}{{ none|day }}', on=date(2023, 2, 1), none=None) == printed


def test_a_moment_is_no_date():
    with pytest.raises(TypeError, match="place"):
        show("{{ moment|day }}", moment=MOMENT)


# ---------------------------------------------------------------- places


@pytest.fixture
def places(monkeypatch):
    monkeypatch.setattr(navigation, "_places", {})

    def add(*places):
        for place in places:
            navigation.register(place)

    return add


def _at(name):
    request = seen_by(NIA)
    request.resolver_match = SimpleNamespace(view_name=name)
    return request


def test_places_in_order_for_this_person_with_the_current_one(places, settings):
    places(
        Place("b", "B", "sun", "design", 20, match=("team*",)),
        Place("a", "A", "sun", "more", 10),
        Place("hidden", "H", "sun", "more", 5, shown=lambda user: user is not NIA),
        Place("nowhere", "N", "sun", "no-such-route", 1),
    )
    found = navigation.doors(_at("team_home"))
    assert [(door.key, door.here) for door in found] == [("a", False), ("b", True)]
    assert [(door.key, door.here) for door in navigation.doors(_at("team_home"), here="a")] == [
        ("a", True),
        ("b", False),
    ]


def test_the_bar_holds_three(places):
    places(*(Place(str(n), str(n), "sun", "design", n, bar=n in (2, 5)) for n in range(1, 7)))
    assert [door.key for door in navigation.on_the_bar(navigation.doors(_at("x")))] == ["1", "2", "5"]


# ---------------------------------------------------------------- small things


def test_an_icon_stands_beside_its_word_and_is_silent():
    html = show('{% icon "sun" "icon-l" %}')
    assert 'class="icon icon-l"' in html
    assert 'aria-hidden="true"' in html
    assert "stroke-width" not in html
    assert "width=" not in html


def test_a_component_sees_only_what_it_is_given():
    assert "page's own" not in show('{% part "card" title="Mine" %}', text="the page's own", url="/x/")
    assert "&lt;b&gt;" in show('{% part "card" title=title %}', title="<b>")


def test_filled_prints_only_words():
    text = '{% filled " · " %}<b>{{ word }}</b>{% endfilled %}'
    assert show(text, word="") == ""
    assert show(text, word="x") == "<b>x</b> · "


def test_a_toast_carries_its_undo(db, client):
    assert toasts.undo_of(SimpleNamespace(extra_tags="undo=/x/")) == "/x/"
    assert toasts.undo_of(SimpleNamespace(extra_tags="")) == ""
    html = show('{% part "toast" text="Saved" undo="/x/" %}')
    assert '<form method="post" action="/x/">' in html
    assert "Undo" in html


def test_the_size_of_a_file_is_said_in_the_language_of_the_page():
    assert show("{{ a|file_size }}, {{ b|file_size }}, {{ c|file_size }}", a=10, b=13_900, c=3_500_000) == (
        "0.1 KB, 13.6 KB, 3.3 MB"
    )
    with translation.override("fr"):
        assert show("{{ b|file_size }}", b=13_900) == "13,6\N{NO-BREAK SPACE}Ko"


def test_initials():
    assert show("{{ a|initials }} {{ b|initials }}", a="Nia Roy", b="Jean de la Rue") == "NR JR"


@pytest.mark.parametrize(("given", "stays"), [({}, False), ({"undo": "/x/"}, True), ({"bad": "warning"}, True)])
def test_what_asks_for_something_does_not_go_by_itself(given, stays):
    html = show('{% part "toast" text="Saved" undo=undo bad=bad %}', **{"undo": "", "bad": "", **given})
    assert ("data-stays" in html) is stays


def test_a_page_says_what_was_done_before_its_title_and_shows_the_way_out(db, client):
    client.force_login(make.person())
    page = client.get("/me/").content.decode()
    assert page.index('id="toasts"') < page.index("<h1")
    rail = page.split('class="rail"')[1].split("</nav>")[0]
    assert f'action="{reverse("account_logout")}"' in rail
    assert "Sign out" in rail
