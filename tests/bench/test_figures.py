"""The benchmark's own sums and readers; nothing here asserts a time."""

import http.server
import json
import socket
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import asdict

import pytest
from django.db import connection
from django.test import Client

from bench import cases, diary, load, mail, seed
from enrolment.models import Invitation
from notifications import kinds
from notifications.models import PlannedMessage
from stack import REPOSITORY
from stack.problems import Problem
from stack.supervisor import free_port
from tests.faults.production import connect, wait_for

COLUMNS = ["case", "value", "unit", "floor", "peer", "ratio", "n", "spread"]


def test_a_row_has_the_columns_of_the_contract():
    row = cases.row("page.today", "requests/s", [90.0, 100.0, 110.0], [190.0, 200.0, 220.0], 300)
    assert list(asdict(row)) == COLUMNS
    assert json.loads(json.dumps(asdict(row))) == {
        "case": "page.today", "value": 100.0, "unit": "requests/s", "floor": 200.0, "peer": None, "ratio": 0.5, "n": 300,
        "spread": 0.2,
    }  # fmt: skip
    peer = cases.row("mail.rate", "messages/s", [500.0], [1000.0], 1000, peer=True)
    assert (peer.floor, peer.peer) == (None, 1000.0)
    assert cases.table([row, peer]).splitlines()[0].split() == COLUMNS


def test_a_row_about_kills_says_more_in_json_and_as_much_in_the_table():
    lost = cases.Killed("mail.kill", 0, "lost", 0.0, None, 0.0, 10_000, 0.0, doubled=3, flagged=7, kills=400)
    assert {name: asdict(lost)[name] for name in ("value", "doubled", "flagged", "kills")} == {
        "value": 0, "doubled": 3, "flagged": 7, "kills": 400,
    }  # fmt: skip
    assert cases.table([lost]).splitlines()[1].split() == ["mail.kill", "0", "lost", "0.0", "0.0", "10000", "0.0"]


@pytest.mark.django_db
def test_a_cohort_is_planned_and_a_round_is_counted(monkeypatch):
    monkeypatch.setattr("notifications.bell.kick", lambda: True)
    monkeypatch.setattr(diary, "PEOPLE", 7)
    monkeypatch.setattr(diary, "TICKS", 1)
    diary.cohort()
    for _turn in range(2):
        found = diary.plan()
        assert found["planned"] >= 7 * diary.SESSIONS * diary.STEPS
        assert min(found["seconds"], found["bare"], found["mb"]) > 0
    assert diary.wait("50") == {"waiting": 50}
    found = diary.ticks()
    assert found["own_statements"] == 3 < found["statements"]
    assert PlannedMessage.objects.waiting().count() == 50


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_kills_are_counted(monkeypatch, settings):
    settings.LEASE_SECONDS = settings.LEASE_SECONDS
    monkeypatch.setattr("notifications.bell.kick", lambda: True)
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    found = diary.kill("60", "3")
    assert (found["sent"], found["lost"], found["kills"]) == (60, 0, 3)


def test_what_stands_inside_the_frame():
    page = f'<main><div class="inner">\n{"<p>x</p>" * 20}</div>\n  </div></main></div>'
    assert cases.inside(page) == "<p>x</p>" * 20 + "</div>"
    with pytest.raises(Problem):
        cases.inside("<main></main>")


@pytest.fixture
def server():
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            found = self.path == "/there"
            self.send_response(200 if found else 404)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

        def do_POST(self):
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            token = sent.partition("=")[2]
            right = f"csrftoken={token}" in self.headers["Cookie"] and self.path.startswith("/join/")
            self.send_response(200 if right else 403)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *words):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_readers_count_every_answer_and_refuse_a_broken_page(server):
    measured = load.press(server, "/there", "a=b", seconds=0.1, readers=2)
    assert measured.times
    assert measured.percentile(0.95) <= max(measured.times)
    with pytest.raises(load.Broken, match="404"):
        load.press(server, "/not-there", "a=b", seconds=0.1, readers=2)


def test_a_storm_presses_each_button_once_and_breaks_with_the_first_error(server):
    measured = load.storm(server, [(f"/join/{number}/", "a=b") for number in range(20)], readers=3)
    assert len(measured.times) == 20
    with pytest.raises(load.Broken, match="a press"):
        load.storm(server, [("/join/1/", "a=b"), ("/refused/", "a=b")], readers=1)


@pytest.mark.django_db
def test_everybody_in_the_storm_is_written_down_once(monkeypatch):
    monkeypatch.setattr("notifications.bell.kick", lambda: True)
    monkeypatch.setattr(seed, "analyze", lambda: None)
    made = seed.storm("4")
    page, cookie = made["page"]
    assert len(cases.inside(Client(headers={"cookie": cookie}).get(page).content.decode())) > 100
    for _turn in range(2):
        for path, mine in made["presses"]:
            assert Client(headers={"cookie": mine} if mine else {}).post(path).status_code in (200, 302)
    assert seed.came(made["session"]) == {"came": 4}


@pytest.fixture
def counter():
    """The mail server that only counts; its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.mail", str(port)], cwd=REPOSITORY)
    wait_for(lambda: listens(port), 20)
    yield port
    process.terminate()
    process.wait(10)


def listens(port):
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.django_db(transaction=True)
def test_the_peer_and_the_floor_of_sending_hand_over_every_letter(counter):
    with closing(connect(connection.settings_dict["NAME"])) as there:
        address = there.dsn
    try:
        for push in (
            lambda: mail.push(counter, 50, 900),
            lambda: mail.push_marked(counter, 50, 900, address),
            lambda: mail.push_marked(counter, 50, 900, address),
        ):
            waiting = mail.Waiting(counter, 50)
            push()
            seconds, size = waiting.result()
            assert seconds > 0
            assert 800 < size < 1000
        with connection.cursor() as cursor:
            cursor.execute("SELECT state, count(*) FROM bench_letter GROUP BY state")
            assert cursor.fetchall() == [("sent", 50)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_letter")


@pytest.mark.django_db
def test_every_page_that_is_measured_answers_among_more_rows_as_well(monkeypatch):
    monkeypatch.setattr("notifications.bell.kick", lambda: True)
    monkeypatch.setattr(seed, "analyze", lambda: None)
    world = seed.world()
    assert set(world["pages"]) == set(cases.PAGES)

    def rows_on_the_board() -> int:
        for path, cookie in world["pages"].values():
            client = Client(headers={"cookie": cookie})
            answer = client.get(path)
            assert answer.status_code == 200, path
            shown = cases.inside(answer.content.decode())
        return shown.count('<tr id="row-')

    few, many = 20, 52
    seed.applications(str(few))
    assert rows_on_the_board() == few
    seed.hundred(2)
    seed.applications(str(many))
    assert rows_on_the_board() == 50, "a page of them"


@pytest.mark.django_db
def test_a_report_of_six_hundred_lines_is_taken_in_by_what_is_measured():
    found = seed.report("1")
    assert (found["lines"], found["came"]) == (cases.REPORT_LINES, cases.REPORT_LINES // 2)


@pytest.mark.django_db
def test_two_thousand_people_are_taken_in_by_what_is_measured(monkeypatch):
    monkeypatch.setattr("jobs.services.call_to_work", lambda: True)  # put back afterwards: the case sets it for good
    monkeypatch.setattr("notifications.bell.kick", lambda: True)
    found = seed.people("1")
    assert found["taken"] == cases.TABLE_ROWS == Invitation.objects.waiting().count() == 2000
    assert {name: value > 0 for name, value in found.items()} == dict.fromkeys(("seconds", "bare", "mb", "taken"), True)
