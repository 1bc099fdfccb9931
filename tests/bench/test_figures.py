"""The benchmark's own sums and readers; nothing here asserts a time."""

import http.server
import json
import threading
from dataclasses import asdict

import pytest

from bench import cases, load
from stack.problems import Problem

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
