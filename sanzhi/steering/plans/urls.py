"""Addresses of plans: importing and confirming here, the ledger's pages in their own file; all under the name `plans`."""

from django.urls import include, path

from sanzhi.steering.plans import views_amend, views_import, views_pairs, views_review, views_task

app_name = "plans"
_REVIEW = "versions/<int:version>/"
urlpatterns = [
    path("import", views_import.upload, name="import"),
    path(_REVIEW, views_review.review, name="review"),
    path(f"{_REVIEW}first-day", views_review.first_day, name="review_first_day"),
    path(f"{_REVIEW}names", views_review.names, name="review_names"),
    path(f"{_REVIEW}doubts", views_review.doubts, name="review_doubts"),
    path(f"{_REVIEW}pairs", views_pairs.pairs, name="review_pairs"),
    path(f"{_REVIEW}confirm", views_review.confirm, name="confirm"),
    path(f"{_REVIEW}discard", views_review.discard, name="discard"),
    path(f"{_REVIEW}tasks/<int:pk>", views_task.task, name="review_task"),
    path(f"{_REVIEW}tasks/<int:pk>/units", views_task.change_unit, name="review_units"),
    path(f"{_REVIEW}tasks/<int:pk>/villages", views_task.pick, name="review_villages"),
    path(f"{_REVIEW}tasks/<int:pk>/share", views_task.share, name="review_share"),
    path(f"{_REVIEW}tasks/<int:pk>/new", views_task.new_requirement, name="add_requirement"),
    path(
        f"{_REVIEW}tasks/<int:pk>/requirements/<int:requirement>",
        views_task.requirement,
        name="review_requirement",
    ),
    path("requirements/<int:pk>/change", views_amend.change, name="change"),
    path("tasks/<str:code>/amend", views_amend.amend, name="amend"),
    path("tasks/<int:pk>/share", views_amend.share, name="share"),
    path("", include("sanzhi.steering.plans.ledger.urls")),
]
