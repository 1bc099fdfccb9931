"""People pasted from a mail program or a spreadsheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.pasted import MOST, read


def people(text, **more):
    return [(one.name, one.email) for one in read(text, **more) if not one.trouble]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Nia Roy <nia@x.ca>; Roy, Pierre <p@x.ca>", [("Nia Roy", "nia@x.ca"), ("Pierre Roy", "p@x.ca")]),
        ('"Roy, Pierre" <P@X.ca>, Nia Roy <nia@x.ca>', [("Pierre Roy", "p@x.ca"), ("Nia Roy", "nia@x.ca")]),
        ("Roy, Pierre <p@x.ca>, Cyr, Léa <lea@x.ca>", [("Pierre Roy", "p@x.ca"), ("Léa Cyr", "lea@x.ca")]),
        ("nia@x.ca, p@x.ca; lea@x.ca", [("", "nia@x.ca"), ("", "p@x.ca"), ("", "lea@x.ca")]),
        ("Nia Roy <nia@x.ca>\r\nPierre Cyr <p@x.ca>\n", [("Nia Roy", "nia@x.ca"), ("Pierre Cyr", "p@x.ca")]),
        ("\ufeffNia Roy\tnia@x.ca\tnurse\nPierre Cyr\tp@x.ca\t", [("Nia Roy", "nia@x.ca"), ("Pierre Cyr", "p@x.ca")]),
        ("Name\tE-mail\nNia\tRoy\tnia@x.ca", [("Nia Roy", "nia@x.ca")]),
        ("Nom;Courriel\nNia Roy;nia@x.ca", [("Nia Roy", ""), ("", "nia@x.ca")]),
        ("nia@x.ca\tNia Roy\tnurse", [("Nia Roy", "nia@x.ca")]),
        ("Nia Roy (nia@x.ca)", [("Nia Roy", "nia@x.ca")]),
        ("Nia Roy [mailto:nia@x.ca]", [("Nia Roy", "nia@x.ca")]),
        ("'Nia Roy' <nia@x.ca>;", [("Nia Roy", "nia@x.ca")]),
        ("« Roy, Nia » <nia@x.ca>", [("Nia Roy", "nia@x.ca")]),
        ("Nia Roy\nPierre Cyr", [("Nia Roy", ""), ("Pierre Cyr", "")]),
        ("Nia O'Neil-Roy <nia@x.ca>", [("Nia O'Neil-Roy", "nia@x.ca")]),
        ("<nia@x.ca>", [("", "nia@x.ca")]),
        ("  \n;;,\n\t\n", []),
        ("", []),
    ],
)
def test_people_are_read_however_they_are_written(text, found):
    assert people(text) == found


def test_what_cannot_be_read_is_told_by_its_number_and_the_others_are_read():
    rows = read("Nia Roy <nia@x.ca>\nPierre <p@x>\nNia again <NIA@x.ca>\nLéa Cyr <lea@x.ca>", known=["LEA@x.ca "])
    assert [(one.number, one.trouble) for one in rows] == [
        (1, ""),
        (2, "“p@x” is no e-mail address."),
        (3, "This address is there already."),
        (4, "This address is there already."),
    ]
    assert rows[1].text == "Pierre <p@x>"


def test_two_addresses_without_anything_between_them_are_asked_about():
    (row,) = read("nia@x.ca p@x.ca")
    assert row.trouble == "Here stands more than one address. Put a semicolon or a new line between people."


def test_the_other_columns_of_a_spreadsheet_are_kept():
    (row,) = read("Nia Roy\tnia@x.ca\tnurse\tnights")
    assert row.more == ("nurse", "nights")


def test_a_list_that_is_too_long_says_so():
    rows = read("\n".join(f"p{n}@x.ca" for n in range(MOST + 20)))
    assert len(rows) == MOST + 1
    assert rows[-1].trouble.startswith("500 at once")


NAMES = st.text(alphabet="abcdeéèçÀÎ'- ", min_size=1, max_size=30).map(str.strip).filter(lambda one: one.strip(" '"))
ADDRESSES = st.from_regex(r"[a-z][a-z0-9.]{0,8}[a-z0-9]@[a-z]{2,8}\.ca", fullmatch=True).filter(
    lambda one: ".." not in one
)


@given(
    st.lists(st.tuples(NAMES, ADDRESSES), max_size=8, unique_by=lambda one: one[1]),
    st.sampled_from([("; ", "{} <{}>"), ("\n", "{} <{}>"), ("\r\n", "{}\t{}"), (", ", '"{}" <{}>'), ("\n", "{} ({})")]),
)
def test_whoever_is_written_down_is_found_in_order(everybody, way):
    between, each = way
    rows = read("\ufeff" + between.join(each.format(name, address) for name, address in everybody))
    assert [(one.email, one.trouble) for one in rows] == [(address, "") for _name, address in everybody]
    assert [one.name for one in rows] == [" ".join(name.split()).strip(" '") for name, _address in everybody]


@given(st.text(max_size=400))
def test_no_text_breaks_it_and_nothing_unsafe_comes_out(text):
    rows = read(text)
    assert [one.number for one in rows] == list(range(1, len(rows) + 1))
    good = [one for one in rows if not one.trouble]
    assert len({one.email for one in good if one.email}) == sum(bool(one.email) for one in good)
    for one in good:
        assert one.name or one.email
        assert "\n" not in one.name + one.email
        assert len(one.name) <= 120


@pytest.mark.parametrize("hostile", ["<" + " " * 100_000, "a" * 100_000 + "@", "<@" + "," * 100_000, "@x," * 40_000])
def test_a_row_that_never_ends_is_told_and_not_searched(hostile):
    """Searched for an address, the first of these would keep a thread busy for years."""
    rows = read(hostile)
    assert 1 <= len(rows) <= 501
    assert all(one.trouble for one in rows)
    assert all(len(one.text) <= 300 for one in rows)
