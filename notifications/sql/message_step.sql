-- One step of a message, as one statement: it leaves the state it is in, and the next one is begun. A function, because
-- PostgreSQL then keeps the plans: planning such statements takes as long as running them. What they mean, and who may
-- call it, is said in notifications/sending.py; which moves there are, in notifications/states.py.
-- A database has what its migrations applied: who changes this file adds one that applies it again.
CREATE OR REPLACE FUNCTION message_step(
    of_id uuid, of_token uuid, before text, after text, why text, wait float, may_be_double boolean,
    code integer, words text, other_channel text, ended boolean, hurried boolean,
    next_id uuid, next_token uuid, lease float,
    OUT moved boolean, OUT tries smallint, OUT present timestamptz, OUT version integer, OUT due timestamptz,
    OUT last_moment timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
    IF hurried THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    IF of_id IS NOT NULL THEN
        UPDATE planned_message m SET state = after, reason = why, updated_at = clock_timestamp(),
            possible_duplicate = m.possible_duplicate OR may_be_double,
            -- Compared with when it was due last, not with due_at: a planner may have let it go before its hour.
            next_attempt_at = CASE WHEN wait IS NULL THEN m.next_attempt_at
                ELSE greatest(m.next_attempt_at, clock_timestamp() + wait * interval '1 second') END,
            channel = coalesce(other_channel, m.channel),
            -- Waiting for a better hour is no failure.
            attempts = CASE WHEN before = 'claimed' AND after = 'planned' AND m.begun_at IS NOT NULL
                THEN m.attempts - 1 ELSE m.attempts END,
            smtp_code = coalesce(code, m.smtp_code), smtp_text = coalesce(words, m.smtp_text),
            sent_at = CASE WHEN after = 'sent' THEN clock_timestamp() ELSE m.sent_at END,
            claim_token = CASE WHEN after = 'sending' THEN m.claim_token END,
            lease_until = CASE WHEN after = 'sending' THEN clock_timestamp() + lease * interval '1 second' END,
            secret = CASE WHEN ended THEN '' ELSE m.secret END
        WHERE m.id = of_id AND m.state = before AND (of_token IS NULL OR m.claim_token = of_token);
        moved := FOUND;
        IF moved THEN
            INSERT INTO message_event (message_id, from_state, to_state, at, note)
            VALUES (of_id, before, after, clock_timestamp(), why);
        END IF;
    END IF;
    IF next_id IS NOT NULL THEN
        -- It has a token and does not leave yet, so it is claimed. Asked for by that word, the plan would walk the
        -- index of the rows in hand, and every dead entry there.
        UPDATE planned_message m SET attempts = m.attempts + 1, begun_at = clock_timestamp(),
            lease_until = clock_timestamp() + lease * interval '1 second'
        WHERE m.id = next_id AND m.claim_token = next_token AND m.state <> 'sending' AND m.begun_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM message_tick WHERE paused_at IS NOT NULL)
        RETURNING m.attempts, clock_timestamp(), m.source_version, m.due_at, m.not_after
        INTO tries, present, version, due, last_moment;
    END IF;
END
$$;
