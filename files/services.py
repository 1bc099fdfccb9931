"""Take a file in, and let go of what nothing refers to any more."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.refusals import Refused
from files import names, pictures, telling
from files.models import Piece, StoredFile
from files.telling import Kind, NotTaken

# No request holds more of a file than this at once.
PIECE: Final = 512 * 1024
# What is said under a box for files, and what a rule takes.
DOCUMENTS: Final = telling.KINDS
SLIDES: Final = (telling.PDF, telling.PPTX)


def megabytes(size: int) -> int:
    """Return a size in whole megabytes, as people say it."""
    return max(1, round(size / 1024 / 1024))


def store(
    uploaded: UploadedFile, *, by: Any, kept_for: uuid.UUID, kinds: Collection[Kind] = DOCUMENTS, field: str = "file"
) -> StoredFile:
    """Keep a file that was sent in and return it, as one row with its bytes in pieces.

    What it is is told by its content. Refuses, by ``field``, what is none of ``kinds``, lies about it, could harm whoever
    opens it, is too large, or no longer fits in what is kept for ``kept_for`` (a cohort).
    """
    size = uploaded.size or 0
    if not size:
        raise Refused(_("This file is empty. Choose it again, or save it anew."), field=field)
    if size > settings.FILE_MAX_BYTES:
        most = megabytes(settings.FILE_MAX_BYTES)
        raise Refused(_("This file is larger than %(most)d MB. Make its pictures smaller, or save it as a PDF.") % {"most": most}, field=field)  # fmt: skip
    content: Any = uploaded.file
    try:
        kind = telling.tell(content, size)
        if kind not in kinds:
            raise NotTaken(telling.UNKNOWN)
        _be_as_named(uploaded.name or "", kind, field)
        if kind.is_image:
            content = pictures.draw_again(content, kind)
            size = content.getbuffer().nbytes
    except NotTaken as wrong:
        raise Refused(sentence(wrong.code, kinds), field=field) from wrong
    with transaction.atomic():
        StoredFile.objects.wait_in_line_for(kept_for)
        if StoredFile.objects.bytes_kept_for(kept_for) + size > settings.FILES_OF_A_COHORT_BYTES:
            raise Refused(_("There is no room left for files in this cohort. Take away what nobody needs any more."), field=field)  # fmt: skip
        return _keep(content, name=names.clean(uploaded.name or "", kind.endings[0]), kind=kind, size=size, by=by, kept_for=kept_for)  # fmt: skip


def _be_as_named(name: str, kind: Kind, field: str) -> None:
    """Refuse a name that says something else than what stands in the file. No ending at all is no lie."""
    ending = names.ending_of(name)
    if ending and ending not in kind.endings:
        raise Refused(
            _("The name ends in “.%(ending)s”, but this is a %(kind)s file. Save it again under its right name.")
            % {"ending": ending[:10], "kind": kind.words},
            field=field,
        )


def sentence(code: str, kinds: Collection[Kind]) -> str:
    """Return why a file is not taken, in words for who sent it."""
    if code == telling.UNKNOWN and list(kinds) == [telling.XLSX]:
        return _("We could not read this file. Save it as an Excel workbook (.xlsx) and try again.")
    taken = ", ".join(dict.fromkeys(kind.words for kind in kinds))
    return {
        telling.UNKNOWN: _("This is no file of a kind that is taken here: %(kinds)s.") % {"kinds": taken},
        telling.OLD_OR_LOCKED: _(
            "This file has a password, or comes from an older program. Save it without a password as one of these: %(kinds)s."
        )
        % {"kinds": taken},
        telling.BROKEN: _("This file is not whole, and would not open. Save it again, then choose it once more."),
        telling.TWO_IN_ONE: _("Something else is hidden in this file. Save it again from the program that made it."),
        telling.MACROS: _("There is a program (a macro) in this file. Save it without, or as a PDF."),
        telling.REACHES_OUT: _("This file fetches parts of itself from elsewhere when it is opened. Save it as a PDF."),
        telling.TOO_MUCH_INSIDE: _("This file becomes far too large when it is opened. Make its pictures smaller, or save it as a PDF."),
    }[code]  # fmt: skip


def _keep(content: BinaryIO, *, name: str, kind: Kind, size: int, by, kept_for: uuid.UUID) -> StoredFile:
    row = StoredFile.objects.create(
        name=name, content_type=kind.content_type, size=size, sha256="", by=by, kept_for=kept_for
    )
    digest, ordinal = hashlib.sha256(), 0
    content.seek(0)
    while piece := content.read(PIECE):
        digest.update(piece)
        Piece.objects.create(file=row, ordinal=ordinal, data=piece)
        ordinal += 1
    row.sha256 = digest.hexdigest()
    row.save(update_fields=["sha256"])
    return row


def to_sweep(now: dt.datetime) -> list[QuerySet[StoredFile]]:
    """Return the files that nothing refers to any more (``notifications.sweep.looks``)."""
    return [StoredFile.objects.of_nobody()]


def sweep(now: dt.datetime | None = None) -> int:
    """Let go of the files that nothing refers to any more, bytes and all; return how many."""
    gone = list(StoredFile.objects.of_nobody().values_list("pk", flat=True)[:200])
    if gone:
        Piece.objects.filter(file__in=gone).delete()
        StoredFile.objects.filter(pk__in=gone).delete()
    return len(gone)
