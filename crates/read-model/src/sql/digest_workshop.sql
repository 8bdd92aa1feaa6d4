SELECT t::text
FROM (
    SELECT
        id, host, slug, title, subtitle, kind, description,
        first_day, last_day, starts_stated, ends_stated, time_zone, begins, ends,
        venue_name, venue_street, venue_postcode, venue_town, venue_accessibility,
        format, participating, contact,
        opens_stated, opens_at, closes_stated, closes_at,
        cancel_until_stated, cancel_until_at, closing_stated, closing_at,
        capacity, waitlist, ranks, vetoes, status, version
    FROM workshop
) t
ORDER BY t.id
