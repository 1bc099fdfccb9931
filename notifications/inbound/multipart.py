"""A form as providers send it (multipart/form-data, RFC 7578), read whole: a mail in one of its fields is more than Django takes.

Django's own reader counts what stands in fields against DATA_UPLOAD_MAX_MEMORY_SIZE, for every page alike. Here the caller has
looked at the size of the whole.
"""

from __future__ import annotations

from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict
from django.utils.http import parse_header_parameters

_MOST_PARTS: Final = 1000


def parse(body: bytes, content_type: str, encoding: str) -> tuple[QueryDict, MultiValueDict]:
    """Return the fields and the files of a form. Raises MultiPartParserError where it is none, or not whole."""
    boundary = parse_header_parameters(content_type)[1].get("boundary", "")
    if not boundary or not boundary.isascii():
        raise MultiPartParserError("no boundary")
    _before, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if not parts or not parts[-1].startswith(b"--") or len(parts) > _MOST_PARTS:
        raise MultiPartParserError("not a whole form")
    fields = QueryDict(mutable=True, encoding=encoding)
    files: MultiValueDict = MultiValueDict()
    for part in parts[:-1]:
        name, file, content = _read(part, encoding)
        if file is not None:
            files.appendlist(name, file)
        else:
            fields.appendlist(name, content.decode(encoding, "replace"))
    fields._mutable = False
    return fields, files


def _read(part: bytes, encoding: str) -> tuple[str, SimpleUploadedFile | None, bytes]:
    """Return the name of a part, its file if it is one, and its content."""
    head, found, content = part.partition(b"\r\n\r\n")
    if not found:
        raise MultiPartParserError("a part without a head")
    told = {}
    for line in head.decode(encoding, "replace").split("\r\n"):
        name, _colon, value = line.partition(":")
        told[name.strip().lower()] = value.strip()
    _kind, what = parse_header_parameters(told.get("content-disposition", ""))
    if "name" not in what:
        raise MultiPartParserError("a part without a name")
    if "filename" not in what:
        return what["name"], None, content
    kind, more = parse_header_parameters(told.get("content-type", "application/octet-stream"))
    file = SimpleUploadedFile(what["filename"] or "attachment", content, kind)
    file.charset = more.get("charset")
    return what["name"], file, content
