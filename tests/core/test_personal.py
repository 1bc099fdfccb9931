"""Every field that can hold something of a person is declared with its reason."""

from core import personal


def test_no_field_is_undeclared():
    assert personal.undeclared() == [], (
        "say in the room's personal.py what it is for, who sees it and how long it is kept"
    )


def test_every_declaration_says_why_who_and_how_long():
    rows = personal.register()
    assert len(rows) > 30
    for row in rows:
        assert row.fields, row.label
        assert all(map(str, (row.why, row.seen, row.kept))), row.label
        assert row.table


def test_words_and_keys_to_people_count_and_numbers_do_not():
    from accounts.models import User
    from coaching.models import PrivateNote

    fields = {field.name: personal.counts(field) for field in PrivateNote._meta.concrete_fields}
    assert fields["text"]
    assert fields["author"]
    assert not fields["created_at"]
    assert not fields["team"]
    assert not personal.counts(User._meta.get_field("language")), "a choice from a list"
