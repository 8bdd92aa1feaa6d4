INSERT INTO workshop (
    id, host, slug, title, subtitle, kind, description,
    first_day, last_day, starts_stated, ends_stated, time_zone, begins, ends,
    venue_name, venue_street, venue_postcode, venue_town, venue_accessibility,
    format, contact,
    opens_stated, opens_at, closes_stated, closes_at,
    cancel_until_stated, cancel_until_at, closing_stated, closing_at,
    capacity, waitlist, ranks, vetoes, status, version, participating
)
SELECT
    id, host, slug, title, subtitle, kind, description,
    first_day, last_day, starts_stated, ends_stated, time_zone, begins, ends,
    venue_name, venue_street, venue_postcode, venue_town, venue_accessibility,
    format, contact,
    opens_stated, opens_at, closes_stated, closes_at,
    cancel_until_stated, cancel_until_at, closing_stated, closing_at,
    capacity, waitlist, ranks, vetoes, status, version,
    string_to_array(participating, ',')
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::date[], $9::date[], $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[],
    $15::text[], $16::text[], $17::text[], $18::text[], $19::text[],
    $20::text[], $21::text[],
    $22::text[], $23::timestamptz[], $24::text[], $25::timestamptz[],
    $26::text[], $27::timestamptz[], $28::text[], $29::timestamptz[],
    $30::bigint[], $31::text[], $32::integer[], $33::integer[], $34::text[], $35::bigint[], $36::text[]
) AS made (
    id, host, slug, title, subtitle, kind, description,
    first_day, last_day, starts_stated, ends_stated, time_zone, begins, ends,
    venue_name, venue_street, venue_postcode, venue_town, venue_accessibility,
    format, contact,
    opens_stated, opens_at, closes_stated, closes_at,
    cancel_until_stated, cancel_until_at, closing_stated, closing_at,
    capacity, waitlist, ranks, vetoes, status, version, participating
)
ON CONFLICT (id) DO NOTHING
