//! Alerts, incidents, alert rules, the audit log, breaches.

use super::walk::walk;

#[test]
fn alerts_and_incidents_change_their_state() {
    walk(&[
        (
            "ExecAlertsList?tenantFilter=contoso.com",
            "",
            &[
                ("Results.MSResults[].Id", "=> id"),
                ("Results.NewAlertsCount", "3"),
                ("Results.MSResults[].RawResult.vendorInformation.provider", "IPC"),
            ],
        ),
        (
            "ExecSetSecurityAlert",
            r#"{"tenantFilter":"contoso.com","GUID":"$id","Status":"resolved","Vendor":"Microsoft","Provider":"IPC"}"#,
            &[("Results", "Set alert $id to status resolved")],
        ),
        (
            "ExecAlertsList?tenantFilter=contoso.com",
            "",
            &[("Results.MSResults[Id=$id].Status", "resolved"), ("Results.NewAlertsCount", "2")],
        ),
        (
            "ExecSetSecurityAlert",
            r#"{"tenantFilter":"contoso.com","GUID":"$id","Status":"resolved"}"#,
            &[("status", "500")],
        ),
        ("ExecAlertsList?tenantFilter=AllTenants", "", &[("Metadata.QueueId", "=> queue"), ("Results", "$queue")]),
        ("ListCippQueue?QueueId=$queue", "", &[("[].Status", "Queued")]),
        ("ListCippQueue?QueueId=$queue", "", &[("[].Status", "Running")]),
        ("ListCippQueue?QueueId=$queue", "", &[("[].Status", "Completed")]),
        ("ExecAlertsList?tenantFilter=AllTenants", "", &[("Results.MSResults[Id=$id].Status", "resolved")]),
        (
            "ExecIncidentsList?tenantFilter=contoso.com",
            "",
            &[("Results[].Id", "=> incident"), ("Results[].Status", "active")],
        ),
        (
            "ExecSetSecurityIncident",
            r#"{"tenantFilter":"contoso.com","GUID":"$incident","Status":"resolved","Severity":"high","Comment":"done"}"#,
            &[("status", "200")],
        ),
        (
            "ExecIncidentsList?tenantFilter=contoso.com",
            "",
            &[
                ("Results[Id=$incident].Status", "resolved"),
                ("Results[Id=$incident].Severity", "low"),
                ("Results[Id=$incident].Comments[].comment", "done"),
            ],
        ),
        (
            "ExecSetSecurityIncident",
            r#"{"tenantFilter":"contoso.com","GUID":"$incident","Redirected":1}"#,
            &[("status", "200"), ("Results", "~Refuse")],
        ),
        ("ExecIncidentsList?tenantFilter=contoso.com&StartDate=2020", "", &[("status", "500")]),
        ("ExecIncidentsList?tenantFilter=contoso.com&EndDate=20200101", "", &[("Results", "[]")]),
        ("ExecMDOAlertsList?tenantFilter=contoso.com", "", &[("Results[].id", "=> mail")]),
        (
            "ExecSetMdoAlert",
            r#"{"tenantFilter":"contoso.com","GUID":"$mail","Status":"resolved"}"#,
            &[("status", "500")],
        ),
        (
            "ExecSetMdoAlert",
            r#"{"tenantFilter":"contoso.com","GUID":"$mail","Status":"resolved","Assigned":"ann@contoso.com"}"#,
            &[("status", "200")],
        ),
        ("ExecMDOAlertsList?tenantFilter=contoso.com", "", &[("Results[id=$mail].status", "resolved")]),
    ]);
}

#[test]
fn alert_rules_are_set_and_removed() {
    walk(&[
        (
            "AddAlert",
            r#"{"RowKey":"rule-1","tenantFilter":[{"value":"contoso.com","label":"Contoso"}],"logbook":{"value":"Audit.Exchange"},"actions":[{"value":"generatemail"}],"conditions":[{"Property":{"label":"Operation"},"Operator":{"value":"EQ"},"Input":{"value":"New-InboxRule"}}]}"#,
            &[("Results", "~Added Audit Log Alert for 1 tenants")],
        ),
        (
            "AddScriptedAlert",
            r#"{"tenantFilter":{"value":"contoso.com"},"RowKey":"task-1","Name":"Admins without MFA","Command":{"value":"Get-CIPPAlertMFAAdmins"},"Recurrence":{"value":"1d"}}"#,
            &[("Results", "~Successfully added task")],
        ),
        (
            "AddScriptedAlert",
            r#"{"Name":"X","Command":"Remove-All"}"#,
            &[("status", "200"), ("Results", "~Error - The command")],
        ),
        (
            "ListAlertsQueue",
            "",
            &[
                ("[RowKey=rule-1].Conditions", "Operation EQ New-InboxRule"),
                ("[RowKey=rule-1].EventType", "Audit log Alert"),
                ("[RowKey=rule-1].LogType", "Audit.Exchange"),
                ("[RowKey=task-1].Conditions", "Admins without MFA"),
                ("[RowKey=task-1].RepeatsEvery", "1d"),
            ],
        ),
        ("RemoveQueuedAlert", r#"{"ID":"rule-1","EventType":"Audit Log alert"}"#, &[("status", "500")]),
        ("RemoveQueuedAlert", r#"{"ID":"rule-1","EventType":"Audit log Alert"}"#, &[("status", "200")]),
        ("ListScheduledItems?Id=task-1", "", &[("[].Hidden", "true"), ("[].Command", "Get-CIPPAlertMFAAdmins")]),
        ("RemoveQueuedAlert", r#"{"ID":"task-1"}"#, &[("status", "200")]),
        ("ListAlertsQueue", "", &[("", "[]")]),
        (
            "AddScriptedAlert",
            r#"{"tenantFilter":[{"value":"contoso.com"},{"value":"tailspintoys.com"}],"RowKey":"task-2","Name":"Two","Command":"Get-CIPPAlertMFAAdmins"}"#,
            &[("status", "200")],
        ),
        (
            "ListAlertsQueue",
            "",
            &[("[RowKey=task-2].Tenants[]", "AllTenants"), ("[RowKey=task-2].excludedTenants[]", "fabrikam.com")],
        ),
    ]);
}

#[test]
fn the_audit_log_is_read_and_searched() {
    walk(&[
        (
            "ListAuditLogs?tenantFilter=contoso.com",
            "",
            &[("Results[].Tenant", "contoso.com"), ("Metadata.Count", "1"), ("Results[].LogId", "=> id")],
        ),
        ("ListAuditLogs?tenantFilter=fabrikam.com", "", &[("Results", "[]")]),
        ("ListAuditLogs?tenantFilter=fabrikam.com&RelativeTime=48d", "", &[("Results[].Tenant", "fabrikam.com")]),
        ("ListAuditLogs?tenantFilter=fabrikam.com&LogId=$id", "", &[("Results[].Tenant", "contoso.com")]),
        ("ListAuditLogs?tenantFilter=contoso.com&RelativeTime=1m", "", &[("Results", "[]")]),
        (
            "ExecAuditLogSearch",
            r#"{"TenantFilter":"contoso.com","StartTime":1700000000,"EndTime":1700003600,"DisplayName":"Look"}"#,
            &[("state", "success"), ("details.id", "=> search"), ("Results", "null")],
        ),
        (
            "ListAuditLogSearches?tenantFilter=contoso.com&Type=Searches",
            "",
            &[("Results[id=$search].displayName", "Look")],
        ),
        (
            "ExecAuditLogSearch?Action=ProcessLogs&SearchId=$search&tenantFilter=contoso.com",
            "{}",
            &[("state", "success")],
        ),
        ("ListAuditLogSearches?tenantFilter=fabrikam.com", "", &[("Results[id=$search].CippStatus", "Pending")]),
        ("ListAuditLogCoverage?tenantFilter=contoso.com", "", &[("Results[SearchId=$search].State", "Pending")]),
        ("ExecAuditLogSearch", r#"{"TenantFilter":"contoso.com"}"#, &[("status", "400")]),
    ]);
}

#[test]
fn breaches_are_searched_and_stored() {
    walk(&[
        ("ListBreachesTenant?tenantFilter=contoso.com", "", &[("", "[]")]),
        (
            "ExecBreachSearch",
            r#"{"tenantFilter":"contoso.com"}"#,
            &[("Results", "~Executing Breach Search for contoso.com")],
        ),
        ("ListBreachesTenant?tenantFilter=contoso.com", "", &[("[].email", "ann@contoso.com"), ("[].password", "~")]),
        ("ListBreachesTenant?tenantFilter=AllTenants", "", &[("[].email", "ann@contoso.com")]),
        ("ListBreachesAccount?account=ann@contoso.com", "", &[("[].Name", "~forum")]),
        ("ListBreachesAccount?account=fabrikam.com", "", &[("[].email", "ann@fabrikam.com")]),
        ("ListBreachesAccount?account=nobody@contoso.com", "", &[("", "[]")]),
        ("ExecBreachSearch", r#"{"tenantFilter":"nowhere.example"}"#, &[("status", "200")]),
    ]);
}
