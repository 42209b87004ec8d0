from django.http import HttpRequest, HttpResponse


def sign_in(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


sign_out = use_slip = me = change_password = locked_out = sign_in
