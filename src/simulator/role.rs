//! What each of the base roles of the server may call.

/// A base role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// May read, but not what belongs to the administration of CIPP.
    ReadOnly,
    /// May read and write, but neither that nor standards.
    Editor,
    /// May all but what is the super administrator's.
    Admin,
    /// May all.
    #[default]
    SuperAdmin,
}

impl Role {
    /// The server's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadOnly => "readonly",
            Self::Editor => "editor",
            Self::Admin => "admin",
            Self::SuperAdmin => "superadmin",
        }
    }

    /// Whether it may call an endpoint that asks for this permission.
    pub(crate) fn may(self, permission: &str) -> bool {
        let of = |area: &str| permission.starts_with(area);
        let inner = of("CIPP.SuperAdmin.") || of("CIPP.Admin.") || of("CIPP.AppSettings.");
        permission == "Public"
            || match self {
                Self::ReadOnly => permission.ends_with(".Read") && !inner,
                Self::Editor => !inner && permission != "Tenant.Standards.ReadWrite",
                Self::Admin => !of("CIPP.SuperAdmin."),
                Self::SuperAdmin => true,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_by_role() {
        use Role::{Admin, Editor, ReadOnly, SuperAdmin};
        for (permission, may) in [
            ("Public", vec![ReadOnly, Editor, Admin, SuperAdmin]),
            ("Identity.User.Read", vec![ReadOnly, Editor, Admin, SuperAdmin]),
            ("Identity.User.ReadWrite", vec![Editor, Admin, SuperAdmin]),
            ("Tenant.Standards.Read", vec![ReadOnly, Editor, Admin, SuperAdmin]),
            ("Tenant.Standards.ReadWrite", vec![Admin, SuperAdmin]),
            ("CIPP.AppSettings.Read", vec![Admin, SuperAdmin]),
            ("CIPP.SuperAdmin.Read", vec![SuperAdmin]),
        ] {
            let allowed: Vec<_> =
                [ReadOnly, Editor, Admin, SuperAdmin].into_iter().filter(|role| role.may(permission)).collect();
            assert_eq!(allowed, may, "{permission}");
        }
    }
}
