from django.http import HttpRequest, HttpResponse


def list(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def mine(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def board(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def lead(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def calendar(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
