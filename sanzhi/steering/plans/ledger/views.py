from django.http import HttpRequest, HttpResponse


def plan_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("")


board = mine = lead = calendar = task = villages = look = obligation = exempt = plan_list
