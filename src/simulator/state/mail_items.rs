//! What else Exchange keeps for a tenant: messages in quarantine, contacts.

use serde_json::{Value, json};

use super::World;
use super::shelf::Kind;
use super::tenant::Tenant;

/// Messages in quarantine.
pub(crate) static QUARANTINE: Kind = Kind { name: "quarantine", key: "Identity", first: quarantine };

/// Contacts of the tenant, with all properties; the list shows some.
pub(crate) static CONTACTS: Kind = Kind {
    name: "contacts",
    key: "Guid",
    first: |_, tenant| {
        let guid = tenant.seed.of("contact", 0).guid("id");
        vec![contact(
            &guid,
            &json!({"displayName": "Relecloud Support", "email": "support@relecloud.com", "Company": "Relecloud"}),
        )]
    },
};

fn quarantine(world: &World, tenant: &Tenant) -> Vec<Value> {
    let ann = format!("ann@{}", tenant.domain);
    let row = |number: usize| {
        let seed = tenant.seed.of("quarantined message", number);
        let kind = ["Spam", "Phish", "Bulk"][number % 3];
        let sender = ["offers@tailwindtraders.com", "billing@cohovineyard.com", "news@relecloud.com"][number % 3];
        json!({
            "Identity": format!("{}\\{}", seed.guid("message"), seed.guid("recipient")),
            "ReceivedTime": world.calendar.ago(1 + number, seed.below("second", 86_400)), "SenderAddress": sender,
            "RecipientAddress": [ann], "Subject": format!("Offer number {}", number + 1),
            "Type": kind, "PolicyName": "Default", "ReleaseStatus": "NOTRELEASED",
            "Expires": world.calendar.ahead(29 - number), "MessageId": format!("<{}@{}>", seed.guid("id"), sender),
        })
    };
    (0..3).map(row).collect()
}

/// A contact from what a form sends.
pub(crate) fn contact(guid: &str, form: &Value) -> Value {
    let mut row = json!({"Guid": guid, "IsDirSynced": false});
    for (column, sent) in COLUMNS {
        row[*column] = crate::simulator::powershell::member(form, sent).clone();
    }
    row
}

/// The columns of a contact with the names under which forms send them.
pub(crate) const COLUMNS: &[(&str, &str)] = &[
    ("City", "City"),
    ("Company", "Company"),
    ("Department", "Department"),
    ("DisplayName", "displayName"),
    ("FirstName", "firstName"),
    ("LastName", "lastName"),
    ("WindowsEmailAddress", "email"),
    ("Title", "Title"),
    ("Phone", "phone"),
    ("MobilePhone", "mobilePhone"),
    ("WebPage", "website"),
    ("MailTip", "mailTip"),
    ("HiddenFromAddressListsEnabled", "hidefromGAL"),
    ("StreetAddress", "StreetAddress"),
    ("StateOrProvince", "State"),
    ("PostalCode", "PostalCode"),
    ("CountryOrRegion", "CountryOrRegion"),
];
