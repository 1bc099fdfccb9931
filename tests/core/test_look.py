"""The look holds together: dark equals dark, words can be read, and no page needs a looser content policy."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from core import navigation

ROOT = Path(settings.BASE_DIR)
TOKENS = (ROOT / "static/css/tokens.css").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def _values(block):
    return {name: value.strip() for name, value in re.findall(r"(--[\w-]+):\s*([^;]+);", block)}


def _block(opening):
    start = TOKENS.index(opening) + len(opening)
    return TOKENS[start : TOKENS.index("}", start)]


LIGHT = _values(_block('[data-bs-theme="light"] {'))
DARK = _values(_block(':root:not([data-bs-theme="light"]) {'))


def test_the_two_dark_blocks_are_equal():
    assert _values(_block('\n[data-bs-theme="dark"] {')) == DARK
    assert len(DARK) > 25


def test_dark_names_nothing_that_light_does_not_have():
    assert set(DARK) <= set(LIGHT)


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


WORDS = [
    *((ink, ground) for ink in ("--ink", "--ink-2") for ground in ("--paper", "--paper-2", "--card", "--accent-tint", "--warm-tint", "--info-tint")),
    *(("--ink-3", ground) for ground in ("--paper", "--card")),
    *(("--accent", ground) for ground in ("--paper", "--paper-2", "--card", "--accent-tint")),
    *(("--warm-ink", ground) for ground in ("--paper", "--card", "--warm-tint")),
    ("--info", "--info-tint"),
    ("--on-accent", "--accent"),
    ("--on-accent", "--accent-hover"),
    ("--accent-hover", "--accent-tint"),
    ("--paper", "--ink"),
]  # fmt: skip
EDGES = [
    ("--line-2", "--card"),
    ("--line-2", "--paper"),
    ("--focus", "--paper"),
    ("--focus", "--card"),
    ("--warm", "--card"),
    ("--median", "--card"),
]


@pytest.mark.parametrize("theme", [LIGHT, {**LIGHT, **DARK}], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), WORDS)
def test_words_can_be_read(theme, ink, ground):
    assert _contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, {**LIGHT, **DARK}], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), EDGES)
def test_edges_and_drawings_can_be_seen(theme, ink, ground):
    assert _contrast(theme[ink], theme[ground]) >= 3


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_style_and_no_script_inside_a_template(path):
    if "emails" in path.parts:
        return  # mail clients know nothing but style attributes; no policy of ours is in force there
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(), flags=re.S)
    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert "<style" not in text
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text)
    assert "javascript:" not in text
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script


def test_the_script_is_small():
    assert len((ROOT / "static/js/app.js").read_text().splitlines()) <= 60


def test_css_asks_nobody_else():
    for sheet in (ROOT / "static/css").glob("*.css"):
        assert "@import" not in sheet.read_text()
        assert "url(" not in sheet.read_text()


def test_every_place_leads_somewhere():
    for place in navigation.all_places():
        assert reverse(place.url), place.key


def test_every_component_is_in_the_gallery():
    """A part that the gallery does not show is a part that nobody checks."""
    frame = {
        "bell", "brand", "error_summary", "field", "field_errors", "guard", "language_link", "site_name",
        "thread_mark", "toast", "toasts", "way_back", "when", "form_page", "pages", "quick_exit", "second_factor",
    }  # fmt: skip
    shown = (ROOT / "templates/core/gallery.html").read_text()
    for path in (ROOT / "templates/components").glob("*.html"):
        assert path.stem in frame or f'"{path.stem}"' in shown, path.stem


# Drawn by nothing yet but the gallery: a part of the language of form that later pages will need.
KEPT_IN_STORE = {"progress"}
# Of the gallery itself.
OF_THE_GALLERY = {"swatches", "form-columns"}


def _outside_the_gallery():
    code = [path for room in ROOT.iterdir() if (room / "apps.py").exists() for path in room.rglob("*.py")]
    texts = [path for path in (ROOT / "templates").rglob("*.*") if path.is_file()]
    here = [*texts, *code, ROOT / "static/js/app.js"]
    return "".join(path.read_text() for path in here if path.stem != "gallery")


def test_every_component_stands_on_a_page():
    used = _outside_the_gallery()
    names = {path.stem for path in (ROOT / "templates/components").glob("*.html")}
    unused = {name for name in names if not re.search(rf'components/{name}\.html|(?:part|drawn)[ (]"{name}"', used)}
    assert unused <= KEPT_IN_STORE


def test_every_class_of_the_style_sheets_is_used():
    used = set(re.findall(r"[\w-]+", _outside_the_gallery()))
    rules = re.sub(r"/\*.*?\*/|\{[^{}]*\}", "", (ROOT / "static/css/components.css").read_text(), flags=re.S)
    classes = {name for name in re.findall(r"\.([a-z][\w-]*)", rules) if not name.startswith(("is-", "sw-"))}
    assert classes - used <= OF_THE_GALLERY
