"""Pages about oneself. Signing in has its own (``accounts.sign_in_urls``)."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts import views

urlpatterns = [
    path(_("me/"), views.me, name="me"),
    path(_("me/who-sees-me/"), views.who_sees_me, name="who_sees_me"),
    path(_("me/messages/"), views.my_messages, name="my_messages"),
    path(_("me/data/"), views.my_data, name="my_data"),
    path(_("me/second-step/later/"), views.second_factor_later, name="second_factor_later"),
    path(_("me/language/"), views.switch_language, name="switch_language"),
    path(_("me/draft/"), views.draft, name="draft"),
    path(_("me/draft/discard/"), views.discard_draft, name="draft_discard"),
]
