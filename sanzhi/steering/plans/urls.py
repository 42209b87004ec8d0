from django.urls import include, path

app_name = "plans"
urlpatterns = [
    path("", include("sanzhi.steering.plans.ledger.urls")),
]
