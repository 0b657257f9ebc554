//! Conditional Access.

use super::walk::walk;

#[test]
fn policies_are_added_edited_and_removed() {
    walk(&[
        (
            "AddCAPolicy",
            r#"{"tenantFilter":{"value":["contoso.com"]},"NewState":"disabled","RawJSON":"{\"displayName\":\"No legacy\",\"state\":\"enabled\",\"conditions\":{\"users\":{\"includeUsers\":[\"All\"]}}}"}"#,
            &[("Results[]", "Created policy No legacy for contoso.com")],
        ),
        (
            "AddCAPolicy",
            r#"{"tenantFilter":[{"value":"contoso.com"}],"NewState":"enabled","RawJSON":"{\"displayName\":\"No legacy\"}"}"#,
            &[("status", "200"), ("Results[]", "~Already exists")],
        ),
        ("AddCAPolicy", r#"{"tenantFilter":"contoso.com","RawJSON":"{}"}"#, &[("Results", "[]")]),
        (
            "ListConditionalAccessPolicies?tenantFilter=contoso.com",
            "",
            &[
                ("Results[displayName=No legacy].state", "disabled"),
                ("Results[displayName=No legacy].id", "=> id"),
                ("Metadata", "null"),
            ],
        ),
        (
            "EditCAPolicy?tenantFilter=contoso.com&GUID=$id",
            r#"{"State":"enabledForReportingButNotEnforced","newDisplayName":"Legacy off"}"#,
            &[("Results", "~Successfully updated CA policy $id state to enabledForReporting")],
        ),
        (
            "ListConditionalAccessPolicies?tenantFilter=contoso.com",
            "",
            &[
                ("Results[id=$id].state", "enabledForReportingButNotEnforced"),
                ("Results[id=$id].displayName", "Legacy off"),
            ],
        ),
        (
            "ExecCAExclusion",
            r#"{"tenantFilter":"contoso.com","PolicyId":"$id","ExclusionType":"Add","Users":[{"value":"ann@contoso.com"}]}"#,
            &[("status", "200"), ("", r#""""#)],
        ),
        ("ListLogs", "", &[("[].Message", "~Added exclusion for ann@contoso.com")]),
        (
            "ListConditionalAccessPolicies?tenantFilter=contoso.com",
            "",
            &[
                ("Results[id=$id].excludeUsers", "Ann Berg"),
                ("Results[id=$id].excludeGroups", "Vacation Exclusion - Legacy off"),
            ],
        ),
        (
            "ExecCAExclusion",
            r#"{"tenantFilter":"contoso.com","PolicyId":"$id","ExclusionType":"Remove","UserID":"ann@contoso.com"}"#,
            &[("status", "200")],
        ),
        ("ListConditionalAccessPolicies?tenantFilter=contoso.com", "", &[("Results[id=$id].excludeUsers", r#""""#)]),
        (
            "ExecCAExclusion",
            r#"{"tenantFilter":"nowhere.example","PolicyId":"$id","ExclusionType":"Add"}"#,
            &[("status", "200"), ("Results", "~Failed")],
        ),
        (
            "ExecCAExclusion",
            r#"{"tenantFilter":"contoso.com","PolicyId":"$id","vacation":true,"StartDate":4000000000,"EndDate":4000003600,"Users":[{"value":"ann@contoso.com","addedFields":{"userPrincipalName":"ann@contoso.com"}}]}"#,
            &[("Results", "~vacation mode")],
        ),
        (
            "ListScheduledItems?Name=Add%20CA%20Exclusion%20Vacation%20Mode:%20Legacy%20off",
            "",
            &[("[].TaskState", "Planned"), ("[].Parameters.PolicyId", "$id")],
        ),
        ("ListUsers?tenantFilter=contoso.com&UserID=ann@contoso.com", "", &[("[].id", "=> ann")]),
        (
            "ListUserConditionalAccessPolicies?tenantFilter=contoso.com&UserID=$ann",
            "",
            &[("[id=$id].displayName", "Legacy off")],
        ),
        ("RemoveCAPolicy?tenantFilter=contoso.com&GUID=$id", "{}", &[("Results", "Deleted CA Policy $id")]),
        (
            "ListConditionalAccessPolicies?tenantFilter=contoso.com",
            "",
            &[("Results[id=$id]", "null"), ("Results[].id", "~-")],
        ),
        ("RemoveCAPolicy?tenantFilter=contoso.com&GUID=$id", "{}", &[("status", "403")]),
        ("RemoveCAPolicy?tenantFilter=nowhere.example&GUID=$id", "{}", &[("status", "200")]),
        ("ListConditionalAccessPolicies?tenantFilter=tailspintoys.com", "", &[("status", "200"), ("Results", "[]")]),
        ("ListConditionalAccessPolicies?tenantFilter=AllTenants", "", &[("Metadata.QueueId", "=> queue")]),
        ("ListCippQueue?QueueId=$queue", "", &[("[].Status", "Queued")]),
    ]);
}

#[test]
fn locations_are_added_changed_and_deleted() {
    walk(&[
        (
            "AddNamedLocation",
            r#"{"selectedTenants":[{"value":"contoso.com"}],"policyName":"Branch","Type":"IPLocation","Ips":"192.0.2.0/24\n198.51.100.0/24","Trusted":true}"#,
            &[("Results[]", "~Successfully added")],
        ),
        (
            "ListNamedLocations?tenantFilter=contoso.com",
            "",
            &[
                ("[displayName=Branch].id", "=> id"),
                ("[displayName=Branch].rangeOrLocation", "192.0.2.0/24, 198.51.100.0/24"),
                ("[displayName=Branch].isTrusted", "true"),
                ("[displayName=Allowed countries].rangeOrLocation", "US, GB"),
                ("[displayName=Allowed countries].id", "=> countries"),
            ],
        ),
        (
            "ExecNamedLocation",
            r#"{"tenantFilter":"contoso.com","namedLocationId":"$id","change":"addIp","input":"203.0.113.7/32"}"#,
            &[("status", "200")],
        ),
        (
            "ExecNamedLocation",
            r#"{"tenantFilter":"contoso.com","namedLocationId":"$id","change":"removeIp","input":{"value":["192.0.2.0/24"]}}"#,
            &[("status", "200")],
        ),
        (
            "ExecNamedLocation",
            r#"{"tenantFilter":"contoso.com","namedLocationId":"$id","change":"rename","input":"Branch 2"}"#,
            &[("status", "200")],
        ),
        (
            "ExecNamedLocation",
            r#"{"tenantFilter":"contoso.com","namedLocationId":"$id","change":"setUntrusted"}"#,
            &[("status", "200")],
        ),
        (
            "ExecNamedLocation",
            r#"{"tenantFilter":"contoso.com","namedLocationId":"$countries","change":"addLocation","input":{"value":"NL"}}"#,
            &[("status", "200")],
        ),
        (
            "ListNamedLocations?tenantFilter=contoso.com",
            "",
            &[
                ("[id=$id].rangeOrLocation", "198.51.100.0/24, 203.0.113.7/32"),
                ("[id=$id].displayName", "Branch 2"),
                ("[id=$id].isTrusted", "false"),
                ("[id=$countries].rangeOrLocation", "US, GB, NL"),
            ],
        ),
        (
            "ExecNamedLocation",
            r#"{"tenantFilter":"contoso.com","namedLocationId":"$id","change":"paint"}"#,
            &[("status", "500")],
        ),
        (
            "ExecNamedLocation",
            r#"{"tenantFilter":"contoso.com","namedLocationId":"$id","change":"delete"}"#,
            &[("Results", "~deleted")],
        ),
        ("ListNamedLocations?tenantFilter=contoso.com", "", &[("[id=$id]", "null")]),
        (
            "ExecNamedLocation",
            r#"{"tenantFilter":"contoso.com","namedLocationId":"$id","change":"delete"}"#,
            &[("status", "500")],
        ),
    ]);
}
