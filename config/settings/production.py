"""Settings of a real installation. Refuses to start on what would be unsafe, with one sentence each."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import DEBUG, DEMO, SECRET_KEY, STATIC_ROOT, TEMPLATES, WAIT_FLOORS, env

if DEBUG:
    raise ImproperlyConfigured("DEBUG is on: production settings refuse it.")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY (or SECRET_KEY_FILE) is missing or shorter than 32 characters.")
if not env.str("DATABASE_URL", default=""):
    raise ImproperlyConfigured("DATABASE_URL is missing: name the PostgreSQL server.")
for _name, _floor in WAIT_FLOORS.items():
    if globals()[_name] < _floor and not env.bool("ALLOW_SHORT_WAITS", default=False):
        raise ImproperlyConfigured(f"{_name} is below {_floor} seconds, which is for tests only.")

# Whether names below this one, and browsers' lists, are promised https is for the installation's owner to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# Collected and compressed while the image is built; where nothing was collected they are found in their rooms.
WHITENOISE_USE_FINDERS = not (STATIC_ROOT.is_dir() and any(STATIC_ROOT.iterdir()))

DEMO_DOORS = DEMO
if not DEMO:
    TEMPLATES[0]["OPTIONS"]["context_processors"].remove("desk.demo.context.people")
