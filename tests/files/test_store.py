"""What is taken in, what is refused with which words, and what becomes of the bytes."""

from __future__ import annotations

import contextlib
import io
import threading
import tracemalloc
import uuid

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.refusals import Refused
from files import names, services, telling
from files.models import Piece, StoredFile
from tests.files import nasty

pytestmark = pytest.mark.django_db
COHORT = uuid.UUID(int=7)


def store(content: bytes, name: str, **more) -> StoredFile:
    return services.store(nasty.sent(content, name), by=None, kept_for=COHORT, **more)


def bytes_of(stored: StoredFile) -> bytes:
    return b"".join(bytes(one.data) for one in stored.pieces.all())


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("Slides v2.PDF", nasty.pdf(), "application/pdf"),
        ("slides.pptx", nasty.office("pptx"), f"{nasty.OFFICE}presentationml.presentation"),
        ("sheet.docx", nasty.office("docx"), f"{nasty.OFFICE}wordprocessingml.document"),
        ("numbers.xlsx", nasty.office("xlsx"), f"{nasty.OFFICE}spreadsheetml.sheet"),
    ],
)
def test_a_document_is_kept_as_it_is(name, content, content_type):
    stored = store(content, name)
    assert (stored.content_type, stored.size, bytes_of(stored)) == (content_type, len(content), content)


@pytest.mark.parametrize("what", nasty.NASTY)
def test_nasty_files_are_refused_with_a_sentence_beside_the_field(what):
    name, content, code = nasty.NASTY[what]
    with pytest.raises(Refused) as refused:
        store(content, name, field="file_en")
    assert refused.value.field == "file_en"
    assert refused.value.sentence == services.sentence(code, services.DOCUMENTS)
    assert not StoredFile.objects.exists()
    assert not Piece.objects.exists()


def test_a_bomb_is_refused_before_it_opens():
    content = nasty.bomb()
    assert len(content) < 1_000_000
    tracemalloc.start()
    with pytest.raises(Refused, match="far too large when it is opened"):
        store(content, "slides.pptx")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_name_that_lies_is_refused_and_a_name_without_ending_is_not():
    with pytest.raises(Refused, match="but this is a PDF file"):
        store(nasty.pdf(), "slides.pptx")
    assert store(nasty.pdf(), "slides").name == "slides.pdf"


def test_what_is_taken_may_be_less():
    with pytest.raises(Refused, match="taken here: PDF, PowerPoint"):
        store(nasty.office("docx"), "slides.docx", kinds=services.SLIDES)


def test_a_picture_loses_where_it_was_taken_and_stands_upright():
    content = nasty.picture(exif=True, after=nasty.HTML)
    assert b"CANARY" in content
    kept = bytes_of(store(content, "photo.jpg"))
    assert b"CANARY" not in kept
    assert b"script" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif()
        assert image.size == (30, 40)


def test_an_empty_one_and_one_too_large(settings):
    with pytest.raises(Refused, match="empty"):
        store(b"", "slides.pdf")
    settings.FILE_MAX_BYTES = 2 * 1024 * 1024
    with pytest.raises(Refused, match="larger than 2 MB"):
        store(nasty.pdf(bytes(3 * 1024 * 1024)), "slides.pdf")


def test_a_cohort_may_keep_so_much(settings):
    settings.FILES_OF_A_COHORT_BYTES = 1_000
    store(nasty.pdf(b" " * 600), "one.pdf")
    with pytest.raises(Refused, match="no room left"):
        store(nasty.pdf(b" " * 600), "two.pdf")
    services.store(nasty.sent(nasty.pdf(b" " * 600)), by=None, kept_for=uuid.UUID(int=8))


@pytest.mark.django_db(transaction=True)
def test_uploads_at_once_share_the_room_there_is(settings):
    settings.FILES_OF_A_COHORT_BYTES = 2_000
    kept, gate = [], threading.Barrier(8)

    def send(n: int) -> None:
        gate.wait()
        try:
            with contextlib.suppress(Refused):
                kept.append(store(nasty.pdf(b" " * 600), f"{n}.pdf"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[n]) for n in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(kept) == 2_000 // kept[0].size == StoredFile.objects.count()


def test_a_large_file_is_never_whole_in_memory():
    uploaded = TemporaryUploadedFile("slides.pdf", "application/pdf", 0, "")
    uploaded.write(b"%PDF-1.4\n")
    for _n in range(40):
        uploaded.write(bytes(1024 * 1024))
    uploaded.write(b"\n%%EOF\n")
    uploaded.size = uploaded.tell()
    tracemalloc.start()
    stored = services.store(uploaded, by=None, kept_for=COHORT)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (stored.size, stored.pieces.count()) == (uploaded.size, 81)
    assert peak < 15_000_000


def test_what_nothing_refers_to_is_let_go():
    stored = store(nasty.pdf(), "slides.pdf")
    assert services.sweep() == 1
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert not Piece.objects.exists()


@given(
    st.text(max_size=300)
    | st.sampled_from(["../../etc/passwd", "a\u202egnp.exe", "con", "NUL.pdf", "x\x00y", "….", "\\\\srv\\s.pdf"])
)
def test_every_name_becomes_one_that_is_safe_everywhere(name):
    clean = names.clean(name, "pdf")
    assert clean.endswith(".pdf")
    assert 4 < len(clean) <= names.LONGEST
    assert len(clean.encode()) <= 255
    assert not set(clean) & set('/\\:*?"<>|\x00\r\n\t\u202e\u2028')
    assert not clean.startswith((".", " ", "-"))
    assert clean.isprintable()
    assert clean == names.clean(clean, "pdf")
    assert clean.split(".")[0].lower() not in {"con", "nul", "prn", "aux", "com1"}


@given(st.binary(max_size=2_000))
def test_any_bytes_are_told_or_refused(content):
    for head in (b"", b"PK\x03\x04", b"%PDF-", b"\xff\xd8\xff"):
        whole = head + content
        with contextlib.suppress(telling.NotTaken):
            assert telling.tell(io.BytesIO(whole), len(whole)) in telling.KINDS
