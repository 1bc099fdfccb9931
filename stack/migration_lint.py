"""Whether the product of yesterday still runs on the tables of today: `python -m stack.migration_lint`.

The linter is called from here, so that it need not stand among the rooms.
"""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.apps import apps
from django_migration_linter import MigrationLinter

from stack import REPOSITORY


def our_rooms() -> list[str]:
    """The labels of the apps that live in this repository."""
    return [config.label for config in apps.get_app_configs() if Path(config.path).parent == REPOSITORY]


def main() -> int:
    """Lint every migration of ours but the first of each room, which no old code has met."""
    django.setup()
    linter = MigrationLinter(
        str(REPOSITORY), include_apps=our_rooms(), no_cache=True, ignore_initial_migrations=True, quiet=["ok", "ignore"]
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return 1 if linter.has_errors else 0


if __name__ == "__main__":
    sys.exit(main())
