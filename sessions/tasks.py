from celery import shared_task

from sessions.meetings import keeping


@shared_task(name="sessions.tasks.keep_meetings", ignore_result=True, time_limit=3600)
def keep_meetings() -> None:
    """Let the meetings at services agree with our sessions."""
    keeping.work()
