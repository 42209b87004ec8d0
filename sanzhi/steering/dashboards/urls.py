from django.urls import path

from sanzhi.steering.dashboards import views, views_unit

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("todo", views.todo, name="todo"),
    path("record", views.record, name="record"),
    path("town", views.town, name="town"),
    path("me", views.me, name="me"),
    path("obligations", views_unit.obligations, name="obligations"),
    path("units/<int:unit>", views_unit.unit, name="unit"),
    path("units/<int:unit>/todo", views_unit.todo, name="unit_todo"),
    path("units/<int:unit>/week", views_unit.week, name="unit_week"),
]
