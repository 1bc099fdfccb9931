"""People pasted from a mail program or a spreadsheet: `Nia Roy <nia@x.ca>; "Roy, Pierre" <p@x.ca>`, or columns. Pure.

What can be read is read, row by row; what cannot is told with its number, in the reader's language, and stays as it was.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

MOST: Final = 500  # people at once; larger lists come as a file
_NAME: Final = 120
# One person with everything that stands beside them. What is longer is no row, and is never searched: a pattern below looks
# at each place of a text anew.
_ROW: Final = 600
_ANGLED: Final = re.compile(r"<([^<>]*)>")
_BRACKETED: Final = re.compile(r"[(\[] ?(?:mailto:)?([^()\[\]\s]+@[^()\[\]\s]+) ?[)\]]")
_BARE: Final = re.compile(r"(?:mailto:)?([^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+)")
# What no name holds: signs that nobody sees (the mark at the beginning of a file, marks of direction) and what ends lines.
_UNSEEN: Final = {"Cc", "Cf", "Zl", "Zp", "Cs"}
_QUOTES: Final = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"'})
_HEADINGS: Final = frozenset(
    {"name", "nom", "email", "e-mail", "mail", "courriel", "address", "adresse", "e-mail address", "email address",
     "adresse courriel", "first name", "last name", "prénom"}
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Pasted:
    """One person found in the text: on which place (1 first), what it says, and the sentence of what is wrong ("" = nothing).

    ``more`` holds further columns of a spreadsheet, in their order.
    """

    number: int
    name: str
    email: str
    text: str
    trouble: str = ""
    more: tuple[str, ...] = ()


def read(text: str, *, known: Iterable[str] = ()) -> list[Pasted]:
    """Return everybody in a pasted text, in its order, the troubled ones too. ``known``: addresses that are there already.

    An address counts once, however it is written; of the others one is told that it stood above already.
    """
    seen = {one.strip().lower() for one in known}
    found: list[Pasted] = []
    for part in _parts(text):
        if len(found) == MOST:
            found.append(
                Pasted(
                    MOST + 1, "", "", "", _("%(most)d at once are read; paste the others afterwards.") % {"most": MOST}
                )
            )
            break
        one = _one(part, len(found) + 1)
        if one.email and not one.trouble:
            if one.email in seen:
                one = dataclasses.replace(one, trouble=_("This address is there already."))
            seen.add(one.email)
        found.append(one)
    return found


def _parts(text: str) -> list[str]:
    """Return the text of each person. Lines, semicolons and commas part people; a comma inside a name does not."""
    parts: list[str] = []
    for line in text.translate(_QUOTES).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = "".join(sign for sign in line if sign == "\t" or unicodedata.category(sign) not in _UNSEEN)
        if not line.strip() or _is_heading(line):
            continue
        # A row of a spreadsheet is one person, whatever stands in its cells.
        parts += [line] if "\t" in line else _split(line)
    return [part for part in parts if part.strip(" ,;\t")]


def _is_heading(line: str) -> bool:
    cells = [cell.strip().strip('"').lower() for cell in re.split(r"[\t;,]", line)]
    return len(cells) > 1 and "@" not in line and any(cell in _HEADINGS for cell in cells)


def _split(line: str) -> list[str]:
    """Return the people of one line: apart at every semicolon, and at a comma once an address has been read."""
    parts: list[str] = []
    begin, last, quoted, address, angled = 0, "", False, False, False
    for place, sign in enumerate(line):
        if sign == '"':
            quoted = not quoted
        ends = sign == ";" or (sign == "," and address and (last == ">" or not angled))
        if ends and not quoted:
            parts.append(line[begin:place])
            begin, last, address, angled = place + 1, "", False, False
            continue
        address, angled = address or sign == "@", angled or sign == "<"
        last = last if sign.isspace() else sign
    if quoted and ";" in line[begin:]:  # a quotation mark that nobody closed parts nothing
        return [*parts, *line[begin:].split(";")]
    return [*parts, line[begin:]]


def _one(part: str, number: int) -> Pasted:
    text = " ".join(part.split())
    if len(text) > _ROW:
        return Pasted(number, "", "", text[:300], _("This row is too long: is a semicolon missing?"))
    text = text[:300]
    if "\t" in part:
        return _row([" ".join(cell.split()).strip('"') for cell in part.split("\t")], number, text)
    rest, email = _address(" ".join(part.split()))
    name = _name(rest)
    return _checked(number, name, email, text)


def _row(cells: list[str], number: int, text: str) -> Pasted:
    """Read a row of a spreadsheet: the cell with an address, the name before it (in one cell or two), the rest."""
    place = next((place for place, cell in enumerate(cells) if "@" in cell), None)
    if place is None:
        filled = [cell for cell in cells if cell]
        return _checked(number, _name(filled[0] if filled else ""), "", text, tuple(cells[1:]))
    rest, email = _address(cells[place])
    before = [cell for cell in cells[:place] if cell]
    name = _name(rest) or _name(" ".join(before[:2]))
    after = cells[place + 1 :]
    if not name and after:
        name, after = _name(after[0]), after[1:]
    return _checked(number, name, email, text, tuple(after))


def _address(text: str) -> tuple[str, str]:
    """Return the text without its address, and the address ("" where there is none)."""
    for pattern in (_ANGLED, _BRACKETED, _BARE):
        match = pattern.search(text)
        if match and (pattern is not _ANGLED or "@" in match.group(1)):
            address = match.group(1).strip().strip("'\"").rstrip(".").lower()
            rest = text[: match.start()] + " " + text[match.end() :]
            return rest, address.removeprefix("mailto:")
    return text, ""


def _name(text: str) -> str:
    """Return a name as one says it: without quotation marks, "Roy, Pierre" the other way round."""
    text = " ".join(text.replace('"', " ").split()).strip(" ,;'<>")
    family, comma, given = text.partition(",")
    if comma and given.strip() and "," not in given:
        return f"{given.strip()} {family.strip()}"
    return text


def _checked(number: int, name: str, email: str, text: str, more: tuple[str, ...] = ()) -> Pasted:
    trouble = ""
    if email:
        try:
            validate_email(email)
        except ValidationError:
            trouble = _("“%(address)s” is no e-mail address.") % {"address": email[:80]}
    if not trouble and len(email) > 254:
        trouble = _("This e-mail address is too long.")
    if not trouble and len(name) > _NAME:
        trouble = _("This name is too long: is a semicolon missing?")
    if not trouble and ("@" in name or "://" in name or "www." in name.lower()):
        trouble = _("Here stands more than one address. Put a semicolon or a new line between people.")
    if not trouble and not name and not email:
        trouble = _("Neither a name nor an address is here.")
    return Pasted(
        number, name if not trouble else name[:_NAME], email if not trouble else email[:254], text, trouble, more
    )


def name_in(email: str) -> str:
    """Return what an address tells of a name: "nia.roy@…" is "Nia Roy" until she says how she is called."""
    return " ".join(part.capitalize() for part in re.split(r"[._\-+]+|\d+", email.partition("@")[0]) if part)
