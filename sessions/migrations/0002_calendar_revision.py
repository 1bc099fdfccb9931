from pathlib import Path

from django.db import migrations

FORWARD = (Path(__file__).parents[1] / "sql" / "calendar_revision.sql").read_text()
BACK = "DROP FUNCTION calendar_revision"


class Migration(migrations.Migration):
    dependencies = [("learning_sessions", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
