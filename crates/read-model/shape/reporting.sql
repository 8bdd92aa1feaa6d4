-- What dashboards read by SQL: a contract of its own, version 1. It lies in a schema of its own, `reporting`.
-- What is taken away or changes its meaning raises the version; what is added does not.
-- Nobody is known here: a registration bears a random id that stands nowhere else.
-- Relations are declared and not enforced: every row is made from rows that fit, and a check of each would cost.

CREATE TABLE freshness (
    contract_version integer PRIMARY KEY CHECK (contract_version = 1),
    position         bigint NOT NULL,
    decided_at       timestamptz,
    decided_local    timestamp GENERATED ALWAYS AS (decided_at AT TIME ZONE 'Europe/Berlin') VIRTUAL,
    decided_on       date GENERATED ALWAYS AS ((decided_at AT TIME ZONE 'Europe/Berlin')::date) VIRTUAL
);

INSERT INTO freshness (contract_version, position) VALUES (1, 0);

COMMENT ON TABLE freshness IS 'de: Stand der Daten, eine Zeile | en: How fresh the data is, one row';
COMMENT ON COLUMN freshness.contract_version IS 'de: Fassung dieses Vertrags | en: Version of this contract';
COMMENT ON COLUMN freshness.position IS 'de: Position der letzten verarbeiteten Entscheidung im Protokoll | en: Position in the log of the last decision that is in the data';
COMMENT ON COLUMN freshness.decided_at IS 'de: Zeitpunkt der letzten enthaltenen Entscheidung; leer, solange es keine gibt | en: When the last decision in the data was made; null while there is none';
COMMENT ON COLUMN freshness.decided_local IS 'de: Derselbe Zeitpunkt als Ortszeit (Europe/Berlin) | en: The same moment as local time (Europe/Berlin)';
COMMENT ON COLUMN freshness.decided_on IS 'de: Derselbe Zeitpunkt als Tag (Europe/Berlin) | en: The same moment as a local day (Europe/Berlin)';

CREATE TABLE lands (
    land text PRIMARY KEY,
    name text NOT NULL
);

INSERT INTO lands (land, name) VALUES
    ('01', 'Schleswig-Holstein'),
    ('02', 'Hamburg'),
    ('03', 'Niedersachsen'),
    ('04', 'Bremen'),
    ('05', 'Nordrhein-Westfalen'),
    ('06', 'Hessen'),
    ('07', 'Rheinland-Pfalz'),
    ('08', 'Baden-Württemberg'),
    ('09', 'Bayern'),
    ('10', 'Saarland'),
    ('11', 'Berlin'),
    ('12', 'Brandenburg'),
    ('13', 'Mecklenburg-Vorpommern'),
    ('14', 'Sachsen'),
    ('15', 'Sachsen-Anhalt'),
    ('16', 'Thüringen');

COMMENT ON TABLE lands IS 'de: Die 16 Länder | en: The 16 Länder';
COMMENT ON COLUMN lands.land IS 'de: Die ersten zwei Ziffern des amtlichen Gemeindeschlüssels | en: First two digits of the official municipality key';
COMMENT ON COLUMN lands.name IS 'de: Name | en: German name';

CREATE TABLE reasons (
    reason text PRIMARY KEY,
    label  text NOT NULL
);

INSERT INTO reasons (reason, label) VALUES
    ('withdrawn', 'Rückzug'),
    ('illness', 'Krankheit'),
    ('duty', 'Dienstliche Gründe'),
    ('mistake', 'Irrtum'),
    ('not_eligible', 'Nicht in der Zielgruppe'),
    ('duplicate', 'Doppelte Anmeldung'),
    ('hardship', 'Härtefall'),
    ('organisation', 'Organisatorische Gründe'),
    ('other', 'Sonstiges');

COMMENT ON TABLE reasons IS 'de: Gründe, die angegeben werden können | en: Reasons that can be given';
COMMENT ON COLUMN reasons.reason IS 'de: Code | en: Code';
COMMENT ON COLUMN reasons.label IS 'de: Grund auf Deutsch | en: The reason, in German';

CREATE TABLE programs (
    program text PRIMARY KEY,
    name    text NOT NULL,
    land    text REFERENCES lands NOT ENFORCED
);

COMMENT ON TABLE programs IS 'de: Landesprogramme | en: Programs';
COMMENT ON COLUMN programs.program IS 'de: Kürzel | en: Slug';
COMMENT ON COLUMN programs.name IS 'de: Name; das Kürzel, solange keiner eingetragen ist | en: Name; the slug until one is entered';
COMMENT ON COLUMN programs.land IS 'de: Land; leer, solange keines eingetragen ist | en: Its Land; null until one is entered';

CREATE TABLE municipalities (
    municipality text PRIMARY KEY,
    district     text GENERATED ALWAYS AS (left(municipality, 5)) VIRTUAL,
    land         text GENERATED ALWAYS AS (
        CASE WHEN left(municipality, 2) COLLATE "C" BETWEEN '01' AND '16' THEN left(municipality, 2) END
    ) STORED REFERENCES lands NOT ENFORCED
);

COMMENT ON TABLE municipalities IS 'de: Kommunen, aus denen jemand angemeldet ist, für die ein Kontingent gilt oder die ein Landesprogramm führt | en: Municipalities from which somebody is registered, for which there is a seat bucket, or which a program has listed';
COMMENT ON COLUMN municipalities.municipality IS 'de: Amtlicher Gemeindeschlüssel: 8 Ziffern, bei Kreisen 5 | en: Official municipality key: 8 digits, 5 for a district';
COMMENT ON COLUMN municipalities.district IS 'de: Kreisschlüssel, die ersten fünf Ziffern | en: Key of the district, the first five digits';
COMMENT ON COLUMN municipalities.land IS 'de: Land; leer, wenn der Schlüssel zu keinem gehört | en: The Land; null where the key belongs to none';

CREATE TABLE program_municipalities (
    program      text NOT NULL REFERENCES programs NOT ENFORCED,
    municipality text NOT NULL REFERENCES municipalities NOT ENFORCED,
    name         text NOT NULL,
    kind         text NOT NULL,
    kind_label   text GENERATED ALWAYS AS (
        CASE kind
            WHEN 'municipality' THEN 'Gemeinde'
            WHEN 'town' THEN 'Stadt'
            WHEN 'independent_city' THEN 'kreisfreie Stadt'
            WHEN 'district' THEN 'Kreis'
            ELSE kind
        END
    ) VIRTUAL,
    parent       text,
    valid_from   date,
    valid_until  date,
    PRIMARY KEY (program, municipality)
);

COMMENT ON TABLE program_municipalities IS 'de: Verzeichnis der Kommunen, das ein Landesprogramm führt; eine Anmeldung, deren Landesprogramm und Kommune hier nicht stehen, nennt einen unbekannten Schlüssel | en: The municipalities that a program has listed; a registration whose program and municipality are not here names an unknown key';
COMMENT ON COLUMN program_municipalities.program IS 'de: Landesprogramm, das das Verzeichnis führt | en: Program that keeps the list';
COMMENT ON COLUMN program_municipalities.municipality IS 'de: Kommune | en: The municipality';
COMMENT ON COLUMN program_municipalities.name IS 'de: Name | en: Its name';
COMMENT ON COLUMN program_municipalities.kind IS 'de: Art als Code: municipality, town, independent_city, district | en: What it is: municipality, town, independent_city, district';
COMMENT ON COLUMN program_municipalities.kind_label IS 'de: Art auf Deutsch | en: What it is, in German';
COMMENT ON COLUMN program_municipalities.parent IS 'de: Schlüssel dessen, wozu sie gehört: der Kreis; leer: nicht angegeben | en: Key of what it belongs to: the district; null where it was not stated';
COMMENT ON COLUMN program_municipalities.valid_from IS 'de: Erster Tag, an dem es sie gibt; leer: seit jeher | en: First day on which it exists; null is from ever';
COMMENT ON COLUMN program_municipalities.valid_until IS 'de: Letzter Tag, an dem es sie gibt; danach ist sie aufgelöst; leer: unbefristet | en: Last day on which it exists, behind which it is abolished; null is for ever';

CREATE TABLE workshops (
    workshop         uuid PRIMARY KEY,
    host             text NOT NULL REFERENCES programs NOT ENFORCED,
    slug             text NOT NULL,
    title            text NOT NULL,
    kind             text,
    status           text NOT NULL,
    status_label     text GENERATED ALWAYS AS (
        CASE status
            WHEN 'draft' THEN 'Entwurf'
            WHEN 'published' THEN 'veröffentlicht'
            WHEN 'cancelled' THEN 'abgesagt'
            ELSE status
        END
    ) VIRTUAL,
    published        boolean NOT NULL,
    first_day        date NOT NULL,
    last_day         date NOT NULL,
    time_zone        text NOT NULL,
    begins_at        timestamptz NOT NULL,
    ends_at          timestamptz NOT NULL,
    opens_at         timestamptz,
    opens_on         date GENERATED ALWAYS AS ((opens_at AT TIME ZONE 'Europe/Berlin')::date) VIRTUAL,
    closes_at        timestamptz NOT NULL,
    closes_on        date GENERATED ALWAYS AS ((closes_at AT TIME ZONE 'Europe/Berlin')::date) VIRTUAL,
    format           text NOT NULL,
    format_label     text GENERATED ALWAYS AS (
        CASE format
            WHEN 'presence' THEN 'Präsenz'
            WHEN 'online' THEN 'Online'
            WHEN 'hybrid' THEN 'Hybrid'
            ELSE format
        END
    ) VIRTUAL,
    town             text,
    capacity         bigint,
    min_participants bigint,
    sign_up          text NOT NULL,
    admission        text NOT NULL,
    approval         boolean NOT NULL,
    waitlist         text NOT NULL,
    drawn            boolean NOT NULL
);

COMMENT ON TABLE workshops IS 'de: Veranstaltungen | en: Workshops';
COMMENT ON COLUMN workshops.workshop IS 'de: Kennung der Veranstaltung | en: Id of the workshop';
COMMENT ON COLUMN workshops.host IS 'de: Ausrichtendes Landesprogramm | en: Program that hosts it';
COMMENT ON COLUMN workshops.slug IS 'de: Kurzname | en: Short name';
COMMENT ON COLUMN workshops.title IS 'de: Titel | en: Title';
COMMENT ON COLUMN workshops.kind IS 'de: Art der Veranstaltung, wie sie der Ausrichter nennt | en: What sort of workshop the host calls it';
COMMENT ON COLUMN workshops.status IS 'de: Stand als Code: draft, published, cancelled | en: Where it stands: draft, published, cancelled';
COMMENT ON COLUMN workshops.status_label IS 'de: Stand auf Deutsch | en: Where it stands, in German';
COMMENT ON COLUMN workshops.published IS 'de: Ob sie je veröffentlicht war | en: Whether it was ever published';
COMMENT ON COLUMN workshops.first_day IS 'de: Erster Tag, am Ort | en: First day, local';
COMMENT ON COLUMN workshops.last_day IS 'de: Letzter Tag, am Ort | en: Last day, local';
COMMENT ON COLUMN workshops.time_zone IS 'de: Zeitzone des Ortes | en: Time zone of the place';
COMMENT ON COLUMN workshops.begins_at IS 'de: Zeitpunkt des Beginns; der Tag steht in first_day | en: When it begins; the local day is first_day';
COMMENT ON COLUMN workshops.ends_at IS 'de: Zeitpunkt des Endes; der Tag steht in last_day | en: When it ends; the local day is last_day';
COMMENT ON COLUMN workshops.opens_at IS 'de: Erster Zeitpunkt, zu dem man sich anmelden kann; leer: von Anfang an | en: First moment at which one can register; null: from the beginning';
COMMENT ON COLUMN workshops.opens_on IS 'de: Tag von opens_at (Europe/Berlin) | en: Local day of opens_at (Europe/Berlin)';
COMMENT ON COLUMN workshops.closes_at IS 'de: Erster Zeitpunkt, zu dem man sich nicht mehr anmelden kann | en: First moment at which one cannot register any more';
COMMENT ON COLUMN workshops.closes_on IS 'de: Tag von closes_at (Europe/Berlin); eine Frist bis 30.9. endet mit dem Beginn des 1.10. | en: Local day of closes_at (Europe/Berlin); a deadline that includes a day ends when the next one begins';
COMMENT ON COLUMN workshops.format IS 'de: Form als Code: presence, online, hybrid | en: Form: presence, online, hybrid';
COMMENT ON COLUMN workshops.format_label IS 'de: Form auf Deutsch | en: Form, in German';
COMMENT ON COLUMN workshops.town IS 'de: Ort | en: Town';
COMMENT ON COLUMN workshops.capacity IS 'de: Alle Plätze; leer: unbegrenzt, 0: geschlossen | en: All seats; null is unlimited, 0 is closed';
COMMENT ON COLUMN workshops.min_participants IS 'de: Mindestzahl; leer: keine | en: How many must come; null: any number';
COMMENT ON COLUMN workshops.sign_up IS 'de: Wer anmelden kann: programs (nur Programme), public (alle), public_confirmed (alle, mit bestätigter Adresse) | en: Who can register: programs, public, public_confirmed (with a confirmed address)';
COMMENT ON COLUMN workshops.admission IS 'de: Zulassung: first_come (nach Eingang), lottery (Los) | en: Admission: first_come, lottery';
COMMENT ON COLUMN workshops.approval IS 'de: Ob eine Stelle zustimmen muss | en: Whether an office must approve';
COMMENT ON COLUMN workshops.waitlist IS 'de: Warteliste: off (keine), skip_blocked (wer nicht an der Reihe sein kann, wird übersprungen), strict_head (streng der Reihe nach) | en: Waitlist: off, skip_blocked (who cannot be served is passed over), strict_head (strictly in order)';
COMMENT ON COLUMN workshops.drawn IS 'de: Ob gelost wurde | en: Whether lots were drawn';

CREATE TABLE workshop_programs (
    workshop uuid NOT NULL REFERENCES workshops NOT ENFORCED,
    program  text NOT NULL REFERENCES programs NOT ENFORCED,
    is_host  boolean NOT NULL,
    PRIMARY KEY (workshop, program)
);

COMMENT ON TABLE workshop_programs IS 'de: Welche Landesprogramme an welcher Veranstaltung teilnehmen | en: Which programs take part in which workshop';
COMMENT ON COLUMN workshop_programs.workshop IS 'de: Veranstaltung | en: The workshop';
COMMENT ON COLUMN workshop_programs.program IS 'de: Landesprogramm | en: The program';
COMMENT ON COLUMN workshop_programs.is_host IS 'de: Ob es die Veranstaltung ausrichtet | en: Whether it is the host';

CREATE TABLE seat_buckets (
    workshop     uuid NOT NULL REFERENCES workshops NOT ENFORCED,
    scope        text NOT NULL,
    bucket       text NOT NULL,
    scope_label  text GENERATED ALWAYS AS (
        CASE scope
            WHEN 'program' THEN 'Höchstzahl des Landesprogramms'
            WHEN 'municipality' THEN 'Höchstzahl der Kommune'
            WHEN 'guarantee' THEN 'zugesagte Plätze'
            ELSE scope
        END
    ) VIRTUAL,
    program      text REFERENCES programs NOT ENFORCED,
    municipality text REFERENCES municipalities NOT ENFORCED,
    seats        bigint NOT NULL,
    released     boolean NOT NULL,
    release_at   timestamptz,
    release_on   date GENERATED ALWAYS AS ((release_at AT TIME ZONE 'Europe/Berlin')::date) VIRTUAL,
    PRIMARY KEY (workshop, scope, bucket)
);

COMMENT ON TABLE seat_buckets IS 'de: Kontingente: was neben der Zahl aller Plätze gilt | en: Seat buckets: what bounds the seats beside the capacity';
COMMENT ON COLUMN seat_buckets.workshop IS 'de: Veranstaltung | en: The workshop';
COMMENT ON COLUMN seat_buckets.scope IS 'de: Art: program und municipality sind Höchstzahlen, guarantee sind zugesagte Plätze | en: Sort: program and municipality are caps, guarantee keeps seats';
COMMENT ON COLUMN seat_buckets.bucket IS 'de: Für wen: Kürzel des Landesprogramms oder Schlüssel der Kommune | en: For whom: the program''s slug or the municipality''s key';
COMMENT ON COLUMN seat_buckets.scope_label IS 'de: Art auf Deutsch | en: Sort, in German';
COMMENT ON COLUMN seat_buckets.program IS 'de: Landesprogramm, für das es gilt; leer bei Kommunen | en: Program it is for; null for a municipality';
COMMENT ON COLUMN seat_buckets.municipality IS 'de: Kommune, für die es gilt; leer bei Landesprogrammen | en: Municipality it is for; null for a program';
COMMENT ON COLUMN seat_buckets.seats IS 'de: Höchstens oder, bei Zusagen, mindestens so viele Plätze; 0: geschlossen | en: At most so many seats, or, of a guarantee, so many are kept; 0 is closed';
COMMENT ON COLUMN seat_buckets.released IS 'de: Ob zugesagte Plätze für alle frei geworden sind | en: Whether kept seats have become free for all';
COMMENT ON COLUMN seat_buckets.release_at IS 'de: Ab wann zugesagte Plätze für alle frei werden; leer: nur von Hand | en: From when on kept seats become free for all; null: by hand only';
COMMENT ON COLUMN seat_buckets.release_on IS 'de: Tag von release_at (Europe/Berlin) | en: Local day of release_at (Europe/Berlin)';

CREATE TABLE topics (
    workshop uuid NOT NULL REFERENCES workshops NOT ENFORCED,
    slot     smallint NOT NULL,
    topic    text NOT NULL,
    title    text NOT NULL,
    offered  boolean NOT NULL,
    PRIMARY KEY (workshop, slot, topic)
);

COMMENT ON TABLE topics IS 'de: Themen einer Veranstaltung: angebotene und gewünschte | en: Topics of a workshop: those offered and those wished for';
COMMENT ON COLUMN topics.workshop IS 'de: Veranstaltung | en: The workshop';
COMMENT ON COLUMN topics.slot IS 'de: Durchgang, 1 oder 2 | en: Slot, 1 or 2';
COMMENT ON COLUMN topics.topic IS 'de: Code des Themas, über Veranstaltungen hinweg derselbe | en: Code of the topic, the same across workshops';
COMMENT ON COLUMN topics.title IS 'de: Titel; der Code, wenn das Thema nicht mehr angeboten wird | en: Title; the code where the topic is not offered any more';
COMMENT ON COLUMN topics.offered IS 'de: Ob es angeboten wird | en: Whether it is offered';

CREATE TABLE registrations (
    registration    uuid PRIMARY KEY,
    workshop        uuid NOT NULL REFERENCES workshops NOT ENFORCED,
    program         text NOT NULL REFERENCES programs NOT ENFORCED,
    municipality    text NOT NULL REFERENCES municipalities NOT ENFORCED,
    submitted_at    timestamptz NOT NULL,
    submitted_on    date GENERATED ALWAYS AS ((submitted_at AT TIME ZONE 'Europe/Berlin')::date) VIRTUAL,
    channel         text NOT NULL,
    channel_label   text GENERATED ALWAYS AS (
        CASE channel
            WHEN 'office' THEN 'Koordinierungsstelle'
            WHEN 'api' THEN 'Programmschnittstelle'
            WHEN 'web' THEN 'Webformular'
            WHEN 'import' THEN 'Datei'
            WHEN 'feed' THEN 'Abgleich'
            ELSE channel
        END
    ) VIRTUAL,
    state           text NOT NULL,
    state_label     text GENERATED ALWAYS AS (
        CASE state
            WHEN 'submitted' THEN 'eingegangen'
            WHEN 'pending_approval' THEN 'in Prüfung'
            WHEN 'confirmed' THEN 'bestätigt'
            WHEN 'waitlisted' THEN 'Warteliste'
            WHEN 'offered' THEN 'Platz angeboten'
            WHEN 'declined' THEN 'Absage'
            WHEN 'lapsed' THEN 'verfallen'
            WHEN 'cancelled' THEN 'storniert'
            WHEN 'transferred' THEN 'übertragen'
            WHEN 'merged' THEN 'zusammengeführt'
            WHEN 'attended' THEN 'teilgenommen'
            WHEN 'partially_attended' THEN 'teilweise teilgenommen'
            WHEN 'no_show' THEN 'nicht erschienen'
            ELSE state
        END
    ) VIRTUAL,
    holds_seat      boolean GENERATED ALWAYS AS (
        state IN ('pending_approval', 'confirmed', 'offered', 'attended', 'partially_attended', 'no_show')
    ) VIRTUAL,
    is_live         boolean GENERATED ALWAYS AS (
        state IN ('submitted', 'pending_approval', 'confirmed', 'waitlisted', 'offered')
    ) VIRTUAL,
    cause           text,
    cancelled_by    text,
    lapse           text,
    reason          text REFERENCES reasons NOT ENFORCED,
    cancel_reason   text REFERENCES reasons NOT ENFORCED,
    override_reason text REFERENCES reasons NOT ENFORCED,
    expires_at      timestamptz,
    expires_on      date GENERATED ALWAYS AS ((expires_at AT TIME ZONE 'Europe/Berlin')::date) VIRTUAL,
    approved        boolean NOT NULL,
    in_group        boolean NOT NULL,
    is_placeholder  boolean NOT NULL,
    topic_1         text,
    topic_2         text
);

COMMENT ON TABLE registrations IS 'de: Anmeldungen, ohne Personen | en: Registrations, without persons';
COMMENT ON COLUMN registrations.registration IS 'de: Zufällige Kennung, nur für Auswertungen | en: Random id, for reporting alone';
COMMENT ON COLUMN registrations.workshop IS 'de: Veranstaltung | en: The workshop';
COMMENT ON COLUMN registrations.program IS 'de: Landesprogramm, das angemeldet hat | en: Program that registered';
COMMENT ON COLUMN registrations.municipality IS 'de: Kommune | en: The municipality';
COMMENT ON COLUMN registrations.submitted_at IS 'de: Eingang | en: When it came in';
COMMENT ON COLUMN registrations.submitted_on IS 'de: Tag von submitted_at (Europe/Berlin) | en: Local day of submitted_at (Europe/Berlin)';
COMMENT ON COLUMN registrations.channel IS 'de: Weg als Code: office, api, web, import, feed | en: How it came in: office, api, web, import, feed';
COMMENT ON COLUMN registrations.channel_label IS 'de: Weg auf Deutsch | en: How it came in, in German';
COMMENT ON COLUMN registrations.state IS 'de: Stand als Code | en: Where it stands';
COMMENT ON COLUMN registrations.state_label IS 'de: Stand auf Deutsch | en: Where it stands, in German';
COMMENT ON COLUMN registrations.holds_seat IS 'de: Ob sie einen Platz belegt | en: Whether it holds a seat';
COMMENT ON COLUMN registrations.is_live IS 'de: Ob noch etwas aus ihr werden kann | en: Whether it may still come to something';
COMMENT ON COLUMN registrations.cause IS 'de: Woher der Platz kam: admitted, seat_passed, by_hand, approved, offer_accepted, override | en: Why the seat was given: admitted, seat_passed, by_hand, approved, offer_accepted, override';
COMMENT ON COLUMN registrations.cancelled_by IS 'de: Wer storniert hat: office, feeder, participant, offer_declined, workshop | en: Who cancelled: office, feeder, participant, offer_declined, workshop';
COMMENT ON COLUMN registrations.lapse IS 'de: Was verfallen ist: offer (Angebot), email (Bestätigung der Adresse) | en: What has lapsed: offer, email';
COMMENT ON COLUMN registrations.reason IS 'de: Zuletzt angegebener Grund | en: The last reason given';
COMMENT ON COLUMN registrations.cancel_reason IS 'de: Grund der Stornierung | en: Why it was cancelled';
COMMENT ON COLUMN registrations.override_reason IS 'de: Grund, aus dem sie an den Regeln vorbei zugelassen wurde | en: Why it was let in past the rules';
COMMENT ON COLUMN registrations.expires_at IS 'de: Wann das Angebot oder die Zeit zur Bestätigung der Adresse endet | en: When the offer, or the time to confirm the address, is over';
COMMENT ON COLUMN registrations.expires_on IS 'de: Tag von expires_at (Europe/Berlin) | en: Local day of expires_at (Europe/Berlin)';
COMMENT ON COLUMN registrations.approved IS 'de: Ob eine Stelle zugestimmt hat | en: Whether an office has approved';
COMMENT ON COLUMN registrations.in_group IS 'de: Ob sie zu einer Sammelanmeldung gehört | en: Whether it belongs to a group';
COMMENT ON COLUMN registrations.is_placeholder IS 'de: Ob sie für niemand Bestimmtes ist (N.N.) | en: Whether it is for nobody in particular';
COMMENT ON COLUMN registrations.topic_1 IS 'de: Zugewiesenes Thema im ersten Durchgang | en: Topic assigned in the first slot';
COMMENT ON COLUMN registrations.topic_2 IS 'de: Zugewiesenes Thema im zweiten Durchgang | en: Topic assigned in the second slot';

CREATE TABLE attendances (
    registration uuid NOT NULL REFERENCES registrations NOT ENFORCED,
    workshop     uuid NOT NULL REFERENCES workshops NOT ENFORCED,
    day          date NOT NULL,
    slot         smallint NOT NULL,
    status       text NOT NULL,
    status_label text GENERATED ALWAYS AS (
        CASE status
            WHEN 'present' THEN 'anwesend'
            WHEN 'absent' THEN 'abwesend'
            WHEN 'excused' THEN 'entschuldigt'
            ELSE status
        END
    ) VIRTUAL,
    minutes      integer,
    PRIMARY KEY (registration, day, slot)
);

COMMENT ON TABLE attendances IS 'de: Teilnahme je Tag und Durchgang | en: Attendance by day and slot';
COMMENT ON COLUMN attendances.registration IS 'de: Anmeldung | en: The registration';
COMMENT ON COLUMN attendances.workshop IS 'de: Veranstaltung | en: The workshop';
COMMENT ON COLUMN attendances.day IS 'de: Tag | en: The day';
COMMENT ON COLUMN attendances.slot IS 'de: Durchgang, 1 oder 2 | en: Slot, 1 or 2';
COMMENT ON COLUMN attendances.status IS 'de: Teilnahme als Code: present, absent, excused | en: Whether they were there: present, absent, excused';
COMMENT ON COLUMN attendances.status_label IS 'de: Teilnahme auf Deutsch | en: Whether they were there, in German';
COMMENT ON COLUMN attendances.minutes IS 'de: Minuten der Anwesenheit, wo sie erfasst sind | en: Minutes of presence, where they are stated';

CREATE TABLE registration_counts (
    workshop     uuid NOT NULL REFERENCES workshops NOT ENFORCED,
    program      text NOT NULL REFERENCES programs NOT ENFORCED,
    municipality text NOT NULL REFERENCES municipalities NOT ENFORCED,
    state        text NOT NULL,
    state_label  text GENERATED ALWAYS AS (
        CASE state
            WHEN 'submitted' THEN 'eingegangen'
            WHEN 'pending_approval' THEN 'in Prüfung'
            WHEN 'confirmed' THEN 'bestätigt'
            WHEN 'waitlisted' THEN 'Warteliste'
            WHEN 'offered' THEN 'Platz angeboten'
            WHEN 'declined' THEN 'Absage'
            WHEN 'lapsed' THEN 'verfallen'
            WHEN 'cancelled' THEN 'storniert'
            WHEN 'transferred' THEN 'übertragen'
            WHEN 'merged' THEN 'zusammengeführt'
            WHEN 'attended' THEN 'teilgenommen'
            WHEN 'partially_attended' THEN 'teilweise teilgenommen'
            WHEN 'no_show' THEN 'nicht erschienen'
            ELSE state
        END
    ) VIRTUAL,
    holds_seat   boolean GENERATED ALWAYS AS (
        state IN ('pending_approval', 'confirmed', 'offered', 'attended', 'partially_attended', 'no_show')
    ) VIRTUAL,
    amount       bigint NOT NULL,
    PRIMARY KEY (workshop, program, municipality, state)
);

COMMENT ON TABLE registration_counts IS 'de: Zahl der Anmeldungen nach Landesprogramm, Kommune und Stand | en: Registrations counted by program, municipality and state';
COMMENT ON COLUMN registration_counts.workshop IS 'de: Veranstaltung | en: The workshop';
COMMENT ON COLUMN registration_counts.program IS 'de: Landesprogramm, das angemeldet hat | en: Program that registered';
COMMENT ON COLUMN registration_counts.municipality IS 'de: Kommune | en: The municipality';
COMMENT ON COLUMN registration_counts.state IS 'de: Stand als Code | en: Where they stand';
COMMENT ON COLUMN registration_counts.state_label IS 'de: Stand auf Deutsch | en: Where they stand, in German';
COMMENT ON COLUMN registration_counts.holds_seat IS 'de: Ob sie Plätze belegen | en: Whether they hold seats';
COMMENT ON COLUMN registration_counts.amount IS 'de: Wie viele | en: How many';

CREATE TABLE topic_demand (
    workshop uuid NOT NULL REFERENCES workshops NOT ENFORCED,
    slot     smallint NOT NULL,
    topic    text NOT NULL,
    program  text NOT NULL REFERENCES programs NOT ENFORCED,
    vetoed   boolean NOT NULL,
    rank     integer NOT NULL,
    amount   bigint NOT NULL,
    PRIMARY KEY (workshop, slot, topic, program, vetoed, rank),
    FOREIGN KEY (workshop, slot, topic) REFERENCES topics NOT ENFORCED
);

COMMENT ON TABLE topic_demand IS 'de: Themenwünsche aller Anmeldungen, außer abgelehnten, verfallenen, stornierten, übertragenen und zusammengeführten | en: Wishes of all registrations but those declined, lapsed, cancelled, transferred and merged';
COMMENT ON COLUMN topic_demand.workshop IS 'de: Veranstaltung | en: The workshop';
COMMENT ON COLUMN topic_demand.slot IS 'de: Durchgang, 1 oder 2 | en: Slot, 1 or 2';
COMMENT ON COLUMN topic_demand.topic IS 'de: Thema | en: The topic';
COMMENT ON COLUMN topic_demand.program IS 'de: Landesprogramm, das angemeldet hat | en: Program that registered';
COMMENT ON COLUMN topic_demand.vetoed IS 'de: Ob das Thema abgelehnt wird | en: Whether the topic is not wanted at all';
COMMENT ON COLUMN topic_demand.rank IS 'de: Der wievielte Wunsch, 1 ist der liebste | en: Which wish, 1 is the dearest';
COMMENT ON COLUMN topic_demand.amount IS 'de: Wie viele | en: How many';

CREATE TABLE daily_events (
    workshop    uuid NOT NULL REFERENCES workshops NOT ENFORCED,
    day         date NOT NULL,
    program     text NOT NULL REFERENCES programs NOT ENFORCED,
    event       text NOT NULL,
    event_label text GENERATED ALWAYS AS (
        CASE event
            WHEN 'submitted' THEN 'eingegangen'
            WHEN 'email_confirmed' THEN 'Adresse bestätigt'
            WHEN 'held' THEN 'zur Prüfung vorgemerkt'
            WHEN 'confirmed' THEN 'bestätigt'
            WHEN 'waitlisted' THEN 'auf die Warteliste'
            WHEN 'offered' THEN 'Platz angeboten'
            WHEN 'declined' THEN 'Absage'
            WHEN 'lapsed' THEN 'verfallen'
            WHEN 'cancelled' THEN 'storniert'
            WHEN 'substituted' THEN 'übertragen'
            WHEN 'merged' THEN 'zusammengeführt'
            WHEN 'attended' THEN 'teilgenommen'
            WHEN 'partially_attended' THEN 'teilweise teilgenommen'
            WHEN 'no_show' THEN 'nicht erschienen'
            WHEN 'reinstated' THEN 'wieder aufgenommen'
            WHEN 'moved_to_waitlist' THEN 'zurück auf die Warteliste'
            ELSE event
        END
    ) VIRTUAL,
    amount      bigint NOT NULL,
    PRIMARY KEY (workshop, day, program, event)
);

COMMENT ON TABLE daily_events IS 'de: Was mit Anmeldungen geschah, nach Tagen | en: What happened to registrations, by day';
COMMENT ON COLUMN daily_events.workshop IS 'de: Veranstaltung | en: The workshop';
COMMENT ON COLUMN daily_events.day IS 'de: Tag (Europe/Berlin) | en: Local day (Europe/Berlin)';
COMMENT ON COLUMN daily_events.program IS 'de: Landesprogramm, das angemeldet hat | en: Program that registered';
COMMENT ON COLUMN daily_events.event IS 'de: Was geschah, als Code | en: What happened';
COMMENT ON COLUMN daily_events.event_label IS 'de: Was geschah, auf Deutsch | en: What happened, in German';
COMMENT ON COLUMN daily_events.amount IS 'de: Wie oft | en: How often';

-- Who sees what. Whoever reads logs in as `bi_<program>`; the name tells the program, and nothing that they can set.
-- Own workshops are listed once per statement and looked up by hash, however many rows there are.

ALTER TABLE workshops ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON workshops FOR SELECT TO aw_reporting USING (
    published OR host = (SELECT substr(session_user::text, 4) WHERE starts_with(session_user::text, 'bi_'))
);

ALTER TABLE workshop_programs ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON workshop_programs FOR SELECT TO aw_reporting USING (
    workshop IN (SELECT w.workshop FROM workshops w)
);

ALTER TABLE seat_buckets ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON seat_buckets FOR SELECT TO aw_reporting USING (
    workshop IN (SELECT w.workshop FROM workshops w)
);

ALTER TABLE registrations ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON registrations FOR SELECT TO aw_reporting USING (
    program = (SELECT substr(session_user::text, 4) WHERE starts_with(session_user::text, 'bi_'))
    OR workshop IN (
        SELECT w.workshop FROM workshops w
        WHERE w.host = (SELECT substr(session_user::text, 4) WHERE starts_with(session_user::text, 'bi_'))
    )
);

ALTER TABLE attendances ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON attendances FOR SELECT TO aw_reporting USING (
    registration IN (SELECT r.registration FROM registrations r)
);

ALTER TABLE registration_counts ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON registration_counts FOR SELECT TO aw_reporting USING (
    program = (SELECT substr(session_user::text, 4) WHERE starts_with(session_user::text, 'bi_'))
    OR workshop IN (
        SELECT w.workshop FROM workshops w
        WHERE w.host = (SELECT substr(session_user::text, 4) WHERE starts_with(session_user::text, 'bi_'))
    )
);

ALTER TABLE topic_demand ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON topic_demand FOR SELECT TO aw_reporting USING (
    program = (SELECT substr(session_user::text, 4) WHERE starts_with(session_user::text, 'bi_'))
    OR workshop IN (
        SELECT w.workshop FROM workshops w
        WHERE w.host = (SELECT substr(session_user::text, 4) WHERE starts_with(session_user::text, 'bi_'))
    )
);

ALTER TABLE daily_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON daily_events FOR SELECT TO aw_reporting USING (
    program = (SELECT substr(session_user::text, 4) WHERE starts_with(session_user::text, 'bi_'))
    OR workshop IN (
        SELECT w.workshop FROM workshops w
        WHERE w.host = (SELECT substr(session_user::text, 4) WHERE starts_with(session_user::text, 'bi_'))
    )
);

-- A topic is seen where it is offered, or where the wishes for it are.
ALTER TABLE topics ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON topics FOR SELECT TO aw_reporting USING (
    offered AND workshop IN (SELECT w.workshop FROM workshops w)
    OR EXISTS (
        SELECT FROM topic_demand d
        WHERE d.workshop = topics.workshop AND d.slot = topics.slot AND d.topic = topics.topic
    )
);

-- Nobody learns from which municipalities others have come.
ALTER TABLE municipalities ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON municipalities FOR SELECT TO aw_reporting USING (
    municipality IN (SELECT c.municipality FROM registration_counts c)
    OR municipality IN (SELECT b.municipality FROM seat_buckets b WHERE b.municipality IS NOT NULL)
    OR municipality IN (SELECT l.municipality FROM program_municipalities l)
);

GRANT SELECT ON
    freshness, lands, reasons, programs, municipalities, program_municipalities, workshops, workshop_programs,
    seat_buckets, topics, registrations, attendances, registration_counts, topic_demand, daily_events
TO aw_reporting;
