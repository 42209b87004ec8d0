from django.urls import path

from sanzhi.mechanisms.facilities import views

app_name = "facilities"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("coverage/", views.coverage, name="coverage"),
    path("plan/", views.plan, name="plan"),
    path("<int:site>/", views.detail, name="detail"),
    path("<int:site>/<slug:step>/", views.step, name="step"),
]
