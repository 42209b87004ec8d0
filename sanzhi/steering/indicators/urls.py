"""Addresses of closed months."""

from django.urls import path

from sanzhi.steering.indicators import views

app_name = "indicators"
urlpatterns = [
    path("", views.month_list, name="list"),
    path("<str:month>/r<int:revision>", views.bundle, name="bundle"),
    path("<str:month>/r<int:revision>/file", views.file, name="file"),
]
