from celery import shared_task

from notifications import sweep


@shared_task(name="notifications.tasks.tick", ignore_result=True)
def tick() -> None:
    """Look for what is due."""
    sweep.tick()
