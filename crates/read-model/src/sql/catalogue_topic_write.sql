INSERT INTO catalogue_topic (code, title, abstract, version)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
ON CONFLICT (code) DO UPDATE
SET title = excluded.title,
    abstract = excluded.abstract,
    version = excluded.version
