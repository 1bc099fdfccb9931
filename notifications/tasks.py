from celery import shared_task

from notifications import sweep, worker


@shared_task(name="notifications.tasks.tick", ignore_result=True)
def tick() -> None:
    """Look for what is due; asked to end, finish the message in hand."""
    sweep.tick(stop=worker.is_ending)
