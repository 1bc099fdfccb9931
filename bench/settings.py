"""Production's settings, and the floor's door beside the product's. Never used by anything else."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.production import *  # noqa: F403
from config.settings.production import BASE_DIR, TEMPLATES, env

if not env.bool("BENCH", default=False):
    raise ImproperlyConfigured("These settings are the benchmark's: they need BENCH=1.")
ROOT_URLCONF = "bench.urls"
TEMPLATES[0]["DIRS"].append(BASE_DIR / "bench" / "templates")
CALENDAR_ASKS = 10**9
