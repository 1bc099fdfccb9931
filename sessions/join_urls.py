"""The links with which people join without signing in: at the root and without a language, since mails name them."""

from django.urls import path

from sessions.views import links

urlpatterns = [
    path("guest/<str:secret>/", links.guest_join, name="guest_join"),
    path("<str:token>/", links.personal_join, name="personal_join"),
    path("<str:token>/colleague/", links.personal_colleague, name="personal_colleague"),
    path("<str:token>/room/", links.personal_room, name="personal_room"),
]
