from django.urls import path

from sanzhi.mechanisms.progress_notes import views

app_name = "progress_notes"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("waiting/", views.list_page, {"view": "waiting"}, name="waiting"),
    path("own/", views.list_page, {"view": "own"}, name="own"),
    path("all/", views.list_page, {"view": "all"}, name="all"),
    path("write/<int:obligation>/", views.write, name="write"),
    path("<int:note>/", views.detail, name="detail"),
    path("<int:note>/edit/", views.edit, name="edit"),
    path("<int:note>/decide/", views.decide, name="decide"),
    path("<int:note>/void/", views.void, name="void"),
    path("<int:note>/files/<int:attached>/", views.attachment, name="attachment"),
]
