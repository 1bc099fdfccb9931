"""Privacy and security of this very installation, for the privacy and IT office of a hospital. Read off what runs."""

from __future__ import annotations

import importlib.metadata
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from core import personal
from core.language import language
from core.markdown import plain, render
from enrolment.site import trust_words

# Whose code runs on the server; what only builds or tests stands in requirements-dev.txt.
_OUR_OWN = "collaborative"


def facts() -> list[tuple[str, str]]:
    """Return (label, value) of what differs from installation to installation, in the reader's language."""
    site = urlsplit(settings.SITE_URL)
    port = site.port or (443 if site.scheme == "https" else 80)
    unsaid = _("Not stated yet for this installation: ask the planning team.")
    others = "; ".join(", ".join(part for part in one if part) for one in settings.SUB_PROCESSORS)
    return [
        (_("Place of hosting"), settings.HOSTING or unsaid),
        (_("Sub-processors"), others or _("None that the operator has named.")),
        (_("Who answers for privacy, also for breaches"), settings.PRIVACY_CONTACT or unsaid),
        (_("Address to allow"), _("%(host)s, port %(port)d") % {"host": site.hostname, "port": port}),
        (_("Meetings open at"), ", ".join(settings.MEETING_HOSTS)),
        (_("Mail comes from"), parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]),
        (
            _("Browsers"),
            _("Current Firefox, Chrome, Edge and Safari, and the two versions before; nothing to install."),
        ),
        (_("Sign-in"), ", ".join(_ways_in())),
        (_("Second factor of planners"), ", ".join(_second_factors())),
        (_("Third parties that a browser asks"), _third_parties()),
        (_("Cookies"), _("Only after signing in or opening a form; all of them serve signing in and sending forms.")),
    ]


def _ways_in() -> list[str]:
    ways = [_("a code by e-mail"), _("a password"), _("a printed card")]
    if settings.MFA_PASSKEY_LOGIN_ENABLED:
        ways.append(_("a passkey"))
    return ways + [_("the account of %(organisation)s") % {"organisation": one["name"]} for one in settings.OIDC]


def _second_factors() -> list[str]:
    names = {
        "totp": _("an app that shows six digits"),
        "webauthn": _("a passkey"),
        "recovery_codes": _("recovery codes"),
    }
    return [names[one] for one in settings.MFA_SUPPORTED_TYPES]


def _third_parties() -> str:
    if not settings.OIDC:
        return _("None. A link into a meeting opens the meeting service.")
    hosts = ", ".join(sorted({urlsplit(one["issuer"]).netloc for one in settings.OIDC}))
    return _(
        "None, but for those who choose to sign in with their organisation's account: %(hosts)s. A link into a meeting "
        "opens the meeting service."
    ) % {"hosts": hosts}


def kept() -> list[dict[str, Any]]:
    """Return the register of personal data, as pages and documents print it."""
    return [
        {
            "table": row.label,
            "fields": ", ".join(row.fields),
            "why": str(row.why),
            "seen": str(row.seen),
            "kept": str(row.kept),
        }
        for row in personal.register()
    ]


def components() -> list[tuple[str, str]]:
    """Return (name, version) of everything that is installed here, by name."""
    found = {one.metadata["Name"]: one.version for one in importlib.metadata.distributions() if one.metadata["Name"]}
    return sorted(
        ((name, version) for name, version in found.items() if name.lower() != _OUR_OWN), key=lambda one: one[0].lower()
    )


def _sections() -> list[tuple[str, str, str]]:
    return trust_words.sections(language(), sign_in_elsewhere=bool(settings.OIDC))


def page() -> dict[str, Any]:
    """Return everything the page prints."""
    return {
        "facts": facts(),
        "sections": [(key, heading, render(text)) for key, heading, text in _sections()],
        "kept": kept(),
        "components": components(),
    }


def document() -> dict[str, Any]:
    """Return everything the PDF prints: the same without marks, a paragraph or a line of a list each."""
    sections = [
        [
            heading,
            [[line.startswith("- "), plain(line.removeprefix("- "))] for line in text.split("\n") if line.strip()],
        ]
        for _key, heading, text in _sections()
    ]
    return {
        "title": _("Privacy and security"),
        "site": settings.SITE_URL,
        "facts": facts(),
        "sections": sections,
        "kept_title": _("What is kept about people"),
        "kept_heads": [_("What"), _("What for"), _("Who sees it"), _("How long")],
        "kept": [[f"{row['table']}: {row['fields']}", row["why"], row["seen"], row["kept"]] for row in kept()],
        "components_title": _("Components"),
        "components": ", ".join(f"{name} {version}" for name, version in components()),
    }


def accessibility() -> list[tuple[str, str, str]]:
    """Return (key, heading, HTML) of the accessibility statement."""
    return [(key, heading, render(text)) for key, heading, text in trust_words.accessibility(language())]
