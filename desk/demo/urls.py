"""The doors of the demo, at the root and without a language: scripts and mails name them."""

from django.urls import path

from desk.demo import views

urlpatterns = [
    path("demo/sign-in/", views.sign_in, name="demo_sign_in"),
    path("demo/mail/", views.letters, name="demo_mail"),
    path("demo/mail/<str:name>/", views.letter, name="demo_letter"),
    path("demo/meeting/", views.meeting, name="demo_meeting"),
]
