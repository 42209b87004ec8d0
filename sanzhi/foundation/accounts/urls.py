"""Addresses of signing in and of one's own account."""

from django.urls import path

from sanzhi.foundation.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("slip", views.use_slip, name="use_slip"),
    path("me", views.me, name="me"),
    path("me/password", views.change_password, name="change_password"),
    path("me/data.json", views.my_data, name="my_data"),
    path("me/deletion", views.ask_deletion, name="ask_deletion"),
]
