"""Pages about oneself. Signing in has its own (``accounts.sign_in_urls``)."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts import card_views, consent_views, device_views, file_views, message_views, push_views, seeing_views, views

urlpatterns = [
    path(_("card/"), card_views.card, name="card"),
    path(_("card/first/"), card_views.first_visit, name="card_first"),
    path(_("me/"), views.me, name="me"),
    path(_("me/who-sees-me/"), views.who_sees_me, name="who_sees_me"),
    path(_("me/what-i-see/"), seeing_views.what_i_see, name="what_i_see"),
    path(_("me/evaluation/"), consent_views.my_consent, name="my_consent"),
    path(_("me/devices/"), device_views.my_devices, name="my_devices"),
    path(_("me/devices/others/end/"), device_views.end_other_devices, name="end_other_devices"),
    path(_("me/devices/<int:device_id>/end/"), device_views.end_device, name="end_device"),
    path(_("me/back-to-myself/"), seeing_views.view_as_end, name="view_as_end"),
    path(_("planning/people/<uuid:person_id>/view-as/"), seeing_views.planning_view_as, name="planning_view_as"),
    path(_("me/messages/"), message_views.my_messages, name="my_messages"),
    path(_("me/messages/read/"), message_views.read_all, name="read_all_messages"),
    path(_("me/messages/<uuid:message_id>/"), message_views.my_message, name="my_message"),
    path(_("me/messages/<uuid:message_id>/read/"), message_views.read_one, name="read_message"),
    path(_("me/messages/choose/"), message_views.my_choices, name="my_choices"),
    path(_("me/messages/choose/each/"), message_views.my_kinds, name="my_kinds"),
    path(_("no-more/<str:token>/"), message_views.stop_mail, name="stop_mail"),
    path(_("me/messages/device/"), push_views.push_begin, name="push_begin"),
    path(_("me/messages/device/<uuid:subscription_id>/end/"), push_views.push_end, name="push_end"),
    path(_("me/files/"), file_views.my_files, name="my_files"),
    path(_("me/files/<uuid:job_id>/"), file_views.my_file, name="my_file"),
    path(_("me/files/<uuid:job_id>/stop/"), file_views.stop_job, name="stop_job"),
    path(_("me/data/"), views.my_data, name="my_data"),
    path(_("me/second-step/later/"), views.second_factor_later, name="second_factor_later"),
    path(_("me/language/"), views.switch_language, name="switch_language"),
    path(_("me/draft/"), views.draft, name="draft"),
    path(_("me/draft/discard/"), views.discard_draft, name="draft_discard"),
]
