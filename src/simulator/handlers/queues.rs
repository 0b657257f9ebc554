//! Background jobs, as those who wait for one see them.

use serde_json::{Value, json};

use super::{Reply, Request, World};
use crate::simulator::powershell::text;
use crate::simulator::state::queues::{Job, Status};

/// `ListCippQueue`: one job by its id or its reference, or all.
pub(super) fn list(world: &World, request: &Request) -> Reply {
    let (id, reference) = (text(request.either("QueueId")), text(request.either("Reference")));
    let wanted = |job: &Job| (id.is_empty() || job.id == id) && (reference.is_empty() || job.reference == reference);
    Reply::rows(world.queues.look(wanted).iter().map(row))
}

/// `ListCippQueues`: several jobs, summed up. An id that is not found counts as finished.
pub(super) fn sum_up(world: &World, request: &Request) -> Reply {
    let ids = text(request.either("QueueIds"));
    let ids: Vec<&str> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    if ids.is_empty() {
        return Reply::results(400, "QueueIds is required");
    }
    let jobs = world.queues.look(|job| ids.contains(&job.id.as_str()));
    let missing: Vec<_> = ids.iter().filter(|id| !jobs.iter().any(|job| job.id == **id)).collect();
    let count = |status: Status| jobs.iter().filter(|job| job.status == status).count();
    let (total, done) = jobs.iter().fold((0, 0), |(total, done), job| (total + job.tasks.len(), done + job.done));
    let complete = count(Status::Completed) == jobs.len();
    Reply::json(&json!({
        "Queues": jobs.iter().map(row).collect::<Vec<_>>(),
        "MissingQueueIds": missing,
        "Summary": {
            "TotalQueues": ids.len(), "FoundQueues": jobs.len(), "CompletedQueues": count(Status::Completed),
            "RunningQueues": count(Status::Running), "FailedQueues": 0, "TotalTasks": total, "CompletedTasks": done,
            "RunningTasks": jobs.iter().map(running).sum::<usize>(), "FailedTasks": 0,
            "PercentComplete": percent(done, total), "IsComplete": complete,
            "Status": if complete { "Completed" } else { "Running" },
        },
    }))
}

/// `RemoveCippQueue`: forgets all jobs, those of others too.
pub(super) fn clear(world: &World, _: &Request) -> Reply {
    world.queues.clear();
    Reply::results(200, vec!["History cleared"])
}

fn row(job: &Job) -> Value {
    let total = job.tasks.len();
    let status = |at: usize| match at {
        at if at < job.done => "Completed",
        at if at < job.done + running(job) => "Running",
        _ => "Queued",
    };
    let tasks = job.tasks.iter().enumerate();
    let tasks: Vec<_> =
        tasks.map(|(at, name)| json!({"Timestamp": job.time, "Name": name, "Status": status(at)})).collect();
    json!({
        "PartitionKey": "CippQueue", "RowKey": job.id, "Name": job.name, "Link": "", "Reference": job.reference,
        "TotalTasks": total, "CompletedTasks": job.done, "RunningTasks": running(job), "FailedTasks": 0,
        "PercentComplete": percent(job.done, total), "PercentFailed": 0.0,
        "PercentRunning": percent(running(job), total), "Tasks": tasks,
        "Status": match job.status {
            Status::Queued => "Queued",
            Status::Running => "Running",
            Status::Completed => "Completed",
        },
        "Timestamp": job.time,
    })
}

fn running(job: &Job) -> usize {
    usize::from(job.status == Status::Running && job.done < job.tasks.len())
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64 * 1000.0).round() / 10.0 }
}
