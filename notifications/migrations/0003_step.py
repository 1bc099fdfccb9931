from pathlib import Path

from django.db import migrations

# What the file said when it was applied; a test compares.
DIGEST = "a86069479fbd792bc6c3e0ec5a4d76b17b4d25a60ba1db456b8f53e9403a1724"
FORWARD = (Path(__file__).parents[1] / "sql" / "message_step.sql").read_text()
BACK = "DROP FUNCTION message_step"


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_append_only")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
