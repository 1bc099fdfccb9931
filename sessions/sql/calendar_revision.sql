-- What sessions.calendars.entries.entries_for is made from, of one person (of_team NULL: their own calendar) or of what they
-- see of a team: another text whenever the entries are others. A function, so that its plan is kept: a calendar asks many
-- times for what has not changed. What was cancelled or left before since is not told any more.
CREATE FUNCTION calendar_revision(of_person uuid, of_team uuid, since_when timestamptz, sponsors text[]) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        WITH mine AS (
            SELECT cohort_id FROM collaborative_team WHERE id = of_team
            UNION
            SELECT coalesce(m.cohort_id, t.cohort_id) FROM collaborative_membership m
            LEFT JOIN collaborative_team t ON t.id = m.team_id
            WHERE of_team IS NULL AND m.user_id = of_person AND m.role <> ALL(sponsors)
              AND (m.until IS NULL OR m.until > statement_timestamp()) AND m.since <= statement_timestamp()
        ), told AS (
            SELECT id, 'mine' AS whose FROM learning_sessions_learningsession
            WHERE cohort_id IN (SELECT cohort_id FROM mine)
            UNION ALL
            SELECT learning_session_id, 'left' FROM learning_sessions_calendarleft
            WHERE of_team IS NULL AND person_id = of_person AND at > since_when
        ), lines AS (
            SELECT concat_ws(' ', s.id, told.whose, s.starts_at, s.version, s.details_version, s.dial_in,
                s.cancelled_at > since_when, c.version, r.dial_in_is_told) AS line
            FROM told JOIN learning_sessions_learningsession s ON s.id = told.id
            JOIN collaborative_cohort c ON c.id = s.cohort_id
            LEFT JOIN learning_sessions_sessionrules r ON r.programme_id = c.programme_id
            UNION ALL
            SELECT concat_ws(' ', p.id, p.starts_on, p.ends_on, p.name_en, p.name_fr) FROM collaborative_phase p
            WHERE p.cohort_id IN (SELECT cohort_id FROM mine) AND p.kind = 'action'
        )
        SELECT string_agg(line, chr(10) ORDER BY line COLLATE "C") FROM lines
    );
END
$$;
