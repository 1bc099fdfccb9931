"""Exit 0 when this machine's pages say that they are well: for the health check of the container."""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit


def main() -> int:
    site = urlsplit(os.environ.get("SITE_URL", "http://localhost:8000"))
    port = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/healthz", headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme}
    )
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # nosec B310
            return 0 if answer.status == 200 else 1
    except (OSError, urllib.error.HTTPError):
        return 1


if __name__ == "__main__":
    sys.exit(main())
