"""Settings shared by every way of running. Whatever may differ is an environment variable (docs/operations.md)."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import sso

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

# ---------------------------------------------------------------- where and who
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
# Whether the demo's code is loaded at all (its doors answer 404 without DEMO); a real installation loads none.
DEMO_DOORS = True
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".local")))
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
SITE_HOST = SITE_URL.split("//", 1)[1].split("/")[0].rsplit(":", 1)[0]
SECURE_SITE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[SITE_HOST])
if DEMO and SITE_HOST not in {"localhost", "127.0.0.1", "[::1]"}:
    raise ImproperlyConfigured("DEMO lets anybody in as anybody: it runs on this computer only, so SITE_URL must too.")
# How many proxies of ours stand in front and may name the reader's address.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# While this is on, or a file `maintenance` lies in DATA_DIR, every page answers 503.
MAINTENANCE = env.bool("MAINTENANCE", default=False)
# Where the back office stands; an installation may move it out of the way of scanners.
ADMIN_PATH = env.str("ADMIN_PATH", default="admin/").strip("/") + "/"


def _secret_key() -> str:
    """The key from SECRET_KEY, or from the file that the first start made (mode 0600)."""
    if key := env.str("SECRET_KEY", default=""):
        return key
    file = Path(env.str("SECRET_KEY_FILE", default=str(DATA_DIR / "secret-key")))
    return file.read_text().strip() if file.exists() else ""


SECRET_KEY = _secret_key()

# ---------------------------------------------------------------- rooms, top to bottom as in docs/architecture.md
INSTALLED_APPS = [
    "desk",
    "coaching",
    "forum",
    "improvement",
    "sessions",
    "enrolment",
    "surveys",
    "collaborative",
    "accounts",
    "jobs",
    "files",
    "notifications",
    "audit",
    "core",
    "config.admin.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_include_bootstrap",
    "lucide",
    "csp",
]

MIDDLEWARE = [
    # These four surround everything, files and errors included.
    "core.middleware.Envelope",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.Gate",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "collaborative.words.SpokenWords",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sessions_policy.SessionAge",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.twice.Twice",
    "accounts.view_as.OtherEyes",
    "accounts.parked.ParkedPosts",
    "collaborative.closed_pages.ClosedPages",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.page",
                "desk.demo.context.people",
                "accounts.context.person",
            ],
            "builtins": ["core.templatetags.house", "lucide.templatetags.lucide", "django.templatetags.i18n"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# ---------------------------------------------------------------- the diary
DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///collaborative")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)

# ---------------------------------------------------------------- the bell (nothing of value lives there)
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/1")
CACHES = {
    "default": {"BACKEND": "core.cache.PatientRedis", "LOCATION": REDIS_URL, "KEY_PREFIX": "lc"},
    # Counts of tries while Redis is away (core.cache): limits never become "unlimited". core has no tables, so accounts
    # makes this one.
    "limits": {
        "BACKEND": "core.cache.CountingTable",
        "LOCATION": "accounts_limit",
        "KEY_PREFIX": "lc",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="redis://127.0.0.1:6379/0")
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# One try to connect: kombu would otherwise make three, and a silent broker would keep a request for six seconds.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "max_retries": 0,
    "visibility_timeout": 3600,
}

# Waits (seconds unless named). Tests set them small; production refuses values below a floor.
TICK_SECONDS = env.float("TICK_SECONDS", default=60)
LEASE_SECONDS = env.float("LEASE_SECONDS", default=120)
UNDO_SECONDS = env.float("UNDO_SECONDS", default=600)
TAKE_BACK_SECONDS = env.float("TAKE_BACK_SECONDS", default=900)
UNCERTAIN_SECONDS = env.float("UNCERTAIN_SECONDS", default=600)
# A worker that is called and takes nothing for so long ends itself: whoever keeps it running starts it again.
DEAF_SECONDS = env.float("DEAF_SECONDS", default=180)
RETRY_MINUTES = env.list("RETRY_MINUTES", cast=float, default=[1, 5, 15, 60, 240])
# How often an hour one address of a calendar may be asked: more is a program gone wild.
CALENDAR_ASKS = env.int("CALENDAR_ASKS", default=120)
JOIN_OPENS_MINUTES = env.float("JOIN_OPENS_MINUTES", default=15)
WAIT_FLOORS = {
    "TICK_SECONDS": 10,
    "LEASE_SECONDS": 60,
    "UNDO_SECONDS": 60,
    "UNCERTAIN_SECONDS": 300,
    "TAKE_BACK_SECONDS": 60,
    "DEAF_SECONDS": 60,
}

CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "notifications.tasks.tick",
        "schedule": TICK_SECONDS,
        "options": {"expires": max(TICK_SECONDS - 5, TICK_SECONDS * 0.9)},
    }
}

# ---------------------------------------------------------------- mail
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"Action Series <series@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where mail is read (docs/operations.md, "Mail that comes in"); empty: answers go to the contact address of each series.
INBOUND_ADDRESS = env.str("INBOUND_ADDRESS", default="").strip().lower()
if INBOUND_ADDRESS and not re.fullmatch(r"[a-z0-9.-]{1,17}@[a-z0-9-]+(\.[a-z0-9-]+)*", INBOUND_ADDRESS):
    raise ImproperlyConfigured("INBOUND_ADDRESS is one plain address with at most 17 characters before the @.")
# How a provider hands mail over: its name as django-anymail has it ("postmark"), and the secret that it says in a header.
INBOUND_WEBHOOK = env.str("INBOUND_WEBHOOK", default="")
INBOUND_WEBHOOK_SECRET = env.str("INBOUND_WEBHOOK_SECRET", default="")
if INBOUND_WEBHOOK and len(INBOUND_WEBHOOK_SECRET) < 32:
    raise ImproperlyConfigured("INBOUND_WEBHOOK_SECRET needs at least 32 characters.")
# What else django-anymail has to know of that provider, as JSON ({"MAILGUN_WEBHOOK_SIGNING_KEY": "…"}).
ANYMAIL = env.json("ANYMAIL", default={})
# The name with which our mail server signs what it has checked (Authentication-Results); with it, only what passed DMARC, or
# answers to the address that its reader alone got, does anything by itself. Empty: the server lets nothing else in.
INBOUND_PROOF = env.str("INBOUND_PROOF", default="")
# More mails a day than this from one address are read by people alone: machines may be answering each other.
INBOUND_A_DAY = env.int("INBOUND_A_DAY", default=20)
# So many days after a conversation was closed its words are emptied.
INBOUND_KEEP_DAYS = env.int("INBOUND_KEEP_DAYS", default=365)
# Who sends, as a law wants it under every mail: a postal address.
POSTAL_ADDRESS = env.str("POSTAL_ADDRESS", default="")
# For who has chosen none: from when until when no message comes, on their own clock; empty: at any hour.
QUIET_HOURS = env.str("QUIET_HOURS", default="" if DEMO else "21:00-08:00")
# So many mails a day does one person get; what need not be known at once is put together after that.
# In the demo four months may pass in an hour.
MAILS_A_DAY = env.int("MAILS_A_DAY", default=1000 if DEMO else 3)
# After a standstill of so long, what has piled up is put in order before anything leaves.
STANDSTILL_SECONDS = env.float("STANDSTILL_SECONDS", default=1800)
# So many mails a minute leave after a standstill.
CATCH_UP_A_MINUTE = env.int("CATCH_UP_A_MINUTE", default=60)

# The sender's domain is asked about at these servers ("9.9.9.9", "127.0.0.1:5353"); none: those of this computer.
DNS_RESOLVERS = env.list("DNS_RESOLVERS", default=[])
# Under these names the sender's domain keeps the keys with which its mail server signs (DKIM).
DKIM_SELECTORS = env.list("DKIM_SELECTORS", default=[])

# ---------------------------------------------------------------- other ways than mail
# Signs what push services are given (32 bytes in base64url); "": the file `push-key` in DATA_DIR, made by the worker.
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")
# The push services of browsers that we speak to; "*." stands for any name below.
PUSH_HOSTS = env.list(
    "PUSH_HOSTS",
    default=["fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com"],
)
# Tests have a push service of their own on this computer, which speaks no https. No environment switches this on.
PUSH_PLAIN_LOOPBACK = False
# The class that hands text messages to a provider ("package.module.Class"); "": there are none.
SMS_BACKEND = env.str("SMS_BACKEND", default="")

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
# There it says so, and the next person on a shared computer signs in.
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    name: f"accounts.sign_in_forms.{form}"
    for name, form in {
        "login": "LoginForm",
        "request_login_code": "RequestLoginCodeForm",
        "confirm_login_code": "ConfirmLoginCodeForm",
        "reauthenticate": "ReauthenticateForm",
        "add_email": "AddEmailForm",
        "signup": "SignupForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "ResetPasswordKeyForm",
    }.items()
}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
# People come by invitation; an installation may open the door.
SIGNUP_OPEN = env.bool("SIGNUP_OPEN", default=False)
# Digits are the same in every language and on every phone; mail may take some minutes in a hospital.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": True, "length": 8}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
PASSWORD_RESET_TIMEOUT = 24 * 3600
# Per account low, per address only as high as no hospital behind one address reaches (core.limits).
ACCOUNT_RATE_LIMITS = {
    "login": "900/m/ip",
    "login_failed": "300/m/ip,10/300s/key,50/d/key",
    "request_login_code": "900/m/ip,3/h/key",
    "reset_password": "300/m/ip,3/h/key",
    "reset_password_from_key": "300/m/ip",
    "confirm_email": "3/h/key",
    "signup": "300/m/ip",
}
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "accounts.mfa.SealedMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    name: f"accounts.sign_in_forms.{form}"
    for name, form in {
        "add_webauthn": "AddPasskeyForm",
        "edit_webauthn": "NamePasskeyForm",
        "login_webauthn": "PasskeyLoginForm",
        "authenticate_webauthn": "PasskeyStepForm",
        "reauthenticate_webauthn": "PasskeyProofForm",
    }.items()
}
# A passkey cannot be guessed: only as high as no hospital behind one address reaches.
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
# Organisations whose own accounts sign in here (config.sso); none unless told.
OIDC = sso.read(env.str("OIDC", default=""), secure=SECURE_SITE)
SSO_HOSTS = sso.hosts(OIDC)
SOCIALACCOUNT_PROVIDERS = sso.for_allauth(OIDC)
SOCIALACCOUNT_ADAPTER = "accounts.sso.OrganisationAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
# So long may who plans go on without a second factor (accounts.second_factor).
SECOND_FACTOR_DAYS = env.int("SECOND_FACTOR_DAYS", default=14)

# ---------------------------------------------------------------- languages and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ---------------------------------------------------------------- files of ours
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = DATA_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# One file that somebody sends in, and all that is kept of one cohort.
FILE_MAX_BYTES = env.int("FILE_MAX_BYTES", default=50 * 1024 * 1024)
FILES_OF_A_COHORT_BYTES = env.int("FILES_OF_A_COHORT_BYTES", default=2 * 1024**3)
# The largest request of all; larger ones are turned away before they are read. Two files: both languages of a material.
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=110_000_000)

# ---------------------------------------------------------------- doors and walls
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "worker-src": [SELF],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# These follow the address people use, not DEBUG, so that production settings also run on loopback.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SITE
SECURE_SSL_REDIRECT = False
# Browsers keep this promise for as long as it says, and nobody can take it back: for other names only when asked.
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if SECURE_SITE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
if TRUSTED_PROXIES and SECURE_SITE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "accounts.parked.csrf_failure"
# Hosts a session's meeting address may point to: Join sends people there, and must never send them anywhere else.
MEETING_HOSTS = env.list("MEETING_HOSTS", default=["zoom.us", "teams.microsoft.com", "meet.google.com", "webex.com"])
# Where people try their sound before a session: the meeting service's own test, at one of these hosts. "": nowhere.
SOUND_TEST_URL = env.str("SOUND_TEST_URL", default=f"{SITE_URL}/demo/meeting/" if DEMO else "https://zoom.us/test")
if SOUND_TEST_URL and not DEMO:
    _host = urlsplit(SOUND_TEST_URL).hostname or ""
    if not any(_host == one or _host.endswith(f".{one}") for one in MEETING_HOSTS):
        raise ImproperlyConfigured("SOUND_TEST_URL must lead to one of MEETING_HOSTS.")
# How many people a team may bring to one session by a guest's link.
GUESTS_A_TEAM = env.int("GUESTS_A_TEAM", default=5)
# Zoom makes the meetings itself where all four are filled in: an app of the kind "server-to-server OAuth", and the account
# (address or id) in whose name they are made.
ZOOM_ACCOUNT_ID = env.str("ZOOM_ACCOUNT_ID", default="")
ZOOM_CLIENT_ID = env.str("ZOOM_CLIENT_ID", default="")
ZOOM_CLIENT_SECRET = env.str("ZOOM_CLIENT_SECRET", default="")
ZOOM_USER = env.str("ZOOM_USER", default="")
ZOOM_API_URL = env.str("ZOOM_API_URL", default="https://api.zoom.us/v2")
ZOOM_TOKEN_URL = env.str("ZOOM_TOKEN_URL", default="https://zoom.us/oauth/token")

# What the page about privacy says of this installation: nobody but who runs it knows.
# Where its servers stand ("Toronto, Ontario, Canada").
HOSTING = env.str("HOSTING", default="")
# Who else handles data for it, each "name | what for | where", with ; between them.
SUB_PROCESSORS = [
    [part.strip() for part in one.split("|")] for one in env.str("SUB_PROCESSORS", default="").split(";") if one.strip()
]
# Who answers for privacy and is told of a breach: a name with a telephone number or an address.
PRIVACY_CONTACT = env.str("PRIVACY_CONTACT", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Django's own logs name paths with tokens in them; core.middleware and accounts.parked log what fails without.
    # Scanners ask for hosts that are not ours all day: they get their 400, and the log stays readable.
    "loggers": {
        name: {"level": "CRITICAL"}
        for name in ("django.request", "django.server", "django.security.csrf", "django.security.DisallowedHost")
    },
}
