"""The entry point of the web server."""

import os
import sys

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from township.base.crypto import UnreadableSecret
from township.base.key_check import check_keys
from township.env import WrongEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "township.settings")
# Gunicorn ends at once on this status, and starts the worker again and again on any other.
WORKER_BOOT_ERROR = 3


def start() -> WSGIHandler:
    """Return the application; end the process with a message where environment or keys are wrong."""
    try:
        application = get_wsgi_application()
        check_keys()
    except (WrongEnvironment, UnreadableSecret) as error:
        print(error, file=sys.stderr)
        sys.exit(WORKER_BOOT_ERROR)
    return application


application = start()
