"""Settings of an installation. Everything local comes from the environment (docs/operations.md lists the names)."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sanzhi.domain.problems import Problem, declare
from sanzhi.kit.registry import mechanism_packages
from sanzhi.steering import steering_packages

declare(
    "settings",
    {
        "database_url": "SANZHI_DATABASE_URL 读不懂。请写成 postgresql://用户:口令@主机:5432/库名，口令里的特殊字符用 % 编码；"
        "用 SQLite 就不要设它。",
        "secret_key": "密钥文件“{name}”是空的。请放回原来的 secret.key；新装的系统，删掉这个空文件再运行。",
    },
)
ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("SANZHI_HOME", ROOT / "var"))
DEBUG = os.environ.get("SANZHI_DEBUG", "") == "1"


def _secret_key() -> str:
    """The installation's secret: from the environment, else made once and kept in the data folder (mode 600)."""
    if given := os.environ.get("SANZHI_SECRET_KEY"):
        return given
    kept = HOME / "secret.key"
    if not kept.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a key of which a crash kept nothing, or which another process reads half, is none.
        with tempfile.NamedTemporaryFile("w", dir=HOME, prefix=".secret-", encoding="ascii") as f:
            f.write(secrets.token_urlsafe(50))
            f.flush()
            os.fsync(f.fileno())
            try:
                os.link(f.name, kept)
            except FileExistsError:
                pass
    key = kept.read_text(encoding="ascii").strip()
    if not key:
        raise Problem("settings.secret_key", name=str(kept))
    return key


def _database(url: str) -> dict:
    """SQLite in the data folder, or PostgreSQL where SANZHI_DATABASE_URL says so."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "sanzhi.sqlite3",
            "OPTIONS": {
                # IMMEDIATE: writers queue instead of failing; FULL: what was acknowledged survives a power cut.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
            },
        }
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
        options = dict(p.split("=", 1) for p in parts.query.split("&") if p)
    except ValueError:
        raise Problem("settings.database_url") from None
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name:
        raise Problem("settings.database_url")
    host = unquote(options.pop("host", parts.hostname or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("SANZHI_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("SANZHI_ORIGINS", "").split(",") if o]
DATABASES = {"default": _database(os.environ.get("SANZHI_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "sanzhi.foundation.clock",
    "sanzhi.foundation.ui",
    "sanzhi.foundation.audit",
    "sanzhi.foundation.privacy",
    "sanzhi.foundation.orgs",
    "sanzhi.foundation.people",
    "sanzhi.foundation.accounts",
    "sanzhi.foundation.files",
    "sanzhi.kit",
    "sanzhi.kit.ledger",
    "sanzhi.kit.ledger.events",
    "sanzhi.kit.measures",
    "sanzhi.kit.receipts",
    *mechanism_packages(),
    *steering_packages(),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sanzhi.config.middleware.ContentPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sanzhi.config.middleware.StrayRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "sanzhi.foundation.clock.middleware.ClockMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Denied by default: a view that strangers may see says so with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sanzhi.config.middleware.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_USER_MODEL = "accounts.User"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "sanzhi.foundation.accounts.views.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# It would keep when each person came and went: no trace of time on line.
AXES_DISABLE_ACCESS_LOG = True
# Fifteen minutes are fifteen minutes, also for who tries again meanwhile; what was typed is not kept.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "again", "csrfmiddlewaretoken"]
PASSWORD_HASHERS = ["sanzhi.foundation.accounts.hashers.SmallArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("SANZHI_HTTPS", "") == "1"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

ROOT_URLCONF = "sanzhi.config.urls"
WSGI_APPLICATION = "sanzhi.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "sanzhi" / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "sanzhi.config.shell.shell",
            ],
        },
    }
]
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [ROOT / "sanzhi" / "locale"]
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MANIFEST_STRICT = False
# Off: phones drop what they keep for work without a signal, and their service worker (the switch of docs/operations.md).
OFFLINE = os.environ.get("SANZHI_OFFLINE", "") != "off"
SENDS_PER_MINUTE = int(os.environ.get("SANZHI_SENDS_PER_MINUTE", "240"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_PERMISSIONS = 0o600
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
