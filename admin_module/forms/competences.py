"""«Kompetence»: its name (COMP-01)."""

from __future__ import annotations

from admin_module.forms.names import UniqueNameForm
from admin_module.forms.versions import VersionedForm
from admin_module.models import Competence


class CompetenceForm(UniqueNameForm, VersionedForm):
    class Meta:
        model = Competence
        fields = ("name",)
