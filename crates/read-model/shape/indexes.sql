-- Made when the rows are there: a rebuild writes them faster without.

CREATE INDEX workshop_begins ON workshop (begins, id);

-- A page, the queue and the counts of one workshop.
CREATE INDEX registration_state ON registration (workshop, state, arrival) INCLUDE (program);
CREATE INDEX registration_arrival ON registration (workshop, arrival);
-- Who has a topic.
CREATE INDEX registration_topic ON registration (workshop) INCLUDE (program, topic_1, topic_2)
    WHERE topic_1 IS NOT NULL OR topic_2 IS NOT NULL;
CREATE INDEX assignment_run_workshop ON assignment_run (workshop, drafted_at);
-- A program's people in all workshops.
CREATE INDEX registration_program ON registration (program, arrival);
-- A participant's own secret.
CREATE INDEX registration_link ON registration (link_hash);
-- Those who wait, in the order in which they are served.
CREATE INDEX registration_queue ON registration (workshop, queue_rank, queue_at, queue_lot)
    INCLUDE (program) WHERE state = 'waitlisted';
-- Lists of groups: in the order in which they came in, each with those who belong to it.
CREATE INDEX registration_group ON registration (workshop, group_id, arrival) WHERE group_id IS NOT NULL;
CREATE INDEX group_registration_arrival ON group_registration (workshop, arrival);
-- The history of one registration, of whoever came in another's place, and of a workshop.
CREATE INDEX history_registration ON history (registration, position, ordinal) WHERE registration IS NOT NULL;
CREATE INDEX history_other ON history (other) WHERE other IS NOT NULL;
CREATE INDEX history_workshop ON history (workshop, position, ordinal);
-- A topic across workshops.
CREATE INDEX demand_topic ON demand (topic, workshop);
CREATE INDEX tally_municipality ON tally (municipality, workshop);
-- Whether a municipality is still listed, or bounded, anywhere.
CREATE INDEX municipality_key ON municipality (key);
CREATE INDEX bucket_municipality ON bucket (key) WHERE scope = 'municipality';

-- For dashboards: the facts of one workshop. What changes is in no index, so that a change writes none.
CREATE INDEX registrations_workshop ON registrations (workshop);
