"""A page as a browser reads it: its forms with what they would send, its links, and what describes each field."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser

# Kinds of input that people type into.
TYPED = {"text", "email", "url", "number", "date", "time", "search", "tel", "password", None}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclasses.dataclass
class Field:
    """One control. ``value`` is what it would send; ``choices`` what a select or a set of radios offers."""

    name: str
    kind: str | None
    value: str = ""
    checked: bool = False
    described_by: tuple[str, ...] = ()
    choices: list[str] = dataclasses.field(default_factory=list)

    @property
    def is_typed(self) -> bool:
        return self.kind == "textarea" or self.kind in TYPED


@dataclasses.dataclass
class Form:
    """A form that is sent by POST."""

    action: str
    fields: list[Field]
    presses: list[tuple[str, str]]

    @property
    def typed(self) -> set[str]:
        """Return the names of the fields that people type into."""
        return {field.name for field in self.fields if field.is_typed}

    def sent(self) -> dict[str, str]:
        """Return what a browser would send if nobody touched anything, with the first button that has a name."""
        values: dict[str, str] = {}
        for field in self.fields:
            if field.kind in ("checkbox", "radio") and not field.checked:
                continue
            values[field.name] = field.value
        for name, value in self.presses[:1]:
            values.setdefault(name, value)
        return values

    def find(self, name: str) -> list[Field]:
        return [field for field in self.fields if field.name == name]


class Reader(HTMLParser):
    """Reads one page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: set[str] = set()
        self.texts: dict[str, str] = {}
        self._open: Form | None = None
        self._field: Field | None = None
        self._stack: list[tuple[str, str, tuple[str, ...]]] = []
        self._taken_select = False

    @classmethod
    def of(cls, answer) -> Reader:
        """Return what is on the page of this answer; nothing where it is a file to keep."""
        reader = cls()
        if not answer.headers.get("Content-Disposition", "").startswith("attachment"):
            reader.feed(answer.content.decode())
        reader.close()
        return reader

    def handle_starttag(self, tag, attrs):
        have = dict(attrs)
        described = tuple((have.get("aria-describedby") or "").split())
        if tag not in _VOID:
            self._stack.append((tag, have.get("id") or "", described))
        if have.get("id"):
            self.texts.setdefault(have["id"], "")
        if tag == "a" and have.get("href"):
            self.links.add(have["href"])
        if tag == "form":
            self._open = None
            if (have.get("method") or "").lower() == "post":
                self._open = Form((have.get("action") or ""), [], [])
                self.forms.append(self._open)
        if self._open is not None:
            self._control(tag, have, described)

    def _control(self, tag, have, described) -> None:
        name = have.get("name") or ""
        around = tuple(part for _tag, _id, parts in self._stack for part in parts)
        if tag == "option" and self._field is not None and self._field.kind == "select":
            value = have.get("value") or ""
            self._field.choices.append(value)
            if "selected" in have or (not self._field.checked and len(self._field.choices) == 1):
                self._field.value, self._field.checked = value, "selected" in have
        if not name or "disabled" in have:
            return
        if tag == "button":
            self._open.presses.append((name, have.get("value") or ""))
        if tag in ("input", "textarea", "select"):
            kind = have.get("type") if tag == "input" else tag
            value = have.get("value", "on" if kind in ("checkbox", "radio") else "") or ""
            field = Field(name, kind, value, "checked" in have, tuple(dict.fromkeys((*described, *around))))
            self._open.fields.append(field)
            self._field = field if tag != "input" else None

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None
        if tag in ("select", "textarea"):
            if tag == "textarea" and self._field is not None:
                self._field.value = self._field.value.removeprefix("\n")
            self._field = None
        for place in range(len(self._stack) - 1, -1, -1):
            if self._stack[place][0] == tag:
                del self._stack[place:]
                break

    def handle_data(self, data):
        for _tag, ident, _described in self._stack:
            if ident:
                self.texts[ident] += data
        if self._field is not None and self._field.kind == "textarea":
            self._field.value += data
