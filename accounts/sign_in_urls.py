"""Signing in and out, addresses, passwords and the second factor: the pages of allauth, under addresses in both languages.

Written out instead of included: allauth's own addresses are English. Its names stay, because it asks for them.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _

from accounts.card_views import prove_by_pin
from accounts.device_views import EnterDigits
from accounts.passkey_views import AddPasskey, NamePasskey, RemovePasskey, ShowPasskey
from accounts.views import (
    ActivateSecondFactor,
    Addresses,
    ChooseFirstPassword,
    ConfirmAddress,
    EnterCode,
    SignIn,
    SignInByCode,
    prove_by_code,
    sign_in_by_link,
)

second_factor = [
    path("", mfa.index, name="mfa_index"),
    path(_("authenticate/"), EnterDigits.as_view(), name="mfa_authenticate"),
    path(_("reauthenticate/"), mfa.reauthenticate, name="mfa_reauthenticate"),
    path(_("passkeys/add/"), AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(_("passkeys/sign-in/"), passkeys.login_webauthn, name="mfa_login_webauthn"),
    path(_("passkeys/reauthenticate/"), ShowPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path(_("passkeys/<int:pk>/name/"), NamePasskey.as_view(), name="mfa_edit_webauthn"),
    path(_("passkeys/<int:pk>/remove/"), RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path(_("totp/activate/"), ActivateSecondFactor.as_view(), name="mfa_activate_totp"),
    path(_("totp/deactivate/"), totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(_("recovery-codes/"), recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(_("recovery-codes/generate/"), recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(_("recovery-codes/download/"), recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]

urlpatterns = [
    path(_("login/"), SignIn.as_view(), name="account_login"),
    path(_("login/code/"), SignInByCode.as_view(), name="account_request_login_code"),
    path(_("login/code/confirm/"), EnterCode.as_view(), name="account_confirm_login_code"),
    path(_("login/link/<str:token>/"), sign_in_by_link, name="sign_in_by_link"),
    path(_("logout/"), account.logout, name="account_logout"),
    path(_("signup/"), account.signup, name="account_signup"),
    path(_("inactive/"), account.account_inactive, name="account_inactive"),
    path(_("reauthenticate/"), account.reauthenticate, name="account_reauthenticate"),
    path(_("reauthenticate/code/"), prove_by_code, name="prove_by_code"),
    path(_("reauthenticate/pin/"), prove_by_pin, name="prove_by_pin"),
    path(_("email/"), Addresses.as_view(), name="account_email"),
    path(_("confirm-email/"), account.email_verification_sent, name="account_email_verification_sent"),
    re_path(_(r"^confirm-email/(?P<key>[-:\w]+)/$"), ConfirmAddress.as_view(), name="account_confirm_email"),
    path(_("password/change/"), account.password_change, name="account_change_password"),
    path(_("password/set/"), ChooseFirstPassword.as_view(), name="account_set_password"),
    path(_("password/reset/"), account.password_reset, name="account_reset_password"),
    path(_("password/reset/done/"), account.password_reset_done, name="account_reset_password_done"),
    re_path(
        _(r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"),
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        _("password/reset/key/done/"),
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(_("2fa/"), include(second_factor)),
]
