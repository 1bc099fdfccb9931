"""Me: profile, language, who sees me; and the place where drafts are kept."""

from __future__ import annotations

from functools import wraps
from typing import cast
from urllib.parse import urlencode

from allauth.account.views import (
    ConfirmEmailView,
    ConfirmLoginCodeView,
    EmailView,
    LoginView,
    PasswordSetView,
    RequestLoginCodeView,
)
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

from accounts import addresses, by_link, drafts, parked, proof, second_factor, seen, services, sessions_policy, view_as
from accounts.allauth_inside import (
    CODE_STAGE,
    LoginCode,
    clear_login,
    get_pending_stage,
    redirect_to_pending_stage,
    resume_request,
)
from accounts.decorators import SignedInRequest, before_second_factor, never_parked, signed_in
from accounts.forms import ProfileForm
from accounts.models import LANGUAGES, User
from accounts.sign_in_forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from core.language import language
from core.limits import limited
from core.methods import only
from core.redirects import in_language, safe_path
from core.refusals import Refused
from core.time import clock


@signed_in
@before_second_factor
def me(request: SignedInRequest) -> HttpResponse:
    """Name, language, place, larger text; and the ways to the rest."""
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
    """Per kind of thing, which roles see it with my name; and each time that a planner saw my pages."""
    only(request, "GET")
    parts = {"rows": seen.rows_for(request.user), "visits": view_as.visits_to(request.user), "here": "me"}
    return render(request, "accounts/who_sees_me.html", parts)


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


class _OpenWhileACodeWaits:
    """A mistyped address, or the person who used this computer before, shuts no way to sign in; and others may use it too."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        """Let this page's form lead to the sign-in pages of organisations, and no other page's."""
        answer = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if settings.SSO_HOSTS:
            answer._csp_update = {"form-action": settings.SSO_HOSTS}
        return answer

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        sessions_policy.choose(request, shared="shared" in request.POST)
        return super().post(request, *args, **kwargs)  # type: ignore[misc]

    def _redirect_to_pending_stage(self, request: HttpRequest, stage) -> HttpResponse | None:
        return None if stage.key == CODE_STAGE else redirect_to_pending_stage(request, stage)

    def get_context_data(self, **kwargs) -> dict:
        stage = get_pending_stage(self.request)  # type: ignore[attr-defined]  # a view of allauth's is put beside it
        parts = super().get_context_data(**kwargs)  # type: ignore[misc]
        shared = sessions_policy.is_shared(self.request)  # type: ignore[attr-defined]
        return {
            **parts,
            "code_waits": stage is not None and stage.key == CODE_STAGE,
            "shared": shared,
            "organisations": settings.OIDC,
        }


class SignIn(_OpenWhileACodeWaits, LoginView):
    """The sign-in page: one box for the address, a code by mail first, a password second. The password is sent here.

    Enter in either box presses the first button of the form, which is seen by nobody: with a password it signs in, without
    one it asks for a code.
    """

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "enter" in request.POST and not request.POST.get("password"):
            return SignInByCode.as_view()(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict:
        parts = super().get_context_data(**kwargs)
        return {**parts, "address": parts["form"]["login"], "password": parts["form"]["password"]}


class SignInByCode(_OpenWhileACodeWaits, RequestLoginCodeView):
    """The same page, when a code is asked for."""

    template_name = "account/login.html"

    def get_context_data(self, **kwargs) -> dict:
        parts = super().get_context_data(**kwargs)
        return {**parts, "address": parts["form"]["email"], "password": LoginForm(request=self.request)["password"]}


class EnterCode(ConfirmLoginCodeView):
    """allauth's page, which also says for how long the code is good, and sends a new one. The link in the same mail uses it up."""

    extra_context = {"minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self._send_again() if "send" in request.POST else super().post(request, *args, **kwargs)

    def _send_again(self) -> HttpResponse:
        """Ask for a code as the sign-in page does, within the same limits. allauth's own way would not let it last longer."""
        address = self.stage.state["email"]
        form = RequestLoginCodeForm({"login": address})
        if form.is_valid():
            LoginCode.initiate(request=self.request, user=form._user, email=address)
            messages.success(self.request, _("A new code is on its way. The one before no longer works."))
        else:
            messages.error(
                self.request, _("Three mails an hour reach one address. Look in the junk folder, or wait a little.")
            )
        return redirect(self.passthrough_next_url(reverse("account_confirm_login_code")))

    def form_valid(self, form) -> HttpResponse:
        login = self.stage.login
        if login.user and login.user.last_login and login.user.last_login.timestamp() > self.stage.state["at"]:
            clear_login(self.request)
            messages.error(self.request, _("You have signed in since this code was sent. Ask for a new one."))
            return redirect("account_login")
        return super().form_valid(form)


@never_cache
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail with a code. Reading it shows a button and changes nothing; the button signs in, once."""
    only(request, "GET", "POST")
    if request.method == "POST":
        sessions_policy.choose(request, shared="shared" in request.POST)
        if answer := by_link.sign_in(request, token):
            return answer
    found = by_link.find(token)
    return render(request, "account/by_link.html", {"found": found}, status=200 if found else 410)


@signed_in
@before_second_factor
@never_parked
@never_cache
def prove_by_code(request: SignedInRequest) -> HttpResponse:
    """Is it you? Who has neither password nor second factor enters a code that we mail them (accounts.proof)."""
    only(request, "GET", "POST")
    if not proof.by_code(request.user):
        return redirect(f"{reverse('account_reauthenticate')}?{request.GET.urlencode()}")
    code = proof.ProofByCode.resume(request)
    if request.method == "POST" and "send" in request.POST and request.user.email:
        try:
            proof.ProofByCode.begin(request)
        except Refused as refused:
            messages.error(request, refused.sentence)
        return redirect(request.get_full_path())
    entered = request.POST if request.method == "POST" and code else None
    form = ConfirmLoginCodeForm(entered, code=code.code if code else None)
    if code and form.is_valid():
        code.finish()
        return resume_request(request) or redirect("me")
    if code and entered is not None and not code.record_invalid_attempt():
        messages.error(request, _("That was tried often. Have a new code sent."))
        return redirect(request.get_full_path())
    parts = {"form": form, "waits": code is not None, "minutes": EnterCode.extra_context["minutes"]}
    return render(request, "account/prove_by_code.html", parts)


class Addresses(EmailView):
    """allauth's page of one's addresses. Whoever changes them shows first who they are; the main one is a confirmed one."""

    def get_context_data(self, **kwargs) -> dict:
        parts = super().get_context_data(**kwargs)
        in_order = sorted(parts["emailaddresses"], key=lambda one: (not one.primary, one.pk))
        return {**parts, "emailaddresses": in_order}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "action_send" not in request.POST:
            proof.require(request)
        if "action_primary" in request.POST:
            try:
                addresses.may_become_main(request.POST.get("email", ""), user=cast(User, request.user))
            except Refused as refused:
                messages.error(request, refused.sentence)
                return redirect("account_email")
        return super().post(request, *args, **kwargs)


class ConfirmAddress(ConfirmEmailView):
    """allauth's page behind the link to a new address, which offers no button where the address is somebody else's.

    Where another account of the same person lets the address go, it says so. Whoever added it must be signed in.
    """

    def get_context_data(self, **kwargs) -> dict:
        parts = super().get_context_data(**kwargs)
        claim = parts["confirmation"]
        if claim is None:
            return parts
        row = claim.email_address
        takes_over = addresses.is_to_be_taken_over(row)
        can_confirm = addresses.may_be_confirmed(row) and (takes_over or parts["can_confirm"])
        waits = can_confirm and addresses.waits_for_its_claimant(row, visitor=self.request.user)
        return {**parts, "can_confirm": can_confirm, "takes_over": takes_over, "waits_for_claimant": waits}


class ChooseFirstPassword(PasswordSetView):
    """allauth's page, for whoever has shown lately who they are. What was typed is not kept meanwhile: it is a password."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if answer := proof.address_first(request):
            return answer
        if request.user.is_authenticated and not proof.is_fresh(request):
            if request.method == "POST":
                return redirect("account_set_password")
            proof.require(request)
        return super().dispatch(request, *args, **kwargs)


class ActivateSecondFactor(ActivateTOTPView):
    """allauth's page, for whoever has shown lately who they are.

    It also notes that the digits were shown in this session, and leads back to where one came from.
    Without the note, the page with the recovery codes would ask for the next digits at once. Who has an app already (set
    up on another device meanwhile) goes on.
    """

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if answer := proof.address_first(request):
            return answer
        if request.user.is_authenticated and second_factor.has_app(request.user):
            second_factor.remember(request, request.user)
            return redirect(safe_path(request.GET.get("next"), reverse("mfa_index")))
        if request.user.is_authenticated:
            proof.require(request)
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
            if parked.owner_of(request):
                sentence = _("You were signed out meanwhile. Your words stay here: save, sign in, and find them again.")
            else:
                sentence = _("You were signed out. Copy your words before you leave this page, then sign in.")
            return render(request, "accounts/draft_kept.html", {"sentence": sentence, "kept": False})
        return view(request)

    return staying


@_typing_goes_on
@signed_in
@before_second_factor
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
