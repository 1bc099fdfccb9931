"""The stack and the browser of the browser tests. Each module has a copy of the product of its own."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.stage import House, People, without_browser

# Stories: their tests keep the order in which they are written, whatever order the others are run in.
IN_ORDER = ("test_series", "test_without_javascript")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Put the chapters of a story back into their order."""
    for story in IN_ORDER:
        places = [place for place, item in enumerate(items) if item.module.__name__.rpartition(".")[2] == story]
        chapters = sorted((items[place] for place in places), key=lambda item: item.function.__code__.co_firstlineno)
        for place, chapter in zip(places, chapters, strict=True):
            items[place] = chapter


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The product with its demo, really started; Ctrl-C ends it with 0 and nobody is left behind."""
    without_browser()
    house = House(tmp_path_factory.mktemp("house") / "data")
    try:
        yield house.begin()
        assert house.interrupt() == 0
        assert house.said().endswith("Everything has ended.\n")
        assert "Traceback" not in house.said()
        assert house.processes() == []
    finally:
        house.clear()


@pytest.fixture(scope="module")
def chromium():
    """The browser that the lane has found (stack/chromium.py)."""
    without_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM"), args=os.environ.get("CHROMIUM_ARGUMENTS", "").split()
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def everybody(house, chromium):
    """The people at their browsers, for a whole module."""
    people = People(chromium, house)
    yield people
    people.leave()


@pytest.fixture
def people(everybody):
    """The same, and after each test a look at what their browsers complained of: errors, policy, foreign hosts."""
    yield everybody
    everybody.check()
