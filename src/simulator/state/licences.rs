//! The licences that tenants of the simulator own, and the service plans in them.

/// One licence as Microsoft sells it.
#[derive(Debug)]
pub(crate) struct Licence {
    /// Microsoft's id of the product.
    pub(crate) sku: &'static str,
    /// The name that CIPP shows.
    pub(crate) name: &'static str,
    /// The service plans in it.
    pub(crate) plans: &'static [Plan],
}

/// One service plan: the service that it turns on and an id.
pub(crate) type Plan = (&'static str, &'static str);

/// What a user with an ordinary desk has; the first is the usual one.
pub(crate) const LICENCES: &[Licence] = &[
    Licence { sku: "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46", name: "Microsoft 365 Business Premium", plans: BUSINESS },
    Licence { sku: "06ebc4ee-1bb5-47dd-8120-11324bc54e06", name: "Microsoft 365 E5", plans: ENTERPRISE },
    Licence { sku: "f245ecc8-75af-4f8e-b61f-27d8114de5f3", name: "Microsoft 365 Business Standard", plans: STANDARD },
    Licence { sku: "4b9405b0-7788-4568-add1-99614e613b69", name: "Exchange Online (Plan 1)", plans: MAIL },
];

const MAIL: &[Plan] = PLANS.split_at(2).0;
const STANDARD: &[Plan] = PLANS.split_at(14).0;
const BUSINESS: &[Plan] = PLANS.split_at(20).0;
const ENTERPRISE: &[Plan] = PLANS;

const PLANS: &[Plan] = &[
    ("exchange", "9aaf7827-d63c-4b61-89c3-182f06f82e5c"),
    ("To-Do", "5e62787c-c316-451f-b873-1d05acd4d12c"),
    ("SharePoint", "5dbe027f-2339-4123-9542-606e4d348a72"),
    ("TeamspaceAPI", "57ff2da0-773e-42df-b2af-ffb7a2317929"),
    ("MicrosoftCommunicationsOnline", "0feaeb32-d00e-4d66-bd5a-43b5b83db82c"),
    ("MicrosoftOffice", "43de0ff5-c92c-492b-9116-175376d08c38"),
    ("Sway", "a23b959c-7ce8-4e57-9140-b90eb88a9e97"),
    ("OfficeForms", "e212cbc7-0961-4c40-9825-01117710dcb1"),
    ("ProjectWorkManagement", "b737dad2-2f6c-4c65-90e3-ca563267e8b9"),
    ("Deskless", "8c7d2df8-86f0-4902-b2ed-a0458298f3b3"),
    ("YammerEnterprise", "7547a3fe-08ee-4ccb-b430-5077c5041653"),
    ("PowerAppsService", "c68f8d98-5534-41c8-bf36-22fa496fa792"),
    ("ProcessSimple", "76846ad7-7776-4c40-a281-a386362dd1b9"),
    ("WhiteboardServices", "4a51bca5-1eff-43f5-878c-177680f191af"),
    ("AADPremiumService", "41781fb2-bc02-4b7c-bd55-b576c07bb09d"),
    ("SCO", "c1ec4a95-1f05-45b3-a911-aa3fa01094f5"),
    ("RMSOnline", "bea4c11e-220a-4e6d-8eb8-8ea15d019f90"),
    ("MultiFactorService", "8a256a2b-b617-496d-b51b-e76466e88db0"),
    ("WindowsDefenderATP", "bfc1bbd9-981b-4f71-9b82-17c35fd0e2a4"),
    ("Windows", "8e229017-d77b-43d5-9305-903395523b99"),
    ("PowerBI", "70d33638-9c74-4d01-bfd3-562de28bd4ba"),
    ("AdallomForAATP", "14ab5db5-e6c4-4b20-b4bc-13e36fd2227f"),
    ("MIPExchangeSolutions", "efb0351d-3b08-4503-993d-383af8de41e3"),
    ("MicrosoftStream", "6c6042f5-6f01-4d67-b8c1-eb99d36eed3e"),
];
