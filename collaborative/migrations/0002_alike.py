from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Names are compared by their letters, accents aside."""

    dependencies = [("collaborative", "0001_initial")]

    operations = [TrigramExtension(), UnaccentExtension()]
