"""Addresses (contract.md)."""

from django.contrib import admin
from django.contrib.auth.views import PasswordChangeDoneView
from django.urls import include, path

from households.reveal import reveal
from township import login_pages, setup_pages, views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("setup/", setup_pages.SetupView.as_view(), name="setup"),
    path("accounts/login/", login_pages.LoginView.as_view(), name="login"),
    path("accounts/logout/", login_pages.LogoutView.as_view(), name="logout"),
    path("accounts/password_change/", login_pages.PasswordChangeView.as_view(), name="password_change"),
    path("accounts/password_change/done/", PasswordChangeDoneView.as_view(), name="password_change_done"),
    # The console's own doors are the same as everybody's: one lockout, one record, one first sign-in.
    path("admin/login/", login_pages.to_login),
    path("admin/logout/", login_pages.LogoutView.as_view()),
    path("admin/password_change/", login_pages.PasswordChangeView.as_view()),
    path("admin/reveal/", reveal, name="reveal"),
    path("admin/ledgers/", include("ledgers.urls")),
    path("admin/", admin.site.urls),
    path("field/", include("monitoring.field.urls")),
]
