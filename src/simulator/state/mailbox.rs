//! A mailbox as Exchange returns it, and the lists that belong to it.

use serde_json::{Value, json};

use super::graph_user::{Row, object};
use super::names::GUEST_DOMAINS;
use super::seed::Seed;
use super::tenant::Tenant;
use super::user::{Kind, User};

/// The mailbox of a user in Exchange's words: drawn, with what was set since.
pub(crate) fn mailbox(tenant: &Tenant, user: &User) -> Row {
    let seed = user.seed.of("mailbox", 0);
    let alias = user.upn.split('@').next().unwrap_or_default();
    let shared = user.kind == Kind::Shared;
    let forwarding = forwarding(user);
    let mut row = object(json!({
        "Id": user.display_name, "Identity": user.display_name, "Alias": alias, "UserPrincipalName": user.upn,
        "DisplayName": user.display_name, "PrimarySmtpAddress": user.mail,
        "EmailAddresses": [format!("SMTP:{}", user.mail), format!("smtp:{alias}@{}", tenant.initial_domain)],
        "ExchangeGuid": seed.guid("exchange"), "ArchiveGuid": NO_ARCHIVE, "ArchiveStatus": "None",
        "ExternalDirectoryObjectId": user.id, "WhenSoftDeleted": null, "AutoExpandingArchiveEnabled": false,
        "RecipientType": "UserMailbox", "RecipientTypeDetails": if shared { "SharedMailbox" } else { "UserMailbox" },
        "ForwardingAddress": forwarding.inside, "ForwardingSmtpAddress": forwarding.outside,
        "DeliverToMailboxAndForward": forwarding.keeps,
        "HiddenFromAddressListsEnabled": false, "IsDirSynced": user.synced,
        "MessageCopyForSendOnBehalfEnabled": shared, "MessageCopyForSentAsEnabled": shared,
        "LitigationHoldEnabled": false, "LitigationHoldDate": null, "LitigationHoldDuration": "Unlimited",
        "ComplianceTagHoldApplied": false, "RetentionHoldEnabled": false, "InPlaceHolds": [],
        "RetentionPolicy": "Default MRM Policy", "ProhibitSendQuota": "49.5 GB (53,150,220,288 bytes)",
        "ProhibitSendReceiveQuota": "50 GB (53,687,091,200 bytes)", "IssueWarningQuota": "49 GB (52,613,349,376 bytes)",
        "RecipientLimits": "500", "MaxSendSize": "35 MB (36,700,160 bytes)",
        "MaxReceiveSize": "36 MB (37,748,736 bytes)",
    }));
    if let Some(addresses) = user.set.get("proxyAddresses") {
        row.insert("EmailAddresses".to_owned(), addresses.clone());
    }
    row.extend(user.mailbox.clone());
    row
}

/// Where the mail of a mailbox goes on to.
#[derive(Default)]
struct Forwarding {
    inside: Option<String>,
    outside: Option<String>,
    keeps: bool,
}

/// One in twenty members forwards outside from the start, one inside; those whom examples name do not.
fn forwarding(user: &User) -> Forwarding {
    let seed = user.seed.of("forwarding", 0);
    let ordinary = user.kind == Kind::Member && user.number.is_some_and(|number| number > 3);
    let alias = user.upn.split('@').next().unwrap_or_default();
    match seed.below("kind", 20) {
        0 if ordinary => Forwarding {
            outside: Some(format!("smtp:{alias}@{}", seed.pick("domain", GUEST_DOMAINS))),
            keeps: seed.chance("keeps", 50),
            ..Forwarding::default()
        },
        1 if ordinary => {
            // Exchange shows a recipient inside by its name.
            Forwarding { inside: Some("Ann Berg".into()), keeps: true, ..Forwarding::default() }
        }
        _ => Forwarding::default(),
    }
}

/// The id of an archive that does not exist.
pub(crate) const NO_ARCHIVE: &str = "00000000-0000-0000-0000-000000000000";

/// A list that belongs to a user, kept from when it is first changed; until then it is drawn.
#[derive(Debug)]
pub(crate) struct List {
    /// The name under which a user keeps it.
    name: &'static str,
    /// The rows that are there before anybody changes them.
    draw: fn(&Tenant, &User) -> Vec<Value>,
}

impl List {
    /// Its rows as they are now.
    pub(crate) fn rows(&self, tenant: &Tenant, user: &User) -> Vec<Value> {
        match user.kept.get(self.name) {
            Some(Value::Array(rows)) => rows.clone(),
            _ => (self.draw)(tenant, user),
        }
    }

    /// Changes its rows and returns what the change returns.
    pub(crate) fn change<R>(&self, tenant: &Tenant, user: &mut User, change: impl FnOnce(&mut Vec<Value>) -> R) -> R {
        let mut rows = self.rows(tenant, user);
        let result = change(&mut rows);
        user.kept.insert(self.name.to_owned(), rows.into());
        result
    }
}

/// Who else may use a mailbox: `User` and the right in `AccessRights`, one right in a row.
pub(crate) const PERMISSIONS: List = List {
    name: "mailbox permissions",
    draw: |tenant, user| {
        let ann = format!("ann@{}", tenant.domain);
        let right = |right: &str| json!({"User": ann, "AccessRights": right});
        if user.kind == Kind::Shared { vec![right("FullAccess"), right("SendAs")] } else { Vec::new() }
    },
};

/// Who may see the calendar.
pub(crate) const CALENDAR: List = List {
    name: "calendar permissions",
    draw: |_, user| {
        let row = |who: &str, right: &str| {
            json!({
                "Identity": format!("{}:\\Calendar", user.id), "User": who, "AccessRights": [right],
                "FolderName": "Calendar", "SharingPermissionFlags": null,
            })
        };
        vec![row("Default", "AvailabilityOnly"), row("Anonymous", "None")]
    },
};

/// Rules of the inbox: harmless ones, and with bob and one in sixteen others one that takes mail out of the company.
pub(crate) const RULES: List = List {
    name: "inbox rules",
    draw: |_, user| {
        let seed = user.seed.of("rule", 0);
        let ordinary = user.number.is_some_and(|number| number > 3);
        let mut rules = Vec::new();
        if seed.chance("has a rule", 40) || user.number == Some(2) {
            rules.push(newsletters(user, seed));
        }
        if user.number == Some(3) || (ordinary && seed.below("taken over", 16) == 0) {
            rules.push(thief(user, seed.of("thief", 0)));
        }
        rules
    },
};

fn newsletters(user: &User, seed: Seed) -> Value {
    json!({
        "Identity": rule_id(user, seed), "Name": "Newsletters", "Enabled": true, "Priority": 1, "InError": false,
        "Description": "If the message has 'unsubscribe' in the body, move it to folder 'Newsletters'.",
        "From": null, "SubjectContainsWords": null, "BodyContainsWords": ["unsubscribe"],
        "MoveToFolder": "Newsletters", "ForwardTo": null, "RedirectTo": null, "DeleteMessage": false,
        "MailboxOwnerId": user.upn,
    })
}

/// The rule that is found with people whose account was taken over.
fn thief(user: &User, seed: Seed) -> Value {
    let (alias, domain) = (user.upn.split('@').next().unwrap_or_default(), seed.pick("domain", GUEST_DOMAINS));
    json!({
        "Identity": rule_id(user, seed), "Name": ".", "Enabled": true, "Priority": 2, "InError": false,
        "Description": "If the message has 'invoice' in the subject, forward it and delete it.",
        "From": null, "SubjectContainsWords": ["invoice", "payment"], "BodyContainsWords": null,
        "MoveToFolder": null, "ForwardTo": [format!("\"{alias}@{domain}\" [SMTP:{alias}@{domain}]")],
        "RedirectTo": null, "DeleteMessage": true, "MailboxOwnerId": user.upn,
    })
}

fn rule_id(user: &User, seed: Seed) -> String {
    format!("{}\\{}", user.id, 1_000_000_000 + seed.below("id", 900_000_000))
}

/// Phones that fetch the mail.
pub(crate) const PHONES: List = List {
    name: "mobile devices",
    draw: |_, user| {
        let seed = user.seed.of("phone", 0);
        let phone = json!({
            "clientType": "REST", "clientVersion": "1.0", "deviceAccessState": "Allowed",
            "deviceFriendlyName": "Outlook for iOS and Android", "deviceModel": "Outlook for iOS and Android",
            "deviceOS": "iOS 18.1", "deviceType": "Outlook",
            "deviceID": seed.guid("device").replace('-', "").to_uppercase(),
            "Guid": seed.guid("id"), "status": "DeviceOk",
        });
        if seed.chance("has a phone", 50) || user.number == Some(2) { vec![phone] } else { Vec::new() }
    },
};
