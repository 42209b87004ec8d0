from django.urls import path

from sanzhi.mechanisms.facilities import views

app_name = "facilities"
urlpatterns = [
    path("", views.list, name="list"),
]
