"""Addresses of the screens' own small switches."""

from __future__ import annotations

from django.urls import path

from sanzhi.foundation.ui import views

app_name = "ui"
urlpatterns = [path("elder", views.set_elder, name="set_elder")]
