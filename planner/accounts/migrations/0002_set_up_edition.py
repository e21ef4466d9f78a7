from django.db import migrations

from planner.accounts import set_up


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(set_up.EDITION, "DROP FUNCTION set_up_edition()")]
