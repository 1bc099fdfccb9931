"""What a file is, told by what stands in it. Nothing here believes a name, and nothing is unpacked to a disk or kept."""

from __future__ import annotations

import dataclasses
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final
from xml.etree import ElementTree  # nosec B405 # of parts without declarations

_MEGABYTE: Final = 1024 * 1024
# Of an Office file: so many parts, and so much once unpacked.
MOST_PARTS: Final = 3_000
MOST_UNPACKED: Final = 200 * _MEGABYTE
# Of those parts that are read as text: what they are, and what they point to.
_MOST_OF_A_LIST: Final = 2 * _MEGABYTE
_END: Final = 2_048

PDF_HEAD, ZIP_HEAD = b"%PDF-", b"PK\x03\x04"
PNG_HEAD, JPEG_HEAD = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
OLD_OFFICE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: what it is called, its type for the browser, and how its name may end."""

    key: str
    words: str
    content_type: str
    endings: tuple[str, ...]
    # Of an Office file: the folder of its own parts.
    folder: str = ""

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")


PDF = Kind("pdf", "PDF", "application/pdf", ("pdf",))
PPTX = Kind("pptx", "PowerPoint", f"{_OFFICE}presentationml.presentation", ("pptx",), "ppt/")
DOCX = Kind("docx", "Word", f"{_OFFICE}wordprocessingml.document", ("docx",), "word/")
XLSX = Kind("xlsx", "Excel", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",), "xl/")
PNG = Kind("png", "PNG", "image/png", ("png",))
JPEG = Kind("jpeg", "JPEG", "image/jpeg", ("jpg", "jpeg"))
KINDS: Final = (PDF, PPTX, DOCX, XLSX, PNG, JPEG)
OFFICE: Final = (PPTX, DOCX, XLSX)


class NotTaken(Exception):
    """Why a file is not taken: one of the codes below, which files.services puts into a sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# The codes of NotTaken.
UNKNOWN, OLD_OR_LOCKED, BROKEN, TWO_IN_ONE, MACROS, REACHES_OUT, TOO_MUCH_INSIDE = (
    "unknown", "old-or-locked", "broken", "two-in-one", "macros", "reaches-out", "too-much-inside",
)  # fmt: skip

_HARMLESS_TARGETS = ("/hyperlink", "/image", "/video", "/audio", "/media")
_RUNS = re.compile(
    r"(?:vbaproject[^/]*\.bin|\.(?:exe|dll|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|lnk|jar|msi|docm|dotm|xlsm|xlam|"
    r"pptm|ppsm|html?|swf))$",
    re.IGNORECASE,
)


def tell(file: BinaryIO, size: int, *, most_unpacked: int = MOST_UNPACKED) -> Kind:
    """Return what ``file`` (of ``size`` bytes, open for reading, anywhere) is. Raises NotTaken; closes nothing.

    ``most_unpacked``: an Office file holds no more bytes than these.
    """
    file.seek(0)
    head = file.read(16)
    if head.startswith(ZIP_HEAD):
        return _office(file, size, most_unpacked)
    if head.startswith(OLD_OFFICE_HEAD):
        raise NotTaken(OLD_OR_LOCKED)
    kind = next(
        (one for one, mark in ((PDF, PDF_HEAD), (PNG, PNG_HEAD), (JPEG, JPEG_HEAD)) if head.startswith(mark)), None
    )
    if kind is None:
        raise NotTaken(UNKNOWN)
    file.seek(max(0, size - _END))
    end = file.read(_END)
    if kind is PDF and b"%%EOF" not in end:
        raise NotTaken(BROKEN)
    file.seek(0)
    # A picture is drawn anew, so that nothing behind it is kept.
    if kind is PDF and (zipfile.is_zipfile(file) or len(end.rpartition(b"%%EOF")[2].strip()) > 0):
        raise NotTaken(TWO_IN_ONE)
    return kind


def _office(file: BinaryIO, size: int, most_unpacked: int) -> Kind:
    """Return which Office file this is. Every part is read once, in small bites, and has to be whole."""
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            _look_at_parts(package, parts, size, most_unpacked)
            kind = _kind_of_package(package, parts)
            for part in parts:
                _read_through(package, part)
    except NotTaken:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as broken:
        raise NotTaken(BROKEN) from broken
    return kind


def _look_at_parts(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo], size: int, most_unpacked: int) -> None:
    """Refuse by what the list of parts says, before any is unpacked."""
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > most_unpacked:
        raise NotTaken(TOO_MUCH_INSIDE)
    # Parts that lie over each other: each is small in the file and all of them are large.
    if sum(part.compress_size for part in parts) > size:
        raise NotTaken(TOO_MUCH_INSIDE)
    if len({part.filename.lower() for part in parts}) != len(parts):
        raise NotTaken(BROKEN)
    if package.comment or min((part.header_offset for part in parts), default=0):
        raise NotTaken(TWO_IN_ONE)
    for part in parts:
        name = part.filename
        if part.flag_bits & 1:
            raise NotTaken(OLD_OR_LOCKED)
        if stat.S_ISLNK(part.external_attr >> 16) or name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name):
            raise NotTaken(BROKEN)
        if _RUNS.search(name):
            raise NotTaken(MACROS)


def _kind_of_package(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> Kind:
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names:
        raise NotTaken(UNKNOWN)
    types = [one.get("ContentType", "") for one in _elements(package, "[Content_Types].xml")]
    if any("macroenabled" in one.lower() or "vbaproject" in one.lower() for one in types):
        raise NotTaken(MACROS)
    kinds = [kind for kind in OFFICE if f"{kind.content_type}.main+xml" in types]
    if len(kinds) != 1 or not any(name.startswith(kinds[0].folder) for name in names):
        raise NotTaken(UNKNOWN)
    for name in names:
        if name.lower().endswith(".rels"):
            for one in _elements(package, name):
                outside = one.get("TargetMode", "").strip().lower() == "external"
                if outside and not one.get("Type", "").strip().lower().endswith(_HARMLESS_TARGETS):
                    raise NotTaken(REACHES_OUT)
    return kinds[0]


def _elements(package: zipfile.ZipFile, name: str) -> Iterator[ElementTree.Element]:
    """Return everything that stands in a part of a package, as the program that opens it reads it."""
    try:
        return ElementTree.fromstring(_text(package, name)).iter()  # nosec B314 # it declares nothing: see _text
    except ElementTree.ParseError as broken:
        raise NotTaken(BROKEN) from broken


def _text(package: zipfile.ZipFile, name: str) -> str:
    """Return a part of a package as text. Refuses one with declarations of its own: no program writes those there."""
    if package.getinfo(name).file_size > _MOST_OF_A_LIST:
        raise NotTaken(TOO_MUCH_INSIDE)
    text = package.read(name).decode("utf-8-sig")
    if "<!" in text.replace("<!--", ""):
        raise NotTaken(BROKEN)
    return text


def _read_through(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack one part into nothing: it is as long as it says, and its sum is right."""
    if part.is_dir():
        return
    read = 0
    with package.open(part) as opened:
        while bite := opened.read(_MEGABYTE):
            read += len(bite)
    if read != part.file_size:
        raise NotTaken(BROKEN)
