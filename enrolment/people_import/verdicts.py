"""What is said of one row of a table: a code that is kept, and its words in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from collaborative.models import Position, Role
from core.forms import listing

# What will be, or was, done; what needs nothing; everything else needs a person.
DOES: Final = frozenset({"invite", "list"})
RESTS: Final = frozenset({"in", "waiting", "listed", "same"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """``facts`` are what the words need: typed words of the row, numbers, lists of choices."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Return "does", "rests" or "wrong"."""
        return "does" if self.code in DOES else "rests" if self.code in RESTS else "wrong"

    @property
    def words(self) -> str:
        """Return the sentence for who sent the table."""
        facts = {key: _said(key, value) for key, value in self.facts.items()}
        return _SENTENCES[self.code]() % facts

    @property
    def done_words(self) -> str:
        """Return what is said once it is done."""
        return _DONE[self.code]() if self.code in _DONE else self.words

    def plain(self) -> list:
        return [self.code, self.facts]

    @classmethod
    def from_plain(cls, values: list) -> Verdict:
        return cls(values[0], values[1])


def _said(key: str, value: Any) -> Any:
    """Return a fact as it is read now: roles and positions are kept as keys, and named in the language of the page."""
    labels = {"role": Role, "roles": Role, "positions": Position}.get(key)
    if isinstance(value, list):
        return listing([_named(labels, one) for one in value])
    return _named(labels, value)


def _named(labels: Any, value: Any) -> Any:
    return str(labels(value).label) if labels and value in labels.values else value


_SENTENCES: Final[dict[str, Callable[[], str]]] = {
    "invite": lambda: _("will be invited by mail"),
    "list": lambda: _("has no mailbox: goes on the list, nothing is sent"),
    "in": lambda: _("is in already: nothing to do"),
    "waiting": lambda: _("has an invitation waiting already: nothing to do"),
    "listed": lambda: _("is on the list already: nothing to do"),
    "same": lambda: _("the same person as in row %(row)s: nothing to do"),
    "second_role": lambda: _(
        "the same person as in row %(row)s, here as %(role)s: not asked with this role. Invite them with it once they are in."
    ),
    "no_name": lambda: _("The name is missing."),
    "bad_name": lambda: _("The name holds an address or a sign that names do not have."),
    "bad_email": lambda: _("“%(email)s” is no e-mail address."),
    "no_team": lambda: _("No team is named, and none was chosen above."),
    "unknown_team": lambda: _("There is no team called “%(team)s” in this cohort."),
    "unknown_role": lambda: _("“%(role)s” is no role. These can be given: %(roles)s."),
    "role_refused": lambda: _("The role “%(role)s” cannot be given here. These can: %(roles)s."),
    "unknown_position": lambda: _("“%(position)s” is no position. These are: %(positions)s."),
    "unknown_language": lambda: _("“%(language)s” is no language of this site. Write English or French."),
    "unknown_circle": lambda: _("“%(circle)s” is neither core nor expanded."),
    "too_long": lambda: _("Something in this row is too long: a name has up to 120 characters, the work up to 80."),
    "not_from_here": lambda: _("Nobody can be invited at this address from here. Ask the planning team."),
    "closed": lambda: _("The account with this address is closed: nobody can be invited at it."),
    "other_role": lambda: _("has an invitation waiting already, as %(role)s. Take that one back first."),
    "welcome": lambda: _(
        "Fill in the welcome for a partner of this team first: who supports them, hours, recognition."
    ),
    "refused": lambda: "%(sentence)s",
}
_DONE: Final[dict[str, Callable[[], str]]] = {
    "invite": lambda: _("invited by mail"),
    "list": lambda: _("on the list, without a mailbox"),
}
