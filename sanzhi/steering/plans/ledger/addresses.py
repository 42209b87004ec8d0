"""Where obligations have their page, told to the floors below that show what a record counts for."""

from django.urls import reverse

from sanzhi.kit.ledger.serving import pages_are_at

pages_are_at(lambda obligation: reverse("plans:obligation", args=[obligation.pk]))
