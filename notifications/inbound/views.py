"""The door for a mail provider that hands mail over by HTTP. Its address bears a secret; without it nobody is here."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from notifications.inbound import provider

# What providers send is a mail and about a third more, for what it is wrapped in.
_MOST_BYTES = 40 * 1024 * 1024


@csrf_exempt
def mail_in(request: HttpRequest, secret: str) -> HttpResponse:
    """Take in what the provider of the settings sends. An error of ours is a 500: providers then send it again."""
    if not provider.is_known(settings.INBOUND_WEBHOOK) or not constant_time_compare(
        secret, settings.INBOUND_WEBHOOK_SECRET
    ):
        raise Http404
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > _MOST_BYTES:
        return HttpResponse(status=413)
    if request.method == "POST" and request.content_type != "multipart/form-data":
        # Django reads no more than a form's worth at once; a mail with a picture in it is more.
        request._body = request.read()
    return provider.view()(request)


mail_in.reads_its_own_body = True  # type: ignore[attr-defined]  # core.middleware.Gate: a mail is more than a form
