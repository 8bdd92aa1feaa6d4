SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT
        workshop, program, municipality, state, state_label, holds_seat, amount
    FROM registration_counts
) t
ORDER BY t.workshop, t.program COLLATE "C", t.municipality COLLATE "C", t.state COLLATE "C"
