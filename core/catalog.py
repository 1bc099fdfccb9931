"""Which texts the interface says, gathered from code and templates without needing gettext on the machine."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation import template as translation_template

# Django's names for "this is to be translated"; a positional spec says which argument is what.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SKIPPED = {"tests", "bench", "stack", "node_modules", "docs", "static", "locale"}


def sources(root: Path) -> Iterator[Path]:
    """Yield the files of ours that may hold texts: Python and templates, in a fixed order."""
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.suffix not in {".py", ".html", ".txt"} or any(p in SKIPPED or p.startswith(".") for p in parts):
            continue
        if path.suffix == ".py" or parts[0] == "templates":
            yield path


def gather(root: Path) -> Catalog:
    """Return a catalog of every text in the sources below ``root``, each with the files that say it."""
    catalog = Catalog(charset="utf-8")
    for path in sources(root):
        text = path.read_text()
        if path.suffix != ".py":
            # Indentation means something to the reader of Python alone.
            text = re.sub(r"^[ \t]+", "", translation_template.templatize(text, origin=str(path)), flags=re.M)
        where = str(path.relative_to(root))
        for _line, messages, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
            if messages and (messages[0] if isinstance(messages, tuple) else messages):
                catalog.add(messages, locations=[(where, 0)], context=context)
    return catalog
