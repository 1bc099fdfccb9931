from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForumConfig(AppConfig):
    name = "forum"

    def ready(self) -> None:
        from accounts.seen import who_sees_me
        from collaborative import hiding
        from collaborative.opened import opens
        from collaborative.permissions import roles_of
        from core import navigation, registry
        from forum import messages, news, receivers, replies, seen, services  # noqa: F401  (the first and third register themselves)
        from forum.lists import posts_awaiting_look, waiting_line
        from forum.models import Post
        from forum.querysets import FORUM_ROLES
        from notifications import sweep

        registry.may_receive.add("forum.post", Post.objects.may_hear_of)
        registry.may_receive.add(replies.STANDS_SOURCE, Post.objects.may_hear_that_it_stands)
        registry.current_version.add("forum.post", Post.objects.versions)
        registry.hidden_for_now.add("forum.post", Post.objects.hidden_for_now)
        hiding.register("forum.post", waiting=posts_awaiting_look, name=waiting_line)
        registry.handle_reply.add("forum", replies.handle)
        registry.may_receive.add(news.SOURCE, news.may_hear)
        sweep.sweeps.add("forum.news", news.sweep)
        sweep.looks.add("forum.news", news.to_sweep)
        registry.data_of.add("forum", services.data_of)
        registry.forget.add("forum", services.forget)
        navigation.register(
            navigation.Place(
                key="forum",
                label=_("Forum"),
                icon="messages-square",
                url="forum_home",
                order=30,
                bar=True,
                shown=lambda user: any(held.role in FORUM_ROLES for held in roles_of(user)),
                match=("forum*",),
            )
        )
        who_sees_me.add("forum", seen.rows)
        opens.add("forum", seen.opens)
