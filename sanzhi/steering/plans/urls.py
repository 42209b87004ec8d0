from django.urls import path

from sanzhi.steering.plans import views

app_name = "plans"
urlpatterns = [
    path("", views.list, name="list"),
    path("mine", views.mine, name="mine"),
    path("board", views.board, name="board"),
    path("lead", views.lead, name="lead"),
    path("calendar", views.calendar, name="calendar"),
]
