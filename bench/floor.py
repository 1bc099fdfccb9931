"""What no page with our frame can be faster than."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.decorators import SignedInRequest, signed_in

TABLE = """
CREATE TABLE IF NOT EXISTS bench_row (page text, place int, html text, PRIMARY KEY (page, place))
"""


@signed_in
def floor(request: SignedInRequest, page: str) -> HttpResponse:
    """The stored HTML of a page: one indexed query, a loop, the frame."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT html FROM bench_row WHERE page = %s ORDER BY place", [page])
        rows = [html for (html,) in cursor.fetchall()]
    return render(request, "bench/floor.html", {"rows": rows})


def feed_floor(request: HttpRequest) -> HttpResponse:
    """The stored text of a calendar: one indexed query, a loop, no frame."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT html FROM bench_row WHERE page = 'feed.ics' ORDER BY place")
        text = "".join(html for (html,) in cursor.fetchall())
    return HttpResponse(text.replace("\n", "\r\n"), content_type="text/calendar; charset=utf-8")
