"""Forms that tell who will read, keep what was typed, and look once for what could point to one person.

Every free-text field stands inside the same frame: label, who reads it, the box, the hint, the error, the safety
line, and the guard. `GuardedForm` draws it by itself; the layout object `GuardedText` is
for pages that choose rows, prompts or an order of their own. A free-text field that is drawn outside of such a form is
an error of ours and raises.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext

from core import filled, phi
from core.language import language

# NUL and halves of characters: the database refuses both, with an error nobody could act on.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MOST = 4000  # characters of a free-text field that names no limit of its own
_NUMBER = re.compile(r"[\d\s().+#x-]+", re.IGNORECASE)


# What turns a name into a link, in a mail program or on a page.
# What mail programs make a link of, although nobody wrote one: "login.ca", "login.ca/verify". "St.Mary's" is none.
_LINKS = re.compile(
    r"://|www\.|@|\w\.\w{2,}/|\w\.(?:app|biz|ca|click|co|com|dev|eu|fr|info|io|link|me|net|online|org|quebec|ru|shop|site|top|uk|"
    r"us|xyz)(?![\w'’])",
    re.IGNORECASE,
)
# Both stand between letters in some scripts.
_JOINERS = "\u200c\u200d"


def storable(text: str) -> str:
    """Return ``text`` without what the database refuses."""
    return _UNSTORABLE.sub("", text)


def plain_name(text: str) -> None:
    """Raise ValidationError where this is no plain name (of a person, a team, a place): addresses, unseen characters.

    Names stand in the first line of our mails: whoever types one must not be able to put a link there.
    """
    if _LINKS.search(text):
        raise forms.ValidationError(_("Write a name only, without a web or e-mail address."))
    if any(
        unicodedata.category(one) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp") and one not in _JOINERS for one in text
    ):
        raise forms.ValidationError(_("There is a character in this that nobody sees. Type it again by hand."))


def incident_sentence(route: str) -> str:
    """Return where an incident goes instead: by ``route``, a number or words of the unit ("" = the way the unit does)."""
    route = route.strip().rstrip(".")
    if not route:
        return _("This is not an incident line: report harm the way your unit does.")
    if _NUMBER.fullmatch(route):
        return _("This is not an incident line: on your unit, call %(number)s.") % {"number": route}
    return _("This is not an incident line. On your unit: %(route)s.") % {"route": route}


def is_free_text(field: forms.Field) -> bool:
    """Is this a box for words of one's own? A textarea, or a field that says so (`FreeText`)."""
    if isinstance(field, PastedRows):
        return False
    return isinstance(field, forms.CharField) and (
        isinstance(field, FreeText) or isinstance(field.widget, forms.Textarea)
    )


class PastedRows(forms.CharField):
    """A box for rows out of a table or a mail program: names and addresses belong there, and nobody writes a story."""

    def __init__(self, *, rows: int = 6, max_length: int = 500_000, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows, "spellcheck": "false"}))
        super().__init__(max_length=max_length, strip=False, **kwargs)


class FreeText(forms.CharField):
    """A box for words of one's own. ``rows=1`` makes it one line: a sentence, guarded like any other."""

    def __init__(self, *, rows: int = 4, max_length: int = _MOST, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput() if rows == 1 else forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value if isinstance(self.widget, forms.Textarea) else " ".join(value.split())


class PlainText(forms.CharField):
    """A short fact (a name, a title), not a box for a story: no line breaks, no control characters."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if any(ord(letter) < 32 or ord(letter) in (0x7F, 0x2028, 0x2029) for letter in value):
            raise forms.ValidationError(_("Leave out line breaks and control characters."))
        return " ".join(value.split())


# An address as mail programs copy it, behind its name.
_WITH_NAME = re.compile(r"<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>")


class EmailText(forms.EmailField):
    """An e-mail address, with a sentence for what is none."""

    default_error_messages = {"invalid": gettext_lazy("This is no e-mail address yet. It looks like name@hospital.ca.")}

    def __init__(self, *, max_length: int = 254, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the address alone where it was copied with its name: `Nia Roy <nia@x.ca>`."""
        value = super().to_python(value)
        found = _WITH_NAME.findall(value) if isinstance(value, str) else []
        return found[0] if len(found) == 1 else value


_NO_DATE = gettext_lazy("This is no date yet. It looks like 2026-01-31.")
_NO_HOUR = gettext_lazy("This is no time of day yet. It looks like 13:30.")
_NO_FILE = gettext_lazy("The file did not arrive. Choose it once more.")
_NO_CHOICE = gettext_lazy("This is none of the choices. Choose again.")
_TOO_BIG = gettext_lazy("This number is too big to be kept here. Is there a digit too many?")
_TOO_LONG = ngettext_lazy(
    "%(limit_value)d character fits here, and this has %(show_value)d. Shorten it, then try again.",
    "%(limit_value)d characters fit here, and this has %(show_value)d. Shorten it, then try again.",
    "limit_value",
)
# What is said instead of Django's own sentences, by the type of the field.
_PLAIN: dict[type[forms.Field], dict[str, Any]] = {
    forms.CharField: {"max_length": _TOO_LONG},
    forms.EmailField: EmailText.default_error_messages,
    forms.URLField: {"invalid": gettext_lazy("This is no web address yet. It looks like https://example.ca/sheet.")},
    forms.IntegerField: {
        "invalid": gettext_lazy("Type a whole number, such as 12."),
        "min_value": gettext_lazy("%(limit_value)s at least: change the number, then try again."),
        "max_value": gettext_lazy("%(limit_value)s at most: change the number, then try again."),
    },
    forms.DecimalField: {
        "invalid": gettext_lazy("Type a number, such as 12 or 12.5."),
        "max_digits": _TOO_BIG,
        "max_whole_digits": _TOO_BIG,
        "max_decimal_places": ngettext_lazy(
            "%(max)d decimal is enough. Type it again with fewer.",
            "%(max)d decimals are enough. Type it again with fewer.",
            "max",
        ),
    },
    forms.DateField: {"invalid": _NO_DATE},
    forms.TimeField: {"invalid": _NO_HOUR},
    forms.SplitDateTimeField: {"invalid_date": _NO_DATE, "invalid_time": _NO_HOUR},
    forms.FileField: {
        "invalid": _NO_FILE,
        "missing": _NO_FILE,
        "empty": gettext_lazy("There is nothing in this file. Choose another one."),
        "max_length": gettext_lazy("The name of this file is too long. Rename the file, then choose it again."),
    },
    forms.ChoiceField: {"invalid_choice": _NO_CHOICE},
    forms.MultipleChoiceField: {"invalid_choice": _NO_CHOICE, "invalid_list": _NO_CHOICE},
    forms.ModelChoiceField: {"invalid_choice": _NO_CHOICE},
    forms.ModelMultipleChoiceField: {"invalid_choice": _NO_CHOICE, "invalid_list": _NO_CHOICE},
}


def speak_plainly(field: forms.Field) -> None:
    """Give a field our sentence for whatever it cannot take, where Django would speak; a sentence of its own stays."""
    kinds = type(field).__mro__
    for kind in kinds:
        for code, sentence in _PLAIN.get(kind, {}).items():
            said = field.error_messages.get(code)
            if said is None or any(
                said is vars(one).get("default_error_messages", {}).get(code)
                for one in kinds
                if one.__module__.startswith("django.")
            ):
                field.error_messages[code] = sentence


def listing(phrases: list[str], lang: str | None = None) -> str:
    """Join phrases as one says them: "a, b and c"; "a, b et c"."""
    words = [str(phrase) for phrase in phrases]
    if len(words) < 2:
        return "".join(words)
    last = " et " if (lang or language()) == "fr" else " and "
    return ", ".join(words[:-1]) + last + words[-1]


@dataclass(frozen=True, slots=True)
class Guard:
    """What the guard asks about one field: the places found, and the mark of the text they were found in."""

    excerpts: list[str]
    digest: str


class GuardedMixin:
    """The frame of a form with words in it. Give it ``readers_of``; the rest has a default.

    ``incident_route``: what this unit does when harm happens, a telephone number or a sentence ("" = the general one).
    ``partner``: the writer is a patient, resident or care partner: their own story is theirs to tell.
    ``lang``: the language the guard reads in (default: that of the page).
    """

    incident_route: str = ""
    partner: bool = False
    lang: str = ""
    # The browser's own refusals come in the browser's language and lose our words: the server answers instead.
    use_required_attribute = False

    if TYPE_CHECKING:
        fields: dict[str, forms.Field]
        data: Any
        files: Any
        cleaned_data: dict[str, Any]
        is_bound: bool
        errors: Any

        def add_prefix(self, field_name: str) -> str: ...
        def add_error(self, field: str | None, error: Any) -> None: ...

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.free_text and type(self).readers_of is GuardedMixin.readers_of:
            raise ImproperlyConfigured(f"{type(self).__name__} has free text and must say who reads it: readers_of().")
        for name in self.free_text:
            self._set_limit(self.fields[name])
        for field in self.fields.values():
            field.error_messages["required"] = self.required_message(field)
            speak_plainly(field)
        self._stripped: set[str] = set()
        # What stands on the page already, and the id of its line: several boxes share one.
        self._said: dict[str, str] = {}
        if self.is_bound:
            self.data = self._scrubbed(self.data)
        filled.fill(self)  # type: ignore[arg-type]

    # ---------------------------------------------------------------- who reads, and what is said under the box

    def readers_of(self, field_name: str) -> list[str]:
        """Return phrases that name who will read this field, in the reader's language, counts included.

        ["your team (6)", "your coach Lucie", "the planning team (3)"]; an empty list means nobody but the writer.
        """
        raise ImproperlyConfigured(f"{type(self).__name__} must say who reads {field_name!r}: readers_of().")

    def not_readers_of(self, field_name: str) -> list[str]:
        """Return phrases for those who surely do not read it, where that takes a worry away ("sponsors")."""
        return []

    def audience(self, field_name: str) -> str:
        """Return the line above the box."""
        readers, others = listing(self.readers_of(field_name)), listing(self.not_readers_of(field_name))
        if not readers:
            return _("Read by you alone.")
        if others:
            return _("Read by: %(readers)s. Not by %(others)s.") % {"readers": readers, "others": others}
        return _("Read by: %(readers)s.") % {"readers": readers}

    def safety(self, field_name: str) -> str:
        """Return the line under the box: no names, and where an incident goes instead."""
        names = self.own_story if self.partner else _("No names of people, please.")
        return f"{names} {incident_sentence(self.incident_route)}"

    @property
    def own_story(self) -> str:
        return _("Your own story is yours to tell; leave out names of staff and other people.")

    def required_message(self, field: forms.Field) -> Any:
        """Return what an empty but needed field says; choices ask to choose."""
        if isinstance(field, forms.BooleanField):
            return gettext_lazy("Tick the box to go on.")
        if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
            return gettext_lazy("Choose one, then try again.")
        return gettext_lazy("Write something here, then try again.")

    def say_once(self, text: str, line_id: str) -> tuple[str, str]:
        """Return the line to print for a box and the id it is described by; "" where an earlier box has the same line."""
        first = self._said.setdefault(text, line_id)
        return (text if first == line_id else "", first)

    # ---------------------------------------------------------------- text as it was typed

    @cached_property
    def free_text(self) -> list[str]:
        """The names of the fields that hold words of one's own."""
        return [name for name, field in self.fields.items() if is_free_text(field)]

    @staticmethod
    def _set_limit(field: forms.Field) -> None:
        """Every box has a limit, said in words; the browser must not cut a pasted text short to fit it."""
        if field.max_length is None:  # type: ignore[attr-defined]
            field.max_length = _MOST  # type: ignore[attr-defined]
            field.validators.append(forms.CharField(max_length=_MOST).validators[0])
        field.widget.attrs.pop("maxlength", None)
        field.error_messages["max_length"] = _TOO_LONG

    def _scrubbed(self, data: Any) -> Any:
        """Return the data with lines ended one way and without what cannot be stored; remember where that was.

        Only a copy is changed, and only if there is something to change.
        """
        changed: dict[str, list[Any]] = {}
        for name in self.fields:
            key = self.add_prefix(name)
            values = data.getlist(key) if hasattr(data, "getlist") else [data[key]] if key in data else []
            clean = []
            for value in values:
                if isinstance(value, str):
                    if _UNSTORABLE.search(value):
                        self._stripped.add(name)
                        value = storable(value)
                    if name in self.free_text:
                        value = value.replace("\r\n", "\n")
                clean.append(value)
            if clean != values:
                changed[key] = clean
        if not changed:
            return data
        copy = data.copy()
        for key, clean in changed.items():
            if hasattr(copy, "setlist"):
                copy.setlist(key, clean)
            else:
                copy[key] = clean[0]
        return copy

    # ---------------------------------------------------------------- the guard

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for name in self._stripped:
            self.add_error(
                name,
                _("There was a character in this text that cannot be kept. We took it out: read it again, then save."),
            )

    @cached_property
    def guards(self) -> dict[str, Guard]:
        """What the guard asks about, by field. Empty if nothing was found, or if the person has seen it already."""
        if not self.is_bound:
            return {}
        seen = self._posted("guard_seen")
        asks: dict[str, Guard] = {}
        for name in self.free_text:
            text = str(self.data.get(self.add_prefix(name)) or "")
            found = phi.findings(text, self.lang or language())
            if not found:
                continue
            digest = hashlib.sha256(f"{name}\0{text.strip()}".encode()).hexdigest()[:32]
            if digest not in seen:
                excerpts = list(dict.fromkeys(finding.excerpt for finding in found))
                asks[name] = Guard(excerpts=excerpts, digest=digest)
        return asks

    def _posted(self, name: str) -> list[str]:
        key = self.add_prefix(name)
        if hasattr(self.data, "getlist"):
            return self.data.getlist(key)
        value = self.data.get(key, [])
        return value if isinstance(value, list) else [value]

    def is_valid(self) -> bool:
        """Valid, and nothing left to ask. The guard asks once and never blocks: the same text again goes through."""
        return super().is_valid() and not self.guards  # type: ignore[misc]

    # ---------------------------------------------------------------- drawing

    @cached_property
    def helper(self) -> FormHelper:
        """The crispy helper: fields only; the page writes the form's tag, its token and its buttons."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = self.layout()
        return helper

    def layout(self) -> Layout:
        """Return the order of the fields; free text comes out in its frame wherever it stands."""
        return Layout(*(GuardedText(name) if name in self.free_text else name for name in self.fields))


class GuardedForm(GuardedMixin, forms.Form):
    """A form whose free text has its frame and its guard."""

    # What is written in both languages or in neither, by its name without the language: mails and pages go out in both.
    in_both: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any] | None:
        """Say beside the empty one of two boxes that its language is missing."""
        values = super().clean()
        sentences = {
            "en": _("It stands in French alone: write it in English too, or leave both empty."),
            "fr": _("It stands in English alone: write it in French too, or leave both empty."),
        }
        for name in self.in_both:
            boxes = {lang: f"{name}_{lang}" for lang in sentences}
            empty = [lang for lang, box in boxes.items() if not self.cleaned_data.get(box)]
            if len(empty) == 1 and not set(boxes.values()) & set(self.errors):
                self.add_error(boxes[empty[0]], sentences[empty[0]])
        return values


class VersionedForm(GuardedForm):
    """A form over something that another person may be changing too: ``version`` is what it was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    # What counts the changes of the row that is edited.
    version_of = "version"

    def go_on_from(self, version: int) -> None:
        """Let the next press of Save replace ``version``; what was typed stays in the boxes."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(version)


class GuardedText(Field):
    """One free-text field in its frame.

    ``GuardedText("learned", rows=3, prompts=[("tried", _("We tried …"))], plain_label=True)``: ``prompts`` are buttons
    above the box that send the form with ``start=<value>``, ``plain_label`` hides the label where a heading says it.
    """

    def __init__(
        self,
        name: str,
        *,
        rows: int | None = None,
        prompts: list[tuple[str, Any]] | None = None,
        plain_label: bool = False,
        **kwargs: Any,
    ) -> None:
        if rows is not None:
            kwargs["rows"] = rows
        super().__init__(name, **kwargs)
        self.prompts = prompts or []
        self.plain_label = plain_label

    def render(self, form: Any, context: Any, template_pack: str = "", extra_context: Any = None, **kwargs: Any) -> str:
        (name,) = self.fields
        guarded = isinstance(form, GuardedMixin)
        if not guarded:
            raise ImproperlyConfigured(f"{type(form).__name__}.{name} is free text: build the form on GuardedForm.")
        if name in getattr(form, "rendered_fields", ()):
            raise ImproperlyConfigured(f"{type(form).__name__}.{name} is drawn twice.")
        form.rendered_fields.add(name)
        bound = form[name]
        bound.field.widget.attrs.update(self.attrs)
        return draw(bound, prompts=self.prompts, hide_label=self.plain_label, wrapper_class=self.wrapper_class or "")


def draw(bound: Any, **options: Any) -> SafeString:
    """Draw one field the way of the house, whatever it is: `components/field.html`. The one place that does.

    Options: ``hide_label``, ``wrapper_class``, ``prompts``, ``hint``, ``label`` (instead of the field's own), ``size`` ("short", "number", "code"), ``bare`` (no placeholder).
    """
    from django.template import loader

    if bound.is_hidden:
        return SafeString(str(bound))  # nosec B703 # what a form has drawn is escaped
    return SafeString(loader.get_template("components/field.html").render(_parts(bound, options)))  # nosec B703 # a template escapes


def _parts(bound: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Work out everything `components/field.html` prints for one field."""
    form: Any = bound.form
    field, widget = bound.field, bound.field.widget
    guarded = is_free_text(field)
    if guarded and not isinstance(form, GuardedMixin):
        raise ImproperlyConfigured(f"{type(form).__name__}.{bound.name} is free text: build the form on GuardedForm.")
    kind = _kind(widget)
    own = {"check": "form-check-input", "choices": "form-check-input", "select": "form-select"}.get(
        kind, "form-control"
    )
    size = options.get("size", "")
    invalid = "is-invalid" if bound.errors and kind != "choices" else ""
    sized = {"short": "field-short", "number": "field-number", "code": "code-input"}.get(size, "")
    hint = options.get("hint", bound.help_text)
    classes = " ".join(dict.fromkeys(f"{widget.attrs.get('class', '')} {own} {sized} {invalid}".split()))
    if options.get("bare"):
        widget.attrs.pop("placeholder", None)
    guard = form.guards.get(bound.name) if guarded else None
    audience, audience_id = "", ""
    safety, safety_id = "", ""
    if guarded:
        audience, audience_id = form.say_once(form.audience(bound.name), f"{bound.auto_id}_audience")
        safety, safety_id = form.say_once(form.safety(bound.name), f"{bound.auto_id}_safety")
    described = [
        part
        for part, there in (
            (audience_id, guarded),
            (f"{bound.auto_id}_helptext", hint),
            (f"{bound.auto_id}_error", bound.errors),
            (f"{bound.auto_id}_guard", guard),
            (safety_id, guarded),
        )
        if there
    ]
    attrs: dict[str, Any] = {"class": classes}
    if described and kind != "choices":
        attrs["aria-describedby"] = " ".join(described)
    if field.required and kind not in ("choices", "check"):
        attrs["aria-required"] = "true"
    if kind == "choices":
        widget.attrs["class"] = classes
    parts = {
        "field": bound,
        "kind": kind,
        "optional": _may_be_left_out(field) and kind != "check" and getattr(form, "mark_optional", True),
        "describedby": " ".join(described),
        "hint": hint,
        "label": bound.label,
        "guarded": guarded,
        "guard": guard,
        "first_error": _first_in_trouble(form) == bound.name,
        **{key: value for key, value in options.items() if key != "hint"},
    }
    if kind != "choices":
        parts["control"] = bound.as_widget(attrs=attrs)
    if guarded:
        parts |= {
            "audience": audience,
            "safety": safety,
            "partner": form.partner,
            "own_story": form.own_story,
            "seen_name": form.add_prefix("guard_seen"),
        }
    return parts


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.Select):
        return "select"
    return "group" if isinstance(widget, forms.MultiWidget) else "text"


def _may_be_left_out(field: forms.Field) -> bool:
    """Return whether nothing may stand here. A list that always has something chosen is never empty.

    ``needed_later``: may be saved empty, and is needed before the last step; its hint says so.
    """
    if field.required or field.disabled or getattr(field, "needed_later", False):
        return False
    return not isinstance(field, forms.ChoiceField) or _has_an_empty_choice(field)


def _has_an_empty_choice(field: forms.ChoiceField) -> bool:
    # A list that the database fills says so itself; what is chosen beforehand is never taken out of the others.
    if isinstance(field, forms.ModelChoiceField):
        return field.empty_label is not None
    choices: Any = field.choices
    return isinstance(field, forms.MultipleChoiceField) or any(value in ("", None) for value, _words in choices)


def _first_in_trouble(form: Any) -> str:
    """The field whose guard takes the focus: only where no error does (errors are named in the summary on top)."""
    if not isinstance(form, GuardedMixin) or form.errors:
        return ""
    return next(iter(form.guards), "")


def trouble(form: Any) -> list[Mapping[str, str]]:
    """Return every error of ``form`` as {"id", "label", "text"} for the summary; "id" is "" for those of the whole.

    "label" already ends as a sentence wants it: "Sector: ", "What did you learn? ".
    """
    found: list[Mapping[str, str]] = [{"id": "", "label": "", "text": str(text)} for text in form.non_field_errors()]
    for bound in form:
        target = bound.id_for_label or f"{bound.auto_id}_0"
        label = str(bound.label)
        label += (
            " " if label.endswith(("?", "!", ".", "…")) else pgettext("between a field and what is wrong with it", ": ")
        )
        found += [{"id": target, "label": label, "text": str(text)} for text in bound.errors]
    return found
