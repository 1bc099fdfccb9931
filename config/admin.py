"""Which site the back office is. Stands here, since it must be known before any room is loaded."""

from django.contrib.admin.apps import AdminConfig


class BackOfficeConfig(AdminConfig):
    default_site = "accounts.back_office.BackOffice"
