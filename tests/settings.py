"""Settings under test: the house's own, on a data folder of this process and a database by SANZHI_TEST_DATABASE.

SANZHI_TEST_DATABASE is `sqlite` (the default) or `postgresql`; the latter starts a server that comes inside a wheel,
once per run: the processes of pytest-xdist inherit its address.
"""

import os
import tempfile

# Named, not made: conftest.py makes it for pytest; a program that only reads these settings (mypy) leaves no trace.
HOME_OF_TESTS = os.path.join(tempfile.gettempdir(), f"sanzhi-test-{os.getuid()}-{os.getpid()}")
os.environ["SANZHI_HOME"] = HOME_OF_TESTS
os.environ["SANZHI_SECRET_KEY"] = "only-for-tests-" + "0" * 40
if os.environ.get("SANZHI_TEST_DATABASE", "sqlite") == "postgresql":
    from tests import postgres  # only here: it looks at the machine as it is loaded

    os.environ["SANZHI_DATABASE_URL"] = postgres.url_of_this_run()
else:
    os.environ.pop("SANZHI_DATABASE_URL", None)

from sanzhi.config.settings import *

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the threads of a live server then each have their own connection, as in real life.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(HOME_OF_TESTS, "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests sign in by the thousand
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# A room made for the tests: deeds of mechanisms that are still to come (tests/rooms).
INSTALLED_APPS = [*INSTALLED_APPS, "tests.rooms"]
