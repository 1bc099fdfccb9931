"""My files: long work that a person asked for, how far it is, and what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.decorators import SignedInRequest, signed_in
from core.methods import only
from jobs import services
from jobs.querysets import jobs_of, listed_for, may_have


@signed_in
def my_files(request: SignedInRequest) -> HttpResponse:
    """What was asked for, the latest first; a page left open looks again while something is being worked on."""
    only(request, "GET")
    files = listed_for(request.user)
    parts = {"files": files, "waits": any(not one.job.is_over for one in files), "here": "me"}
    part = request.headers.get("HX-Request") == "true"
    return render(request, "accounts/_my_files.html" if part else "accounts/my_files.html", parts)


@signed_in
@never_cache
def my_file(request: SignedInRequest, job_id) -> HttpResponse:
    """The file that came of it."""
    job = get_object_or_404(jobs_of(request.user).exclude(result=None), pk=job_id)
    if not may_have(request.user, job):
        raise Http404
    only(request, "GET")
    answer = HttpResponse(bytes(job.result), content_type=job.result_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{job.result_name}"'
    return answer


@signed_in
def stop_job(request: SignedInRequest, job_id) -> HttpResponse:
    """Stop what waits or runs."""
    job = get_object_or_404(jobs_of(request.user), pk=job_id)
    only(request, "POST")
    services.stop(job=job, by=request.user)
    messages.success(request, _("Stopped. What was done already stays."))
    return redirect("my_files")
