SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT
        workshop, host, slug, title, kind, status, status_label, published, first_day, last_day, time_zone,
        begins_at, ends_at, opens_at, opens_on, closes_at, closes_on, format, format_label, town, capacity,
        min_participants, sign_up, admission, approval, waitlist, drawn
    FROM workshops
) t
ORDER BY t.workshop
