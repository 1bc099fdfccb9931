from celery import shared_task

from jobs import services


# Longer than any other task may take: the lease of a row, not this limit, says that a worker is gone.
@shared_task(name="jobs.tasks.work", ignore_result=True, time_limit=3600)
def work() -> None:
    """Do what waits."""
    services.work()
