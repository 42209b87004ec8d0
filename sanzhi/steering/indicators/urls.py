from django.urls import path

from sanzhi.steering.indicators import views

app_name = "indicators"
urlpatterns = [
    path("", views.list, name="list"),
]
