"""The tool room: starting, stopping and testing the product on one machine.

Not a Django app. Nothing in here is imported by the product itself; it only
makes an environment (`environment.py`) and starts processes in it.
"""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
