"""The pages. What differs between machines is an environment variable.

No preloading: a connection to the database must not cross a fork.
"""

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")  # a proxy stands in front; a container says 0.0.0.0
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
# A page never takes this long; a worker that does is ended and replaced.
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
# Heartbeats of the workers go to memory, not to a disk that may be slow or full.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # nosec B108
# Paths carry tokens: no access log here. Errors go to standard error.
accesslog = None
errorlog = "-"
control_socket_disable = True
