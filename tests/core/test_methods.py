"""Wrong methods and verbs that are not for everybody: what the helpers let through, and what the answer says."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from core import answers
from core.methods import WrongMethod, must, only


@pytest.mark.parametrize(
    ("method", "allowed"), [("GET", ["GET"]), ("HEAD", ["GET"]), ("POST", ["POST"]), ("POST", ["GET", "POST"])]
)
def test_these_go_on(method, allowed):
    assert only(RequestFactory().generic(method, "/"), *allowed) is None


@pytest.mark.parametrize(
    ("method", "allowed"), [("POST", ["GET"]), ("GET", ["POST"]), ("HEAD", ["POST"]), ("PUT", ["GET", "POST"])]
)
def test_these_do_not(method, allowed):
    with pytest.raises(WrongMethod) as wrong:
        only(RequestFactory().generic(method, "/"), *allowed)
    assert wrong.value.allowed == tuple(allowed)


def test_a_verb_that_is_not_theirs():
    assert must(True) is None
    with pytest.raises(PermissionDenied):
        must(False)


def test_the_answer_names_the_methods_and_leads_back():
    answer = answers.wrong_method(RequestFactory().get("/"), ("GET", "POST"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
    assert "There is nothing to read here" in answer.content.decode()


@pytest.mark.django_db
def test_a_browser_meets_that_answer(client, cast):
    client.force_login(cast.nia)
    answer = client.get("/me/language/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert client.head("/today/").status_code == 200


@pytest.mark.parametrize(
    ("path", "word"),
    [("/invitation/x/again/", "There is nothing to read here"), ("/fr/invitation/x/encore/", 'lang="fr-CA"')],
)
def test_what_django_would_turn_away_with_an_empty_page_has_the_same(client, path, word):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert word in answer.content.decode()
