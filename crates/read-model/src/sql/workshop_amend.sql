-- Settings stated anew; the version moves with the row's other news.
UPDATE workshop w
SET
    slug = stated.slug, title = stated.title, subtitle = stated.subtitle, kind = stated.kind,
    description = stated.description, first_day = stated.first_day, last_day = stated.last_day,
    starts_stated = stated.starts_stated, ends_stated = stated.ends_stated, time_zone = stated.time_zone,
    begins = stated.begins, ends = stated.ends, venue_name = stated.venue_name,
    venue_street = stated.venue_street, venue_postcode = stated.venue_postcode,
    venue_town = stated.venue_town, venue_accessibility = stated.venue_accessibility,
    format = stated.format, contact = stated.contact, opens_stated = stated.opens_stated,
    opens_at = stated.opens_at, closes_stated = stated.closes_stated, closes_at = stated.closes_at,
    cancel_until_stated = stated.cancel_until_stated, cancel_until_at = stated.cancel_until_at,
    substitute_until_stated = stated.substitute_until_stated,
    substitute_until_at = stated.substitute_until_at, wishes_until_stated = stated.wishes_until_stated,
    wishes_until_at = stated.wishes_until_at, promotion_stops_stated = stated.promotion_stops_stated,
    promotion_stops_at = stated.promotion_stops_at, closing_stated = stated.closing_stated,
    closing_at = stated.closing_at, min_participants = stated.min_participants, capacity = stated.capacity,
    sign_up = stated.sign_up, admission = stated.admission, approval = stated.approval,
    offer_hours = stated.offer_hours, waitlist = stated.waitlist, ranks = stated.ranks,
    vetoes = stated.vetoes, participating = string_to_array(stated.participating, ',')
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::date[], $8::date[],
    $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::text[], $15::text[],
    $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::timestamptz[],
    $23::text[], $24::timestamptz[], $25::text[], $26::timestamptz[], $27::text[], $28::timestamptz[],
    $29::text[], $30::timestamptz[], $31::text[], $32::timestamptz[], $33::text[], $34::timestamptz[],
    $35::bigint[], $36::bigint[], $37::text[], $38::text[], $39::boolean[], $40::integer[], $41::text[],
    $42::integer[], $43::integer[], $44::text[]
) AS stated (
    id, slug, title, subtitle, kind, description, first_day, last_day, starts_stated, ends_stated,
    time_zone, begins, ends, venue_name, venue_street, venue_postcode, venue_town, venue_accessibility,
    format, contact, opens_stated, opens_at, closes_stated, closes_at, cancel_until_stated,
    cancel_until_at, substitute_until_stated, substitute_until_at, wishes_until_stated, wishes_until_at,
    promotion_stops_stated, promotion_stops_at, closing_stated, closing_at, min_participants, capacity,
    sign_up, admission, approval, offer_hours, waitlist, ranks, vetoes, participating
)
WHERE w.id = stated.id
