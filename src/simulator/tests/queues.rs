//! `ListCippQueue` and its kin.

use serde_json::json;

use super::{Client, Settings};

fn start(client: &Client, select: &str) -> String {
    let answer =
        client.get(&format!("ListGraphRequest?tenantFilter=AllTenants&Endpoint=users&$select={select}")).json();
    answer["Metadata"]["QueueId"].as_str().unwrap().to_owned()
}

#[test]
fn a_job_is_found_by_id_and_by_reference_and_goes_its_way() {
    let client = Client::new(Settings::default());
    let (one, two) = (start(&client, "id"), start(&client, "mail"));
    let list = |query: &str| client.get(&format!("ListCippQueue{query}")).json();
    for expected in [("Queued", 0.0), ("Running", 33.3), ("Completed", 100.0), ("Completed", 100.0)] {
        let job = &list(&format!("?QueueId={one}"))[0];
        assert_eq!((&job["Status"], &job["PercentComplete"]), (&json!(expected.0), &json!(expected.1)));
        assert_eq!(job["RowKey"], one.as_str());
    }
    let job = &list(&format!("?QueueId={two}"))[0];
    assert_eq!(job["Status"], "Queued");
    let reference = job["Reference"].as_str().unwrap().to_owned();
    assert_eq!(list("").as_array().unwrap().len(), 2);
    assert_eq!(list("?QueueId=nothing"), json!([]));
    assert_eq!(list("?Reference=nothing"), json!([]));
    let encoded: String = reference.bytes().map(|byte| format!("%{byte:02X}")).collect();
    assert_eq!(list(&format!("?Reference={encoded}")).as_array().unwrap().len(), 1);
}

#[test]
fn several_jobs_are_summed_up_and_forgotten_together() {
    let client = Client::new(Settings { queue_looks: 1, ..Settings::default() });
    let (one, two) = (start(&client, "id"), start(&client, "mail"));
    let sum = || client.get(&format!("ListCippQueues?QueueIds={one},{two},nothing")).json();
    let first = sum();
    assert_eq!((&first["Summary"]["IsComplete"], &first["Summary"]["TotalTasks"]), (&json!(false), &json!(6)));
    assert_eq!(first["MissingQueueIds"], json!(["nothing"]));
    let second = sum();
    assert_eq!((&second["Summary"]["IsComplete"], &second["Summary"]["CompletedTasks"]), (&json!(true), &json!(6)));
    assert_eq!(client.get("RemoveCippQueue").json(), json!({"Results": ["History cleared"]}));
    assert_eq!(client.get("ListCippQueue").json(), json!([]));
    assert_eq!(client.get("ListCippQueues").status, 400);
}
