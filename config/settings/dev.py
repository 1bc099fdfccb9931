"""What `python3 start.py` runs: the real thing on this computer, DEBUG still off unless asked for."""

from config.settings.base import *  # noqa: F403
from config.settings.base import STATIC_ROOT

# Nothing is collected here; whitenoise warns about a folder that is not there.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
