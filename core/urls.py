"""Pages that belong to no room."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from core import views

urlpatterns = [
    path(_("design/"), views.design, name="design"),
    path(_("more/"), views.more, name="more"),
]
