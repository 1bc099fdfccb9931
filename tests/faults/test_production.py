"""A real installation: what docker-compose.yml says, started part by part under the production settings."""

import http.client
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from stack import REPOSITORY
from tests.faults.production import (
    COMPOSE,
    OURS,
    PARTS,
    SECRETS,
    Installation,
    connect,
    env_file,
    fresh_database,
    told,
    wait_for,
)

pytestmark = pytest.mark.faults

BEGIN = ("manage.py", "begin", "--programme", "Talk Safe", "--planner", "paula.roy@example.ca")
# Begins, then names every module of the demo that was loaded on the way, the pages' included.
WITHOUT_DEMO = """
import sys, django
django.setup()
from django.core.management import call_command
import config.urls, config.celery, config.wsgi
call_command("begin", programme="Talk Safe", planner=["paula.roy@example.ca"])
print([name for name in sys.modules if name.startswith("desk.demo")])
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    place = tmp_path_factory.mktemp("production")
    with fresh_database() as name:
        running = Installation(place, name)
        try:
            running.build()
            assert running.start("migrate").wait(60) == 0, running.log("migrate").read_text()
            for part in ("web", "worker", "beat"):
                running.start(part)
            wait_for(lambda: answers(running))
            yield running
        finally:
            running.end()


def ask(installation, path, *, scheme="https", **headers):
    """What a reader behind our proxy gets."""
    line = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=20)
    proxy = {"Host": "collaborative.example", "X-Forwarded-Proto": scheme, "X-Forwarded-For": "203.0.113.7"}
    line.request("GET", path, headers=proxy | {k.replace("_", "-"): v for k, v in headers.items()})
    answer = line.getresponse()
    answer.text = answer.read()
    line.close()
    return answer


def answers(installation):
    assert installation.running["web"].poll() is None, installation.log("web").read_text()
    try:
        return ask(installation, "/healthz").status == 200
    except OSError:
        return False


def test_the_pages_are_well(installation):
    assert ask(installation, "/healthz").status == 200
    health = installation.run("deploy/healthy.py", part="web")
    assert health.returncode == 0, health.stderr


@pytest.mark.parametrize(("path", "language"), [("/", "en-CA"), ("/fr/", "fr-CA")])
def test_a_page_in_both_languages_with_its_headers(installation, path, language):
    page = ask(installation, path)
    assert page.status == 200
    assert f'lang="{language}"'.encode() in page.text
    told_headers = {name.lower(): value for name, value in page.getheaders()}
    assert told_headers["strict-transport-security"] == "max-age=31536000"
    assert "script-src 'self'" in told_headers["content-security-policy"]
    assert told_headers["x-frame-options"] == "DENY"
    assert told_headers["x-content-type-options"] == "nosniff"
    assert told_headers["referrer-policy"] == "same-origin"


def test_static_files_come_compressed_from_what_the_image_collected(installation):
    page = ask(installation, "/").text.decode()
    sheets = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert sheets
    for sheet in sheets:
        answer = ask(installation, sheet, Accept_Encoding="gzip")
        assert answer.status == 200
        assert answer.getheader("Content-Encoding") == "gzip"


def test_plain_http_is_sent_to_https_and_a_strange_host_away(installation):
    answer = ask(installation, "/", scheme="http")
    assert (answer.status, answer.getheader("Location")) == (301, "https://collaborative.example/")
    assert ask(installation, "/", Host="elsewhere.example").status == 400


def test_cookies_are_secure(installation):
    page = ask(installation, "/accounts/login/")
    assert page.status == 200
    cookies = [value for name, value in page.getheaders() if name.lower() == "set-cookie"]
    assert cookies
    assert all("Secure" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_begin_invites_the_planner_by_a_mail_that_the_worker_sends(installation):
    done = installation.run(*BEGIN)
    assert done.returncode == 0, done.stderr
    link = re.search(r"https://collaborative\.example(/invitation/\S+)", done.stdout)
    (letter,) = wait_for(installation.sink.letters, 30)
    assert "X-Envelope-To: paula.roy@example.ca" in letter
    assert ask(installation, link[1]).status == 200
    again = installation.run(*BEGIN)
    assert again.returncode == 1
    assert again.stderr.startswith("CommandError: This database is not empty, ")
    assert again.stderr.count("\n") == 1


def test_the_bell_rings_by_itself(installation):
    def last_tick():
        connection = connect(installation.database)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT last_tick FROM message_tick")
                return (cursor.fetchone() or [None])[0]
        finally:
            connection.close()

    first = wait_for(last_tick, 40)
    wait_for(lambda: last_tick() > first, 40)


def test_nothing_complains(installation):
    for part in ("web", "worker", "beat"):
        words = installation.log(part).read_text()
        assert "Traceback" not in words
        assert "ERROR" not in words


def test_begin_loads_no_code_of_the_demo(tmp_path):
    with fresh_database() as name:
        empty = Installation(tmp_path, name)
        try:
            assert empty.run("manage.py", "migrate", "--noinput").returncode == 0
            done = empty.run("-c", WITHOUT_DEMO)
        finally:
            empty.end()
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"DEBUG": "1"}, "DEBUG is on"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY (or SECRET_KEY_FILE) is missing or shorter than 32 characters."),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
        ({"TICK_SECONDS": "1"}, "TICK_SECONDS is below 10 seconds"),
        ({"LEASE_SECONDS": "5"}, "LEASE_SECONDS is below 60 seconds"),
    ],
)
def test_settings_refuse_what_is_unsafe(more, sentence):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=REPOSITORY, env=told("web") | {"PATH": "/usr/bin:/bin"} | more,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode != 0
    assert sentence in done.stderr


def manage(folder, text, *words):
    """What deploy/manage says with that environment file and no other environment."""
    file = folder / "collaborative.env"
    file.write_text(text)
    return subprocess.run(
        [REPOSITORY / "deploy" / "manage", *words], cwd="/", capture_output=True, text=True,
        env={"ENVIRONMENT_FILE": str(file), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
    )  # fmt: skip


def test_cron_reads_the_file_that_systemd_and_compose_read(tmp_path):
    filled = {
        "SECRET_KEY": "k" * 40 + " $(touch harm);&<'", "DATABASE_URL": '"postgres://lc:sesame@127.0.0.1:5432/lc"',
        "DATA_DIR": str(tmp_path),
    }  # fmt: skip
    text = "\n".join(f"{name}={value}" for name, value in (env_file() | filled).items())
    asked = ["DEFAULT_FROM_EMAIL", "SECRET_KEY", "DATABASE_URL"]
    done = manage(tmp_path, f"# the example, filled in\n\n{text}", "check")
    assert done.returncode == 0, done.stderr
    words = "import json, os; print(json.dumps(dict(os.environ)))"
    told_ = json.loads(manage(tmp_path, text, "shell", "--no-imports", "-c", words).stdout)
    assert [told_[name] for name in asked] == [
        "Action Series <series@collaborative.example>", filled["SECRET_KEY"], filled["DATABASE_URL"].strip('"'),
    ]  # fmt: skip
    assert not (REPOSITORY / "harm").exists()


def test_a_real_installation_lets_no_demo_in(tmp_path):
    with fresh_database() as name:
        empty = Installation(tmp_path, name)
        try:
            done = empty.run("manage.py", "demo")
        finally:
            empty.end()
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: DEMO is off")


def test_a_promise_for_other_names_is_made_only_when_asked(tmp_path):
    words = "from django.conf import settings as s; print(s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_PRELOAD)"
    text = "\n".join(f"{name}={value}" for name, value in told("web").items()) + f"\nDATA_DIR={tmp_path}\n"
    shell = ("shell", "--no-imports", "-c", words)
    assert manage(tmp_path, text, *shell).stdout == "31536000 False\n"
    assert manage(tmp_path, text + "HSTS_SECONDS=60\nHSTS_PRELOAD=1\n", *shell).stdout == "60 True\n"


def test_compose_says_what_is_tested_here():
    services = COMPOSE["services"]
    assert set(services) == {*PARTS, "postgres", "valkey"}
    for part in PARTS:
        assert services[part]["user"] == "10001:10001"
        assert services[part]["cap_drop"] == ["ALL"]
        assert services[part]["env_file"] == ".env"
        assert "healthcheck" in services[part]
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]
    assert "USER app" in (REPOSITORY / "deploy" / "Containerfile").read_text()
    # What the tests replace is known to compose, to the image, or a wait with a floor.
    image = set(re.findall(r"(\w+)=", (REPOSITORY / "deploy" / "Containerfile").read_text()))
    assert OURS - {"TICK_SECONDS"} <= set(told("web")) | image


def test_every_name_in_the_example_is_read_by_something_and_stands_in_the_manual():
    manual = (REPOSITORY / "docs" / "operations.md").read_text()
    readers = [*(REPOSITORY / "config").rglob("*.py"), REPOSITORY / "deploy" / "gunicorn.conf.py"]
    code = "".join(path.read_text() for path in readers) + (REPOSITORY / "docker-compose.yml").read_text()
    for name in {*env_file(), *told("web")} - {"DJANGO_SETTINGS_MODULE"}:
        assert re.search(rf'["{{]{name}["}}]', code), name
        assert f"`{name}`" in manual, name


def test_the_example_starts_nothing_before_it_is_filled_in():
    lines = (REPOSITORY / ".env.example").read_text().splitlines()
    assert all(f"{name}=" in lines for name in SECRETS)


@pytest.mark.parametrize("part", ["web", "worker", "beat"])
def test_the_units_without_containers_say_the_same(part):
    script = (REPOSITORY / "deploy" / "part").read_text()
    (said,) = re.findall(rf"    {part}\) exec (.+) ;;", script)
    assert shlex.split(said) == COMPOSE["services"][part]["command"]
