//! SharePoint sites and OneDrives.

use super::walk::walk;

#[test]
fn sites_come_have_members_and_go() {
    walk(&[
        (
            "AddSite",
            r#"{"tenantFilter":"contoso.com","siteName":"New site","siteDescription":"x","siteOwner":{"value":"ann@contoso.com"},"templateName":{"value":"Team"},"siteDesign":{"value":"Blank"}}"#,
            &[("Results", "~Successfully created")],
        ),
        (
            "AddSite",
            r#"{"tenantFilter":"contoso.com","siteName":"New site","siteDescription":"x","siteOwner":{"value":"ann@contoso.com"},"templateName":{"value":"Team"},"siteDesign":{"value":"Blank"}}"#,
            &[("status", "500"), ("Results", "~already exists")],
        ),
        (
            "AddSite",
            r#"{"tenantFilter":"contoso.com","siteName":"Other","siteDescription":"x","siteOwner":"ann@contoso.com","templateName":"Team","siteDesign":"Blank"}"#,
            &[("status", "500")],
        ),
        (
            "AddSiteBulk",
            r#"{"tenantFilter":"contoso.com","bulkSites":[{"SiteName":"Bulk","siteDescription":"x","siteOwner":"ann@contoso.com","TemplateName":"Communication","siteDesign":"Topic"},{"siteName":"Bad"}]}"#,
            &[
                ("status", "200"),
                ("Results[]", "~Successfully"),
                ("Results", "~Failed to create new SharePoint site Bad"),
            ],
        ),
        (
            "ListSites?tenantFilter=contoso.com&Type=SharePointSiteUsage",
            "",
            &[
                ("[displayName=New site].webUrl", "=> url"),
                ("[displayName=New site].siteId", "=> id"),
                ("[displayName=Bulk].rootWebTemplate", "~SITE"),
            ],
        ),
        (
            "ListSiteMembers?tenantFilter=contoso.com&SiteUrl=$url",
            "",
            &[("Results[].UserPrincipalName", "ann@contoso.com")],
        ),
        (
            "ExecSetSharePointMember",
            r#"{"tenantFilter":"contoso.com","URL":"$url","Add":true,"user":{"value":"bob@contoso.com"},"Role":"Visitors"}"#,
            &[("Results", "~added bob")],
        ),
        (
            "ListSiteMembers?tenantFilter=contoso.com&SiteId=$id",
            "",
            &[("Results[UserPrincipalName=bob@contoso.com].Group", "Visitors"), ("Results[].place", "null")],
        ),
        (
            "ExecSetSharePointMember",
            r#"{"tenantFilter":"contoso.com","URL":"$url","user":{"value":"bob@contoso.com"},"Role":"Visitors"}"#,
            &[("Results", "~removed bob")],
        ),
        (
            "ListSiteMembers?tenantFilter=contoso.com&SiteUrl=$url",
            "",
            &[("Results[UserPrincipalName=bob@contoso.com]", "null")],
        ),
        (
            "ExecSharePointPerms",
            r#"{"tenantFilter":"contoso.com","UPN":"ann@contoso.com","onedriveAccessUser":[{"value":"bob@contoso.com"},"nobody@contoso.com"],"URL":"$url"}"#,
            &[("Results[]", "~added bob"), ("Results", "~Failed to change access for nobody")],
        ),
        (
            "ListSiteMembers?tenantFilter=contoso.com&SiteUrl=$url",
            "",
            &[("Results[UserPrincipalName=bob@contoso.com].IsSiteAdmin", "true")],
        ),
        (
            "ExecSharePointPerms",
            r#"{"tenantFilter":"contoso.com","user":"bob@contoso.com","URL":"$url","RemovePermission":true}"#,
            &[("Results[]", "~removed bob")],
        ),
        (
            "ListSiteMembers?tenantFilter=contoso.com&SiteUrl=$url",
            "",
            &[("Results[UserPrincipalName=bob@contoso.com]", "null")],
        ),
        ("DeleteSharepointSite", r#"{"tenantFilter":"contoso.com","SiteId":"$id"}"#, &[("status", "200")]),
        ("ListSites?tenantFilter=contoso.com&Type=SharePointSiteUsage", "", &[("[siteId=$id]", "null")]),
        ("ListDeletedSites?tenantFilter=contoso.com", "", &[("Results[SiteId=$id].Title", "New site")]),
        ("ExecRestoreDeletedSite", r#"{"tenantFilter":"contoso.com","SiteId":"$id"}"#, &[("status", "200")]),
        (
            "ListSites?tenantFilter=contoso.com&Type=SharePointSiteUsage",
            "",
            &[("[siteId=$id].displayName", "New site")],
        ),
        ("ListSites?tenantFilter=tailspintoys.com&Type=SharePointSiteUsage", "", &[("status", "403")]),
    ]);
}

#[test]
fn onedrives_are_provided_and_get_shortcuts() {
    walk(&[
        (
            "ListSites?tenantFilter=contoso.com&Type=OneDriveUsageAccount",
            "",
            &[("[].rootWebTemplate", "Personal Site")],
        ),
        (
            "ExecOneDriveProvision",
            r#"{"tenantFilter":"contoso.com","UserPrincipalName":"admin@contoso.com"}"#,
            &[("status", "200")],
        ),
        (
            "ListGraphRequest?tenantFilter=contoso.com&Endpoint=users/admin@contoso.com/drive&AsApp=true",
            "",
            &[("Results[].webUrl", "~/personal/admin_contoso_com")],
        ),
        (
            "ExecOneDriveShortCut",
            r#"{"tenantFilter":"contoso.com","username":"ann@contoso.com","siteUrl":{"value":"https://contoso.sharepoint.com/sites/Sales"}}"#,
            &[("status", "200")],
        ),
        (
            "ListGraphRequest?tenantFilter=contoso.com&Endpoint=users/ann@contoso.com/drive/root/children",
            "",
            &[("Results[].remoteItem.name", "Sales")],
        ),
        (
            "ListGraphRequest?tenantFilter=contoso.com&Endpoint=users/bob@contoso.com/drive/root/children",
            "",
            &[("Results", "[]")],
        ),
    ]);
}
