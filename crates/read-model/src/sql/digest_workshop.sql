SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT
        id, host, slug, title, subtitle, kind, description,
        first_day, last_day, starts_stated, ends_stated, time_zone, begins, ends,
        venue_name, venue_street, venue_postcode, venue_town, venue_accessibility,
        format, participating, contact,
        opens_stated, opens_at, closes_stated, closes_at,
        cancel_until_stated, cancel_until_at, closing_stated, closing_at,
        substitute_until_stated, substitute_until_at, wishes_until_stated, wishes_until_at,
        promotion_stops_stated, promotion_stops_at,
        min_participants, capacity, sign_up, admission, approval, offer_hours,
        waitlist, ranks, vetoes, drawn, published, released, status, version
    FROM workshop
) t
ORDER BY t.id
