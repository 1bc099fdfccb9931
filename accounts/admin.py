"""What of people stands in the back office (accounts.back_office says who comes in)."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import MemberCard, User

# Keys of second factors are nobody's to read or change, and organisations stand in the settings (config.sso).
if admin.site.is_registered(Authenticator):
    admin.site.unregister(Authenticator)


for _model in (SocialApp, SocialToken, SocialAccount):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


@admin.register(User)
class PersonAdmin(UserAdmin):
    """People, without when they signed in last: nobody is timed."""

    ordering = ("name",)
    list_display = ("name", "email", "language", "city", "is_active", "is_staff")
    list_filter = ("language", "is_active", "is_staff")
    search_fields = ("name", "email")
    readonly_fields = ("time_zone", "welcomed_at", "created_at")
    fieldsets = (
        (None, {"fields": ("name", "email", "password", "language", "city", "time_zone")}),
        ("Settings", {"fields": ("larger_text", "is_active", "is_staff", "is_superuser")}),
        ("History", {"fields": ("welcomed_at", "created_at")}),
    )
    add_fieldsets = ((None, {"fields": ("name", "email", "password1", "password2")}),)
    filter_horizontal = ()


@admin.register(MemberCard)
class MemberCardAdmin(admin.ModelAdmin):
    list_display = ("user", "version", "created_at", "expires_at", "revoked_at")
    fields = readonly_fields = ("user", "version", "created_at", "expires_at", "revoked_at", "made_by")

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
