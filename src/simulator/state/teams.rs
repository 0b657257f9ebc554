//! Teams: the teams themselves and telephone numbers.

use serde_json::{Value, json};

use super::shelf::Kind;

/// Teams.
pub(crate) static TEAMS: Kind = Kind {
    name: "teams",
    key: "id",
    first: |_, tenant| {
        let owner = format!("admin@{}", tenant.domain);
        ["Company", "Projects"]
            .iter()
            .map(|name| team(&tenant.seed.of("team", 0).guid(name), name, "", "private", std::slice::from_ref(&owner)))
            .collect()
    },
};

/// A team with its owners, the only members it has.
pub(crate) fn team(id: &str, name: &str, about: &str, visibility: &str, owners: &[String]) -> Value {
    let nickname: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    json!({
        "id": id, "displayName": name, "description": about, "visibility": visibility, "mailNickname": nickname,
        "owners": owners,
    })
}

/// Telephone numbers.
pub(crate) static NUMBERS: Kind = Kind {
    name: "telephone numbers",
    key: "TelephoneNumber",
    first: |world, tenant| {
        let row = |number: usize| {
            let seed = tenant.seed.of("telephone", number);
            json!({
                "TelephoneNumber": format!("+12065550{}{number:02}", seed.below("number", 10)),
                "NumberType": "CallingPlan", "ActivationState": "Activated", "AcquisitionDate": world.calendar.ago(300, 0),
                "AcquiredCapabilities": "UserAssignment", "AssignmentStatus": "Unassigned", "AssignedTo": "Unassigned",
                "EmergencyLocation": "", "LocationId": null, "IsoCountryCode": "US", "PlaceName": "Seattle",
                "IsOperatorConnect": false, "PortInOrderStatus": null,
            })
        };
        (0..4).map(row).collect()
    },
};

/// Places for emergency calls.
pub(crate) static LIS_LOCATIONS: Kind = Kind {
    name: "emergency locations",
    key: "LocationId",
    first: |_, tenant| {
        let seed = tenant.seed.of("emergency location", 0);
        vec![json!({
            "LocationId": seed.guid("location"), "CivicAddressId": seed.guid("address"), "TenantId": tenant.id,
            "Description": "Head office", "CompanyName": tenant.name, "HouseNumber": "200", "StreetName": "Pine",
            "StreetSuffix": "Street", "City": "Seattle", "StateOrProvince": "WA", "PostalCode": "98101",
            "CountryOrRegion": "US", "IsDefault": true, "ValidationStatus": "Validated", "Location": "",
            "NumberOfTelephoneNumbers": 0, "NumberOfVoiceUsers": 0,
        })]
    },
};
