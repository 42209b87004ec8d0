from django.urls import path

from sanzhi.mechanisms.facilities import views

app_name = "facilities"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("coverage/", views.coverage, name="coverage"),
    path("uses/", views.uses, name="uses"),
    path("plan/", views.plan, name="plan"),
    path("uses/<int:site_use>/void/", views.note_step("use", "void"), name="void_use"),
    path("looks/<int:site_condition>/void/", views.note_step("condition", "void"), name="void_condition"),
    path("looks/<int:site_condition>/repaired/", views.note_step("condition", "repaired"), name="repair"),
    path("audits/<int:access_audit>/void/", views.note_step("audit", "void"), name="void_audit"),
    path("<int:site>/", views.detail, name="detail"),
    path("<int:site>/<slug:step>/", views.step, name="step"),
]
