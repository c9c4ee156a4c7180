"""Addresses of the ledgers, below /admin/ledgers/; each ledger has one of its own, so that navigation can name it."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from ledgers.definitions import LEDGERS, SUMMARY
from ledgers.pages import export_page, ledger_page

app_name = "ledgers"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name=f"ledgers:{SUMMARY.code}"), name="index"),
    *(path(f"{code}/", admin.site.admin_view(ledger_page), {"code": code}, name=code) for code in LEDGERS),
    path("<slug:code>/export/", admin.site.admin_view(export_page), name="export"),
]
