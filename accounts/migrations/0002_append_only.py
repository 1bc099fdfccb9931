from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_consent_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an answer about consent is never changed';
END $$;
CREATE TRIGGER accounts_consent_never_changed BEFORE UPDATE ON accounts_consent
    FOR EACH ROW EXECUTE FUNCTION accounts_consent_is_never_changed();
"""
BACKWARD = "DROP TRIGGER accounts_consent_never_changed ON accounts_consent; DROP FUNCTION accounts_consent_is_never_changed();"


class Migration(migrations.Migration):
    """Answers about consent are written once; they go only with the person (accounts.services.forget)."""

    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
