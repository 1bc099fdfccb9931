from pathlib import Path

from django.db import migrations

# What the file said when it was applied; a test compares.
DIGEST = "8421065aeee24707ae17bb77b8389d6f8cc96473aac04778200f32b920ef45f6"
FORWARD = (Path(__file__).parents[1] / "sql" / "message_step.sql").read_text()
BACK = "DROP FUNCTION message_step"


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_append_only")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
