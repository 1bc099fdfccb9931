"""The way out stands on every page that may hold a story of harm, as a plain link; tests/e2e/test_quick_exit.py presses it."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests import make

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a class="quick-exit" href="([^"]+)" rel="([^"]+)" data-quick-exit>')


@pytest.fixture
def addresses(cast):
    """Return the addresses of pages by name, for whoever may open them: Nia and Colin."""
    thread = make.thread(by=cast.otto, board=make.board(cohort=cast.cohort))
    tried, conversation = make.tried_change(team=cast.team), make.conversation(team=cast.team, by=cast.nia)
    team, cohort = [cast.team.pk], [cast.cohort.pk]
    return {
        "log_conversation_for": team,
        "conversation_saved": [conversation.pk],
        "team_conversations": team,
        "tries": team,
        "try": [*team, tried.pk],
        "try_new": team,
        "try_change": [*team, tried.pk],
        "forum": cohort,
        "forum_board": [*cohort, "ask"],
        "forum_new": [*cohort, "ask"],
        "forum_thread": [*cohort, "ask", thread.pk],
        "team_notes": team,
        "team": team,
    }


@pytest.mark.parametrize(
    ("lang", "to"), [("en", "https://www.canada.ca/en.html"), ("fr", "https://www.canada.ca/fr.html")]
)
def test_pages_that_may_hold_a_story_have_it_first_in_their_content(client, cast, addresses, lang, to):
    client.force_login(cast.nia)
    for name, args in addresses.items():
        with override(lang):
            page = client.get(reverse(name, args=args)).content.decode()
        assert LINK.findall(page) == [(to, "noreferrer noopener")], name
        before = page[page.index("<main") : page.index('<a class="quick-exit"')]
        assert not re.search(r"<(a|button|input|h1)\b", before), name


def test_so_has_the_coachs_page_of_a_team(client, cast):
    client.force_login(cast.colin)
    assert LINK.search(client.get(reverse("coaching_team", args=[cast.team.pk])).content.decode())


@pytest.mark.parametrize("name", ["today", "cohort_home", "me"])
def test_other_pages_do_not(client, cast, name):
    client.force_login(cast.nia)
    assert "quick-exit" not in client.get(reverse(name), follow=True).content.decode()


def test_what_needs_script_is_only_said_by_the_script(client, cast):
    client.force_login(cast.nia)
    page = client.get(reverse("tries", args=[cast.team.pk])).content.decode()
    assert re.search(r'<span class="leave-keys" id="leave-keys" hidden>or press Esc three times</span>', page)
    assert re.search(r'<script src="/static/js/quick_exit[^"]*\.js" defer></script>', page)
