"""Settings of the test run: the application's own, over a fresh state folder, relaxed where only tests may.

The folder has to be named before the application's settings are read, and pytest-django reads them before it
loads any conftest.py; hence this module.
"""

import atexit
import os
import shutil
import tempfile

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

# Each pytest process gets a folder of its own; commands that a test starts inherit the folder of their test.
if os.environ.get("TOWNSHIP_TEST_WORKER") != _WORKER:
    for _name in [name for name in os.environ if name.startswith("TOWNSHIP_") and name != "TOWNSHIP_CI"]:
        del os.environ[_name]
    _var = tempfile.mkdtemp(prefix="township-test-")
    os.environ |= {"TOWNSHIP_TEST_WORKER": _WORKER, "TOWNSHIP_VAR": _var}
    atexit.register(shutil.rmtree, _var, ignore_errors=True)

from township.settings import *  # noqa: E402

# Hashing a password slowly is the point in production and a waste here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Pages are tested from the sources, without a collected and hashed copy.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
