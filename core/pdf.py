"""Documents as PDF: a typst template of a room and plain data, nothing else of ours.

A template begins so, and is found under ``templates/<room>/pdf/``:

    #import "/core/pdf/house.typ": house
    #let data = json(bytes(sys.inputs.data))
    #show: house.with(data)
    = #data.title

Only the fonts of ``core/fonts/`` and those that typst brings are used, so that a document is the same on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from core.language import language

ROOT: Final = settings.BASE_DIR / "templates"
FONTS: Final = settings.BASE_DIR / "core" / "fonts"
PAPERS: Final = ("us-letter", "a4")


def make(name: str, data: Mapping[str, Any], *, lang: str = "", paper: str = "us-letter") -> bytes:
    """Return the document ``name`` ("accounts/card.typ" stands in templates/accounts/pdf/) filled with ``data``, as PDF/UA-1.

    ``data`` holds what JSON holds; its ``title`` names the document for screen readers. ``lang`` is that of the words
    (default: the language of now), ``paper`` one of ``PAPERS``.
    """
    if not data.get("title"):
        raise ValueError("A document needs a title: screen readers say it first.")
    if paper not in PAPERS:
        raise ValueError(f"There is no paper {paper} here.")
    room, _slash, file = name.partition("/")
    words = {**data, "lang": lang or language(), "paper": paper}
    return typst.compile(
        str(ROOT / room / "pdf" / file),
        root=str(ROOT),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(words, cls=DjangoJSONEncoder)},
        pdf_standards="ua-1",
    )
