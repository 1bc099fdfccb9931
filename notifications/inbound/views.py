"""The door for a mail provider that hands mail over by HTTP. It says a secret (basic access, RFC 7617); else nobody is here.

The secret stands in a header and not in the address, which proxies write into their logs.
"""

from __future__ import annotations

import base64
import binascii
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.crypto import constant_time_compare
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt

from notifications.inbound import multipart, provider

# What providers send is a mail and about a third more, for what it is wrapped in.
_MOST_BYTES = 40 * 1024 * 1024


@csrf_exempt
def mail_in(request: HttpRequest) -> HttpResponse:
    """Take in what the provider of the settings sends. An error of ours is a 500: providers then send it again."""
    if not provider.is_known(settings.INBOUND_WEBHOOK):
        raise Http404
    if not constant_time_compare(_said(request), settings.INBOUND_WEBHOOK_SECRET):
        # Some send the secret only once they were asked for it.
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="mail"'})
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > _MOST_BYTES:
        return HttpResponse(status=413)
    if request.method == "POST":
        if "Transfer-Encoding" in request.headers:  # it comes in pieces, and nothing would be read of it
            return HttpResponse(status=411)
        # Django reads no more than a form's worth at once; a mail with a picture in it is more.
        request._body = request.read()
        request.parse_file_upload = _read_form  # type: ignore[method-assign, assignment]
    return provider.view()(request)


def _read_form(meta: dict[str, Any], data: BytesIO) -> tuple[QueryDict, MultiValueDict]:
    """Read a form as Django's requests have it read."""
    return multipart.parse(data.getvalue(), meta.get("CONTENT_TYPE", ""), "utf-8")


def _said(request: HttpRequest) -> bytes:
    """Return the password that came with the request, b"" where none did; the name before it is not looked at."""
    kind, _space, packed = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return b""
    try:
        return base64.b64decode(packed.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""


mail_in.reads_its_own_body = True  # type: ignore[attr-defined]  # core.middleware.Gate: a mail is more than a form
