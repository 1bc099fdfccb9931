"""What this room keeps about people."""

from django.utils.translation import gettext_lazy as _

from core.personal import ANYBODY, COHORT, PLANNERS, SELF, SELF_COUNTED, TEAM, UNTIL_FORGOTTEN, keep, plain

ROOM = "learning_sessions"

keep(
    f"{ROOM}.attendance",
    "person",
    "by",
    "confirmed_by",
    why=_("who was at a session: counted for the team, never ranked"),
    seen=_("the person and the planning team; counts for the team and its coaches"),
)
plain(f"{ROOM}.attendance", "role")
keep(
    f"{ROOM}.followed",
    "person",
    why=_("who went through a session that they missed"),
    seen=_("the person and the planning team; counts for the team and its coaches"),
)
keep(
    f"{ROOM}.rsvp",
    "person",
    why=_("who said whether they come to a session"),
    seen=_("your team; your coach and the planning team read how many, and whom the small rooms hold"),
)
keep(f"{ROOM}.soundcheck", "person", why=_("who tried the sound before a session: counted"), seen=SELF_COUNTED)
keep(
    f"{ROOM}.personallink",
    "person",
    "browser",
    "revoked_by",
    why=_("whether the link with which a person joins without signing in was used or taken back"),
    seen=SELF,
)
keep(
    f"{ROOM}.guest",
    "name",
    "by",
    "browser",
    why=_("who was admitted to one session without an account, and by whom"),
    seen=TEAM,
    kept=_("until a year after the cohort’s last day"),
)
plain(f"{ROOM}.guest", "secret_hash")
keep(
    f"{ROOM}.addressrelease",
    "by",
    "reason",
    why=_("who sent everybody the address of a meeting, and why"),
    seen=PLANNERS,
)
keep(f"{ROOM}.meetingreport", "by", why=_("who sent in the report of a meeting"), seen=PLANNERS)
plain(f"{ROOM}.meetingreport", "sha256", "unread")
keep(
    f"{ROOM}.reportedname",
    "name",
    "email",
    "spans",
    "person",
    why=_("who was in a meeting, as the meeting service wrote them down, and whom we take them for"),
    seen=PLANNERS,
    kept=_("until a year after the cohort’s last day"),
)
plain(f"{ROOM}.reportedname", "found_by")
keep(
    f"{ROOM}.rememberedname",
    "name",
    "email",
    "person",
    "by",
    why=_("whom a name in the reports of a cohort’s meetings stands for"),
    seen=PLANNERS,
    kept=_("until a year after the cohort’s last day"),
)
keep(f"{ROOM}.breakoutplan", "made_by", why=_("who made the plan of the small rooms"), seen=PLANNERS)
keep(
    f"{ROOM}.breakoutseat",
    "person",
    why=_("who sits in which small room"),
    seen=_("the planning team; the person, once the rooms are shown"),
)
keep(f"{ROOM}.calendarfeed", "person", why=_("whose calendar reads the dates of the series"), seen=SELF)
plain(f"{ROOM}.calendarfeed", "secret_hash")
keep(
    f"{ROOM}.calendarleft",
    "person",
    why=_("whose calendar still has to hear that sessions are not theirs any more"),
    seen=SELF,
    kept=_("30 days"),
)
keep(
    f"{ROOM}.certificate",
    "person",
    "name",
    "code",
    "by",
    "counted",
    "revoke_reason",
    why=_("the certificate of a person, so that whoever is shown it can check it"),
    seen=_("the person and the planning team; name and hours also whoever has its code"),
)
keep(
    f"{ROOM}.speaker",
    "person",
    "name",
    "post_nominals",
    "affiliation_en",
    "affiliation_fr",
    why=_("who speaks or hosts at sessions"),
    seen=ANYBODY,
)
keep(
    f"{ROOM}.speaker",
    "spoken_name",
    "email",
    "phone",
    "city",
    why=_("how a speaker is reached, where they are, and how their name is said"),
    seen=PLANNERS,
)
keep(
    f"{ROOM}.appearance",
    "role_line_en",
    "role_line_fr",
    "introduced_by",
    why=_("what a speaker does at a session, and who introduces them"),
    seen=COHORT,
)
keep(f"{ROOM}.appearance", "access", why=_("what a speaker has done so that everybody can follow"), seen=PLANNERS)
keep(f"{ROOM}.runitem", "who", "what", why=_("who of the planning side does what during a session"), seen=PLANNERS)
keep(
    f"{ROOM}.registration",
    "name",
    "email",
    "city",
    why=_("who wants to come to a public session and has no account"),
    seen=PLANNERS,
    kept=_("until 30 days after the session"),
)
keep(f"{ROOM}.learningsession", "cancel_reason", why=_("why a session was cancelled"), seen=COHORT)
keep(f"{ROOM}.learningsession", "dial_in", why=_("the telephone number of the meeting"), seen=COHORT)
keep(
    f"{ROOM}.meetingaddress",
    "url",
    why=_("the address of the meeting; stands on no page, and in mail only when the planning team releases it"),
    seen=PLANNERS,
    kept=UNTIL_FORGOTTEN,
)
keep(
    f"{ROOM}.outsidemeeting",
    "url",
    why=_("the address of the meeting as the meeting service gave it"),
    seen=PLANNERS,
    kept=UNTIL_FORGOTTEN,
)
plain(f"{ROOM}.outsidemeeting", "outside_id", "told", "trying")
keep(
    f"{ROOM}.recap",
    "transcript_en",
    "transcript_fr",
    "text_en",
    "text_fr",
    why=_("what was said at a session, in short and as it was spoken"),
    seen=COHORT,
)
plain(f"{ROOM}.recap")
plain(f"{ROOM}.learningsession")
for table in (
    "agendaitem", "partner", "hosting", "material", "chapter", "series", "guidingquestion", "slides", "teamslot",
    "sessionrules",
):  # fmt: skip
    plain(f"{ROOM}.{table}")
