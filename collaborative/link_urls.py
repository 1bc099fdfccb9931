"""Links that ask one thing: at the root and without a language, since mails name them."""

from django.urls import path

from collaborative import views

urlpatterns = [
    path("<str:token>/", views.one_thing_page, name="one_thing"),
    path("<str:token>/not-me/", views.not_me, name="one_thing_not_me"),
]
