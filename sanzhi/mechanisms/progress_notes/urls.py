from django.urls import path

from sanzhi.mechanisms.progress_notes import views

app_name = "progress_notes"
urlpatterns = [
    path("", views.list, name="list"),
]
