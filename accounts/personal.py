"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import NOBODY, SELF, SHORT, WITH_ACCOUNT, keep, plain

keep("accounts.user", "name", "city", "time_zone", why=_("to be called by one's name and to read every hour on one's own clock"),
     seen=_("people of the same cohort see the name, and the place where the person has chosen so; the planning team sees both"),
     kept=WITH_ACCOUNT)  # fmt: skip
keep(
    "accounts.user",
    "email",
    why=_("to sign in and to get mail"),
    seen=_("the person, the planning team, and people of the same cohort where the person has chosen so"),
    kept=WITH_ACCOUNT,
)
keep(
    "accounts.user",
    "password",
    why=_("to sign in; kept as a digest that cannot be read back"),
    seen=NOBODY,
    kept=WITH_ACCOUNT,
)
keep(
    "accounts.draft",
    "user",
    "data",
    why=_("so that nothing that was typed is lost"),
    seen=SELF,
    kept=_("30 days at most"),
)
keep(
    "accounts.parkedpost",
    "user",
    "token_hash",
    "sealed",
    why=_("what was sent while signed out waits sealed for its writer"),
    seen=SELF,
    kept=_("half an hour"),
)
keep(
    "accounts.submittedonce", "user", why=_("so that a form sent twice is done once"), seen=NOBODY, kept=_("seven days")
)
keep("accounts.membercard", "user", "code_hash", "pin_hash", "made_by", why=_("a printed card to sign in without a mailbox; kept as digests"),
     seen=_("who made the card sees that there is one"), kept=WITH_ACCOUNT)  # fmt: skip
keep("accounts.viewas", "planner", "person", "reason", why=_("a planner who looks at the pages of a member says why, and it is written down"),
     seen=_("the person who was looked at"))  # fmt: skip
keep(
    "accounts.device",
    "user",
    "session_key",
    why=_("the list of devices on which somebody is signed in, to sign out of them"),
    seen=SELF,
    kept=SHORT,
)
keep(
    "accounts.consent",
    "user",
    why=_("what somebody agreed to, and when they took it back"),
    seen=_("the person; evaluation sees a study number, no name"),
)
plain("accounts.submittedonce", "result_url")
plain("accounts.draft", "key")
plain("accounts.consent", "kind")
plain("accounts.limitcount")
