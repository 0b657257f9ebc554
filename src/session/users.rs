//! The users of a tenant, looked up once before the first write that names one.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
};

use serde_json::{Value, json};

use super::{CallOptions, Session};
use crate::{
    catalogue::{
        Tenant, User, UserLookup,
        arguments::{self, Request},
    },
    failure::{Failure, Kind},
    outcome::Outcome,
    value::{Fields, Row},
};

/// What is asked of each user.
const FIELDS: [&str; 4] = ["id", "userPrincipalName", "displayName", "mail"];

/// The users of each tenant by its id, as far as they were asked for. The inner lock makes everybody wait for the
/// first one who asks.
pub(super) type UsersByTenant = Mutex<HashMap<String, Arc<Mutex<Option<Arc<Users>>>>>>;

/// The users of one tenant.
#[derive(Debug)]
pub(super) struct Users {
    all: Vec<User>,
    by_name: HashMap<String, usize>,
    /// How many writes the session had sent when they were read.
    writes: usize,
}

impl Users {
    fn find(&self, name: &str) -> Option<&User> {
        self.by_name.get(&name.trim().to_lowercase()).and_then(|at| self.all.get(*at))
    }

    /// Up to three user principal names that were perhaps meant.
    fn nearest(&self, name: &str) -> Vec<&str> {
        let name = name.to_lowercase();
        let local = |upn: &str| upn.split('@').next().unwrap_or_default().to_owned();
        let mut near: Vec<(usize, &str)> = self
            .all
            .iter()
            .filter_map(|user| {
                let upn = user.upn.to_lowercase();
                let distance = strsim::damerau_levenshtein(&name, &upn);
                let is_part = name.len() >= 3 && (local(&upn) == local(&name) || user.name.to_lowercase() == name);
                (distance <= (name.len() / 8).clamp(1, 3) || is_part).then_some((distance, user.upn.as_str()))
            })
            .collect();
        near.sort_unstable();
        near.into_iter().map(|(_, upn)| upn).take(3).collect()
    }
}

/// The users of the tenants that one call names.
struct Directory(Vec<(Tenant, Arc<Users>)>);

impl UserLookup for Directory {
    fn resolve(&self, tenant: &Tenant, name: &str) -> Result<User, String> {
        let users = self.0.iter().find(|(of, _)| of == tenant).map(|(_, users)| users);
        let Some(users) = users else { return Err(format!("the users of {} are not known", tenant.domain)) };
        users.find(name).cloned().ok_or_else(|| {
            let near = users.nearest(name);
            let suggestion =
                if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
            format!("no user \"{name}\" in {}{suggestion}", tenant.domain)
        })
    }
}

impl Session {
    /// Gives the users that a write names the form that the server reads, or refuses it.
    pub(super) fn name_users(&self, request: &mut Request) -> Result<(), Failure> {
        let tenants = arguments::tenants_with_users(request);
        if tenants.is_empty() {
            return Ok(());
        }
        let directory = |again: bool| {
            let users = tenants.iter().map(|tenant| Ok((tenant.clone(), self.users(tenant, again)?)));
            users.collect::<Result<Vec<_>, Failure>>().map(Directory)
        };
        let known = directory(false)?;
        let mut problems = arguments::name_users(request, &known);
        // Somebody may have been made by a write of this run.
        let writes = self.writes.load(Ordering::Relaxed);
        if !problems.is_empty() && known.0.iter().any(|(_, users)| users.writes < writes) {
            problems = arguments::name_users(request, &directory(true)?);
        }
        if problems.is_empty() { Ok(()) } else { Err(arguments::refusal(request.endpoint, &problems)) }
    }

    /// Forgets the users of a tenant when a write gives one of them another name.
    pub(super) fn after_write(&self, request: &Request) {
        let body = request.body.as_ref().unwrap_or(&Value::Null);
        let rows: Vec<&Value> = body.as_array().map_or_else(|| vec![body], |rows| rows.iter().collect());
        let names = |row: &&Value| {
            row.as_object().is_some_and(|row| row.keys().any(|name| name.eq_ignore_ascii_case("displayName")))
        };
        if rows.iter().any(names) {
            let mut kept = self.users.lock().unwrap_or_else(PoisonError::into_inner);
            for tenant in arguments::tenants_with_users(request) {
                kept.remove(&tenant.id);
            }
        }
    }

    /// The user that a text names, among those who were looked up before.
    pub(super) fn known_user(&self, request: &Request, name: &str) -> Option<User> {
        let kept = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let lists: Vec<_> = arguments::tenants_with_users(request)
            .iter()
            .filter_map(|tenant| kept.get(&tenant.id).map(Arc::clone))
            .collect();
        drop(kept);
        lists.into_iter().find_map(|list| {
            let users = list.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
            users.find(name).cloned()
        })
    }

    /// The users of a tenant; `again` reads them again when something was written since.
    fn users(&self, tenant: &Tenant, again: bool) -> Result<Arc<Users>, Failure> {
        let mut kept = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let of_tenant = Arc::clone(kept.entry(tenant.id.clone()).or_default());
        drop(kept);
        let mut users = of_tenant.lock().unwrap_or_else(PoisonError::into_inner);
        let writes = self.writes.load(Ordering::Relaxed);
        match &*users {
            Some(users) if !again || users.writes == writes => Ok(Arc::clone(users)),
            _ => {
                let read = Arc::new(self.read_users(tenant, writes)?);
                *users = Some(Arc::clone(&read));
                Ok(read)
            }
        }
    }

    fn read_users(&self, tenant: &Tenant, writes: usize) -> Result<Users, Failure> {
        let arguments =
            json!({ "tenantFilter": tenant.domain, "Endpoint": "users", "$select": FIELDS.join(","), "$top": 999 });
        let fields = Fields::new(FIELDS);
        let options = CallOptions { wanted: Some(&fields), ..CallOptions::default() };
        let untold = |failure: Failure| {
            failure
                .because(format!("before a write the users of {} are looked up, and nothing was sent", tenant.domain))
                .hint("the API client needs to read users by ListGraphRequest; api() sends without looking up")
        };
        let rows = match self.read_fresh("ListGraphRequest", &arguments, &options).map_err(untold)? {
            Outcome::Rows(rows) => rows,
            _ => return Err(untold(Failure::new(Kind::Api, "the list of users cannot be read"))),
        };
        let mut users = Users { all: Vec::with_capacity(rows.len()), by_name: HashMap::new(), writes };
        let mut mails = Vec::new();
        for row in &rows {
            let Some(row) = row.read_lock::<Row>() else { continue };
            let text = |name: &str| {
                let value = row.get_ignoring_case(name).filter(|value| value.is_string());
                value.map(ToString::to_string).unwrap_or_default()
            };
            let user = User { id: text("id"), upn: text("userPrincipalName"), name: text("displayName") };
            let at = users.all.len();
            for name in [&user.id, &user.upn] {
                users.by_name.insert(name.to_lowercase(), at);
            }
            mails.push((text("mail").to_lowercase(), at));
            users.all.push(user);
        }
        // A name of its own comes before somebody else's mail address, and one that two have is nobody's.
        let mut by_mail: HashMap<String, Option<usize>> = HashMap::new();
        for (mail, at) in mails {
            by_mail.entry(mail).and_modify(|only| *only = None).or_insert(Some(at));
        }
        for (mail, at) in by_mail {
            if let Some(at) = at {
                users.by_name.entry(mail).or_insert(at);
            }
        }
        users.by_name.remove("");
        Ok(users)
    }
}
