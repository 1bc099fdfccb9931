"""A small cohort for tests of its mail: a team, Nia of it, who plans it, and a session that is still to come.

Fixtures: the conftest.py of a folder imports those that its tests ask for.
"""

from __future__ import annotations

import pytest

from tests import make


@pytest.fixture
def silent_bell(monkeypatch):
    """Messages wait as rows: nobody is called to send them."""
    monkeypatch.setattr("notifications.bell.kick", lambda: True)


@pytest.fixture
def cohort():
    return make.cohort()


@pytest.fixture
def team(cohort):
    return make.team(cohort=cohort, name="2 West")


@pytest.fixture
def nia(team):
    return make.member(team=team, name="Nia Roy", email="nia@example.org")


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula")


@pytest.fixture
def session(cohort, nia):
    """A session in twenty days, of which Nia is to be reminded."""
    return make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 20, title_en="Listening on the ward")


@pytest.fixture
def planning(client, session, paula):
    """Paula's browser, where mail about a session waits."""
    client.force_login(paula)
    return client
