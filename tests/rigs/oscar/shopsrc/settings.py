"""A django-oscar shop as its documentation sets one up, without mail and search, on PostgreSQL.

OSCAR_PORT, OSCAR_DATABASE, OSCAR_USER and OSCAR_PASSWORD say where.
"""

import os

from oscar.defaults import *  # noqa: F403 -- as oscar's documentation says

SECRET_KEY = "for tests"
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
SITE_ID = 1
ROOT_URLCONF = "shopsrc.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "127.0.0.1",
        "PORT": os.environ["OSCAR_PORT"],
        "NAME": os.environ["OSCAR_DATABASE"],
        "USER": os.environ["OSCAR_USER"],
        "PASSWORD": os.environ["OSCAR_PASSWORD"],
        "ATOMIC_REQUESTS": True,
    }
}
_APPS = (
    "analytics:Analytics checkout:Checkout address:Address shipping:Shipping catalogue:Catalogue"
    " catalogue.reviews:CatalogueReviews communication:Communication partner:Partner basket:Basket payment:Payment"
    " offer:Offer order:Order customer:Customer search:Search voucher:Voucher wishlists:Wishlists dashboard:Dashboard"
    " dashboard.reports:ReportsDashboard dashboard.users:UsersDashboard dashboard.orders:OrdersDashboard"
    " dashboard.catalogue:CatalogueDashboard dashboard.offers:OffersDashboard dashboard.partners:PartnersDashboard"
    " dashboard.pages:PagesDashboard dashboard.ranges:RangesDashboard dashboard.reviews:ReviewsDashboard"
    " dashboard.vouchers:VouchersDashboard dashboard.communications:CommunicationsDashboard"
    " dashboard.shipping:ShippingDashboard"
)
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.flatpages",
    "oscar.config.Shop",
    *(f"oscar.apps.{name}.apps.{kind}Config" for name, kind in (one.split(":") for one in _APPS.split())),
    "widget_tweaks",
    "haystack",
    "treebeard",
    "django_tables2",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = ["oscar.apps.customer.auth_backends.EmailBackend"]
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
STATIC_URL = "/static/"
OSCAR_DEFAULT_CURRENCY = "GBP"
OSCAR_INITIAL_ORDER_STATUS = OSCAR_INITIAL_LINE_STATUS = "Pending"
OSCAR_ORDER_STATUS_PIPELINE = {
    "Pending": ("Being processed", "Cancelled"),
    "Being processed": ("Complete", "Cancelled"),
    "Complete": (),
    "Cancelled": (),
}
