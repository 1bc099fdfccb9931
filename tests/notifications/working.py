"""`celery -A tests.notifications.working worker`: the worker of the product, which knows the kinds of messages of these tests."""

import django

django.setup()

from django.conf import settings  # noqa: E402  (it wants Django to be there)

from config.celery import app  # noqa: E402, F401
from tests.notifications import trial  # noqa: E402

trial.register()
trial.use_templates(settings)
