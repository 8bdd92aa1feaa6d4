-- The latest of all is as of when the data for dashboards stands.
WITH told AS (
    UPDATE freshness f
    SET decided_at = greatest(f.decided_at, (SELECT max(t.at) FROM unnest($4::timestamptz[]) AS t (at)))
)
INSERT INTO history (
    position, ordinal, decision, decided_at, simulated, actor, command, kind, workshop, program,
    registration, other, state, cause, cancelled_by, lapse, reason, expires
)
SELECT * FROM unnest(
    $1::bigint[], $2::smallint[], $3::uuid[], $4::timestamptz[], $5::boolean[], $6::uuid[], $7::text[],
    $8::text[], $9::uuid[], $10::text[], $11::uuid[], $12::uuid[], $13::text[], $14::text[], $15::text[],
    $16::text[], $17::text[], $18::timestamptz[]
)
