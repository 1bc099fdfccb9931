"""Signing in with an organisation's own account. Without language: the organisation knows one address to lead back to."""

from django.urls import path

from accounts import sso_views

# allauth's names: it asks for them.
urlpatterns = [
    path("<slug:provider_id>/", sso_views.begin, name="openid_connect_login"),
    path("<slug:provider_id>/callback/", sso_views.finish, name="openid_connect_callback"),
]
