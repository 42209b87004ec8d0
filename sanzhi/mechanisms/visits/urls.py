from django.urls import path

from sanzhi.mechanisms.visits import offline
from sanzhi.mechanisms.visits.views import figures, groups, links, matters, mutual, outings, paper, recording

app_name = "visits"
urlpatterns = [
    path("", groups.groups, name="groups"),
    path("groups/<int:group>/record/", recording.record, name="record"),
    path("groups/<int:group>/sheet/", paper.sheet, name="sheet"),
    path("sheets/", paper.type_in, name="type_in"),
    path("sheets/<str:sheet>/", paper.copy_sheet, name="copy_sheet"),
    path("outings/", outings.list_page, name="list"),
    path("outings/<int:outing>/", outings.detail, name="detail"),
    path("outings/<int:outing>/correct/", recording.correct, name="correct"),
    path("outings/<int:outing>/void/", outings.void, name="void"),
    path("outings/<int:outing>/confirm/", outings.confirm, name="confirm"),
    path("outings/<int:outing>/scans/<int:scan>/", paper.scan, name="scan"),
    path("unreached/", figures.unreached, name="unreached"),
    path("coverage/", figures.coverage, name="coverage"),
    path("coverage/<int:village>/", figures.village, name="village"),
    path("households/<int:household>/phone/", mutual.phone, name="phone"),
    path("links/", links.links, name="links"),
    path("links/add/<int:village>/", links.add_link, name="add_link"),
    path("links/<int:link>/end/", links.end_link, name="end_link"),
    path("mutual/", mutual.mutual, name="mutual"),
    path("mutual/set-up/<int:village>/", mutual.set_up, name="set_up_mutual"),
    path("mutual/<int:mutual_group>/", mutual.mutual_group, name="mutual_group"),
    path("mutual/<int:mutual_group>/join/", mutual.join, name="join_mutual"),
    path("mutual/<int:mutual_group>/contact/", mutual.contact, name="change_contact"),
    path("mutual/<int:mutual_group>/close/", mutual.close, name="close_mutual"),
    path("mutual/<int:mutual_group>/members/<int:member>/leave/", mutual.leave, name="leave_mutual"),
    path("matters/", matters.matters, name="matters"),
    path("matters/report/", matters.report, name="report"),
    path("matters/<int:matter>/", matters.matter, name="matter"),
    path("matters/<int:matter>/settle/", matters.settle, name="settle"),
    path("matters/<int:matter>/escalate/", matters.escalate, name="escalate"),
    path("matters/<int:matter>/answer/", matters.answer, name="answer"),
    path("offline/", offline.page, name="offline"),
    path("offline/mine.json", offline.mine, name="mine"),
    path("send/", offline.send, name="send"),
]
