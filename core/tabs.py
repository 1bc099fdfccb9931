"""Tabs in two rows: what the pages are for, and the pages of the part that is open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def in_groups(groups: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return groups of tabs as components/tabs.html reads them: each leads to its first page, and one of them is here.

    A group is {text, tabs}, a tab {text, url, here}; a group of a single page goes by the name of that page.
    """
    shown = []
    for group in groups:
        tabs = group["tabs"]
        text = tabs[0]["text"] if len(tabs) == 1 else group["text"]
        shown.append({"text": text, "url": tabs[0]["url"], "here": any(tab["here"] for tab in tabs), "tabs": tabs})
    return shown
