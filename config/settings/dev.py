"""What `python3 start.py` runs: the real thing on this computer, DEBUG still off unless asked for."""

from config.settings.base import *  # noqa: F403
