"""What a page costs: every door of tests/doors.py that is read, for everybody it is open to, in both languages.

No page takes more than twelve statements, and none takes more when there is thirty times as much to list. The file of
everything that is kept about oneself is no page: it asks every room for its tables, each once. A page that shows how a message
reads asks besides what its sender would: whether it may leave, and what it speaks about.
"""

from __future__ import annotations

import pytest
from django.db import connection

from tests.doors import PAGES, READ
from tests.world import grow, undone

# The first test waits until everything was measured; one process does it for all of them.
pytestmark = [
    pytest.mark.everywhere,
    pytest.mark.django_db,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("budget"),
]
MOST = 12
MORE = {
    "my_data": 110,
    "my_message": 18,
    "planning_message": 18,
    "planning_together": 20,  # 18, and while a team rests those that say which messages that keeps
    "planning_message_now": 20,
    "planning_together_now": 20,
    "planning_kind": 18,
    "planning_cohort": 14,  # 12, and while a team rests those that say which messages that keeps
}
# In French one person knocks at each page.
KNOCKS = [(door, who, "en") for door in READ for who in sorted(door.get)]
KNOCKS += [(door, min(door.get), "fr") for door in PAGES.values()]
# The far rows stay few: they are measured once.
NEAR = [(door, who, lang) for door, who, lang in KNOCKS if door in PAGES.values() and lang == "en"]


def cost(world, door, who: str, lang: str = "en") -> tuple[int, int, list[str]]:
    """Return the status of a page, how many statements it took, and these."""
    asked: list[str] = []

    def listening(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listening):
        answer = world.clients[who].get(door.address(world, lang))
    return answer.status_code, len(asked), asked


@pytest.fixture(scope="module")
def costs(world):
    """What every page costs with one of everything, with two, and with thirty."""
    for door in PAGES.values():  # what a process asks once in its life is nobody's cost
        cost(world, door, min(door.get))
    found = {}
    with undone():
        for many, more in ((1, 0), (2, 1), (30, 28)):
            grow(world, more)
            with connection.cursor() as cursor:  # the planner of the database knows real tables as well
                cursor.execute("ANALYZE")
            found[many] = {
                (door.name, door.address(world, lang), who): cost(world, door, who, lang)
                for door, who, lang in (KNOCKS if many == 30 else NEAR)
            }
    return found


@pytest.mark.parametrize("many", [1, 2, 30])
def test_no_page_takes_more_than_twelve_statements(costs, many):
    over = [
        f"{who} {url}: {n}\n{_told(asked)}"
        for (name, url, who), (_status, n, asked) in costs[many].items()
        if n > MORE.get(name, MOST)
    ]
    assert not over, "\n".join(over)


@pytest.mark.parametrize("few", [1, 2])
def test_thirty_of_everything_take_as_many_statements_as_one(costs, few):
    """Where the only one was opened at once and of thirty one chooses, a choice among two is what compares."""
    more = []
    for key, (status, n, asked) in costs[few].items():
        now_status, now, now_asked = costs[30][key]
        if status == now_status and n != now:
            more.append(f"{key}: {n} and then {now}\n{_told(asked)}\nand then\n{_told(now_asked)}")
    assert not more, "\n".join(more)
    assert few == 1 or all(costs[2][key][0] == costs[30][key][0] for key in costs[2])


def _told(statements: list[str]) -> str:
    return "\n".join(f"    {one[:200]}" for one in statements)
