from django.urls import path

from sanzhi.steering.dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("record", views.record, name="record"),
]
