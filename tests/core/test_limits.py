"""Whose address it is, and who is counted."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st

from core import limits


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1", "10.0.0.1"),
        (0, "", "", "local"),
        (0, "", "::ffff:10.0.0.7", "10.0.0.7"),
        (1, "6.6.6.6, 192.0.2.9", "10.0.0.1", "192.0.2.9"),
        (1, "192.0.2.9:4711", "10.0.0.1", "192.0.2.9"),
        # The 2**64 addresses of one household are one reader.
        (1, "[2001:db8::1]:443", "10.0.0.1", "2001:db8::"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "nonsense", "10.0.0.1", "10.0.0.1"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (2, "6.6.6.6, 192.0.2.9, 10.0.0.2", "10.0.0.1", "192.0.2.9"),
        (2, "10.0.0.2", "10.0.0.1", "10.0.0.1"),
    ],
)
def test_only_our_proxies_are_believed(rf, settings, proxies, forwarded, remote, address):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert limits.client_address(request) == address


@given(st.text(max_size=200))
def test_no_header_breaks_it(text):
    from django.conf import settings
    from django.test import RequestFactory, override_settings

    with override_settings(TRUSTED_PROXIES=1):
        assert settings.TRUSTED_PROXIES == 1
        assert limits.client_address(RequestFactory().get("/", HTTP_X_FORWARDED_FOR=text))


def test_people_are_counted_one_by_one_and_addresses_far_higher(rf, settings, monkeypatch, db):
    settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["limits"], "KEY_PREFIX": "test-limits"}}
    monkeypatch.setattr(limits, "ADDRESS_AMOUNT", 8)

    @limits.limited("thing", amount=2, seconds=600, key=lambda request: request.POST.get("who"))
    def view(request):
        return HttpResponse("ok")

    def codes(who: str, times: int) -> list[int]:
        return [view(rf.post("/", {"who": who})).status_code for _ in range(times)]

    assert codes("nia", 3) == [200, 200, 429]
    assert codes("tess", 2) == [200, 200]
    assert view(rf.get("/")).status_code == 200
    assert codes("a", 1) + codes("b", 1) + codes("c", 1) + codes("d", 1) + codes("e", 1) == [200, 200, 200, 200, 429]
