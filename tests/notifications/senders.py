"""`python -m tests.notifications.senders COUNT [POINT]`: real sender processes, each replaced when it dies.

They run `manage.py send_due --loop`. Forked from one process that has loaded Django, so that a new one is there in
milliseconds. It says on its output "pid N" for each sender. With POINT (see notifications.delivery.checkpoint), a
sender that comes to this point says "at POINT N" and stops there until it is killed.

CLOCK in the environment, "21600,-7200,0": before each round the clock of the sender is put so many seconds away from the
true one, one after the other and over again.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import signal
import sys
import time


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def send(point: str) -> None:
    """What a sender does for the rest of its life."""
    from django.core.management import call_command

    from notifications import delivery

    def stop_at(name: str) -> None:
        """Stand still until killed; asked to end, go on with the message in hand as a sender does."""
        if name != point:
            return
        asked: list[int] = []
        usual = signal.signal(signal.SIGTERM, lambda number, _frame: asked.append(number))
        say(f"at {point} {os.getpid()}")
        while not asked:
            time.sleep(0.02)
        signal.signal(signal.SIGTERM, usual)
        os.kill(os.getpid(), signal.SIGTERM)

    if point:
        delivery.checkpoint = stop_at
    if clock := os.environ.get("CLOCK"):
        put_wrong([float(seconds) for seconds in clock.split(",")])
    call_command("send_due", "--loop")


def put_wrong(seconds: list[float]) -> None:
    """Let the clock of this process jump before each round."""
    import time_machine

    from notifications import sweep

    true = time.clock_gettime
    going_round, ways = sweep.tick, itertools.cycle(seconds)
    shown: list[time_machine.travel] = []

    def tick(**more) -> int:
        for one in shown:
            one.stop()
        now = dt.datetime.fromtimestamp(true(time.CLOCK_REALTIME), dt.UTC) + dt.timedelta(seconds=next(ways))
        shown[:] = [time_machine.travel(now)]
        shown[0].start()
        return going_round(**more)

    sweep.tick = tick


def main(count: int, point: str) -> None:
    import django

    django.setup()
    from django.conf import settings

    from tests.notifications import trial

    trial.register()
    trial.use_templates(settings)
    children: set[int] = set()
    ending = False

    def end(*_args) -> None:
        nonlocal ending
        ending = True
        for pid in children:
            os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    while not ending or children:
        while len(children) < count and not ending:
            # A child must never run this process's handler: until it has its own, the signal waits.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
            pid = os.fork()
            if pid == 0:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
                try:
                    send(point)
                finally:
                    os._exit(0)
            children.add(pid)
            say(f"pid {pid}")
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        # Asked again and again: a signal that comes just before one waits for good would not be seen until a child ends.
        pid, _status = os.waitpid(-1, os.WNOHANG)
        children.discard(pid)
        if not pid:
            time.sleep(0.005)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
