-- Lists of groups: in the order in which they came in, each with those who belong to it.

CREATE INDEX group_registration_arrival ON group_registration (workshop, arrival);

CREATE INDEX registration_group ON registration (workshop, group_id, arrival) WHERE group_id IS NOT NULL;

COMMENT ON COLUMN group_registration.person IS 'The person whose keys open the contact: the first member''s, who may have been refused';
