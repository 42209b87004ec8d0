from django.urls import path

from sanzhi.steering.registers import views

app_name = "registers"
urlpatterns = [
    path("", views.home, name="home"),
]
