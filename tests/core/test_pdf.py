"""Documents: what was given stands in them, in their language, with a title for screen readers."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils.translation import override

from core import pdf

TEMPLATE = """#import "/core/pdf/house.typ": house
#let data = json(bytes(sys.inputs.data))
#show: house.with(data)
= #data.title
#for line in data.lines [ - #line #linebreak() ]
"""


@pytest.fixture
def template(tmp_path, monkeypatch):
    """A room with one document, beside the house's own."""
    (tmp_path / "trial" / "pdf").mkdir(parents=True)
    (tmp_path / "trial" / "pdf" / "page.typ").write_text(TEMPLATE)
    (tmp_path / "core").symlink_to(pdf.ROOT / "core")
    monkeypatch.setattr(pdf, "ROOT", tmp_path)
    return "trial/page.typ"


def test_a_document_is_a_pdf_with_its_title_and_language(template):
    made = pdf.make(template, {"title": "Our month", "lines": ["one", dt.date(2026, 11, 22)]}, lang="fr")
    assert made.startswith(b"%PDF-")
    assert b"/Lang(fr-CA)" in made
    assert b"pdfuaid" in made


def test_the_language_is_that_of_the_page_unless_told(template):
    with override("fr"):
        assert b"/Lang(fr-CA)" in pdf.make(template, {"title": "Notre mois", "lines": []})


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_letter_is_of_the_sans_serif_that_comes_with_the_product(template, lang):
    """A letter that it lacks would bring a second font along."""
    letters = (
        "ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ àâæçéèêëîïôœùûüÿ « 1\u00a0234,5\u202f$ » 12\u2011B ‘’ “” – — … · • ° ½ n\u00ba © ʔ ʷ ə ł λ"
    )
    made = pdf.make(template, {"title": letters, "lines": [letters]}, lang=lang)
    assert set(re.findall(rb"/FontName/[A-Z]{6}\+([\w-]+)", made)) == {b"Inter-Regular", b"Inter-Bold"}


def test_nothing_that_is_typed_becomes_markup(template):
    nasty = ["#panic()", "$x", "@ref", "*", "]", '"', "\\", "é « » \u202e"]
    assert pdf.make(template, {"title": "#eval(1)", "lines": nasty})


def test_a_document_without_title_or_on_unknown_paper_is_refused(template):
    with pytest.raises(ValueError, match="title"):
        pdf.make(template, {"lines": []})
    with pytest.raises(ValueError, match="paper"):
        pdf.make(template, {"title": "x", "lines": []}, paper="napkin")
