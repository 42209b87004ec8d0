"""The manifest of the generic room."""

from django.urls import reverse

from sanzhi.kit.access import within
from sanzhi.kit.made import made_by
from sanzhi.kit.manifest import Mechanism, Place
from sanzhi.mechanisms.progress_notes.access import CAPABILITIES
from sanzhi.mechanisms.progress_notes.demo import build
from sanzhi.mechanisms.progress_notes.exports import EXPORTS
from sanzhi.mechanisms.progress_notes.measures import REPORTED
from sanzhi.mechanisms.progress_notes.models import Note

MECHANISM = Mechanism(
    slug="progress_notes",
    name="进展说明",
    clauses=("L1",),
    summary="没有专门记录的任务：写一段进展，牵头单位认定或退回。任何方案从第一天起都能用。",
    capabilities=CAPABILITIES,
    duties=(REPORTED,),
    places=(Place("进展说明", "progress_notes:list", "progress_notes:read", icon="write"),),
    minutes={"note": 6},
    exports=EXPORTS,
    demo=build,
    opens=lambda user, rows: within(user, "progress_notes:read", rows),
    detail=lambda note: reverse("progress_notes:detail", args=[note.pk]),
    record_here={REPORTED.code: lambda obligation: reverse("progress_notes:write", args=[obligation.pk])},
    made=(made_by(Note, "进展说明", lambda note: reverse("progress_notes:detail", args=[note.pk])),),
    generic=True,
)
