"""Why a message is where it is, and what can be done about it: the codes of the diary in words."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications import kept, kinds, mailboxes, states
from notifications.models import Channel, MessageEvent, PlannedMessage, State

# What made a message void, dead, late or uncertain.
_CAUSES = {
    "refused": _("The mail server of that address refused it."),
    "suppressed": _(
        "Mail to this address keeps coming back: nothing is sent there until somebody lets mail go there again."
    ),
    "bounced_soft": _("It came back: the mailbox is full, or its server would not take it now."),
    "bounced_hard": _("It came back: there is no such mailbox."),
    "bounced_old": _("It came back from an address that is not theirs any more."),
    "too_many_tries": _("The mail server could not be reached, or put it off, eight times."),
    "service_away": _("What passes it on could not be reached. It is tried again."),
    "service_busy": _("What passes it on asked to come back later. It is tried again."),
    "service_refused": _("What passes it on refused it."),
    "no_answer": _("What passes it on did not say whether it took it; it is not sent twice."),
    "device_gone": _("The device is not there any more."),
    "server_away": _("The mail server could not be reached. It is tried again."),
    "put_off": _("The mail server asked to come back later. It is tried again."),
    "sender_lost": _("What was sending it stopped. It is tried again."),
    "database_restarted": _("The database was started anew while it was leaving."),
    "no_reply_after_dot": _("The mail server did not say whether it took it."),
    "may_have_gone": _("The mail server did not say whether it took it."),
    "bad_address": _("The address cannot be one."),
    "too_long": _("It is far too long for a mail."),
    "unknown_kind": _("This version of the software does not know this kind of message."),
    "superseded": _("What it speaks about has changed since."),
    "not_wanted": _("It was not for this person any more."),
    "inactive": _("The account is closed."),
    "forgotten": _("The person asked to be forgotten."),
    "source_gone": _("What it speaks about is not there any more, or is done."),
    "gone": _("What it speaks about is not there any more, or is done."),
    "may_not_know": _("The person has nothing to do with it any more."),
    "left": _("The person has nothing to do with it any more."),
    "team": _("The person has nothing to do with it any more."),
    states.AT_REST: _("It asks for something, and was not sent: the team was paused, or the weeks were quiet."),
    "withdrawn": _("It was withdrawn."),
    "revoked": _("It was taken back."),
    "taken_back": _("It was taken back."),
    "taken_up": _("The person was faster: it is done."),
    "came_back": _("The team came back."),
    "link_ended": _("The link in it was ended."),
    "other_address": _("The person has another address now."),
    "told_already": _("The person has been told already."),
    "closed": _("The series is closed."),
    "quiet": _("It waits until the quiet hours of its reader are over."),
    "quiet_expired": _(
        "Its reader had quiet hours, and it would have been too late after them: it stands on the site."
    ),
    "stopped": _("Its reader wants no more of these."),
    states.IN_PRODUCT: _("Its reader wants these on the site only: it stands there."),
    states.FOR_DIGEST: _("It stands on the site, and goes into what is put together for its reader."),
    "too_late": _("It was too late: what it speaks about was over."),
    states.BY_PERSON: _("Somebody of the planning team decided so."),
    states.HELD_BY_PERSON: _("The planning team holds it back."),
    states.HIDDEN: _("A reader has hidden what it speaks of: it waits until the planning team has looked."),
    kept.SHOWN: _("It can be read again."),
    "hidden_by_planner": _("The planning team has hidden what it speaks of."),
    "hidden_by_writer": _("Its writer has taken back what it speaks of."),
    mailboxes.NOT_THEIRS: _("It would have gone to an address that is not this person’s."),
    states.STILL_HELD: _("The planning team held back the one before it."),
}
_BROKEN = _("Its words could not be made. Whoever looks after the software finds its number in the log.")


def why(row: PlannedMessage) -> str:
    """Return in words why a message is where it is, "" where its state says all. What a planner typed is in their words."""
    code = row.reason.partition(":")[0]
    if row.reason.startswith(states.TYPED):
        return row.reason.removeprefix(states.TYPED)
    if code in ("template_broken", "cannot_be_written"):
        return str(_BROKEN)
    if row.channel == Channel.INBOX and row.state == states.SENT and not row.reason:
        return str(_("This person has no mailbox: it stands on the site."))
    return str(_CAUSES.get(code, row.reason))


def what_next(row: PlannedMessage) -> str:
    """Return in words what becomes by itself of a message that may have gone; "" for any other."""
    if row.state != State.UNCERTAIN:
        return ""
    if kinds.may_be_sent_again(row.kind):
        return gettext("In some minutes it is sent once more, marked as a possible duplicate; there is nothing to do.")
    return gettext("It is never sent twice by itself: in some minutes it waits here for somebody to decide.")


def of_code(code: str) -> str:
    """Return the words of a code of the diary, "" for one that has none."""
    return str(_CAUSES.get(code, ""))


def coded(code: str) -> str:
    """Return a code of the diary. Raises ValueError where it has no words: every list would take it for somebody's own."""
    if code not in _CAUSES:
        raise ValueError(f"no words say what {code!r} means")
    return code


_DECIDED = {
    "by_person_held": _("held back"),
    "by_person_released": _("let go"),
    "by_person_hurried": _("to be sent at once"),
    "by_person_tried_again": _("to be tried again"),
    states.DROPPED: _("never to be sent"),
    states.SEEN: _("seen by the planning team"),
    states.ADDRESS_OPENED: _("mail goes to this address again"),
}


def of_step(event: MessageEvent) -> str:
    """Return one step of a message in words: the state that it came to, and why."""
    if event.note in _DECIDED:
        return str(_DECIDED[event.note])
    state = str(State(event.to_state).label)
    cause = _CAUSES.get(event.note.partition(":")[0])
    if not cause:
        return state
    if event.to_state == states.BOUNCED:  # the cause says so itself
        return str(cause)
    return gettext("%(state)s: %(cause)s") % {"state": state, "cause": cause}


def said_by_server(row: PlannedMessage) -> str:
    """Return the last answer of a mail server in its own words, with its number; "" where none was kept.

    Of what came back it is what was said then.
    """
    return " ".join(str(part) for part in (row.smtp_code, row.smtp_text) if part)
