"""What must hold whatever has been killed, cut or restarted. Every number is the count of rows that break a rule.

Asked after every fault test. What concerns the sources of other rooms is checked where those are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.db import connection

from notifications import choosing, kinds, states
from notifications.models import Choice, MessageEvent
from notifications.respect import quiet_until

_RULES: Final = {
    "two_live_rows_for_one_occurrence": """
        SELECT count(*) FROM (SELECT 1 FROM planned_message WHERE state = ANY(%(live)s)
        GROUP BY recipient_key, kind, channel, source_type, source_id, occurrence HAVING count(*) > 1) twice""",
    "sent_without_event": """
        SELECT count(*) FROM planned_message m WHERE state = 'sent' AND NOT EXISTS
        (SELECT 1 FROM message_event e WHERE e.message_id = m.id AND e.to_state = 'sent')""",
    "never_planned_by_an_event": """
        SELECT count(*) FROM planned_message m WHERE NOT EXISTS
        (SELECT 1 FROM message_event e WHERE e.message_id = m.id AND e.from_state = '' AND e.to_state = 'planned')""",
    "unfinished_past_its_last_moment": """
        SELECT count(*) FROM planned_message WHERE state = ANY(%(live)s)
        AND not_after + interval '5 minutes' < clock_timestamp()""",
    "in_hand_past_its_lease": """
        SELECT count(*) FROM planned_message WHERE state IN ('claimed', 'sending')
        AND lease_until + interval '60 seconds' < clock_timestamp()""",
    "secret_kept_after_the_end": """
        SELECT count(*) FROM planned_message WHERE state = ANY(%(terminal)s) AND secret <> ''""",
    "sent_after_it_was_superseded": """
        SELECT count(*) FROM message_event gone JOIN message_event v ON v.message_id = gone.message_id
        WHERE v.to_state = 'void' AND gone.to_state IN ('sending', 'sent') AND gone.id > v.id
        AND NOT EXISTS (SELECT 1 FROM message_event back WHERE back.message_id = v.message_id
            AND back.to_state = 'planned' AND back.id > v.id)""",
    "more_tries_than_allowed": """
        SELECT count(*) FROM planned_message WHERE attempts > %(most)s + (
            SELECT count(*) FROM message_event e WHERE e.message_id = planned_message.id AND e.to_state = 'uncertain')""",
    "re_sent_when_unsure_without_flag": """
        SELECT count(*) FROM planned_message m WHERE NOT possible_duplicate AND EXISTS (
            SELECT 1 FROM message_event u JOIN message_event s ON s.message_id = u.message_id AND s.id > u.id
            WHERE u.message_id = m.id AND u.to_state = 'uncertain' AND s.to_state IN ('sending', 'sent'))""",
}

_RULES_OF_RESPECT: Final = {
    "sent_after_it_was_stopped": """
        SELECT count(*) FROM planned_message m JOIN message_event e ON e.message_id = m.id AND e.to_state = 'sending'
        WHERE m.channel IN ('mail', 'sms') AND EXISTS (
            SELECT 1 FROM message_consent c WHERE c.recipient_key = m.recipient_key
            AND c.kind = m.kind AND c.said = 'stopped' AND c.at < e.at
            AND NOT EXISTS (SELECT 1 FROM message_consent later WHERE later.recipient_key = c.recipient_key
                AND later.kind = c.kind AND later.id > c.id AND later.at < e.at AND later.said <> 'stopped'))""",
    "carried_by_two_digests": """
        SELECT count(*) FROM planned_message carried JOIN planned_message digest ON digest.id = carried.digest_id
        WHERE digest.recipient_key <> carried.recipient_key OR carried.channel <> 'inbox'""",
}


def _in_quiet_hours() -> int:
    """How much left while its reader wanted nothing: mails that could have waited, and any word to a device or text message.

    A mail that must be known and would be over by then may leave; readers without an account have no quiet hours.
    """
    chosen = {choice.user_id: choice.quiet for choice in Choice.objects.all()}
    left = MessageEvent.objects.filter(to_state=states.SENDING, message__recipient__isnull=False)
    found = 0
    for event in left.exclude(message__channel="inbox").select_related("message__recipient"):
        row = event.message
        hours = chosen.get(row.recipient_id, choosing.usual_hours())
        until = quiet_until(event.at, row.recipient.time_zone, hours)
        importance, keeps_hour = kinds.weight_of(row)
        if until is None or keeps_hour:
            continue
        over = row.not_after is not None and row.not_after <= until
        found += not (row.channel == "mail" and importance == kinds.Importance.MUST and over)
    return found


def broken(seen: Iterable[str] | None = None) -> dict[str, int]:
    """Return, by the name of the rule, how many rows break it: all 0 when all is well.

    `seen`: the Message-IDs that a mail server has accepted, one for each copy; then what it saw is compared too.
    """
    params: dict[str, Any] = {"live": list(states.LIVE), "terminal": list(states.TERMINAL), "most": states.MAX_ATTEMPTS}
    counts = {}
    with connection.cursor() as cursor:
        for name, rule in (_RULES | _RULES_OF_RESPECT).items():
            cursor.execute(rule, params)
            counts[name] = cursor.fetchone()[0]
    counts["sent_in_quiet_hours"] = _in_quiet_hours()
    return counts | (_compared(Counter(seen)) if seen is not None else {})


def _compared(seen: Counter[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT message_id, state, possible_duplicate, channel FROM planned_message")
        rows = {message_id: rest for message_id, *rest in cursor.fetchall()}
        cursor.execute(
            "SELECT m.message_id FROM planned_message m JOIN message_event e ON e.message_id = m.id"
            " WHERE e.to_state IN ('sending', 'uncertain') GROUP BY m.message_id"
        )
        handed_over = {row[0] for row in cursor.fetchall()}
    mailed = {
        message_id for message_id, (state, _dup, channel) in rows.items() if state == "sent" and channel == "mail"
    }
    return {
        "lost": len(mailed - seen.keys()),
        "seen_but_never_handed_over": len([one for one in seen if one not in handed_over]),
        "doubled_without_flag": len([one for one, times in seen.items() if times > 1 and not rows[one][1]]),
    }


def settled() -> bool:
    """Return whether no row is on its way any more (waiting for later, held and finished ones do not count)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM planned_message WHERE state IN ('claimed', 'sending', 'uncertain')"
            " OR (state IN ('planned', 'retry') AND next_attempt_at < clock_timestamp() + %s * interval '1 second'))",
            [settings.LEASE_SECONDS],
        )
        return cursor.fetchone()[0]
