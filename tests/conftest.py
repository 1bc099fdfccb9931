"""What every test may ask for. People come from tests/cast.py, rows from tests/make.py."""

import pytest


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    """Tests speak to this machine only."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cast(db):
    """The named people (tests/cast.py), made anew for one test."""
    from tests import cast

    return cast.build()
