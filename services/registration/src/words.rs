//! States and commands as people say them, for the details of refusals.

/// Says that a command is not possible in a state, in German and in English.
pub(crate) fn not_possible(state: &str, command: &str) -> [String; 2] {
    let [german, english] = state_words(state);
    let [asked, asked_english] = command_words(command);
    [
        format!("{asked} ist nicht möglich: {german}."),
        format!("{asked_english} is not possible: {english}."),
    ]
}

fn state_words(state: &str) -> [&str; 2] {
    match state {
        "submitted" => [
            "die Anmeldung ist erst eingegangen",
            "the registration has only come in",
        ],
        "pending_approval" => [
            "die Anmeldung ist in Prüfung",
            "the registration is pending approval",
        ],
        "confirmed" => [
            "die Anmeldung ist bestätigt",
            "the registration is confirmed",
        ],
        "waitlisted" => [
            "die Anmeldung steht auf der Warteliste",
            "the registration is on the waitlist",
        ],
        "offered" => ["der Platz ist erst angeboten", "the seat is only offered"],
        "declined" => [
            "die Anmeldung wurde abgelehnt",
            "the registration was declined",
        ],
        "lapsed" => ["die Anmeldung ist verfallen", "the registration has lapsed"],
        "cancelled" => ["es wurde abgesagt", "it was cancelled"],
        "transferred" => [
            "die Anmeldung wurde übertragen",
            "the registration was transferred",
        ],
        "merged" => [
            "die Anmeldung wurde zusammengeführt",
            "the registration was merged",
        ],
        "draft" => [
            "die Veranstaltung ist ein Entwurf",
            "the workshop is a draft",
        ],
        "published" => [
            "die Veranstaltung ist veröffentlicht",
            "the workshop is published",
        ],
        "drawn" => ["es wurde bereits gelost", "lots were drawn before"],
        "first_come" => [
            "die Plätze werden nach Eingang vergeben",
            "seats are given as people come",
        ],
        "assigned" => [
            "die Themen sind schon zugewiesen; jetzt wird nur noch nachgebessert",
            "topics are assigned already; from now on runs only repair",
        ],
        "unassigned" => [
            "es sind noch keine Themen zugewiesen",
            "no topics are assigned yet",
        ],
        "without_topics" => [
            "die Veranstaltung bietet keine Themen an",
            "the workshop offers no topics",
        ],
        "no_waitlist" => ["es gibt keine Warteliste", "there is no waitlist"],
        other => attendance_words(other),
    }
}

fn attendance_words(state: &str) -> [&str; 2] {
    match state {
        "attended" => ["die Person hat teilgenommen", "the person attended"],
        "partially_attended" => [
            "die Person hat teilweise teilgenommen",
            "the person attended in part",
        ],
        "no_show" => ["die Person ist nicht erschienen", "the person did not come"],
        "not_begun" => [
            "der Tag hat noch nicht begonnen",
            "the day has not begun yet",
        ],
        "not_over" => [
            "die Veranstaltung ist noch nicht vorbei",
            "the workshop is not over yet",
        ],
        "closed" => ["die Teilnahme ist abgeschlossen", "attendance is closed"],
        other => [other, other],
    }
}

fn command_words(command: &str) -> [&str; 2] {
    match command {
        "workshop.create" => ["Die Veranstaltung anlegen", "Creating the workshop"],
        "workshop.amend" => ["Die Veranstaltung ändern", "Changing the workshop"],
        "workshop.publish" => [
            "Die Veranstaltung veröffentlichen",
            "Publishing the workshop",
        ],
        "workshop.cancel" => ["Die Veranstaltung absagen", "Cancelling the workshop"],
        "workshop.postpone" => ["Die Veranstaltung verlegen", "Postponing the workshop"],
        "workshop.release" => ["Garantierte Plätze freigeben", "Releasing a guarantee"],
        "workshop.draw" => ["Auslosen", "Drawing lots"],
        "registration.submit" | "group.submit" => ["Anmelden", "Registering"],
        "registration.confirm_email" => ["Die E-Mail-Adresse bestätigen", "Confirming the e-mail"],
        "registration.approve" => ["Freigeben", "Approving"],
        "registration.decline" => ["Ablehnen", "Declining"],
        "registration.offer" => ["Einen Platz anbieten", "Offering a seat"],
        "registration.promote" => ["Nachrücken lassen", "Promoting"],
        "registration.accept" => ["Den Platz annehmen", "Accepting the seat"],
        "registration.decline_offer" => ["Den Platz ausschlagen", "Declining the seat"],
        "registration.cancel" => ["Absagen", "Cancelling"],
        "registration.to_waitlist" => ["Auf die Warteliste setzen", "Moving to the waitlist"],
        "registration.reinstate" => ["Wiederaufnehmen", "Reinstating"],
        "registration.amend" => ["Ändern", "Amending"],
        "registration.substitute" => ["Eine Vertretung eintragen", "Substituting"],
        "registration.merge" => ["Zusammenführen", "Merging"],
        "assignment.draft" => ["Themen zuweisen", "Assigning topics"],
        "assignment.publish" => ["Die Zuweisung veröffentlichen", "Publishing the assignment"],
        "registration.assign_topic" => ["Ein Thema zuweisen", "Assigning a topic"],
        "topics.swap" => ["Themen tauschen", "Swapping topics"],
        "attendance.take" => ["Die Teilnahme erfassen", "Taking attendance"],
        "attendance.close" => ["Die Teilnahme abschließen", "Closing attendance"],
        "registration.new_link" => ["Einen neuen Link ausstellen", "Renewing the link"],
        other => [other, other],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_domain::workshop::{Situation, Status};

    #[test]
    fn every_state_has_words_of_its_own() {
        let situations = Situation::NAMES.into_iter();
        let statuses = Status::ALL.into_iter().map(Status::name);
        for state in situations.chain(statuses) {
            let [german, english] = state_words(state);
            assert!(german != state && english != state, "{state}");
        }
    }

    #[test]
    fn a_refusal_is_a_sentence() {
        let [german, english] = not_possible("confirmed", "registration.approve");
        assert_eq!(
            german,
            "Freigeben ist nicht möglich: die Anmeldung ist bestätigt."
        );
        assert_eq!(
            english,
            "Approving is not possible: the registration is confirmed."
        );
    }
}
