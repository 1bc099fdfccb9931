"""The cases: each beside its floor or its peer, in turns. Names and columns are a contract (docs/operations.md)."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial

from bench import charts
from bench.load import Broken, Measured, Reader, press, storm
from bench.mail import Waiting, push, push_marked
from bench.stage import Stage
from stack.problems import Problem

PAGES = ("page.today", "page.team", "page.cohort", "page.planning", "page.board")
MAIL = ("mail.rate", "mail.kill", "mail.plan", "mail.tick")
PEOPLE = ("import.people",)
REPORT = ("import.report",)
JOIN = ("join.storm",)
FEED = ("feed.ics",)
CHARTS = ("chart.rules", "chart.svg")
CASES = PAGES + FEED + JOIN + PEOPLE + MAIL + CHARTS
LETTERS = 10_000
KILLED, KILLS = 10_000, 400  # messages, and how often a sender is killed among them
PLANNED = 120_000  # reminders of a cohort of 5,000 people
WAITING = 1_000_000
JOINS, JOIN_SECONDS = 500, 60.0
TABLE_ROWS = 2000
REPORT_LINES = 600
TIMES = 100
BOARD = (20, 400)  # applications in the list of decision day, first and among a hundred times as much


@dataclass(frozen=True)
class Row:
    """One line of the table. ``floor`` and ``peer``: what stood beside it (one of them); ``ratio``: value over that.

    ``n``: how many single things were measured; ``spread``: (largest − smallest) / middle of the rounds.
    """

    case: str
    value: float
    unit: str
    floor: float | None
    peer: float | None
    ratio: float
    n: int
    spread: float


@dataclass(frozen=True)
class Killed(Row):
    """What came of messages whose senders were killed; ``value`` is how many were lost."""

    doubled: int
    flagged: int
    kills: int


@dataclass(frozen=True)
class Pace:
    """How long and how often."""

    seconds: float = 3.0
    rounds: int = 5
    readers: int = 8


def row(case: str, unit: str, values: list[float], beside: list[float], n: int, *, peer: bool = False) -> Row:
    """Sum up the rounds of a case and of what stood beside it."""
    value, other = statistics.median(values), statistics.median(beside)
    spread = (max(values) - min(values)) / value if value else 0.0
    named = {"floor": None, "peer": round(other, 2)} if peer else {"floor": round(other, 2), "peer": None}
    return Row(case, round(value, 2), unit, ratio=round(value / other, 3), n=n, spread=round(spread, 3), **named)


def measure(stage: Stage, names: list[str], pace: Pace, say: Callable[[str], None]) -> Generator[Row]:
    """Measure these cases. The pages first, then again among a hundred times as many rows, then the mail."""
    yield from charted(names, pace)
    if set(names) - set(MAIL[1:]) - set(CHARTS):
        yield from measure_world(stage, names, pace, say)
    if "mail.kill" in names:
        yield mail_kill(stage)
    if {"mail.plan", "mail.tick"} & set(names):
        yield from diary(stage.beside("lc_diary"), names, pace)


def measure_world(stage: Stage, names: list[str], pace: Pace, say: Callable[[str], None]) -> Generator[Row]:
    """Measure what needs people in a world, and what a worker sends them."""
    say("Making a cohort's world …")
    world = stage.seed("world")
    pages = {name: world["pages"][name] for name in PAGES if name in names}
    few, many = BOARD
    if "page.board" in pages:
        stage.seed("applications", str(few))
    for name, (path, cookie) in pages.items():
        stage.seed("store", name, text=inside(body(stage.port, path, cookie)))
    for name, (path, cookie) in pages.items():
        yield from page(stage.port, name, path, cookie, pace, name)
    if "feed.ics" in names:
        path = stage.seed("feed")["path"]
        stage.seed("store", "feed.ics", text=body(stage.port, path, "").replace("\r\n", "\n"))
        yield from page(stage.port, "feed.ics", path, "", pace, "feed.ics", floor_path="/bench-feed/")
    if pages:
        say(f"Making {TIMES} times as much …")
        began = time.monotonic()
        grown = stage.seed("hundred")
        say(f"{grown['rows']:,} rows more, {time.monotonic() - began:.0f} s")
        if "page.board" in pages:
            path, cookie = pages["page.board"]
            stage.seed("applications", str(many))
            stage.seed("store", "page.board", text=inside(body(stage.port, path, cookie)))
        for name, (path, cookie) in pages.items():
            case = f"{name}.of{many}" if name == "page.board" else f"{name}.x{TIMES}"
            yield from page(stage.port, name, path, cookie, pace, case)
    if "join.storm" in names:
        yield join_storm(stage, pace)
    if "import.people" in names:
        yield import_people(stage, pace)
    if "import.report" in names:
        yield import_report(stage, pace)
    if "mail.rate" in names:
        yield from mail_rate(stage, pace)


def charted(names: list[str], pace: Pace) -> Iterator[Row]:
    """Measure what a chart costs, beside a loop over its numbers and a string of its length. Without a stack."""
    if "chart.rules" in names:
        yield row("chart.rules", "ms", *charts.rules(pace.rounds), n=charts.POINTS)
    for count in charts.DRAWN if "chart.svg" in names else ():
        yield row(f"chart.svg.{count}", "ms", *charts.drawing(count, pace.rounds), n=charts.OFTEN)


def body(port: int, path: str, cookie: str) -> str:
    """The whole of a page."""
    reader = Reader(port, path, cookie)
    try:
        return reader.ask().decode()
    finally:
        reader.close()


def inside(page: str) -> str:
    """What stands between a page's frame."""
    _, _, rest = page.partition('<div class="inner">')
    found, end, _ = rest.rpartition("</div></main>")
    if not end or len(found) < 100:
        raise Problem("The frame of the pages has changed: bench.cases.inside does not find what stands in it.")
    return found.strip()


def page(port: int, name: str, path: str, cookie: str, pace: Pace, case: str, floor_path: str = "") -> Iterator[Row]:
    """Requests a second and the 95th percentile of one page, beside its floor, in turns."""
    floor_path = floor_path or f"/bench/{name}/"
    for warm in (path, floor_path):
        press(port, warm, cookie, seconds=min(1.0, pace.seconds), readers=pace.readers)
    rounds: dict[str, list[Measured]] = {path: [], floor_path: []}
    for turn in range(pace.rounds):
        for one in (path, floor_path) if turn % 2 == 0 else (floor_path, path):
            rounds[one].append(press(port, one, cookie, seconds=pace.seconds, readers=pace.readers))
    ours, floors = rounds[path], rounds[floor_path]
    n = sum(len(one.times) for one in ours)
    yield row(case, "requests/s", [one.rate for one in ours], [one.rate for one in floors], n)
    slow, floor_slow = ([one.percentile(0.95) * 1000 for one in side] for side in (ours, floors))
    yield row(f"{case}.p95", "ms", slow, floor_slow, n)


def join_storm(stage: Stage, pace: Pace) -> Row:
    """The 95th percentile of 500 presses of Join from one address, half of them by a link from the mail, within a minute.

    Beside the floor of the page that sends a browser on. Everybody is written down once, or it does not count.
    """
    ours, floors = [], []
    for turn in range(max(2, pace.rounds // 2) + 1):
        made = stage.seed("storm", str(JOINS))
        if not turn:
            path, cookie = made["page"]
            stage.seed("store", "join.storm", text=inside(body(stage.port, path, cookie)))
        pressed = storm(stage.port, made["presses"], readers=pace.readers)
        came = stage.seed("came", made["session"])["came"]
        if came != JOINS or pressed.seconds > JOIN_SECONDS:
            raise Problem(f"join.storm: {came} of {JOINS} are written down, after {pressed.seconds:.0f} s.")
        floor = press(stage.port, "/bench/join.storm/", made["page"][1], seconds=pace.seconds, readers=pace.readers)
        if turn:  # the first turn warms all
            ours.append(pressed.percentile(0.95) * 1000)
            floors.append(floor.percentile(0.95) * 1000)
    return row("join.storm", "ms", ours, floors, JOINS * len(ours))


def import_people(stage: Stage, pace: Pace) -> Row:
    """Rows a second of a workbook of 2,000 people, from the file to the last invitation; beside the bare COPY of as many."""
    ours, bare = [], []
    for turn in range(max(2, pace.rounds // 2)):
        found = stage.seed("people", str(turn))
        if found["taken"] != TABLE_ROWS:
            raise Problem("import.people: not everybody was taken in.")
        ours.append(TABLE_ROWS / found["seconds"])
        bare.append(TABLE_ROWS / found["bare"])
    return row("import.people", f"rows/s ({found['mb']:.0f} MB)", ours, bare, TABLE_ROWS * len(ours))


def import_report(stage: Stage, pace: Pace) -> Row:
    """Seconds for a report of a meeting of 600 lines, from the file to the last attendance; beside the bare COPY of as many."""
    ours, bare = [], []
    for turn in range(max(2, pace.rounds // 2)):
        found = stage.seed("report", str(turn))
        if found["lines"] != REPORT_LINES or found["came"] * 2 != REPORT_LINES:
            raise Problem("import.report: not everybody was recognised.")
        ours.append(found["seconds"])
        bare.append(found["bare"])
    return row("import.report", "s", ours, bare, REPORT_LINES * len(ours))


def mail_rate(stage: Stage, pace: Pace) -> Iterator[Row]:
    """Messages a second from rows to the mail server, first to last.

    Beside two processes that only push, and beside two that push and keep the smallest diary that loses nothing.
    """
    stage.seed("readers")
    stage.seed("empty")
    database = stage.environment["DATABASE_URL"]
    ours, peers, floors = [], [], []
    for turn in range(max(2, pace.rounds // 2) + 1):
        if stage.seed("plan", f"bench {turn}")["planned"] != LETTERS:
            raise Problem("mail.rate: the messages were not planned.")
        value, size = _rate(stage, partial(stage.seed, "go"))
        peer, _size = _rate(stage, partial(push, stage.mail_port, LETTERS, size))
        floor, _size = _rate(stage, partial(push_marked, stage.mail_port, LETTERS, size, database))
        if turn:  # the first turn warms all
            ours.append(value)
            peers.append(peer)
            floors.append(floor)
    n = LETTERS * len(ours)
    yield row("mail.rate", f"messages/s ({stage.memory():.0f} MB)", ours, peers, n, peer=True)
    yield row("mail.rate.marked", "messages/s", ours, floors, n)


def _rate(stage: Stage, send: Callable[[], object]) -> tuple[float, int]:
    """Letters a second while `send` sends them, and the size of one."""
    waiting = Waiting(stage.mail_port, LETTERS)
    send()
    seconds, size = waiting.result()
    return (LETTERS - 1) / seconds, size


def mail_kill(stage: Stage) -> Row:
    """How many messages are lost when two senders are killed with -9 again and again while they send; nothing else may be.

    Doubled are at most as many as there were kills, and each was flagged before it was sent again, or the case breaks.
    """
    made = stage.beside("lc_kill", "config.settings.test")
    found = made.seed("kill", str(KILLED), str(KILLS), module="bench.diary")
    if found["sent"] + found["lost"] < KILLED:
        raise Problem(f"mail.kill: {found['sent']} of {KILLED} were sent.")
    named = {name: found[name] for name in ("doubled", "flagged", "kills")}
    unit = ", ".join(["lost", *(f"{number} {name}" for name, number in named.items())])
    share = found["lost"] / KILLED
    return Killed("mail.kill", found["lost"], unit, floor=0.0, peer=None, ratio=share, n=KILLED, spread=0.0, **named)


def diary(stage: Stage, names: list[str], pace: Pace) -> Iterator[Row]:
    """Seconds to plan the reminders of a large cohort, beside the bare COPY of the same rows into a table like theirs; and
    milliseconds of a round with nothing due among a million that wait, of all rooms and of the diary alone, beside one
    indexed query."""
    turns = max(2, pace.rounds // 2)
    if "mail.plan" in names:
        stage.seed("cohort", module="bench.diary")
        found = [stage.seed("plan", module="bench.diary") for _turn in range(turns)]
        if any(one["planned"] < PLANNED for one in found):
            raise Problem("mail.plan: not everything was planned.")
        seconds, bare = ([one[name] for one in found] for name in ("seconds", "bare"))
        yield row("mail.plan", f"s ({max(one['mb'] for one in found):.0f} MB)", seconds, bare, PLANNED * turns)
    if "mail.tick" in names:
        stage.seed("wait", str(WAITING), module="bench.diary")
        found = [stage.seed("ticks", module="bench.diary") for _turn in range(turns)]
        for case, name, count in (("mail.tick", "ms", "statements"), ("mail.tick.own", "own", "own_statements")):
            unit = f"ms ({found[0][count]} statements)"
            yield row(case, unit, [one[name] for one in found], [one["floor"] for one in found], WAITING)


def table(rows: list[Row]) -> str:
    """The rows for a reader."""
    head = ("case", "value", "unit", "floor", "peer", "ratio", "n", "spread")
    lines = [head] + [tuple("" if (cell := getattr(one, name)) is None else str(cell) for name in head) for one in rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    left = (0, 2)
    return "\n".join(
        "  ".join(
            c.ljust(w) if i in left else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def run(stage: Stage, names: list[str], pace: Pace, say: Callable[[str], None]) -> tuple[list[Row], str]:
    """Measure; what could be measured before something broke is kept. Returns the rows, and what broke ("" = nothing)."""
    rows: list[Row] = []
    try:
        for one in measure(stage, names, pace, say):
            rows.append(one)
            say(table([one]).splitlines()[1])
    except (Broken, Problem, OSError) as error:
        return rows, str(error)
    return rows, ""
