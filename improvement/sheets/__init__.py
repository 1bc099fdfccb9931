""" "Our sheet": the numbers of one team as an Excel file, there and back.

What a cell means (``cells``), what stands in the sheet (``grid``), the file (``writing``), its seal (``seal``), the way back
(``reading``), what it would change (``checking``), and taking it in (``returning``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notifications.letters import Attached
    from notifications.models import PlannedMessage


def attached_for(team, language: str) -> tuple[Attached, ...]:
    """Return the sheet of ``team`` in ``language``, filled in with what stands now, as it goes with a letter."""
    from core import sheets
    from improvement.sheets import writing
    from notifications.letters import Attached

    file = writing.sheet_of(team, language)
    return (Attached(file.name, sheets.XLSX, file.content),)


def attached(row: PlannedMessage) -> Sequence[Attached]:
    """Return what goes with a letter about a team's numbers (``Kind.files``). Its source is the team, or belongs to one."""
    from core.language import language

    source = getattr(row, "source", None)
    team = getattr(source, "team", source)
    return attached_for(team, language()) if team is not None else ()
