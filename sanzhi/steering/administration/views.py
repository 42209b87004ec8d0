from django.http import HttpRequest, HttpResponse


def accounts(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def audit(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
