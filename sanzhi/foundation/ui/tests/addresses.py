"""The addresses that the frame names, for tests of it alone."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("ui/", include("sanzhi.foundation.ui.urls"))]
