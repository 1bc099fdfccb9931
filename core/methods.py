"""May this be done here, and by which method: what a view asks after it has found its row.

    post = get_object_or_404(post_seen_by(request.user), pk=post_id)   # 404: they may not know that it exists
    must(plans(request.user, post.cohort))                             # 403: they see it, and may never do this to it
    only(request, "POST")                                              # 405: they may, but a verb is no page

In this order, so that a stranger meets 404 by any method, and nothing is done by a GET.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


class WrongMethod(Exception):
    """The address is there and open to this person, but not by this method. Answered with 405 (core.middleware.Gate)."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(", ".join(allowed))
        self.allowed = allowed


def must(allowed: bool) -> None:
    """Answer 403 where this person may see the row and not do this to it."""
    if not allowed:
        raise PermissionDenied


def only(request: HttpRequest, *allowed: str) -> None:
    """Let the request go on if it came by one of these methods; whoever may GET may ask for the HEAD as well."""
    if request.method not in allowed and not (request.method == "HEAD" and "GET" in allowed):
        raise WrongMethod(allowed)
