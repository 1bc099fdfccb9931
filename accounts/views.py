"""Me: profile, language, who sees me; and the place where drafts are kept."""

from __future__ import annotations

from functools import wraps
from urllib.parse import urlencode

from allauth.account.views import ConfirmLoginCodeView, LoginView, RequestLoginCodeView
from allauth.mfa.totp.views import ActivateTOTPView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import by_link, drafts, second_factor, seen, services
from accounts.decorators import SignedInRequest, before_second_factor, never_parked, signed_in
from accounts.forms import ProfileForm
from accounts.models import LANGUAGES
from accounts.sign_in_forms import LoginForm
from core.language import language
from core.limits import limited
from core.methods import only
from core.redirects import in_language, safe_path
from core.refusals import Refused
from core.time import clock
from notifications import inbox


@signed_in
@before_second_factor
def me(request: SignedInRequest) -> HttpResponse:
    """Name, language, place, larger text, plain words; and the ways to the rest."""
    form = ProfileForm.of(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_profile(request.user, by=request.user, **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            with translation.override(request.user.language):
                messages.success(request, _("Saved."))
                return redirect(reverse("me"))
    return render(request, "accounts/me.html", {"form": form, "here": "me"})


@signed_in
@before_second_factor
def who_sees_me(request: SignedInRequest) -> HttpResponse:
    """Per kind of thing, which roles see it with my name."""
    only(request, "GET")
    parts = {"rows": seen.rows_for(request.user), "here": "me"}
    return render(request, "accounts/who_sees_me.html", parts)


@signed_in
@before_second_factor
def my_messages(request: SignedInRequest) -> HttpResponse:
    """What a person without e-mail is told."""
    only(request, "GET")
    return render(request, "accounts/my_messages.html", {"notes": inbox.notes_of(request.user), "here": "me"})


@signed_in
@before_second_factor
@never_cache
def my_data(request: SignedInRequest) -> HttpResponse:
    """Everything that is kept about oneself, in one file."""
    only(request, "GET")
    answer = JsonResponse(
        services.everything_about(request.user), json_dumps_params={"indent": 1, "ensure_ascii": False}
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@signed_in
@never_parked
def second_factor_later(request: SignedInRequest) -> HttpResponse:
    """Go on without a second factor, until the next sign-in asks again."""
    only(request, "POST")
    second_factor.put_off(request)
    return redirect(safe_path(request.POST.get("next"), reverse("today")))


class SignIn(LoginView):
    """The sign-in page: one box for the address, a code by mail first, a password second. The password is sent here."""

    def get_context_data(self, **kwargs) -> dict:
        parts = super().get_context_data(**kwargs)
        return {**parts, "address": parts["form"]["login"], "password": parts["form"]["password"]}


class SignInByCode(RequestLoginCodeView):
    """The same page, when a code is asked for."""

    template_name = "account/login.html"

    def get_context_data(self, **kwargs) -> dict:
        parts = super().get_context_data(**kwargs)
        return {**parts, "address": parts["form"]["email"], "password": LoginForm(request=self.request)["password"]}


class EnterCode(ConfirmLoginCodeView):
    """allauth's page, which also says for how long the code is good."""

    extra_context = {"minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60}


@never_cache
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail with a code. Reading it shows a button and changes nothing; the button signs in, once."""
    only(request, "GET", "POST")
    if request.method == "POST" and (answer := by_link.sign_in(request, token)):
        return answer
    found = by_link.find(token)
    return render(request, "account/by_link.html", {"found": found}, status=200 if found else 410)


class ActivateSecondFactor(ActivateTOTPView):
    """allauth's page, which also notes that the digits were shown in this session, and leads back to where one came from.

    Without the note, the page with the recovery codes would ask for the next digits at once. Who has an app already (set
    up on another device meanwhile) goes on.
    """

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if request.user.is_authenticated and second_factor.is_set_up(request.user):
            second_factor.remember(request, request.user)
            return redirect(safe_path(request.GET.get("next"), reverse("mfa_index")))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form) -> HttpResponse:
        answer = super().form_valid(form)
        second_factor.note_use(self.request)
        return answer

    def get_success_url(self) -> str:
        back = safe_path(self.request.GET.get("next"))
        return f"{super().get_success_url()}?{urlencode({'next': back})}" if back else super().get_success_url()


@signed_in
@before_second_factor
@never_parked
def switch_language(request: SignedInRequest) -> HttpResponse:
    """Show the same page in the other language and keep that choice. Visitors follow a plain link instead."""
    only(request, "POST")
    chosen = request.POST.get("language", "")
    if chosen in dict(LANGUAGES):
        services.set_profile(request.user, language=chosen, by=request.user)
    else:
        chosen = request.user.language
    return redirect(safe_path(in_language(safe_path(request.POST.get("next"), "/"), chosen), "/"))


def _typing_goes_on(view):
    """Let the page stay where it is when somebody was signed out while typing: leaving it would lose their words."""

    @wraps(view)
    def staying(request: HttpRequest) -> HttpResponse:
        if request.headers.get("HX-Request") == "true" and not request.user.is_authenticated:
            sentence = _("You were signed out meanwhile. Your words stay here: save, sign in, and find them again.")
            return render(request, "accounts/draft_kept.html", {"sentence": sentence, "kept": False})
        return view(request)

    return staying


@_typing_goes_on
@signed_in
@before_second_factor
@never_parked
@limited("draft", amount=600, seconds=600)
def draft(request: SignedInRequest) -> HttpResponse:
    """Keep what was typed so far: called while typing (htmx), and by the button 'Save draft' without JavaScript."""
    only(request, "POST")
    try:
        saved = drafts.save(request.user, request.POST.get("draft_key", ""), request.POST)
        hour = clock(saved.updated_at, request.user.time_zone, language())
        sentence, kept = _("Draft kept at %(hour)s.") % {"hour": hour}, True
    except Refused as refused:
        sentence, kept = refused.sentence, False
    if request.headers.get("HX-Request") == "true":
        return render(request, "accounts/draft_kept.html", {"sentence": sentence, "kept": kept})
    (messages.success if kept else messages.warning)(request, sentence)
    return redirect(safe_path(request.POST.get("draft_back"), reverse("me")))


@signed_in
@before_second_factor
@never_parked
def discard_draft(request: SignedInRequest) -> HttpResponse:
    """Throw a draft away, because its writer says so."""
    only(request, "POST")
    drafts.forget(request.user, request.POST.get("draft_key", "")[:120])
    messages.success(request, _("The draft is gone."))
    return redirect(safe_path(request.POST.get("draft_back"), reverse("me")))
