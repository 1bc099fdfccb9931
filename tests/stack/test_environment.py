"""The environment of a child: one contract, whatever the person has set."""

from pathlib import Path

import environ
import psycopg2.extensions
import pytest

from stack.data_folder import DataFolder
from stack.environment import broker_url, child_environment, database_url, given_addresses, port_of, redis_url
from stack.problems import Problem


def made(tmp_path, base, **changes):
    chosen = {"port": 8000, "settings": "config.settings.dev", "addresses": {}, "demo": True} | changes
    return child_environment(DataFolder(tmp_path), base=base, **chosen)


def test_a_child_is_told_everything(tmp_path):
    environment = made(tmp_path, {"PATH": "/bin"}, port=8123, addresses={"EMAIL_URL": "smtp://127.0.0.1:25"})
    assert environment == {
        "PATH": "/bin",
        "EMAIL_URL": "smtp://127.0.0.1:25",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DATA_DIR": str(tmp_path),
        "PORT": "8123",
        "SITE_URL": "http://localhost:8123",
        "SECRET_KEY_FILE": str(tmp_path / "secret-key"),
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


def test_variables_that_lead_to_another_server_are_left_out(tmp_path):
    environment = made(tmp_path, {"PGHOST": "elsewhere", "PGPASSWORD": "x", "PYTHONHOME": "/elsewhere"})
    assert not {"PGHOST", "PGPASSWORD", "PYTHONHOME"} & environment.keys()


def test_what_the_person_has_set_stays(tmp_path):
    environment = made(tmp_path, {"SITE_URL": "https://x.example", "SECRET_KEY_FILE": "/k"}, demo=False)
    assert environment["SITE_URL"] == "https://x.example"
    assert environment["SECRET_KEY_FILE"] == "/k"
    assert environment["DEMO"] == "0"
    assert "ALLOWED_HOSTS" not in environment


def test_an_address_that_is_empty_is_not_given():
    assert given_addresses({"DATABASE_URL": "", "REDIS_URL": "redis://r"}) == {"REDIS_URL": "redis://r"}


@pytest.mark.parametrize("folder", ["/var/tmp/lc/sockets", "/home/ann bee/été/sockets"])
def test_django_and_libpq_read_the_address_of_the_database_alike(folder):
    url = database_url(Path(folder), "lc")
    django = environ.Env.db_url_config(url)
    assert (django["NAME"], django["USER"], django["HOST"]) == ("lc", "lc", "")
    assert django["OPTIONS"] == {"host": folder}
    libpq = psycopg2.extensions.parse_dsn(url)
    assert (libpq["dbname"], libpq["user"], libpq["host"]) == ("lc", "lc", folder)


def test_cache_and_broker_are_one_server_with_two_names(tmp_path):
    assert redis_url(tmp_path / "v.sock") == f"unix://{tmp_path}/v.sock?db=1"
    assert broker_url(tmp_path / "v.sock") == f"redis+socket://{tmp_path}/v.sock"


@pytest.mark.parametrize(("text", "port"), [(None, 8000), ("", 8000), ("80", 80), ("65535", 65535)])
def test_the_port(text, port):
    assert port_of({} if text is None else {"PORT": text}) == port


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "8000.5"])
def test_a_port_that_is_none_is_refused(text):
    with pytest.raises(Problem, match="between 1 and 65535"):
        port_of({"PORT": text})
