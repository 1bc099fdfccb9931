"""Settings of the test suite: real PostgreSQL and a real Redis-compatible server, cheap passwords, short waits."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("SITE_URL", "http://localhost:8000")

# Tests run at any hour; those of quiet hours set their own.
os.environ.setdefault("QUIET_HOURS", "")

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, STATIC_ROOT, env

PUSH_PLAIN_LOOPBACK = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if template := env.str("TEST_DATABASE_TEMPLATE", default=""):
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}
DATABASES["default"]["CONN_MAX_AGE"] = 0
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Each test client would look through all files of ours when it begins; so they are found when somebody asks.
WHITENOISE_AUTOREFRESH = True
