//! What a read gives: data, or a reason why there is none.

use super::*;

#[test]
fn each_shape_of_a_good_read_becomes_data() {
    for (what, endpoint, content_type, body, expected) in [
        ("bare array", &LIST, JSON, r#"[{"id":1},{"id":2}]"#, r#"rows [{"id":1},{"id":2}]"#),
        ("no content type", &LIST, "", r#"[{"id":1}]"#, r#"rows [{"id":1}]"#),
        ("empty array", &LIST, JSON, "[]", "rows []"),
        ("null inside an array", &LIST, JSON, r#"[null,{"id":1},null]"#, r#"rows [{"id":1}]"#),
        ("nothing but null inside", &LIST, JSON, "[null]", "rows []"),
        ("null", &LIST, JSON, "null", "rows []"),
        ("empty body of a list", &LIST, TEXT, "", "rows []"),
        ("rows under Results", &LIST, JSON, r#"{"Results":[{"id":1}],"Metadata":{"x":1}}"#, r#"rows [{"id":1}]"#),
        ("lower-case results", &LIST, JSON, r#"{"results":[{"id":1}]}"#, r#"rows [{"id":1}]"#),
        ("null under Results", &GRAPH, JSON, r#"{"Results":null}"#, "rows []"),
        ("one row unrolled", &CONTACTS, JSON, r#"{"DisplayName":"Ann"}"#, r#"rows [{"DisplayName":"Ann"}]"#),
        ("one row of a list that is not known to unroll", &LIST, JSON, r#"{"id":1}"#, r#"rows [{"id":1}]"#),
        ("a user named Failed", &LIST, JSON, r#"[{"displayName":"Failed"}]"#, r#"rows [{"displayName":"Failed"}]"#),
        (
            "a row with a message among others",
            &LIST,
            JSON,
            r#"[{"Tenant":"a","Message":"Failed to set x","Severity":"Error"}]"#,
            r#"rows [{"Tenant":"a","Message":"Failed to set x","Severity":"Error"}]"#,
        ),
        ("objects under Results are rows", &GRAPH, JSON, r#"{"Results":[{"id":1}]}"#, r#"rows [{"id":1}]"#),
        ("a count", &GRAPH, JSON, r#"{"Results":[123]}"#, "rows [123]"),
        ("names", &GRAPH, JSON, r#"{"Results":["id","errorCode"]}"#, r#"rows ["id","errorCode"]"#),
        ("bare object", &GET, JSON, r#"{"LocalCIPPVersion":"10.8.2"}"#, r#"value {"LocalCIPPVersion":"10.8.2"}"#),
        ("object under Results", &GET, JSON, r#"{"Results":{"Status":"NoJob"}}"#, r#"value {"Status":"NoJob"}"#),
        ("siblings of Results", &GET, JSON, r#"{"Results":1,"Tenant":"a"}"#, r#"value {"Results":1,"Tenant":"a"}"#),
        ("object in an array", &GET, JSON, r#"[{"a":1}]"#, r#"value {"a":1}"#),
        ("no object", &GET, TEXT, "", "value null"),
        ("plain text", &GET, TEXT, "all is well", r#"value "all is well""#),
        ("number", &GET, TEXT, "42", "value 42"),
        ("fraction", &GET, TEXT, "1.5", "value 1.5"),
        ("JSON text", &GET, JSON, r#""hello""#, r#"value "hello""#),
        ("text under Results", &GRAPH, JSON, r#"{"Results":"ok"}"#, r#"value "ok""#),
        (
            "a tenant without rules",
            &RULES,
            JSON,
            r#"{"Results":[{"Name":"No rules found","Tenant":"a"},{"Name":"r","Tenant":"b"}]}"#,
            r#"rows [{"Name":"r","Tenant":"b"}]"#,
        ),
        (
            "secrets by their paths",
            &TASKS,
            JSON,
            r#"[{"Name":"t","Parameters":{"UserObj":{"password":"P","n":1,"on":true}},"Results":"The password is P"}]"#,
            r#"rows [{"Name":"t","Parameters":{"UserObj":{"password":"••••","n":"••••","on":true}},"Results":"••••"}]"#,
        ),
        (
            "secret of an unrolled result",
            &KEYS,
            JSON,
            r#"{"Results":{"resultText":"Id: 1 Key: K","copyField":"K","state":"success"}}"#,
            r#"rows [{"resultText":"••••","copyField":"••••","state":"success"}]"#,
        ),
    ] {
        assert_eq!(told(read(reply(200, content_type, body), &call(endpoint, &[]))), expected, "{what}");
    }
}

#[test]
fn what_is_no_data_is_refused_by_a_read() {
    for (what, endpoint, content_type, body, expected) in [
        (
            "a message where rows are expected",
            &LIST,
            JSON,
            r#"["Failed to get users"]"#,
            "api 200: ListUsers for contoso.com failed: Failed to get users",
        ),
        (
            "any message where rows are expected",
            &LIST,
            JSON,
            r#"["x"]"#,
            "api 200: ListUsers for contoso.com failed: x",
        ),
        (
            "a message among rows",
            &GRAPH,
            JSON,
            r#"{"Results":[{"id":1},"Could not reach b"]}"#,
            "api 200: ListGraphRequest for contoso.com failed: Could not reach b",
        ),
        (
            "a message under Results",
            &LIST,
            JSON,
            r#"{"Results":"No data"}"#,
            "api 200: ListUsers for contoso.com failed: No data",
        ),
        (
            "plain text",
            &LIST,
            TEXT,
            "tenantFilter is required",
            "api 200: ListUsers for contoso.com failed: tenantFilter is required",
        ),
        (
            "error inside a 200",
            &GET,
            JSON,
            r#"{"error":{"code":1,"message":"Package is unknown"}}"#,
            "api 200: GetVersion for contoso.com failed: Package is unknown",
        ),
        (
            "Error in a row",
            &GRAPH,
            JSON,
            r#"{"Results":[{"Error":"Bad cmdlet"}]}"#,
            "api 200: ListGraphRequest for contoso.com failed: Bad cmdlet",
        ),
        (
            "Message in place of rows",
            &LIST,
            JSON,
            r#"[{"Message":"Try later"}]"#,
            "api 200: ListUsers for contoso.com failed: Try later",
        ),
        (
            "nothing found",
            &GRAPH,
            JSON,
            r#"{"Results":"No LAPS password found for 1"}"#,
            "api 200: ListGraphRequest for contoso.com failed: No LAPS password found for 1",
        ),
        (
            "state of an unrolled result",
            &KEYS,
            JSON,
            r#"{"Results":{"resultText":"Could not retrieve the key","state":"error"}}"#,
            "api 200: ExecGetRecoveryKey for contoso.com failed: Could not retrieve the key",
        ),
        (
            "not for all tenants",
            &DEPRECATED,
            JSON,
            r#"[{"Message":"This function has been deprecated for all users, please use ListGraphRequest instead"}]"#,
            "api 200: ListUsers for contoso.com failed: This function has been deprecated for all users, please use ListGraphRequest instead",
        ),
        (
            "placeholder row",
            &MFA,
            JSON,
            r#"[{"UPN":"Loading data for all tenants. Please check back in a few minutes"}]"#,
            "pending 200: ListMFAUsers for contoso.com is not ready yet: the server is still gathering the data / Loading data for all tenants. Please check back in a few minutes > ask again in a few minutes",
        ),
        (
            "queue in Metadata",
            &GRAPH,
            JSON,
            r#"{"Results":[],"Metadata":{"QueueMessage":"Loading","QueueId":"7","Queued":true}}"#,
            "pending 200: ListGraphRequest for contoso.com is not ready yet: the server is still gathering the data / Loading > ask again when ListCippQueue(#{ QueueId: \"7\" }) says that it is completed",
        ),
        (
            "text beside a queue",
            &GET,
            JSON,
            r#"{"Results":"instance 1","Metadata":{"QueueId":"7"}}"#,
            "pending 200: GetVersion for contoso.com is not ready yet: the server is still gathering the data > ask again when ListCippQueue(#{ QueueId: \"7\" }) says that it is completed",
        ),
        (
            "queue in the first row",
            &LIST,
            JSON,
            r#"{"Results":[{"QueueMessage":"Loading","Queued":true,"QueueId":"7"}]}"#,
            "pending 200: ListUsers for contoso.com is not ready yet: the server is still gathering the data / Loading > ask again when ListCippQueue(#{ QueueId: \"7\" }) says that it is completed",
        ),
        (
            "waiting",
            &GET,
            JSON,
            r#"{"Waiting":true}"#,
            "pending 200: GetVersion for contoso.com is not ready yet: the server is still gathering the data > ask again in a few minutes",
        ),
        (
            "cut off",
            &LIST,
            JSON,
            r#"[{"id":1},{"#,
            "unavailable 200: the answer to ListUsers for contoso.com was cut off / the text ends too early (byte 10) > ask again, or for less at once",
        ),
        (
            "broken",
            &LIST,
            JSON,
            r#"[{"id":1}}"#,
            "unavailable 200: the answer to ListUsers for contoso.com is not the JSON that it says it is / expected `,` or `]` (byte 9) > ask again, or for less at once",
        ),
    ] {
        assert_eq!(told(read(reply(200, content_type, body), &call(endpoint, &[]))), expected, "{what}");
    }
}
