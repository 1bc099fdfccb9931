"""Rows for tests, by small plain makers. They live with the demo, which is made by the same hand."""

from desk.demo.make import *  # noqa: F403
