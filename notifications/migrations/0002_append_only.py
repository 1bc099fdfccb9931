from django.db import migrations

# Row triggers only: TRUNCATE stays possible, for tests and for emptying an installation.
FORWARD = """
CREATE FUNCTION message_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'message_event is append-only';
END
$$;
CREATE TRIGGER message_event_append_only BEFORE UPDATE OR DELETE ON message_event
    FOR EACH ROW EXECUTE FUNCTION message_event_is_append_only();
CREATE FUNCTION message_consent_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what somebody said about messages is never changed';
END
$$;
CREATE TRIGGER message_consent_never_changed BEFORE UPDATE ON message_consent
    FOR EACH ROW EXECUTE FUNCTION message_consent_is_never_changed();
"""
BACK = """
DROP TRIGGER message_consent_never_changed ON message_consent;
DROP FUNCTION message_consent_is_never_changed();
DROP TRIGGER message_event_append_only ON message_event;
DROP FUNCTION message_event_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
