"""What the public pages of a programme are made of, as it is stored. Pure: no rows, no request.

A page's content is ``{"en": {field: text}, "fr": {field: text}}``. The questions are an ordered list of pairs instead:
``{"pairs": [{"key": "k3f9", "en": {"q": …, "a": …}, "fr": {"q": …, "a": …}}]}``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from core.markdown import plain, render
from core.places import sort_key

LANGS: Final = ("en", "fr")
LINE, SENTENCE, WORDS, LIST, FACTS = "line", "sentence", "words", "list", "facts"
LONGEST: Final = {LINE: 200, SENTENCE: 200, WORDS: 4000, LIST: 2000, FACTS: 1000}
MOST_PAIRS: Final = 60


@dataclasses.dataclass(frozen=True, slots=True)
class Spec:
    """One field of a page. ``kind``: a line, a sentence (a line in a box that shows all of it), words (Markdown), a list (a line each), facts ("Cost: none", a line each)."""

    name: str
    kind: str
    label: Any
    hint: Any = ""
    required: bool = True


_MARKS = _(
    "A blank line begins a paragraph; - begins a line of a list; **two stars** make bold; [words](https://…) link."
)
SPECS: Final[dict[str, tuple[Spec, ...]]] = {
    "overview": (
        Spec("title", LINE, _("Headline")),
        Spec("lead", SENTENCE, _("One sentence under it")),
        Spec("why", WORDS, _("Why take part"), _MARKS),
        Spec("benefits", LIST, _("What your team gets"), _("A line each.")),
        Spec("quote", SENTENCE, _("What somebody said"), required=False),
        Spec("quote_name", LINE, _("Who said it"), required=False),
        Spec("quote_credentials", LINE, _("Their credentials or role"), required=False),
        Spec("quote_affiliation", LINE, _("Their organisation"), required=False),
        Spec("format", WORDS, _("How it works")),
        Spec("who", WORDS, _("Who it is for")),
        Spec("takes", FACTS, _("What it takes"), _("A line each, for example “Cost: none”."), required=False),
    ),
    "dates": (
        Spec("intro", WORDS, _("Before the dates"), _("The dates themselves are those of the cohort."), required=False),
        Spec("chosen", WORDS, _("How teams are chosen"), _MARKS),
    ),
    "contact": (Spec("intro", WORDS, _("Before the form"), _MARKS),),
}
# Shown together, so that a quotation never stands without its person.
_QUOTE = ("quote", "quote_name", "quote_credentials", "quote_affiliation")


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """A question with its answer in one language; ``key`` is its place in an address."""

    key: str
    question: str
    answer: str

    @property
    def html(self) -> str:
        """Return the answer as HTML that may stand on a page."""
        return render(self.answer)


def missing(key: str, content: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """Return (language, field, label) of what is missing before this page may be published, () where nothing is."""
    if key == "faq":
        return _missing_pairs(pairs_in(content))
    found: list[tuple[str, str, Any]] = []
    for spec in SPECS[key]:
        filled = [lang for lang in LANGS if _text(content, lang, spec.name)]
        wanted = spec.required or bool(filled)
        if spec.name == "quote_name":
            wanted = wanted or any(_text(content, lang, "quote") for lang in LANGS)
        found += [(lang, spec.name, spec.label) for lang in LANGS if wanted and lang not in filled]
    return found


def _missing_pairs(pairs: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, Any]]:
    if not pairs:
        return [(lang, "pairs", _("a first question")) for lang in LANGS]
    return [
        (lang, f"{pair['key']}-{part}", label)
        for pair in pairs
        for lang in LANGS
        for part, label in (("q", _("Question")), ("a", _("Answer")))
        if not str(pair.get(lang, {}).get(part, "")).strip()
    ]


def _text(content: Mapping[str, Any], lang: str, name: str) -> str:
    return str(content.get(lang, {}).get(name, "")).strip()


def read(key: str, content: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Return what a template prints in ``lang``: words as safe HTML, lists as lists, facts as (label, value)."""
    shown: dict[str, Any] = {}
    for spec in SPECS[key]:
        text = _text(content, lang, spec.name)
        if spec.kind == WORDS:
            shown[spec.name] = render(text)
        elif spec.kind == LIST:
            shown[spec.name] = lines(text)
        elif spec.kind == FACTS:
            shown[spec.name] = [_fact(line) for line in lines(text)]
        else:
            shown[spec.name] = text
    if "quote" in shown:
        shown["quoted"] = [shown[name] for name in _QUOTE[1:] if shown[name]]
    return shown


def lines(text: str) -> list[str]:
    """Return the lines that say something, without the marks with which people begin a list."""
    found = (line.strip().lstrip("-*•–").strip() for line in text.splitlines())
    return [line for line in found if line]


def _fact(line: str) -> tuple[str, str]:
    label, colon, value = line.partition(":")
    return (label.strip(" \u00a0"), value.strip()) if colon and value.strip() else ("", line)


# ---------------------------------------------------------------- questions and answers


def pairs_in(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the pairs as they are stored, in order."""
    return list(content.get("pairs", []))


def questions(content: Mapping[str, Any], lang: str) -> list[Pair]:
    """Return questions and answers in ``lang``, in order."""
    return [
        Pair(pair["key"], str(pair[lang]["q"]), str(pair[lang]["a"]))
        for pair in pairs_in(content)
        if pair.get(lang, {}).get("q")
    ]


def matching(content: Mapping[str, Any], lang: str, words: str) -> list[Pair]:
    """Return those questions of which every word stands in the question or its answer, in either language.

    Capitals and accents make no difference.
    """
    wanted = sort_key(words).split()
    text = {
        pair["key"]: sort_key(" ".join(f"{pair.get(one, {}).get('q', '')} {plain(pair.get(one, {}).get('a', ''))}" for one in LANGS))
        for pair in pairs_in(content)
    }  # fmt: skip
    return [pair for pair in questions(content, lang) if all(word in text[pair.key] for word in wanted)]


def moved(keys: Iterable[str], key: str, by: int) -> list[str]:
    """Return the keys with ``key`` so many places further down (-1: up); at the end of the list nothing moves."""
    order = list(keys)
    if key in order:
        at = order.index(key)
        order.insert(min(max(at + by, 0), len(order) - 1), order.pop(at))
    return order
