"""What every test may ask for. People come from tests/cast.py, rows from tests/make.py."""

import contextlib
import gc
import uuid

import psycopg2
import pytest
from django.db import connection, transaction
from django.utils import translation

TESTS_BETWEEN_SWEEPS = 100
_TESTS_SINCE_SWEPT = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Keep the tests of a group (the mark ``xdist_group``) in one process."""
    if config.getoption("loadgroup", False):
        for item in items:
            _name_its_group(item)


def pytest_sessionstart():
    """What a tick would pass over does nothing in a test either (tests/looked_first.py)."""
    from tests.looked_first import hold_sweeps_to_their_looks

    hold_sweeps_to_their_looks()


def pytest_collection_finish():
    """What was imported stays: looking through it for rubbish again and again takes a tenth of the time of the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """What tests took back still lies in the tables, and each later test reads past it: it is swept out now and then."""
    yield
    since = item.session.stash.get(_TESTS_SINCE_SWEPT, 0) + 1
    # Within somebody's transaction (the fixture ``world``), and where no test asked the database yet, it waits.
    if since >= TESTS_BETWEEN_SWEEPS and connection.connection and not connection.in_atomic_block:
        # A test may have had its connection cut; nothing is lost by sweeping later.
        with contextlib.suppress(psycopg2.Error), connection.connection.cursor() as cursor:
            cursor.execute("VACUUM (SKIP_LOCKED)")
        since = 0
    item.session.stash[_TESTS_SINCE_SWEPT] = since


def _name_its_group(item) -> None:
    """Do what pytest-xdist 3.8 means to do: pytest 9.2 does not read the attribute any more in which it notes the group."""
    group = item.get_closest_marker("xdist_group")
    if group and "@" not in item.nodeid:
        item._id = type(item._id).parse(f"{item.nodeid}@{group.args[0]}")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    """Tests speak to this machine only."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _english_and_an_empty_cache(settings):
    """Each test begins in English, and counts of other tests do not reach it."""
    settings.CACHES = {
        name: {**one, "KEY_PREFIX": f"t{uuid.uuid4().hex[:10]}"} for name, one in settings.CACHES.items()
    }
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db):
    """The named people (tests/cast.py), made anew for one test."""
    from tests import again, cast

    return again.made(cast.build)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The cast in the middle of its work (tests/world.py), made once for a file; tests take back what they change."""
    from tests.world import make_world

    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield make_world()
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
