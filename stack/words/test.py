"""Run the tests (--everywhere, --browser, --faults, --deep, --without-browser; the rest goes to pytest)."""

from stack.testing import main

__all__ = ["main"]
