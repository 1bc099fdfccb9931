"""`manage.py forget`: a person wants everything about them to be gone (docs/erasure.md)."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from accounts import services
from accounts.management.who import add_who, find, is_nobodys
from core.refusals import Refused


class Command(BaseCommand):
    help = (
        "Erase a person: everything kept about them is emptied, in every room. It cannot be undone. Somebody without an "
        "account (named in an application, a visitor who wrote) is erased by the address."
    )

    def add_arguments(self, parser) -> None:
        add_who(parser)
        parser.add_argument("--yes", action="store_true", help="do it; without it, only say what there is")

    def handle(self, *args, **options) -> None:
        if is_nobodys(options["who"]):
            self._forget_address(options["who"], do=options["yes"])
            return
        user = find(options["who"])
        if user.forgotten_at:
            raise CommandError("This person was forgotten already.")
        if not options["yes"]:
            self._tell(services.everything_about(user))
            self.stdout.write(
                "Nothing was done. Say --yes to erase all of it; take a copy for the person first (/me/)."
            )
            return
        try:
            services.forget(user, by=None)
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(f"Done. What stays is the empty row {user.pk}; backups keep the rest until they run out.")

    def _forget_address(self, address: str, *, do: bool) -> None:
        if do:
            services.forget_address(address)
            self.stdout.write("Done. Backups keep the rest until they run out.")
            return
        told = services.everything_about_address(address)
        if not told:
            raise CommandError(f"Nobody here has the address or key “{address}”, and nothing is kept about it.")
        self._tell(told)
        self.stdout.write("Nobody has an account with this address. Nothing was done. Say --yes to erase all of it.")

    def _tell(self, everything: dict[str, dict]) -> None:
        for room, told in everything.items():
            self.stdout.write(f"{room}: {', '.join(f'{key} {_size(value)}' for key, value in told.items())}")
        self.stdout.write("")


def _size(value) -> str:
    return str(len(value)) if isinstance(value, list | dict) else ("yes" if value else "no")
