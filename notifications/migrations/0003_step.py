from pathlib import Path

from django.db import migrations

# What the file said when it was applied; a test compares.
DIGEST = "42809e42087a2ba5cbc3304fe268d0eb2d2a8f7bfeafc133c0ea63519e23f317"
FORWARD = (Path(__file__).parents[1] / "sql" / "message_step.sql").read_text()
BACK = "DROP FUNCTION message_step"


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_append_only")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
