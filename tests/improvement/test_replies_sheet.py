"""A sheet that comes back by mail: read, saved, and answered by one mail."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from core import registry
from core.sheets import XLSX
from improvement import numbers_due, replies, replies_sheet
from improvement.measuring import add_measure
from improvement.models import DataPoint, ReturnedSheet
from improvement.services import record_number
from improvement.sheets import attached, attached_for
from improvement.sheets.beside import left_over
from improvement.sheets.messages import READ
from improvement.weeks import WEEK
from notifications import kinds, services, wording
from notifications.inbound.incoming import Incoming
from notifications.letters import Attached
from notifications.models import PlannedMessage
from tests.improvement import sheets
from tests.improvement.conftest import MONDAY

LAST = MONDAY - WEEK


@pytest.fixture
def share(world):
    return add_measure(team=world.team, by=world.tess, name="Huddles held", kind="percent", direction="up")


@pytest.fixture
def asked(world, share):
    """The mail that asked Tess for her team's numbers."""
    return services.plan(
        numbers_due.KIND, to=world.tess, about=(numbers_due.SOURCE, str(world.team.pk)), due=timezone.now(),
        occurrence=MONDAY.isoformat(), scope=world.cohort,
    )  # fmt: skip


def sheet(content: bytes, name: str = "our-sheet.xlsx") -> Attached:
    return Attached(name, XLSX, content)


def mail(message, *files, person=None, words="Here it is.") -> Incoming:
    person = person or message.recipient
    return Incoming(
        key=uuid.uuid4(), sender=person.email, person=person, subject="Re: numbers", words=words, everything=words,
        language=person.language, answers=message, files=files,
    )  # fmt: skip


def answered(person) -> tuple:
    """Return the one answer that was promised, and its letter."""
    (message,) = PlannedMessage.objects.filter(kind=READ, recipient=person)
    return message, wording.render(message)


def filled(team, **cells) -> bytes:
    return sheets.typed(sheets.sheet(team), cells)


def test_it_goes_out_with_the_mail_in_the_readers_language(world, share, asked, settings):
    (file,) = attached_for(world.team, "fr")
    assert (file.content_type, file.name.startswith("notre-feuille-harbour-view"), file.name.isascii()) == (
        XLSX, True, True,
    )  # fmt: skip
    asked.source = numbers_due.asking({str(world.team.pk)})[str(world.team.pk)]
    (file,) = attached(asked)
    assert sheets.shown(file.data)[0][0] == "Week (its Monday)"
    files = kinds.get(numbers_due.KIND).files
    settings.INBOUND_ADDRESS = "answers@example.org"
    assert [one.name for one in files(asked)] == [file.name]
    settings.INBOUND_ADDRESS = ""
    assert files(asked) == (), "nobody can answer with it"


def test_rows_that_pass_are_saved_and_one_mail_answers(world, share, asked, clock):
    clock.shift(WEEK * 7)
    rows = {f"C{row}": f"{row}/12" for row in range(2, 8)}
    assert replies_sheet.handle(mail(asked, sheet(filled(world.team, C9="14/12", **rows)))) == "sheet_read"
    assert DataPoint.objects.filter(measure=share, by=world.tess, method="import", way="mail").count() == 6
    message, letter = answered(world.tess)
    assert letter.subject == "Your sheet: 6 read, 1 needs you: row 9 says 14 of 12"
    assert "- Row 9 says 14 of 12 (“Huddles held”, week of 18 January). It cannot be more than all." in letter.plain
    returned = ReturnedSheet.objects.get()
    assert f"/numbers/sheet/{returned.pk}/" in letter.plain
    assert kinds.get(message.kind).importance == kinds.Importance.MUST


def test_in_french_it_is_answered_in_french(world, share, asked):
    world.tess.language = "fr"
    world.tess.save()
    asked.refresh_from_db()
    content = sheets.sheet(world.team, "fr")
    content = sheets.typed(content, {f"C{sheets.row_of(content, LAST)}": "62,5 %", "C4": "s.o.", "C9": "3"})
    assert replies_sheet.handle(mail(asked, sheet(content, "notre-feuille.xlsx"))) == "sheet_read"
    assert DataPoint.objects.get(measure=share, period_start=LAST).value == Decimal("62.5")
    _message, letter = answered(world.tess)
    assert letter.subject == (
        "Votre feuille\N{NO-BREAK SPACE}: 2 lignes lues, 1 ligne à revoir\N{NO-BREAK SPACE}: "
        "la ligne 9 porte une date qui ne peut pas avoir de chiffre"
    )
    assert "Cette semaine n'a pas encore commencé." in letter.plain
    assert "/chiffres/feuille/" in letter.plain


def test_the_same_sheet_again_changes_nothing_and_says_so(world, share, asked):
    content = filled(world.team, C2="7/9")
    replies_sheet.handle(mail(asked, sheet(content)))
    deed = DataPoint.objects.get().deed
    replies_sheet.handle(mail(asked, sheet(content)))
    assert DataPoint.objects.get().deed == deed
    last = PlannedMessage.objects.filter(kind=READ).order_by("created_at").last()
    assert "Nothing was changed." in wording.render(last).plain


def test_the_answer_can_be_answered_with_the_corrected_sheet(world, share, asked):
    replies_sheet.handle(mail(asked, sheet(filled(world.team, C2="14/12"))))
    message, _letter = answered(world.tess)
    assert replies_sheet.handle(mail(message, sheet(filled(world.team, C2="11/12")))) == "sheet_read"
    assert DataPoint.objects.get().value == Decimal("91.667")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda world: sheets.sheet(world.other_team), "This is the sheet of another team."),
        (lambda world: sheets.without_part(sheets.sheet(world.team), "xl/worksheets/sheet3.xml"), "only the one that we made"),
        (lambda world: sheets.sheet(world.team)[:4000], "This file is not whole"),
        (lambda world: b"Week,Falls\n2026-12-07,4\n", "We could not read this file. Save it as an Excel workbook (.xlsx) and try again."),
        (lambda world: sheets.with_part(filled(world.team, C2="7/9"), "xl/vbaProject.bin", b"x"), "(a macro)"),
    ],
)  # fmt: skip
def test_what_is_not_the_teams_sheet_is_told_kindly_and_nothing_is_read(world, share, asked, content, words):
    code = replies_sheet.handle(mail(asked, sheet(content(world))))
    assert code.startswith("sheet_")
    assert not DataPoint.objects.exists()
    _message, letter = answered(world.tess)
    assert letter.subject == "Nothing was read from your sheet"
    assert words in letter.plain
    assert "Nothing was changed." in letter.plain


def test_who_left_the_team_saves_nothing(world, share, asked):
    content = filled(world.team, C2="7/9")
    world.tess.memberships.all().delete()
    now = type(world.tess).objects.get(pk=world.tess.pk)
    assert replies_sheet.handle(mail(asked, sheet(content), person=now)) == "sheet_not_yours"
    assert not DataPoint.objects.exists()


def test_only_who_got_the_mail_is_listened_to(world, share, asked):
    assert replies_sheet.handle(mail(asked, sheet(filled(world.team, C2="7/9")), person=world.nia)) is None
    assert not PlannedMessage.objects.filter(kind=READ).exists()


def test_a_closed_series_takes_nothing_and_says_so(world, share, asked):
    content = filled(world.team, C2="7/9")
    world.cohort.closed_at = timezone.now()
    world.cohort.save()
    assert replies_sheet.handle(mail(asked, sheet(content))) == "sheet_closed"
    _message, letter = answered(world.tess)
    assert "This series is closed." in letter.plain
    assert kinds.get(READ).also_when_closed


def test_a_mail_without_a_sheet_is_not_ours(world, share, asked):
    picture = Attached("image001.png", "image/png", b"\x89PNG")
    assert replies_sheet.handle(mail(asked, picture, words="7")) is None
    assert replies_sheet.handle(mail(asked, words="7")) is None


def test_a_sheet_with_an_answer_to_another_mail_is_for_people(world, share):
    other = services.plan("collaborative/paused", to=world.tess, about=world.team, due=timezone.now())
    assert replies_sheet.handle(mail(other, sheet(filled(world.team, C2="7/9")))) is None


def test_what_is_asked_beside_a_sheet_reaches_people_too(world, share, asked):
    beside = mail(asked, sheet(filled(world.team, C2="7/9")), words="Could we count falls instead?")
    assert replies_sheet.handle(beside) is None
    assert DataPoint.objects.get().value == Decimal("77.778")


@pytest.mark.parametrize(
    "words",
    ["Nia has left the ward", "We are out of forms, call me", "Here is our sheet. The ward was closed on Monday.",
     "Voici notre feuille. Nous avons fermé mercredi", "7 or 8", "not this week", "OK", "n/a", "Bonjour Nia, je pars vendredi",
     "Is this our sheet", "no sheet"],
)  # fmt: skip
def test_words_beside_a_sheet_that_are_no_cover_note_reach_people(world, share, asked, words):
    both = mail(asked, sheet(filled(world.team, C2="7/9")), words=words)
    assert replies_sheet.handle(both) is None
    assert replies.handle(both) is None, "who reads numbers alone does not answer it a second time"
    assert DataPoint.objects.get().value == Decimal("77.778")
    assert not PlannedMessage.objects.filter(kind__in=[replies.TAKEN, replies.UNCLEAR, replies.LATER]).exists()


@pytest.mark.parametrize(
    "words",
    ["", "Here it is.", "Hi Nia,\n\nHere's our sheet for this week. Thanks!\nTess", "See attached", "Please find attached our sheet.",
     "Voici notre feuille.", "Bonjour,\n\nVoici la feuille remplie, merci!\n\nTess Test", "Bonjour à tous, ci-joint le fichier.",
     "Voici notre feuille de la semaine, s'il vous plaît", "Thanks", "Attached", "En pièce jointe, notre feuille. Bonne journée!"],
)  # fmt: skip
def test_a_plain_cover_note_is_for_nobody(world, share, asked, words):
    assert replies_sheet.handle(mail(asked, sheet(filled(world.team, C2="7/9")), words=words)) == "sheet_read"


def test_what_is_left_beside_a_cover_note_is_kept_as_it_was_written():
    said = "Hi Nia,\nHere is our sheet. Could 7,5 be right\nconversations: 4\n\nThanks\nTess"
    assert left_over(said, own=["Tess Holloway"]) == "Could 7,5 be right\nconversations: 4"
    assert left_over("Here is our sheet\nHi Nia", own=[]) == "Hi Nia", "a greeting of somebody stands first"
    assert left_over("hello problem", own=[]) == "hello problem"


@pytest.mark.parametrize(
    "words", ["7", "Here is our sheet.\n7\nThanks, Tess", "Voici notre feuille. Sept conversations."]
)
def test_a_bare_number_beside_a_sheet_is_taken_where_none_stands(world, share, asked, words):
    content = filled(world.team, **{f"C{sheets.row_of(sheets.sheet(world.team), LAST)}": "7/9"})
    assert replies_sheet.handle(mail(asked, sheet(content), words=words)) == "sheet_read"
    row = DataPoint.objects.get(measure=world.measure, period_start=MONDAY)
    assert (row.value, row.by, row.way) == (Decimal(7), world.tess, "mail")
    assert PlannedMessage.objects.filter(kind=replies.TAKEN).count() == 1


def test_where_the_sheet_has_another_number_for_the_week_its_number_stands_and_people_read_the_words(
    world, asked, clock
):
    clock.shift(WEEK)
    content = sheets.sheet(world.team)
    there = f"B{sheets.row_of(content, MONDAY)}"
    both = mail(asked, sheet(sheets.typed(content, {there: "8"})), words="7")
    assert replies_sheet.handle(both) is None
    assert replies.handle(both) is None
    assert DataPoint.objects.get(period_start=MONDAY).value == 8
    assert not PlannedMessage.objects.filter(kind=replies.TAKEN).exists()
    assert replies_sheet.handle(mail(asked, sheet(sheets.typed(content, {there: "8"})), words="8")) == "sheet_read"
    assert not PlannedMessage.objects.filter(kind=replies.TAKEN).exists(), "the sheet says it"


def test_where_the_sheet_says_something_for_the_week_that_was_not_saved_nothing_is_guessed(world, asked, clock):
    clock.shift(WEEK)
    content = sheets.sheet(world.team)
    content = sheets.typed(content, {f"B{sheets.row_of(content, MONDAY)}": "about 8"})
    assert replies_sheet.handle(mail(asked, sheet(content), words="7")) is None
    assert not DataPoint.objects.exists()


def test_a_number_that_stood_before_is_not_changed_by_one_beside_a_sheet(world, share, asked):
    record_number(measure=world.measure, by=world.tess, period_start=MONDAY, value=Decimal(5))
    record_number(measure=share, by=world.tess, period_start=MONDAY, value=Decimal(50))
    assert replies_sheet.handle(mail(asked, sheet(filled(world.team)), words="7")) is None
    assert DataPoint.objects.get(measure=world.measure, period_start=MONDAY).value == 5


def test_a_number_beside_a_table_of_which_nothing_is_read_is_for_people(world, share, asked):
    both = mail(asked, sheet(b"a,b", "budget.csv"), words="7")
    assert replies_sheet.handle(both) is None
    assert replies.handle(both) is None
    assert not DataPoint.objects.exists()


def test_a_number_beside_a_sheet_that_was_sent_as_an_answer_to_the_last_sheet_is_for_people(world, share, asked):
    replies_sheet.handle(mail(asked, sheet(filled(world.team, C2="7/9"))))
    message, _letter = answered(world.tess)
    assert replies_sheet.handle(mail(message, sheet(filled(world.team, C2="7/9")), words="7")) is None
    assert not DataPoint.objects.filter(measure=world.measure).exists()


def test_another_file_beside_a_sheet_is_for_people_and_a_logo_is_not(world, share, asked):
    content = sheet(filled(world.team, C2="7/9"))
    assert replies_sheet.handle(mail(asked, content, Attached("poster.pdf", "application/pdf", b"%PDF-1.4"))) is None
    assert replies_sheet.handle(mail(asked, content, Attached("logo.png", "image/png", b"\x89PNG"))) == "sheet_read"


def test_a_sheet_is_read_before_the_number_beside_it():
    """Else the number would be saved, and the sheet refused what it says."""
    keys = registry.handle_reply.keys()
    assert keys.index(replies_sheet.KEY) < keys.index("improvement/number")


def test_a_sheet_is_found_beside_other_files_and_two_of_them_are_asked_about(world, share, asked):
    one, other = filled(world.team, C2="7/9"), filled(world.team, C2="8/9")
    foreign = sheet(b"a,b", "budget.csv")
    assert replies_sheet.handle(mail(asked, foreign, sheet(one), sheet(one, "copy.xlsx"))) == "sheet_read"
    assert replies_sheet.handle(mail(asked, sheet(one), sheet(other))) == "sheet_several"
    assert DataPoint.objects.get().value == Decimal("77.778")


def test_of_more_than_three_tables_none_is_opened(world, share, asked, monkeypatch):
    """Each may take as long as it likes to be read."""
    ours = filled(world.team, C2="3/12")
    others = [sheet(b"PK" + bytes([nth]), f"{nth}.xlsx") for nth in range(3)]
    with monkeypatch.context() as patch:
        patch.setattr(replies_sheet.reading, "opened", lambda content: pytest.fail("it was opened"))
        assert replies_sheet.handle(mail(asked, *others, sheet(ours))) == "sheet_several"
    assert replies_sheet.handle(mail(asked, *others[:2], sheet(ours), sheet(ours))) == "sheet_read", (
        "one sent twice is one"
    )


def test_who_sent_it_alone_is_told(world, share, asked):
    replies_sheet.handle(mail(asked, sheet(filled(world.team, C2="7/9"))))
    returned = str(ReturnedSheet.objects.get().pk)
    told = ReturnedSheet.objects.may_hear_of([(world.tess, returned), (world.nia, returned)])
    assert told == {(world.tess.pk, returned)}
