"""What columns and words of other people's tables mean, in both languages and any order."""

from __future__ import annotations

import pytest

from core import sheets
from enrolment.people_import import table


def rows(text: str):
    return table.read(sheets.read(text.encode())).rows


def test_columns_are_known_by_their_headings_in_any_order():
    (row,) = rows(
        "E-MAIL;Équipe;Nom;Rôle;Poste;Langue;Cercle;Titre\nNIA@Example.org;2 West;Nia Roy;Responsable d’équipe;Gestionnaire;Français;Élargi;Nuits\n"
    )
    assert row.plain() == {
        "number": 2, "name": "Nia Roy", "email": "nia@example.org", "team": "2 West", "role": "lead",
        "position": "manager", "title": "Nuits", "language": "fr", "circle": "expanded", "trouble": "",
    }  # fmt: skip
    assert table.Row.from_plain(row.plain()) == row


def test_first_and_last_name_make_one():
    (row,) = rows("First name,Last name,Email\nNia,Roy,nia@example.org\n")
    assert (row.name, row.email) == ("Nia Roy", "nia@example.org")


def test_without_headings_the_order_is_name_address_team_role():
    found = rows("Nia Roy,nia@example.org,2 West,lead\nTess Hart,,2 West,member\n")
    assert [(row.number, row.name, row.email, row.team, row.role) for row in found] == [
        (1, "Nia Roy", "nia@example.org", "2 West", "lead"),
        (2, "Tess Hart", "", "2 West", "participant"),
    ]


def test_headings_that_nobody_understands_are_named_and_left_out():
    found = table.read(sheets.read(b"Name,Shoe size,E-mail\nNia,38,nia@example.org\n"))
    assert found.left_out == ("Shoe size",)
    assert found.rows[0].email == "nia@example.org"


@pytest.mark.parametrize(
    ("written", "meant"), [("Planner", "planner"), ("patiente partenaire", "partner"), ("boss", "boss")]
)
def test_a_role_is_ours_or_stays_as_it_was_written(written, meant):
    (row,) = rows(f"Name,Role\nNia,{written}\n")
    assert row.role == meant


def test_a_short_row_has_empty_cells_and_nothing_makes_no_table():
    assert rows("Name,E-mail,Team\nNia\n")[0].email == ""
    assert rows("") == ()
    assert rows("Name,E-mail\n") == ()


def test_a_list_out_of_a_mail_program_is_read_too():
    found = table.read_text('"Roy, Nia" <nia@x.ca>; tess.hart2@x.ca; not an address@').rows
    assert [(row.number, row.name, row.email) for row in found[:2]] == [
        (1, "Nia Roy", "nia@x.ca"),
        (2, "Tess Hart", "tess.hart2@x.ca"),
    ]
    assert found[2].trouble


def test_a_pasted_table_with_headings_is_a_table():
    (row,) = table.read_text("Name\tE-mail\tRole\nNia Roy\tnia@x.ca\tlead\n").rows
    assert (row.number, row.name, row.role) == (2, "Nia Roy", "lead")
