INSERT INTO workshop (
    id, slug, title, subtitle, kind, description, first_day, last_day, starts_stated, ends_stated,
    time_zone, begins, ends, venue_name, venue_street, venue_postcode, venue_town, venue_accessibility,
    format, contact, opens_stated, opens_at, closes_stated, closes_at, cancel_until_stated,
    cancel_until_at, substitute_until_stated, substitute_until_at, wishes_until_stated, wishes_until_at,
    promotion_stops_stated, promotion_stops_at, closing_stated, closing_at, min_participants, capacity,
    sign_up, admission, approval, offer_hours, waitlist, ranks, vetoes, participating, host, status, drawn,
    published, released, version
)
SELECT
    made.id, made.slug, made.title, made.subtitle, made.kind, made.description, made.first_day,
    made.last_day, made.starts_stated, made.ends_stated, made.time_zone, made.begins, made.ends,
    made.venue_name, made.venue_street, made.venue_postcode, made.venue_town, made.venue_accessibility,
    made.format, made.contact, made.opens_stated, made.opens_at, made.closes_stated, made.closes_at,
    made.cancel_until_stated, made.cancel_until_at, made.substitute_until_stated, made.substitute_until_at,
    made.wishes_until_stated, made.wishes_until_at, made.promotion_stops_stated, made.promotion_stops_at,
    made.closing_stated, made.closing_at, made.min_participants, made.capacity, made.sign_up,
    made.admission, made.approval, made.offer_hours, made.waitlist, made.ranks, made.vetoes,
    string_to_array(made.participating, ','), made.host, made.status, made.drawn, made.published,
    string_to_array(made.released, ','), made.version
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::date[], $8::date[],
    $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::text[], $15::text[],
    $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::timestamptz[],
    $23::text[], $24::timestamptz[], $25::text[], $26::timestamptz[], $27::text[], $28::timestamptz[],
    $29::text[], $30::timestamptz[], $31::text[], $32::timestamptz[], $33::text[], $34::timestamptz[],
    $35::bigint[], $36::bigint[], $37::text[], $38::text[], $39::boolean[], $40::integer[], $41::text[],
    $42::integer[], $43::integer[], $44::text[], $45::text[], $46::text[], $47::boolean[], $48::boolean[],
    $49::text[], $50::bigint[]
) AS made (
    id, slug, title, subtitle, kind, description, first_day, last_day, starts_stated, ends_stated,
    time_zone, begins, ends, venue_name, venue_street, venue_postcode, venue_town, venue_accessibility,
    format, contact, opens_stated, opens_at, closes_stated, closes_at, cancel_until_stated,
    cancel_until_at, substitute_until_stated, substitute_until_at, wishes_until_stated, wishes_until_at,
    promotion_stops_stated, promotion_stops_at, closing_stated, closing_at, min_participants, capacity,
    sign_up, admission, approval, offer_hours, waitlist, ranks, vetoes, participating, host, status, drawn,
    published, released, version
)
ON CONFLICT (id) DO NOTHING
