//! What is asked, and what the answers do.

use std::{collections::VecDeque, sync::Arc};

use serde_json::json;

use super::*;
use crate::{
    catalogue,
    client::{Credentials, Limits, Target},
    interrupt::Interrupt,
    person::{Nobody, Person},
    session::{CallOptions, Connection, Settings, Terms},
    simulator::{self, Simulator},
};

/// Answers in turn, and remembers what was asked.
#[derive(Debug, Default)]
struct Answering {
    answers: Mutex<VecDeque<&'static str>>,
    asked: Mutex<Vec<String>>,
}

impl Person for Answering {
    fn is_there(&self) -> bool {
        true
    }

    fn ask(&self, question: &str, _hidden: bool) -> Result<String, Failure> {
        self.asked.lock().unwrap().push(question.to_owned());
        Ok(self.answers.lock().unwrap().pop_front().unwrap().to_owned())
    }
}

fn session(simulator: &Simulator, person: Arc<dyn Person>, yes: bool) -> Session {
    let credentials = Credentials {
        token_url: simulator.token_url().to_string(),
        client_id: simulator.client_id().to_string(),
        client_secret: simulator.client_secret().to_string(),
        scope: format!("api://{}/.default", simulator.client_id()),
    };
    let target = Target { api_url: simulator.url().to_string(), credentials, limits: Limits::default() };
    let tenant_id = simulator.tenant_id().to_string();
    let connection = Connection { name: "test".into(), tenant_id, target, read_only: false };
    let terms = Terms { person, yes, ..Terms::default() };
    let settings = Settings { ask_each: true, verify: false, terms, ..Settings::default() };
    Session::new(connection, Interrupt::default(), Box::new(|_| ()), settings)
}

/// What comes of a write: nothing, or the refusal.
fn write(session: &Session) -> String {
    let endpoint = catalogue::find("ExecResetPass").unwrap();
    let users = session
        .call(catalogue::find("ListUsers").unwrap(), &json!({ "tenantFilter": "contoso.com" }), &CallOptions::default())
        .unwrap();
    let crate::outcome::Outcome::Rows(users) = users else { panic!("no rows") };
    let id = crate::value::to_json(&users[0])["id"].clone();
    let arguments = json!({ "tenantFilter": "contoso.com", "ID": id, "MustChange": true });
    session.call(endpoint, &arguments, &CallOptions::default()).err().map_or(String::new(), |failure| failure.message)
}

#[test]
fn answers_are_for_one_write_or_for_one_command() {
    let simulator = simulator::start(simulator::Settings::default()).unwrap();
    let person = Arc::new(Answering::default());
    let session = session(&simulator, person.clone(), false);
    let no = "ExecResetPass is not sent: you said no";
    // Of each command the answers, what comes of its three writes, and how many questions there were.
    let cases: [(&[&'static str], [&str; 3], usize); 4] = [
        (&["y", "YES", "y"], ["", "", ""], 3),
        (&["a"], ["", "", ""], 1),
        (&["y", "n"], ["", no, no], 2),
        (&["what", "y", "all"], ["", "", ""], 3),
    ];
    for (answers, expected, questions) in cases {
        session.next_command();
        person.answers.lock().unwrap().extend(answers);
        let asked = person.asked.lock().unwrap().len();
        assert_eq!([write(&session), write(&session), write(&session)], expected, "{answers:?}");
        assert_eq!(person.asked.lock().unwrap().len() - asked, questions, "{answers:?}");
    }
    let first = person.asked.lock().unwrap()[0].clone();
    assert!(first.starts_with("ExecResetPass in contoso.com ("), "{first}");
    assert_eq!(first.matches("\n  tenantFilter: \"contoso.com\"\n").count(), 1, "{first}");
}

#[test]
fn where_nobody_is_only_yes_said_before_counts() {
    let simulator = simulator::start(simulator::Settings::default()).unwrap();
    let refused = "ExecResetPass is not sent: nobody is there to be asked";
    for (yes, expected) in [(false, refused), (true, "")] {
        assert_eq!(write(&session(&simulator, Arc::new(Nobody), yes)), expected);
    }
}
