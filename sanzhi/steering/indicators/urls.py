"""Addresses of indicators, of the page each figure opens to, and of closed months."""

from django.urls import path

from sanzhi.steering.indicators import views, views_figures, views_opening

app_name = "indicators"
urlpatterns = [
    path("", views_figures.page, name="figures"),
    path("of/<str:code>/", views_opening.figure, name="figure"),
    path("table/<str:code>/", views_figures.table, name="table"),
    path("closed/", views.month_list, name="list"),
    path("closed/<str:month>/late", views_opening.late, name="late"),
    path("closed/<str:month>/r<int:revision>", views.bundle, name="bundle"),
    path("closed/<str:month>/r<int:revision>/file", views.file, name="file"),
]
