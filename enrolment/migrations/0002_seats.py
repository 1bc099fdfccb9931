from django.db import migrations

FORWARD = """
CREATE FUNCTION enrolment_seats_hold(cohort uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    allowed integer;
    taken integer;
BEGIN
    -- One after the other: whoever waits here counts what the one before has done.
    SELECT seats INTO allowed FROM collaborative_cohort WHERE id = cohort FOR NO KEY UPDATE;
    SELECT (SELECT count(*) FROM collaborative_team WHERE cohort_id = cohort AND withdrawn_at IS NULL)
         + (SELECT count(*) FROM enrolment_application
            WHERE cohort_id = cohort AND outcome = 'accept' AND state = 'submitted' AND team_id IS NULL)
      INTO taken;
    IF taken > allowed THEN
        RAISE EXCEPTION 'cohort % has % places and % are wanted', cohort, allowed, taken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cohort_has_seats';
    END IF;
END $$;

CREATE FUNCTION enrolment_seats_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enrolment_seats_hold(NEW.cohort_id);
    RETURN NULL;
END $$;

CREATE FUNCTION enrolment_seats_of_cohort() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enrolment_seats_hold(NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER team_takes_a_seat AFTER INSERT OR UPDATE OF cohort_id, withdrawn_at ON collaborative_team
    FOR EACH ROW WHEN (NEW.withdrawn_at IS NULL) EXECUTE FUNCTION enrolment_seats_of_row();
CREATE TRIGGER application_takes_a_seat AFTER INSERT OR UPDATE OF cohort_id, outcome, state, team_id
    ON enrolment_application
    FOR EACH ROW WHEN (NEW.outcome = 'accept' AND NEW.state = 'submitted' AND NEW.team_id IS NULL)
    EXECUTE FUNCTION enrolment_seats_of_row();
CREATE TRIGGER cohort_keeps_its_seats AFTER UPDATE OF seats ON collaborative_cohort
    FOR EACH ROW WHEN (NEW.seats < OLD.seats) EXECUTE FUNCTION enrolment_seats_of_cohort();
"""
BACKWARD = """
DROP TRIGGER cohort_keeps_its_seats ON collaborative_cohort;
DROP TRIGGER application_takes_a_seat ON enrolment_application;
DROP TRIGGER team_takes_a_seat ON collaborative_team;
DROP FUNCTION enrolment_seats_of_cohort();
DROP FUNCTION enrolment_seats_of_row();
DROP FUNCTION enrolment_seats_hold(uuid);
"""


class Migration(migrations.Migration):
    """Never more teams than places: the database itself counts, whoever writes, and however many at once.

    A place is taken by a team that has not left, and by an accepted application until its team stands.
    """

    dependencies = [("enrolment", "0001_initial"), ("collaborative", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
