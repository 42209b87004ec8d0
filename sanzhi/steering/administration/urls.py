"""Addresses of accounts, rights and acts."""

from django.urls import path

from sanzhi.steering.administration import views, views_acts

app_name = "administration"
urlpatterns = [
    path("accounts", views.accounts, name="accounts"),
    path("accounts/new", views.open_account, name="open_account"),
    path("accounts/<int:pk>", views.account, name="account"),
    path("accounts/<int:pk>/slip", views.issue_slip, name="issue_slip"),
    path("accounts/<int:pk>/roles/new", views.grant_role, name="grant_role"),
    path("accounts/<int:pk>/close", views.close_account, name="close_account"),
    path("accounts/<int:pk>/reopen", views.reopen_account, name="reopen_account"),
    path("accounts/<int:pk>/name", views.rename_account, name="rename_account"),
    path("accounts/<int:pk>/delete", views.delete_account, name="delete_account"),
    path("roles/<int:pk>/revoke", views.revoke_role, name="revoke_role"),
    path("rights", views_acts.rights, name="rights"),
    path("audit", views_acts.audit, name="audit"),
    path("audit/<int:pk>", views_acts.act, name="act"),
]
