"""A file as an answer. The room that owns what it belongs to has asked who may have it; files have no page of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from files.models import Piece, StoredFile

# So many pieces are asked for at once.
_TOGETHER: Final = 4


def give(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    """Return the file to be saved, never to be shown in a page; 304 where the reader's browser has it already."""
    answer = StreamingHttpResponse(_bytes(stored), content_type=stored.content_type)
    headers = {
        "Content-Length": str(stored.size),
        **_to_be_saved(stored.name),
        # Asked for again each time: whoever may not have it any more does not.
        "Cache-Control": "private, no-cache",
        "ETag": quote_etag(stored.sha256),
    }
    for name, value in headers.items():
        answer.headers[name] = value
    return get_conditional_response(request, etag=headers["ETag"], response=cast("Any", answer)) or answer


def give_as_it_came(name: str, data: bytes) -> HttpResponse:
    """Return what somebody sent by mail and nobody has looked into, to be saved: of whatever kind they say it is."""
    headers = {**_to_be_saved(name), "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type="application/octet-stream", headers=headers)


def _to_be_saved(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    }


def _bytes(stored: StoredFile) -> Iterator[bytes]:
    first = 0
    while pieces := list(
        Piece.objects.filter(file=stored, ordinal__gte=first, ordinal__lt=first + _TOGETHER).values_list(
            "data", flat=True
        )
    ):
        yield from map(bytes, pieces)
        first += _TOGETHER
