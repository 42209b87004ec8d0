"""Addresses of the ledger's pages; they stand under the name `plans`."""

from django.urls import path

from sanzhi.steering.plans.ledger import views, views_task

urlpatterns = [
    path("documents", views.plan_list, name="list"),
    path("board", views.board, name="board"),
    path("mine", views.mine, name="mine"),
    path("lead", views.lead, name="lead"),
    path("calendar", views.calendar, name="calendar"),
    path("tasks/<str:code>", views_task.task, name="task"),
    path("tasks/<str:code>/villages", views_task.villages, name="villages"),
    path("tasks/<str:code>/look", views_task.look, name="look"),
    path("obligations/<int:pk>", views_task.obligation, name="obligation"),
    path("obligations/<int:pk>/exempt", views_task.exempt, name="exempt"),
]
