"""Celery is the bell, never the diary: one beat entry, nothing of value in the broker (docs/decisions/0002-bell-and-diary.md)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("collaborative")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
