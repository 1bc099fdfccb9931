"""Whether somebody wrote anything beside pressing Accept: calendar programs put words of their own into such a mail."""

from __future__ import annotations

import re
from typing import Any, Final

from notifications.inbound.reading import Mail

_PRESSED: Final = re.compile(
    r"\b(?:accepted|declined|tentatively accepted|tentative|a accepté|a refusé|a décliné|a répondu|accepté|refusé|décliné|"
    r"provisoire(?:ment)?|peut-être|has (?:accepted|declined|replied))\b",
    re.IGNORECASE,
)
_OF_A_PROGRAM: Final = re.compile(
    r"(?:invitation (?:from|de) |this (?:event|invitation)|when\b|where\b|who\b|quand\b|où\b|qui\b|calendar\b|agenda\b|"
    r"microsoft teams|join |rejoindre |https?://|[-_*=~.]{5,})",
    re.IGNORECASE,
)
# Words that say what was pressed anyway.
_SAYS_AS_MUCH: Final = frozenset({"", "yes", "no", "ok", "oui", "non", "thanks", "thank you", "merci"})


def are_somebodys(mail: Mail, person: Any) -> bool:
    """Return whether the words of an answer that a calendar program sent are its writer's own."""
    name = str(getattr(person, "name", "") or "").lower()
    for line in mail.words.split("\n"):
        low = line.lower().strip(" .!")
        if low in _SAYS_AS_MUCH or low == mail.subject.lower().strip(" ."):
            continue
        if _OF_A_PROGRAM.match(low):
            return False  # from here on the program speaks of what it is about
        named = mail.sender in low or (name and name in low)
        if _PRESSED.search(low) and (named or _PRESSED.match(low)):
            continue
        return True
    return False
