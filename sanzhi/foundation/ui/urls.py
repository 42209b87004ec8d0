"""Addresses of the screens' own small switches, and of what a phone without signal needs."""

from __future__ import annotations

from django.urls import path

from sanzhi.foundation.ui import offline, views

app_name = "ui"
urlpatterns = [
    path("elder", views.set_elder, name="set_elder"),
    path("worker.js", offline.worker, name="worker"),
    path("token", offline.token, name="token"),
    path("queue", offline.queue, name="queue"),
    path("no-network", offline.no_network, name="no_network"),
]
