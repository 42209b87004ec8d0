"""Addresses of the registers."""

from __future__ import annotations

from django.urls import path

from sanzhi.steering.registers.views import files, households, leaves, merging, people, unit_changes, units

app_name = "registers"
urlpatterns = [
    path("", units.home, name="home"),
    path("tree", units.tree, name="tree"),
    path("units", units.units, name="units"),
    path("units/new", unit_changes.open_unit, name="open_unit"),
    path("units/merge", merging.merge, name="merge"),
    path("units/<int:pk>", units.unit, name="unit"),
    path("units/<int:pk>/move", unit_changes.move, name="move_unit"),
    path("units/<int:pk>/close", unit_changes.close, name="close_unit"),
    path("units/<int:pk>/rename", unit_changes.rename, name="rename_unit"),
    path("units/<int:pk>/alias", unit_changes.add_alias, name="add_alias"),
    path("units/<int:pk>/mark", unit_changes.mark, name="mark_unit"),
    path("units/<int:pk>/count", unit_changes.add_count, name="add_count"),
    path("aliases/<int:pk>/drop", unit_changes.drop_alias, name="drop_alias"),
    path("people", people.people, name="people"),
    path("people/new", people.register_person, name="register_person"),
    path("people/<int:pk>", people.person, name="person"),
    path("people/<int:pk>/correct", people.correct_person, name="correct_person"),
    path("people/<int:pk>/post", people.open_post, name="open_post"),
    path("posts/<int:pk>/close", people.close_post, name="close_post"),
    path("posts/<int:pk>/correct", people.correct_post, name="correct_post"),
    path("posts/<int:pk>/leave", leaves.record_leave, name="record_leave"),
    path("leaves/<int:pk>/end", leaves.end_leave, name="end_leave"),
    path("households", households.households, name="households"),
    path("households/new", households.open_household, name="open_household"),
    path("households/<int:pk>", households.household, name="household"),
    path("households/<int:pk>/move", households.move_household, name="move_household"),
    path("households/<int:pk>/presence", households.change_presence, name="change_presence"),
    path("households/<int:pk>/close", households.close_household, name="close_household"),
    path("households/<int:pk>/correct", households.correct_household, name="correct_household"),
    path("groups/<int:pk>", households.group, name="group"),
    path("imports", files.imports, name="imports"),
    path("imports/<slug:kind>", files.upload, name="upload"),
    path("imports/<slug:kind>/template", files.template, name="template"),
    path("previews/<int:pk>", files.preview, name="preview"),
    path("previews/<int:pk>/confirm", files.confirm, name="confirm"),
    path("previews/<int:pk>/drop", files.drop, name="drop"),
    path("exports/<slug:kind>", files.export, name="export"),
    path("requests", files.requests, name="requests"),
    path("requests/new", files.ask, name="ask"),
    path("requests/<int:pk>", files.one_request, name="request"),
    path("requests/<int:pk>/take", files.take, name="take"),
]
