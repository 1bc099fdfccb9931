"""allauth's forms in our own words: labels, and what a box asks for. What they do is allauth's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as theirs
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from accounts.addresses import counts_as_nobodys, sign_up_ahead, signing_in_with
from core.forms import PlainText

if TYPE_CHECKING:
    _Form = forms.Form
else:
    _Form = object

# Label and hint by field.
_WORDS: dict[str, tuple[Any, Any]] = {
    "email": (_("E-mail"), ""),
    "login": (_("E-mail"), ""),
    "password": (_("Password"), ""),
    "oldpassword": (_("The password you have now"), ""),
    "password1": (
        _("The new password"),
        _("At least eight characters; not your name, and not one that many people use."),
    ),
    "password2": (_("The new password once more"), ""),
    "code": (_("Code"), _("Eight digits, from the mail that we sent you.")),
}


class OwnWords(_Form):
    """Put before a form of allauth's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in _WORDS:
                field.label, field.help_text = _WORDS[name]
                field.widget.attrs.pop("placeholder", None)
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = _("This address is not complete: name@place.ca")


class LoginForm(OwnWords, theirs.LoginForm):
    """The address, and the password of those who have one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _stands_above_both_buttons(self.fields["login"])


class RequestLoginCodeForm(OwnWords, theirs.RequestLoginCodeForm):
    """Reads the address from the box of the sign-in page, whichever of its two buttons was pressed."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and "login" not in data:
            data = {**data.dict(), "login": data.get("email", "")}
        super().__init__(data, *args, **kwargs)
        _stands_above_both_buttons(self.fields["email"])

    def clean_email(self) -> str:
        email = super().clean_email()
        self._user = signing_in_with(email)
        return email

    def add_prefix(self, field_name: str) -> str:
        return "login" if field_name == "email" else super().add_prefix(field_name)


def _stands_above_both_buttons(field: forms.Field) -> None:
    """Tie the address to the form ``sign-in``, which begins after the button for a code: Enter in the box means that one."""
    field.help_text = ""
    field.widget.attrs |= {"form": "sign-in", "autocomplete": "username"}


class ConfirmLoginCodeForm(OwnWords, theirs.ConfirmLoginCodeForm):
    """The code out of the mail."""


class ReauthenticateForm(OwnWords, theirs.ReauthenticateForm):
    """The password once more, before something that matters."""


class AddEmailForm(OwnWords, theirs.AddEmailForm):
    """Another address of the same person."""


class SignupForm(theirs.SignupForm):
    """A new account, where the door is open. An address whose person may not be told of it yet is met like nobody's."""

    account_already_exists: bool
    is_ahead = False

    def validate_unique_email(self, value: str) -> str:
        email = super().validate_unique_email(value)
        self.is_ahead = self.account_already_exists and counts_as_nobodys(email)
        self.account_already_exists = self.account_already_exists and not self.is_ahead
        return email

    def save(self, request: Any) -> Any:
        if not self.is_ahead:
            return super().save(request)
        adapter = get_adapter()
        user = adapter.save_user(request, adapter.new_user(request), self, commit=False)
        EmailAddress.objects.fill_cache_for_user(user, [sign_up_ahead(user, self.cleaned_data["email"])])
        return user


class ChangePasswordForm(OwnWords, theirs.ChangePasswordForm):
    """A new password in place of the old one."""


class SetPasswordForm(OwnWords, theirs.SetPasswordForm):
    """The first password of somebody who had none."""


class ResetPasswordForm(OwnWords, theirs.ResetPasswordForm):
    """Where the link to a new password goes."""

    def clean_email(self) -> str:
        email = super().clean_email()
        user = signing_in_with(email)
        self.users = [user] if user else []
        return email


class ResetPasswordKeyForm(OwnWords, theirs.ResetPasswordKeyForm):
    """A new password, by the link out of the mail."""


# ---------------------------------------------------------------- passkeys


class PasskeyAnswer(forms.JSONField):
    """What a browser says of a passkey. Whatever cannot be read as such an answer is refused in words."""

    def __init__(self, reads: type[AuthenticationResponse | RegistrationResponse]) -> None:
        required = _("Your browser gave no passkey. Try once more.")
        super().__init__(label=_("Passkey"), widget=forms.HiddenInput, error_messages={"required": required})
        self.reads = reads

    def clean(self, value: Any) -> Any:
        said = super().clean(value)
        try:
            self.reads.from_dict(said)
        except (TypeError, ValueError, KeyError, AttributeError, IndexError):
            raise forms.ValidationError(_("The browser’s answer could not be read. Try once more.")) from None
        return said


class AddPasskeyForm(OwnWords, passkeys.AddWebAuthnForm):
    """A new passkey."""

    name = PlainText(
        label=_("Name"), max_length=60, help_text=_("Where it is kept: “my phone”, “blue key”."), required=False
    )
    credential = PasskeyAnswer(RegistrationResponse)
    passwordless = None


class NamePasskeyForm(OwnWords, passkeys.EditWebAuthnForm):
    """What a passkey is called."""

    name = PlainText(label=_("Name"), max_length=60, error_messages={"required": _("Write a name.")})


class PasskeyLoginForm(passkeys.LoginWebAuthnForm):
    """What the browser says when somebody signs in by passkey."""

    credential = PasskeyAnswer(AuthenticationResponse)


class PasskeyStepForm(passkeys.AuthenticateWebAuthnForm):
    """What the browser says where a passkey is the second step."""

    credential = PasskeyAnswer(AuthenticationResponse)


class PasskeyProofForm(passkeys.ReauthenticateWebAuthnForm):
    """What the browser says when a passkey proves that it is still them."""

    credential = PasskeyAnswer(AuthenticationResponse)
