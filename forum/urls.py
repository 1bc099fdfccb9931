from django.urls import path
from django.utils.translation import gettext_lazy as _

from forum import views

urlpatterns = [
    path(_("forum/"), views.home, name="forum_home"),
    path(_("forum/posts/<uuid:post_id>/take-back/"), views.take_back, name="forum_take_back"),
    path(_("forum/posts/<uuid:post_id>/hide/"), views.hide, name="forum_hide"),
    path(_("forum/posts/<uuid:post_id>/show/"), views.show, name="forum_show"),
    path(_("cohorts/<uuid:cohort_id>/forum/"), views.forum, name="forum"),
    path(_("cohorts/<uuid:cohort_id>/forum/<slug:key>/"), views.board, name="forum_board"),
    path(_("cohorts/<uuid:cohort_id>/forum/<slug:key>/new/"), views.new, name="forum_new"),
    path(_("cohorts/<uuid:cohort_id>/forum/<slug:key>/<uuid:thread_id>/"), views.thread, name="forum_thread"),
]
