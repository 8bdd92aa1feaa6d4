//! Every statement of this crate. All are constant; the schema is chosen by the connection.

/// Declares the statements and the list of all of them from one line each, so that none is forgotten.
macro_rules! statements {
    ($($name:ident = $file:literal;)*) => {
        $(pub(crate) const $name: &str = include_str!(concat!("sql/", $file, ".sql"));)*

        /// Lists every statement with its name, for whoever wants to check them against a database.
        pub const STATEMENTS: &[(&str, &str)] = &[$(($file, $name)),*];
    };
}

statements! {
    VERSION_LIST = "version_list";
    VERSION_READABLE = "version_readable";
    VERSION_TABLES = "version_tables";
    VERSION_LOCK = "version_lock";
    VERSION_NEXT = "version_next";
    VERSION_INSERT = "version_insert";
    VERSION_READY = "version_ready";
    VERSION_STAGE = "version_stage";
    VERSION_AS_OF = "version_as_of";
    VERSION_COMPARED = "version_compared";
    VERSION_DELETE = "version_delete";
    REPORTING_THERE = "reporting_there";
    REPORTER_THERE = "reporter_there";
    CHECKPOINT = "checkpoint";
    CHECKPOINT_FENCE = "checkpoint_fence";
    CHECKPOINT_MOVE = "checkpoint_move";
    LEAD_TRY = "lead_try";
    LEAD_PING = "lead_ping";
    LEAD_GIVE_BACK = "lead_give_back";
    PROGRAM_WRITE = "program_write";
    WORKSHOP_INSERT = "workshop_insert";
    WORKSHOP_AMEND = "workshop_amend";
    WORKSHOP_POSTPONE = "workshop_postpone";
    WORKSHOP_UPDATE = "workshop_update";
    OFFERED_TOPIC_DELETE = "offered_topic_delete";
    OFFERED_TOPIC_INSERT = "offered_topic_insert";
    BUCKET_DELETE = "bucket_delete";
    BUCKET_INSERT = "bucket_insert";
    GROUP_INSERT = "group_insert";
    REGISTRATION_INSERT = "registration_insert";
    REGISTRATION_COPY = "registration_copy";
    WORKSHOP_HOSTS = "workshop_hosts";
    REGISTRATION_UPDATE = "registration_update";
    REGISTRATION_AMEND = "registration_amend";
    NOTE_INSERT = "note_insert";
    WISH_DELETE = "wish_delete";
    WISH_COPY = "wish_copy";
    WISH_INSERT = "wish_insert";
    SWEEP_CALL_OFF = "sweep_call_off";
    SWEEP_DRAW = "sweep_draw";
    SWEEP_SUBSTITUTE = "sweep_substitute";
    SWEEP_MERGE = "sweep_merge";
    HISTORY_COPY = "history_copy";
    HISTORY_INSERT = "history_insert";
    COUNT_OUT = "count_out";
    COUNT_IN = "count_in";
    COUNT_NONE = "count_none";
    COUNT_FORGET = "count_forget";
    COUNT_TALLY = "count_tally";
    COUNT_DEMAND = "count_demand";
    COUNT_TIMELINE = "count_timeline";
    COUNT_TIMELINE_ALL = "count_timeline_all";
    WORKSHOP_IDS = "workshop_ids";
    PROGRAM_IDS = "program_ids";
    REPORT_FRESHNESS = "report_freshness";
    REPORT_REGISTRATIONS = "report_registrations";
    REPORT_PROGRAMS = "report_programs";
    REPORT_WORKSHOPS = "report_workshops";
    PARKED_SUBJECT_INSERT = "parked_subject_insert";
    CHECKPOINT_HOLD = "checkpoint_hold";
    PARKED_SUBJECTS = "parked_subjects";
    PARKED_MESSAGES = "parked_messages";
    PARKED_DELETE = "parked_delete";
    SKIP_LIST = "skip_list";
    SKIP_INSERT = "skip_insert";
    PARKED_INSERT = "parked_insert";
    WORKSHOP_PRESENT = "workshop_present";
    GROUP_PRESENT = "group_present";
    REGISTRATION_PRESENT = "registration_present";
    DIGEST_SETTINGS = "digest_settings";
    DIGEST_PROGRAM = "digest_program";
    DIGEST_WORKSHOP = "digest_workshop";
    DIGEST_OFFERED_TOPIC = "digest_offered_topic";
    DIGEST_BUCKET = "digest_bucket";
    DIGEST_GROUP_REGISTRATION = "digest_group_registration";
    DIGEST_REGISTRATION = "digest_registration";
    DIGEST_WISH = "digest_wish";
    DIGEST_NOTE = "digest_note";
    DIGEST_HISTORY = "digest_history";
    DIGEST_TALLY = "digest_tally";
    DIGEST_DEMAND = "digest_demand";
    DIGEST_TIMELINE = "digest_timeline";
    DIGEST_PARKED_SUBJECT = "digest_parked_subject";
    DIGEST_PARKED = "digest_parked";
    DIGEST_PROGRAMS = "digest_programs";
    DIGEST_MUNICIPALITIES = "digest_municipalities";
    DIGEST_WORKSHOPS = "digest_workshops";
    DIGEST_WORKSHOP_PROGRAMS = "digest_workshop_programs";
    DIGEST_SEAT_BUCKETS = "digest_seat_buckets";
    DIGEST_TOPICS = "digest_topics";
    DIGEST_REGISTRATIONS = "digest_registrations";
    DIGEST_REGISTRATION_COUNTS = "digest_registration_counts";
    DIGEST_TOPIC_DEMAND = "digest_topic_demand";
    DIGEST_DAILY_EVENTS = "digest_daily_events";
    POSITION = "position";
    PROGRAMS = "programs";
    WORKSHOPS = "workshops";
    WORKSHOP = "workshop";
    ATTENDEES = "attendees";
    GROUPS = "groups";
    REGISTRATION = "registration";
    TOPICS = "topics";
}
