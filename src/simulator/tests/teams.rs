//! Teams and telephone numbers.

use super::walk::walk;

#[test]
fn a_team_is_made_and_seen() {
    walk(&[
        (
            "AddTeam",
            r#"{"tenantid":"contoso.com","displayName":"Rollout","owner":["ann@contoso.com"],"visibility":"private"}"#,
            &[("Results", "Successfully created Team: 'Rollout'")],
        ),
        ("ListTeams?tenantFilter=contoso.com&type=List", "", &[("[displayName=Rollout].id", "=> id")]),
        (
            "ListTeams?tenantFilter=contoso.com&type=Team&ID=$id",
            "",
            &[("[].Owners[].displayName", "Ann Berg"), ("[].Name", "Rollout")],
        ),
        ("ListTeams?tenantFilter=contoso.com", "", &[("", "[null]")]),
        (
            "AddTeam",
            r#"{"tenantid":"contoso.com","displayName":"X","owner":"nobody@contoso.com"}"#,
            &[("status", "500")],
        ),
        ("AddTeam", r#"{"tenantid":"nowhere.example","displayName":"X","owner":"a@b"}"#, &[("status", "200")]),
        (
            "ListTeamsActivity?tenantFilter=contoso.com&Type=TeamsUserActivityUser",
            "",
            &[("[UPN=ann@contoso.com].LastActive", "~-")],
        ),
    ]);
}

#[test]
fn numbers_are_given_and_taken() {
    walk(&[
        (
            "ListTeamsVoice?tenantFilter=contoso.com",
            "",
            &[("[].TelephoneNumber", "=> number"), ("[].AssignedTo", "Unassigned")],
        ),
        ("ListTeamsLisLocation?tenantFilter=contoso.com", "", &[("[].LocationId", "=> location")]),
        (
            "ExecTeamsVoicePhoneNumberAssignment",
            r#"{"TenantFilter":"contoso.com","PhoneNumber":"$number","PhoneNumberType":"CallingPlan","input":{"value":"ann@contoso.com"}}"#,
            &[("Results", "Successfully assigned $number to ann@contoso.com")],
        ),
        (
            "ExecTeamsVoicePhoneNumberAssignment",
            r#"{"TenantFilter":"contoso.com","PhoneNumber":"$number","input":{"value":"$location"},"locationOnly":true}"#,
            &[("Results", "~emergency location")],
        ),
        (
            "ListTeamsVoice?tenantFilter=contoso.com",
            "",
            &[
                ("[TelephoneNumber=$number].AssignedTo.userPrincipalName", "ann@contoso.com"),
                ("[TelephoneNumber=$number].LocationId", "$location"),
                ("[TelephoneNumber=$number].EmergencyLocation", "Head office"),
            ],
        ),
        (
            "ExecTeamsVoicePhoneNumberAssignment",
            r#"{"TenantFilter":"contoso.com","PhoneNumber":"$number","input":{"value":"ann@contoso.com"},"locationOnly":"false"}"#,
            &[("status", "500")],
        ),
        (
            "ExecRemoveTeamsVoicePhoneNumberAssignment",
            r#"{"tenantFilter":"contoso.com","PhoneNumber":"$number","PhoneNumberType":"CallingPlan","AssignedTo":"someone else"}"#,
            &[("Results", "~Successfully unassigned")],
        ),
        ("ListTeamsVoice?tenantFilter=contoso.com", "", &[("[TelephoneNumber=$number].AssignedTo", "Unassigned")]),
        ("ListTeamsVoice?tenantFilter=tailspintoys.com", "", &[("", "[]")]),
    ]);
}
