"""Addresses under /field/ (contract.md)."""

from django.urls import path

from monitoring.field import data, household_pages, pages, sync, warning_pages

app_name = "field"
urlpatterns = [
    path("", pages.today_page, name="today"),
    path("households/", pages.households_page, name="households"),
    path("households/<uuid:pk>/", household_pages.household_page, name="household"),
    path("households/<uuid:pk>/visit/", household_pages.visit_page, name="visit"),
    path("households/<uuid:pk>/warnings/", warning_pages.household_page, name="household-warnings"),
    path("warnings/<uuid:case_id>/", warning_pages.case_page, name="warning"),
    path("saved/<uuid:pk>/", household_pages.saved_page, name="saved"),
    path("sent/", pages.sent_page, name="sent"),
    path("me/", pages.me_page, name="me"),
    path("check/", pages.check_page, name="check"),
    path("data/", data.data, name="data"),
    path("sync/", sync.sync, name="sync"),
    path("photos/", sync.photos, name="photos"),
    path("photos/<uuid:pk>/", household_pages.photo_file, name="photo"),
]
